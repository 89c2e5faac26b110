"""What a ratio needs so that its groups are exact is found, and opened with the least there is."""

from dataclasses import replace

import pytest

from statmon.domain.definition import Definition
from statmon.domain.parts import missing_parts, with_parts
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Subscription, WantedStatistic, loads, parse
from statmon.storage.machine.resources import resource
from statmon.storage.user import library

LIBRARY = library.shipped()
QUEUE = ObjectRef("Queue", "7001")
SERVICE_LEVEL = LIBRARY["ServiceLevel"].definition
EMPTY = parse({"schema": 1, "name": "", "site": {"url": ""}, "subscriptions": []})


def of(name=None, definition=None, ref=QUEUE):
    return Statistic("", ref, name, definition)


def named(missing):
    return [choice.tag for _, choice in missing]


def test_a_named_ratio_needs_its_numerator_too():
    """The service counts a name all day and a definition from when it was opened."""
    parts = ["answered-last-hour", "abandoned-last-hour", "short-abandons-last-hour"]

    assert named(missing_parts([of("ServiceLevel")], [], LIBRARY)) == [
        *parts, "answered-in-time-last-hour",
    ]  # fmt: skip
    assert named(missing_parts([of(None, SERVICE_LEVEL)], [], LIBRARY)) == parts


def test_what_is_open_under_any_name_is_not_opened_again():
    """Nor once more for the next ratio that needs it."""
    abandon_rate = LIBRARY["abandon-rate"].definition
    ratios = [of(None, abandon_rate), of(None, abandon_rate, ObjectRef("Queue", "7002"))]

    entered = of(None, LIBRARY["Total_Calls_Entered"].definition)
    assert missing_parts(ratios[:1], [entered], LIBRARY) == []
    assert [ref.object_id for ref, _ in missing_parts(ratios * 2, [], LIBRARY)] == ["7001", "7002"]


def test_a_part_of_a_name_is_taken_by_its_name():
    """So that both count since midnight."""
    missing = missing_parts([of("AverageHandlingTime", ref=ObjectRef("Agent", "a"))], [], LIBRARY)

    assert named(missing) == ["calls-handled", "handling-time"]
    productivity = missing_parts([of("Productivity", ref=ObjectRef("Agent", "a"))], [], LIBRARY)
    assert all(choice.name or choice.definition for _, choice in productivity)


def test_a_part_is_told_as_often_as_a_name_and_is_known_as_what_it_is():
    """Whatever its notification, it computes the same."""
    for _, choice in missing_parts([of("ServiceLevel")], [], LIBRARY):
        assert choice.definition.seconds("notificationFrequency") == 10
        assert LIBRARY.entry_for(of(None, choice.definition)).id == choice.slug


def test_they_are_opened_in_a_subscription_that_is_switched_on():
    """A part that is switched off there is switched on; nothing stands there twice."""
    missing = missing_parts([of("ServiceLevel")], [], LIBRARY)
    once = with_parts(EMPTY, missing, "Parts")
    assert [len(one.statistics) for one in once.subscriptions] == [4]

    off = tuple(
        replace(item, extra={"enabled": False}) for item in once.subscriptions[0].statistics
    )
    again = with_parts(
        replace(once, subscriptions=(Subscription("Parts", off),)), missing, "Parts"
    ).subscriptions
    assert [(len(one.statistics), all(i.enabled for i in one.statistics)) for one in again] == [
        (4, True)
    ]
    other = Subscription("Parts", (), {"enabled": False})
    assert (
        len(with_parts(replace(EMPTY, subscriptions=(other,)), missing, "Parts").subscriptions) == 2
    )


@pytest.mark.parametrize("template", LIBRARY.templates, ids=lambda one: one.id)
def test_a_template_opens_what_its_ratios_need(template):
    """Chosen in one step, its groups are exact."""
    for kind in template.object_types:
        entries = [LIBRARY[name] for name in template.entries]
        opened = [
            of(e.name, None if e.name else e.definition, ObjectRef(kind, "x")) for e in entries
        ]
        assert all(entry.valid_for(kind) for entry in entries)
        assert named(missing_parts(opened, opened, LIBRARY)) == []


def test_the_demo_opens_what_its_ratios_need():
    """The first look shows exact numbers."""
    demo = loads(resource("demo.statmon").read_bytes())
    opened = [item.statistic for one in demo.subscriptions for item in one.statistics]

    assert any(one.name == "ServiceLevel" for one in opened)
    assert missing_parts(opened, opened, LIBRARY) == []


def test_what_has_no_known_parts_lacks_none():
    """A name of the site's own, a count, a definition without its ranges."""
    odd = Definition({"category": "ServiceFactor1", "subject": "DNAction"})
    assert missing_parts([of("SL_Own"), of("Total_Answered"), of(None, odd)], [], LIBRARY) == []


def test_a_wanted_statistic_keeps_what_else_it_has():
    """Only what is missing is added."""
    own = WantedStatistic(Statistic("mine", QUEUE, "ServiceLevel"), {"note": "x"})
    before = replace(EMPTY, subscriptions=(Subscription("Queues", (own,)),))
    after = with_parts(before, missing_parts([own.statistic], [own.statistic], LIBRARY), "Parts")

    assert after.subscriptions[0] is before.subscriptions[0]


def test_a_ratio_and_a_denominator_of_different_moments_need_the_numerator():
    """A definition's share of a name's number is a count of nothing."""
    abandon_rate = of(None, LIBRARY["abandon-rate"].definition)
    named = missing_parts([abandon_rate], [of("Total_Calls_Entered")], LIBRARY)

    assert [choice.definition.text("mainMask") for _, choice in named] == ["CallAbandoned"]
