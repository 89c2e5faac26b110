"""The life of an alert: what comes in, what is told, and the traps that others fell into."""

import pytest

from statmon.alerts.evaluator import CLOSED_KEPT, Evaluator
from statmon.alerts.life import Acknowledgement, Phase, Shelf
from statmon.alerts.rules import Rule
from statmon.alerts.telling import State
from statmon.domain.definition import Definition
from statmon.domain.library import Levels
from tests.alerts.support.bench import Bench, seconds, statistic, when

BOTH = Levels(critical_low=-20, warning_low=-10, warning_high=10, critical_high=20)
PLAIN = Rule(title="Waiting", levels=BOTH)
SLOW = Rule(title="Waiting", levels=BOTH, persist=10, recover=20)
DOWN = None


def play(rule, steps, *, until=0.0):
    bench = Bench([rule])
    for second, number in steps:
        if number is DOWN:
            bench.down(second)
        else:
            bench.table.healthy = True
            bench.feed(second, number)
    if until:
        bench.advance(until)
    return bench


@pytest.mark.parametrize(
    ("name", "rule", "steps", "told"),
    [
        ("at once", PLAIN, [(0, 10)], [(0, "raised", 1)]),
        ("and ended at once", PLAIN, [(0, 10), (1, 0)], [(0, "raised", 1), (1, "ended", 1)]),
        ("must persist", SLOW, [(0, 10), (9, 11)], []),
        ("and did", SLOW, [(0, 10), (10, 11)], [(10, "raised", 1)]),
        ("whether a number comes or not", SLOW, [(0, 10), (99, 10)], [(10, "raised", 1)]),
        ("did not persist", SLOW, [(0, 10), (5, 0), (6, 10), (15, 10)], []),
        ("worse", PLAIN, [(0, 10), (1, 20)], [(0, "raised", 1), (1, "worse", 2)]),
        ("milder", PLAIN, [(0, 20), (1, 10)], [(0, "raised", 2), (1, "milder", 1)]),
        ("the other side", PLAIN, [(0, 10), (1, -20)], [(0, "raised", 1), (1, "worse", -2)]),
        ("recovers slowly", SLOW, [(0, 10), (11, 0), (30, 0)],
         [(10, "raised", 1), (11, "recovering", 1)]),
        ("and is well", SLOW, [(0, 10), (11, 0), (31, 0)],
         [(10, "raised", 1), (11, "recovering", 1), (31, "ended", 1)]),
        ("relapses", SLOW, [(0, 10), (11, 0), (20, 10), (32, 10)],
         [(10, "raised", 1), (11, "recovering", 1), (20, "relapsed", 1)]),
        ("unknown is not well", PLAIN, [(0, 10), (1, DOWN), (99, DOWN)],
         [(0, "raised", 1), (1, "unknown", 1)]),
        ("unknown does not raise", SLOW, [(0, 10), (5, DOWN), (50, DOWN)], []),
        ("time unknown does not count", SLOW, [(0, 10), (5, DOWN), (50, 10), (59, 10)], []),
        ("but time known again does", SLOW, [(0, 10), (5, DOWN), (50, 10), (60, 10)],
         [(60, "raised", 1)]),
        ("nothing beyond", PLAIN, [(0, 0), (1, DOWN), (2, 0)], []),
    ],
)  # fmt: skip
def test_what_is_told(name, rule, steps, told):
    """Step by step, with the level; rules of schema 1."""
    assert play(rule, steps).changes() == told


@pytest.mark.parametrize("missing", ["text", None, {"intValue": None, "stringValue": None}])
def test_what_is_no_number_ends_nothing(missing):
    """The trap of Grafana #105571: an alert "resolved", since there was nothing to compare."""
    bench = play(PLAIN, [(0, 12), (1, missing)], until=900)

    assert bench.changes() == [(0, "raised", 1), (1, "unknown", 1)]
    assert [alert.state for alert in bench.evaluator.open.values()] == [State.UNKNOWN]


def test_gaps_toggle_nothing():
    """The trap of Grafana #39056: raised and ended again at every gap of the data."""
    bench = Bench([SLOW])
    bench.feed(0, 12)
    for second in range(20, 600, 20):
        bench.down(second)
        bench.table.healthy = True
        bench.feed(second + 10, 12)

    assert {change for _, change, _ in bench.changes()} == {"raised", "unknown", "known"}
    assert bench.spoken() == [10]


def test_no_old_number_is_told_as_one_of_now():
    """While nobody knows it there is none, in whatever is told."""
    bench = play(PLAIN, [(0, 12), (1, DOWN)])
    bench.evaluator.acknowledge([bench.told[0].id], Acknowledgement(when(2)))
    (alert,) = bench.evaluator.open.values()
    told = bench._note(bench.evaluator.shelve([alert.id], Shelf(when(3), None)))

    assert [one.number for one in bench.told] == [12, None, None]
    assert told[0].state is State.UNKNOWN


