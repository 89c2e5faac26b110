"""What numbers are to be, of objects and of groups."""

import math

import pytest

from statmon.domain.definition import Definition
from statmon.domain.library import Aggregate, Direction
from statmon.domain.merge import merge
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.targets import Target, names_of, targets_in, with_targets
from statmon.domain.workspace import dump, parse
from statmon.storage.user import library

BILLING, SALES = ObjectRef("Queue", "Billing"), ObjectRef("Queue", "Sales")
FILE = {
    "schema": 1,
    "objects": [
        {"objectType": "Queue", "objectId": "Billing", "groups": ["Voice", "Day"],
         "target": {"Service_Level": 90}},
        {"objectType": "Queue", "objectId": "Sales", "groups": ["Voice", "Day"]},
    ],
    "groups": {
        "Voice": {"target": {"Current_In_Queue": 20}},
        "Day": {"target": {"Service_Level": 80.5}, "colour": "blue"},
    },
}  # fmt: skip


def targets(**changed):
    """Return the targets of the file with other keys, and what is said of them."""
    return targets_in(parse({**FILE, **changed}))


def test_an_object_has_its_own_target_or_that_of_its_group():
    """Of shares: of a sum, the group's target is not its members'."""
    found, problems = targets()

    assert not problems
    level, queue = ("Service_Level",), ("Current_In_Queue",)
    assert found.of_object(BILLING, level, Aggregate.MEAN) == Target(90)
    assert found.of_object(SALES, level, Aggregate.MEAN) == Target(80.5, "Day")
    assert found.of_object(SALES, queue, Aggregate.SUM) is None
    assert found.of_group("Voice", queue) == Target(20, "Voice")
    assert found.of_group("Voice", level) is None
    assert found.of_object(ObjectRef("Queue", "other"), level, Aggregate.MEAN) is None


@pytest.mark.parametrize(
    ("direction", "number", "met"),
    [
        (Direction.MORE, 80, True),
        (Direction.MORE, 79.9, False),
        (Direction.LESS, 80, True),
        (Direction.LESS, 80.1, False),
        (Direction.NEUTRAL, 0, None),
        (Direction.MORE, math.nan, None),
    ],
)
def test_a_target_is_met_on_the_good_side_of_it(direction, number, met):
    """Which that is says the library; without it, nobody can say."""
    assert Target(80).met(number, direction) is met


def test_a_statistic_is_called_by_name_title_or_entry():
    """A definition that computes the same as an entry is that entry; another window is not."""
    known = library.load()
    name = names_of(Statistic("1", BILLING, "Service_Level"), known)
    fields = dict(known["Total_Calls_Entered"].definition.fields)
    same = Statistic("2", BILLING, None, Definition({**fields, "notificationFrequency": 10}))
    hour = {**fields, "intervalType": "SlidingWindow", "dynamicTimeProfile": "3600:10"}
    other = Statistic("3", BILLING, None, Definition(hour))

    assert name[0] == "Service_Level"
    assert "Total_Calls_Entered" in names_of(same, known)
    assert "Total_Calls_Entered" not in names_of(other, known)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"groups": ["Voice"]}, '"groups" must be a JSON object'),
        ({"groups": {"Voice": 80}}, "the group «Voice» must be a JSON object"),
        (
            {"groups": {"Voice": {"target": 80}}},
            "the target of group “Voice” must be a JSON object",
        ),
        (
            {"groups": {"Voice": {"target": {"Service_Level": "80 %"}}}},
            "the target «80 %» for «Service_Level» of group “Voice” is no number",
        ),
        (
            {"groups": {"Voice": {"target": {"Service_Level": True}}}},
            "the target «True» for «Service_Level»",
        ),
    ],
)
def test_what_cannot_be_used_is_said_and_keeps_nothing_from_opening(changed, words):
    """In a sentence that says what to write."""
    found, (problem,) = targets(**changed)

    assert words in problem
    assert found.of_object(BILLING, ("Service_Level",), Aggregate.MEAN) == Target(90)


def test_targets_hours_and_shifts_read_back_and_are_merged_key_by_key():
    """With keys that nobody knows: what each of two people changed is in the result."""
    base = parse({**FILE, "site": {"hours": {"mon": "08:00-18:00"}, "holidays": ["12-25"]}})
    assert parse(dump(base)) == base

    def changed(**keys):
        return parse({**dump(base), **keys})

    mine = changed(
        shifts=["06:00"],
        groups={**FILE["groups"], "Day": {"target": {"Service_Level": 85}, "colour": "blue"}},
        site={"url": "", "hours": {"mon": "08:00-20:00"}, "holidays": ["12-25", "12-26"]},
    )
    theirs = changed(
        shifts=["14:00"],
        groups={**FILE["groups"], "Night": {"target": {"Service_Level": 70}}},
        site={"url": "", "hours": {"mon": "08:00-18:00", "sat": "09:00-12:00"},
              "holidays": ["12-25", "01-01"]},
    )  # fmt: skip

    merged = merge(base, mine, theirs)

    assert not merged.conflicts
    result = dump(merged.result)
    assert sorted(result["shifts"]) == ["06:00", "14:00"]
    assert result["groups"]["Day"] == {"target": {"Service_Level": 85}, "colour": "blue"}
    assert result["groups"]["Night"] == {"target": {"Service_Level": 70}}
    assert result["site"]["hours"] == {"mon": "08:00-20:00", "sat": "09:00-12:00"}
    assert sorted(result["site"]["holidays"]) == ["01-01", "12-25", "12-26"]


def test_targets_are_written_as_they_are_read():
    """What cannot be read stays, and so do other keys; what has no target any more has no key."""
    unread = {"Night": {"target": {"Service_Level": "many"}}, "Voice": {"colour": "blue"}}
    before = parse({**FILE, "groups": {**FILE["groups"], **unread}})
    third = ObjectRef("Queue", "Third")

    after = with_targets(
        before, {SALES: {"Service_Level": 70.5}, third: {"Total_Answered": 100}}, {"Late": {"x": 1}}
    )

    found = targets_in(after)[0]
    assert found.objects == {SALES: {"Service_Level": 70.5}, third: {"Total_Answered": 100}}
    assert found.groups == {"Late": {"x": 1}}
    assert dump(after)["groups"] == {
        "Voice": {"colour": "blue"}, "Day": {"colour": "blue"},
        "Night": {"target": {"Service_Level": "many"}}, "Late": {"target": {"x": 1}},
    }  # fmt: skip
    assert dump(after)["objects"][0] == {
        "objectType": "Queue", "objectId": "Billing", "groups": ["Voice", "Day"],
    }  # fmt: skip
    gone = with_targets(parse(FILE), {}, {})
    assert dump(gone)["groups"] == {"Day": {"colour": "blue"}}
    assert "groups" not in with_targets(parse({"schema": 1}), {}, {}).extra
