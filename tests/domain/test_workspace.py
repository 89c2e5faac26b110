"""Workspaces are read and written without loss, or refused in one clear sentence."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.workspace import WorkspaceError, dump, dumps, loads, parse

MINIMAL = {
    "schema": 1,
    "name": "Sales floor",
    "site": {"url": "http://127.0.0.1:8080", "timeZone": "Europe/Vienna"},
    "subscriptions": [
        {
            "name": "Sales agents",
            "statistics": [
                {
                    "id": "s1",
                    "objectType": "Agent",
                    "objectId": "agent2",
                    "name": "CurrentAgentState",
                },
                {
                    "id": "s2",
                    "objectType": "Agent",
                    "objectId": "agent2",
                    "definition": {"category": "TotalAdjustedTime", "odd": [1, {"x": None}]},
                    "note": "kept",
                },
            ],
            "colour": "blue",
        }
    ],
    "objects": [
        {"objectType": "Agent", "objectId": "agent2", "label": "Desk 2", "groups": ["Sales"]}
    ],
    "views": [{"kind": "tree", "title": "Floor"}],
    "charts": [],
    "alerts": [],
    "future": {"kept": True},
}


def test_what_is_read_is_written_again_to_the_letter():
    """Keys keep their places and unknown ones survive at every level."""
    text = json.dumps(MINIMAL, indent=2) + "\n"

    assert dumps(loads(text)) == text


def test_the_least_that_is_a_workspace():
    """Everything but the schema has a default."""
    workspace = parse({"schema": 1})

    assert (workspace.name, workspace.subscriptions) == ("", ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema": ' + "9" * 6_000 + "}", "too many digits"),
        (b'{"name": "\xe4"}', "not UTF-8"),
        ("[]", "must be a JSON object, not a list"),
        ("{}", 'lacks "schema"'),
        ('{"schema": 2}', "update statmon"),
        ('{"schema": 0}', "write 1"),
        ('{"schema": true}', "must be a whole number, not true or false"),
        ('{"schema": 1, "subscriptions": [{}]}', 'subscriptions[0] of the workspace lacks "name"'),
        (
            '{"schema": 1, "subscriptions": [{"name": "a", "statistics": [{"id": "s1",'
            ' "objectType": "Agent", "objectId": "x"}]}]}',
            'neither "name" nor "definition"',
        ),
        (
            '{"schema": 1, "subscriptions": [{"name": "a", "statistics": ['
            '{"id": "s", "objectType": "Agent", "objectId": "x", "name": "A"},'
            '{"id": "s", "objectType": "Agent", "objectId": "x", "name": "B"}]}]}',
            "stands twice",
        ),
    ],
)
def test_what_is_no_workspace_is_refused_in_one_sentence(text, words):
    """The sentence says where it is wrong and what to do."""
    with pytest.raises(WorkspaceError) as caught:
        loads(text)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
extras = st.dictionaries(st.text(min_size=12), json_values, max_size=3)


@st.composite
def workspaces(draw):
    """Draw the JSON of a workspace, with keys that we do not know everywhere."""
    statistics = [
        {
            "id": f"s{index}",
            "objectType": draw(st.text()),
            "objectId": draw(st.text()),
            **draw(
                st.fixed_dictionaries({"name": st.text(min_size=1)})
                | st.fixed_dictionaries({"definition": st.dictionaries(st.text(), json_values)})
            ),
            **draw(extras),
        }
        for index in range(draw(st.integers(0, 3)))
    ]
    return {
        "schema": 1,
        "name": draw(st.text()),
        "site": {"url": draw(st.text()), **draw(extras)},
        "subscriptions": [{"name": draw(st.text()), "statistics": statistics, **draw(extras)}],
        "objects": [],
        "views": draw(st.lists(extras, max_size=2)),
        "charts": [],
        "alerts": [],
        **draw(extras),
    }


@given(workspaces())
def test_any_workspace_reads_back_equal(data):
    """``dump`` and ``parse`` are each other's inverse."""
    assert dump(parse(data)) == data
    assert loads(dumps(parse(data))) == parse(data)


@given(json_values)
def test_no_json_is_too_strange(data):
    """Whatever JSON comes, it is read or refused with a sentence."""
    with contextlib.suppress(WorkspaceError):
        assert parse(data).name is not None