def test_a_number_that_is_owed_is_unknown_once_it_is_too_old():
    """At its very moment, whoever looks when."""
    owed = Definition({
        "notificationMode": "Periodical", "notificationFrequency": 10, "insensitivity": 0,
        "category": "CurrentNumber", "subject": "DNAction", "mainMask": "CallWait",
    })  # fmt: skip
    bench = Bench([PLAIN], [statistic("q1", definition=owed)])
    bench.feed(0, 12)
    bench.advance(500)

    assert bench.changes() == [(0, "raised", 1), (50.001, "unknown", 1)]


def test_a_rule_that_is_disabled_during_its_delay_raises_nothing():
    """The trap of Phoebus #1966: an alarm came although it had been disabled meanwhile."""
    bench = play(SLOW, [(0, 12)])
    bench.evaluator.set_rules([Rule(title="Waiting", levels=BOTH, persist=10, enabled=False)])
    bench.look(5)
    bench.advance(60)

    assert not bench.told
    assert not bench.evaluator.open
    assert not bench.evaluator.closed


def test_a_rule_that_is_both_filtered_and_delayed_raises():
    """The trap of Phoebus #2310: with a filter and a delay nothing ever came."""
    rule = Rule(levels=BOTH, persist=10, group="Billing", object_id="q*", statistic="Curr*")
    bench = Bench([rule], groups={"q1": ("Billing",)})
    bench.feed(0, 12)
    bench.advance(60)

    assert bench.changes() == [(10, "raised", 1)]


def test_a_rule_that_is_gone_ends_its_alerts():
    """With a word why; what is watched no more counts as well."""
    bench = play(PLAIN, [(0, 12)])
    bench.table.remove(bench.table.series[0])
    (ended,) = bench.look(1)

    assert (ended.state, ended.words) == (State.ENDED, "no rule is for it any more")
    assert bench.evaluator.closed[0].phase is Phase.ENDED


def test_an_acknowledged_alert_speaks_again_only_of_worse():
    """At each change below or at what was acknowledged it is silent, on both sides."""
    bench = play(PLAIN, [(0, 20), (1, 10)])
    (alert,) = bench.evaluator.open.values()
    bench.evaluator.acknowledge([alert.id], Acknowledgement(when(2), "sue", "called them"))
    for second, number in enumerate((20, 10, 20, 0, 20, 10), 3):
        bench.feed(second, number)
    assert bench.spoken() == [0]
    assert alert.acknowledged == Acknowledgement(when(2), "sue", "called them")
    assert not alert.loud

    bench.feed(10, -10)
    assert bench.spoken() == [0, 10]
    assert alert.loud


def test_worse_than_what_was_acknowledged_is_news():
    """And asks for attention again."""
    bench = play(PLAIN, [(0, 10)])
    (alert,) = bench.evaluator.open.values()
    bench.evaluator.acknowledge([alert.id], Acknowledgement(when(1)))
    bench.feed(2, 20)

    assert bench.spoken() == [0, 2]
    assert alert.loud


def shelved(until):
    bench = play(PLAIN, [(0, 10)])
    (alert,) = bench.evaluator.open.values()
    bench._note(bench.evaluator.shelve([alert.id], Shelf(when(1), until, "sue", "known")))
    return bench, alert


def test_a_shelved_alert_is_quiet_until_its_time():
    """Then it asks again, if it is still there."""
    bench, alert = shelved(when(100))
    bench.feed(50, 12)
    assert (alert.state, alert.loud) == (State.SHELVED, False)
    bench.advance(200)

    assert bench.changes()[1:] == [(1, "shelved", 1), (100, "unshelved", 1)]
    assert bench.spoken() == [0, 100]
    assert bench.told[1].who == "sue"


def test_a_shelf_outlasts_the_excursion():
    """Whoever wants quiet until the shift ends wants it also of the next time."""
    bench, _ = shelved(when(3600))
    bench.feed(2, 0)
    bench.feed(1000, 10)
    assert bench.spoken() == [0]
    assert next(iter(bench.evaluator.open.values())).state is State.SHELVED

    bench.feed(1001, 20)
    assert bench.spoken() == [0, 1001]


def test_a_shelf_until_it_changes():
    """Another level takes it down and is said; a number on the same one is not."""
    bench, alert = shelved(None)
    bench.feed(2, 13)
    assert alert.shelf is not None
    bench.feed(3, 20)

    assert alert.shelf is None
    assert bench.spoken() == [0, 3]


@pytest.mark.parametrize("turn", [0.25, 0.5, 1, 7, 60])
@pytest.mark.parametrize(
    "levels", [Levels(warning_high=10), Levels(warning_high=9, critical_high=10)]
)
def test_nine_and_ten_by_turns_for_an_hour_are_one_alert(turn, levels):
    """By a rule of schema 1 without any persistence, acknowledged or not."""
    bench = Bench([Rule(levels=levels)])
    for step in range(int(3600 / turn)):
        bench.feed(step * turn, 10 - step % 2)

    assert len({one.id for one in bench.told}) == 1
    assert len(bench.spoken()) == len(
        [n for n in (levels.warning_high, levels.critical_high) if n]
    ) - (levels.critical_high is not None)


