"""``statmon peek`` against a real simulator."""

import pytest

pytestmark = pytest.mark.e2e


def test_one_and_several_values_are_printed(start, simulate):
    """One goes by GET, several by get-statistic-ex; the lines look the same."""
    access = simulate()
    one = start("peek", "--type", "Agent", "--id", "agent2", "InboundCalls", **access)
    two = start(
        "peek", "--type", "Agent", "--id", "agent2", "InboundCalls", "CurrentAgentState", **access
    )

    assert (one.end(), two.end()) == (0, 0)
    assert [line["name"] for line in one.lines] == ["InboundCalls"]
    assert [line["name"] for line in two.lines] == ["InboundCalls", "CurrentAgentState"]
    assert set(one.lines[0]) == set(two.lines[0])


def test_what_the_service_refuses_is_said_and_the_rest_is_printed(start, simulate):
    """Exit 1, the good value on stdout, the bad name on stderr."""
    access = simulate()
    peek = start("peek", "--type", "Agent", "--id", "agent2", "InboundCalls", "Nope", **access)

    assert peek.end() == 1
    assert [line["name"] for line in peek.lines] == ["InboundCalls"]
    assert "Nope of Agent agent2" in peek.errors


def test_several_objects_are_asked_for_at_once(start, simulate):
    """None of them is left out without a word; who is unknown is named."""
    access = simulate()
    ids = ("--id", "agent2", "--id", "agent1", "--id", "agent2")
    both = start("peek", "--type", "Agent", *ids, "InboundCalls", "CurrentAgentState", **access)
    one_bad = start(
        "peek", "--type", "Agent", "--id", "agent2", "--id", "nobody", "InboundCalls", **access
    )

    assert (both.end(), one_bad.end()) == (0, 1)
    assert [(line["objectId"], line["name"]) for line in both.lines] == [
        ("agent2", "InboundCalls"),
        ("agent2", "CurrentAgentState"),
        ("agent1", "InboundCalls"),
        ("agent1", "CurrentAgentState"),
    ]
    assert [line["objectId"] for line in one_bad.lines] == ["agent2"]
    assert "InboundCalls of Agent nobody" in one_bad.errors


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"STATMON_API_KEY": "wrong"}, "check the API key"),
        ({"STATMON_PASSWORD": "wrong"}, "user name or password is wrong"),
        ({"STATMON_URL": "http://127.0.0.1:1"}, "nothing answers"),
        ({"STATMON_URL": "ftp://x"}, "write it as https://host"),
        ({"STATMON_CA_BUNDLE": "/nowhere", "STATMON_URL": "https://127.0.0.1:1"}, "CA file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(start, simulate, change, words):
    """No traceback, and no secret in what is said."""
    access = simulate()
    peek = start("peek", "--type", "Agent", "--id", "agent2", "X", **(access | change))

    assert peek.end() in {1, 2}
    assert words in peek.errors
    assert peek.errors.count("\n") == 1
    assert access["STATMON_PASSWORD"] not in peek.errors
