"""Rules are read from a file, and the narrowest that fits counts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statmon.alerts.rules import (
    LIMITS,
    Pace,
    Rule,
    RuleFinder,
    dump,
    endless,
    levels_for,
    parse,
    rule_for,
    suggested,
)  # fmt: skip
from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef, Statistic

WAITING = Statistic("s", ObjectRef("Queue", "7001@SIP_Switch"), "CurrentNumberWaitingCalls")


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule(), True),
        (Rule(statistic="currentnumber*"), True),
        (Rule(statistic="Total*"), False),
        (Rule(object_type="Agent"), False),
        (Rule(object_id="70*"), True),
        (Rule(object_id="7002@*"), False),
        (Rule(group="sal?s"), True),
        (Rule(group="Service"), False),
        (Rule(enabled=False), False),
        (Rule(state="NotReady*"), False),
    ],
)
def test_a_rule_is_for_what_fits_its_patterns(rule, fits):
    """In any case; an empty pattern fits all."""
    assert rule.fits(WAITING, ("Sales", "Night")) is fits


def test_the_narrowest_rule_counts():
    """An object's own limits before its group's, before those for all; of equals the last."""
    every = Rule(statistic="CurrentNumberWaitingCalls")
    group = Rule(statistic="CurrentNumberWaitingCalls", group="Sales")
    own = Rule(object_id="7001@SIP_Switch")

    assert rule_for([own, group, every], WAITING, ("Sales",)) == 0
    assert rule_for([every, group], WAITING, ("Sales",)) == 1
    assert rule_for([every, group], WAITING, ()) == 0
    assert rule_for([every, every], WAITING, ()) == 1
    assert rule_for([Rule(object_type="Agent")], WAITING, ()) is None


PATTERNS = st.sampled_from(["", "q1", "Q1", "q2", "q*", "?1", "[q]1", "*"])
ANY_RULES = st.lists(
    st.builds(
        Rule,
        object_id=PATTERNS,
        object_type=st.sampled_from(["", "Queue", "Agent"]),
        statistic=st.sampled_from(["", "Total*", "TotalCalls", "Waiting"]),
        group=st.sampled_from(["", "Sales", "S*"]),
        enabled=st.booleans(),
    ),
    max_size=8,
)
ANY_STATISTIC = st.builds(
    lambda kind, id_, name: Statistic("s", ObjectRef(kind, id_), name),
    st.sampled_from(["Queue", "Agent"]),
    st.sampled_from(["q1", "Q1", "q2", "x", "[q]1"]),
    st.sampled_from(["TotalCalls", "Waiting"]),
)
ANY_GROUPS = st.sampled_from([(), ("Sales",), ("Night", "Service")])


@example(
    rules=[Rule(object_id="[q]1"), Rule(object_id="q1"), Rule(object_id="[q]1", enabled=False)],
    asked=[(Statistic("s", ObjectRef("Queue", "q1"), "Waiting"), ())],
)
@given(rules=ANY_RULES, asked=st.lists(st.tuples(ANY_STATISTIC, ANY_GROUPS), max_size=12))
def test_many_rules_for_many_statistics_are_found_as_one_by_one(rules, asked):
    """Whatever was asked before."""
    finder = RuleFinder(rules)
    for statistic, groups in asked:
        assert finder.place_for(statistic, groups) == rule_for(rules, statistic, groups)


def test_a_rule_of_one_object_is_tried_on_no_other(monkeypatch):
    """Of ten thousand rules and twenty thousand rows all pairs would take minutes, in the loop."""
    tried = []
    fits = Rule.fits
    monkeypatch.setattr(Rule, "fits", lambda *args: tried.append(1) or fits(*args))
    rules = [Rule(object_id=f"q{number}") for number in range(500)]
    rules += [Rule(statistic=f"Name{number}") for number in range(500)]
    finder = RuleFinder(rules)
    for number in range(500):
        asked = Statistic("s", ObjectRef("Queue", f"q{number}"), "Waiting")
        assert finder.place_for(asked, ()) == number
    assert len(tried) == 500 + 500  # those of all objects once, each of one object once


def test_whoever_draws_limits_can_ask_for_them():
    """Charts draw bands of the limits that count."""
    alerts = [{"kind": "threshold", "statistic": "Current*", "high": {"warning": 5}}, {"kind": "x"}]

    assert levels_for(alerts, WAITING, ()) == Levels(warning_high=5)
    assert levels_for([], WAITING, ()) is None


@pytest.mark.parametrize(("levels", "deadband"), [
    (Levels(warning_high=10, critical_high=20), 2), (Levels(critical_high=20), 1),
    (Levels(critical_low=70, warning_low=80), 2), (Levels(), 0),
    (Levels(critical_low=0, warning_low=5, warning_high=10, critical_high=20), 1),
])  # fmt: skip
def test_a_suggested_rule_is_quiet(levels, deadband):
    """It waits, both ways, and lets a number go back and forth a little; and it can end."""
    rule = suggested("Waiting", "Waiting", "Queue", levels)

    assert (rule.persist, rule.recover, rule.deadband) == (30, 30, deadband)
    assert not endless(rule)


@pytest.mark.parametrize(("deadband", "never"), [(0, False), (2, False), (2.5, True), (9, True)])
def test_a_deadband_may_be_too_wide_for_an_alert_to_end(deadband, never):
    """Between 5 and 10 no number is back inside by 2.5 on both sides."""
    both = Levels(critical_low=0, warning_low=5, warning_high=10, critical_high=20)

    assert endless(Rule(levels=both, deadband=deadband)) is never
    assert not endless(Rule(levels=Levels(warning_high=10), deadband=deadband))


limits = st.none() | st.floats(-1e6, 1e6)
seconds = st.floats(0, 1e5)
words = st.text(max_size=4)
own = st.none() | seconds
paces = st.dictionaries(
    st.sampled_from(LIMITS),
    st.builds(Pace, persist=own, recover=own, deadband=own).filter(lambda pace: pace != Pace()),
)
rules = st.builds(
    Rule, title=words, statistic=words, object_type=words, object_id=words, group=words,
    state=words, levels=st.builds(Levels, warning_low=limits, warning_high=limits,
                                  critical_low=limits, critical_high=limits),
    persist=seconds, recover=seconds, deadband=seconds, enabled=st.booleans(), paces=paces,
    extra=st.dictionaries(st.just("colour"), st.integers()),
)  # fmt: skip
anything = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()) | (
    st.dictionaries(st.sampled_from(["warning", "critical"]), st.text() | st.integers())
)  # fmt: skip
KEYS = ["title", "statistic", "objectType", "low", "high", "for", "enabled", "deadband", "levels"]


@given(rules)
def test_what_is_kept_is_read_again(rule):
    """Unknown keys included."""
    assert parse(dump(rule)) == rule


def test_an_older_statmon_reads_and_keeps_what_single_levels_have_of_their_own():
    """Its limits are where they always were; the rest is a key that it does not know."""
    kept = dump(Rule(levels=Levels(critical_high=9), paces={"critical_high": Pace(persist=30)}))

    assert kept["high"] == {"critical": 9}
    assert kept["levels"] == {"criticalHigh": {"for": 30}}


@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_a_damaged_rule_is_read_as_far_as_it_goes(item):
    """Files are edited by hand."""
    rule = parse({"kind": "threshold", **item})

    assert parse(dump(rule)) == rule