def test_too_long_in_a_state_is_told_at_its_moment():
    """Nothing comes when the time is over; another state begins anew."""
    rule = Rule(state="NotReady*", levels=Levels(warning_high=600, critical_high=900))
    bench = Bench([rule], [statistic("agent1", "Agent", "CurrentAgentState")])
    bench.feed(0, state("NotReadyForNextCall", 0))
    bench.advance(700)
    bench.advance(1000)
    bench.feed(1001, state("WaitForNextCall", 1001))

    assert bench.changes() == [(600, "raised", 1), (900, "worse", 2), (1001, "ended", 2)]
    assert [one.number for one in bench.told[:2]] == [600, 900]


def test_no_state_lasts_while_nobody_can_see_it():
    """The feed goes down before the time is over: nothing is told of what nobody knows."""
    rule = Rule(state="NotReady*", levels=Levels(warning_high=600))
    bench = Bench([rule], [statistic("agent1", "Agent", "CurrentAgentState")])
    bench.feed(0, state("NotReadyForNextCall", 0))
    bench.down(500)
    bench.advance(3000)
    assert not bench.told

    bench.up(3000)
    assert bench.changes() == [(3000, "raised", 1)]


def state(name, since):
    return {"stateValue": {"status": name, "time": when(since) / 1000}}


def test_an_ended_alert_is_remembered_with_its_worst():
    """From when to when."""
    bench = play(PLAIN, [(1, 10), (2, 20), (3, 10), (4, 0)])
    alert = bench.evaluator.closed[0]

    assert (alert.worst, seconds(alert.raised), seconds(alert.ended)) == (2, 1, 4)
    assert not bench.evaluator.open


def test_memory_is_bounded():
    """Days of excursions keep the last few hundred."""
    bench = Bench([PLAIN])
    for day in range(3 * CLOSED_KEPT):
        bench.feed(day * 1000, 10 - day % 2 * 10)

    assert len(bench.evaluator.closed) == CLOSED_KEPT


def test_the_clock_of_this_computer_may_be_set():
    """What was pending for three seconds is pending for three seconds."""
    bench = play(SLOW, [(0, 12)])
    bench.evaluator.shift(3_600_000)
    bench.advance(3609)
    assert not bench.told
    bench.advance(3611)

    assert bench.changes() == [(3610, "raised", 1)]


def test_restarted_while_it_is_pending_it_has_to_last_anew():
    """What was between nobody knows: neither forgotten nor raised at once."""
    before = play(SLOW, [(0, 12)])
    after = Bench([SLOW])
    after.evaluator.resume(before.evaluator.open.values(), when(60))
    after.feed(61, 12)
    after.advance(100)

    assert after.changes() == [(71, "raised", 1)]


@pytest.mark.parametrize(("number", "told"), [
    (12, [(60, "known", 1)]),
    (0, [(60, "known", 1), (60, "ended", 1)]),
    (20, [(60, "known", 1), (60, "worse", 2)]),
])  # fmt: skip
def test_an_acknowledgement_survives_a_restart(number, told):
    """The same alert goes on; only what is worse speaks."""
    before = play(PLAIN, [(0, 12)])
    (alert,) = before.evaluator.open.values()
    before.evaluator.acknowledge([alert.id], Acknowledgement(when(1), "sue", "on it"))
    after = Bench([PLAIN])
    after.evaluator.resume([alert], when(50))
    assert after.evaluator.open[alert.series].state is State.UNKNOWN
    after.feed(60, number)

    assert after.changes() == told
    assert {one.id for one in after.told} == {alert.id}
    assert after.spoken() == ([60] if number == 20 else [])


def test_what_nobody_acknowledged_before_a_restart_is_said_after_it():
    """Whoever starts statmon has not heard of it."""
    before = play(PLAIN, [(0, 12)])
    after = Bench([PLAIN])
    after.evaluator.resume(before.evaluator.open.values(), when(50))
    after.feed(60, 13)

    assert after.spoken() == [60]


def test_rows_that_no_rule_is_for_are_passed_over():
    """And an evaluator without rules finds nothing."""
    bench = Bench([])
    bench.feed(0, 1e9)
    bench.look(1)

    assert not bench.told
    assert Evaluator(bench.table, [], bench.groups_of).rule_of(0) is None


def test_the_levels_are_the_same_array_while_no_level_is_another():
    """Whoever adds up the states of a hundred thousand rows does so when one has changed."""
    bench = Bench([PLAIN])
    bench.feed(0, 10)
    before = bench.evaluator.levels
    bench.feed(1, 11)
    assert bench.evaluator.levels is before
    bench.feed(2, 1)
    assert bench.evaluator.levels is not before
    assert (before.tolist(), bench.evaluator.levels.tolist()) == ([1], [0])
