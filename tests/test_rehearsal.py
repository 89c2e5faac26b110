"""What was live, is replayed from a recording or is rehearsed from the history is the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statmon import recording
from statmon.alerts.evaluator import Evaluator
from statmon.alerts.rehearsal import Rehearsal, suggestion
from statmon.alerts.rules import Rule, rules_in
from statmon.domain.library import Levels
from statmon.domain.reading import Reading
from statmon.domain.workspace import parse
from statmon.history import History, Rules
from statmon.recording import Recording
from statmon.service.wire.events import ServiceChanged
from tests.alerts.support.bench import Bench, seconds, statistic, when
from tests.engine.test_alerting import START, WORKSPACE, Desk

HIGH = Rule(title="Waiting", levels=Levels(warning_high=10))
numbers = st.sampled_from([1, 9, 10, 12, 20, 30, "text"])
ways = st.sampled_from(["down", "up"])
events = st.lists(
    st.tuples(st.sampled_from([0.25, 1, 4, 11, 40, 400]), numbers | ways),
    min_size=1, max_size=25,
)  # fmt: skip
rules = st.builds(
    lambda wait, back, band: {
        "kind": "threshold", "title": "Waiting", "for": wait, "recover": back, "deadband": band,
        "high": {"warning": 10, "critical": 20}, "levels": {"criticalHigh": {"for": 5}},
    },
    st.sampled_from([0, 3, 10]), st.sampled_from([0, 5]), st.sampled_from([0, 1.5]),
)  # fmt: skip


def told(transitions):
    return [(one.id, one.change.value, one.at, one.level, one.speaks) for one in transitions]


def live_through(desk, day):
    """Let readings come and the service go away; return how many seconds that took."""
    second, up = 1.0, True
    for lasts, what in day:
        if what == "down" and up:
            desk.tell(second, ServiceChanged("UNAVAILABLE", START + round(second * 1000)))
            desk.engine.table.set_open(desk.engine.table.series, is_open=False)
            desk.alerting.look()
            up = False
        elif what == "up" and not up:
            desk.engine.table.set_open(desk.engine.table.series, is_open=True)
            desk.tell(second, ServiceChanged("AVAILABLE", START + round(second * 1000)))
            up = True
        elif what not in ("down", "up") and up:
            desk.feed(second, what)
        tick = second
        while tick < second + lasts:
            desk.tick(tick)
            tick += 5
        second += lasts
    desk.tick(second)
    return second


@given(events, rules)
@settings(max_examples=60, deadline=None)
def test_a_rehearsal_finds_what_was_told_live(tmp_path_factory, day, rule):
    """Alert for alert, each step at its millisecond, whatever gaps there were."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recording, "epoch_ms", lambda: START)
        workspace = parse(WORKSPACE | {"alerts": [rule]})
        desk = Desk(workspace)
        history = History(
            tmp_path_factory.mktemp("history"), Rules(keep_days=None), now=lambda: START
        )
        keeping = Recording(desk.engine, workspace, history)
        keeping.start()
        history.mend("connection", START)
        end = START + round(live_through(desk, day) * 1000)
        table = desk.engine.table
        known = dict(zip(table.series, table.statistics, strict=True))
        past = Rehearsal(rules_in([rule])[0], known, desk.alerting.groups_of, START)
        gaps = history.gaps(START, end + 1).result()
        past.begin(history.as_of(START - 1).result(), gaps)
        middle = (START + end) // 2
        for since, until in ((START, middle), (middle + 1, end)):
            past.feed(history.arrived(table.series, since, until + 1).result(), until)
        history.close()

    live = [one for each in desk.told for one in each.transitions]
    assert told(past.outcomes()[0].transitions) == told(live)


def test_longer_delays_are_tried_with_it():
    """Nine short excursions and two long ones: *for 90 s* leaves the two."""
    about = statistic("q1")
    bench = Bench([HIGH], [about])
    past = Rehearsal(HIGH, {about.series("http://site"): about}, bench.groups_of, when(0))
    past.begin([], [])
    readings = []
    for number in range(11):
        begin = 1000 * number
        lasts = 400 if number in (3, 7) else 20
        readings += [reading(bench, begin, 12), reading(bench, begin + lasts, 3)]
    past.feed(readings, when(20_000))
    first, *longer = past.outcomes()

    assert (first.count, first.longest) == (11, 400_000)
    assert [(one.rule.persist, one.count) for one in longer] == [(30, 2), (90, 2), (300, 2)]
    assert suggestion(past.outcomes()).rule.persist == 30
    assert [seconds(one.since) for one in longer[0].excursions] == [3000, 7000]


def test_where_no_delay_helps_none_is_suggested():
    """Each excursion lasted long."""
    about = statistic("q1")
    bench = Bench([HIGH], [about])
    past = Rehearsal(HIGH, {about.series("http://site"): about}, bench.groups_of, when(0))
    past.begin([], [])
    past.feed([reading(bench, n * 2000, 12 - n % 2 * 9) for n in range(10)], when(30_000))

    assert past.outcomes()[0].count == 5
    assert suggestion(past.outcomes()) is None


def test_a_view_of_the_past_is_judged_by_the_same_evaluator():
    """On a table of then, at a time of then."""
    bench = Bench([HIGH])
    bench.feed(0, 12)
    past = Evaluator(bench.table.copy(), [HIGH], bench.groups_of)
    past.look(when(1))

    assert past.levels.tolist() == [1]


def reading(bench, second, value):
    return Reading(bench.table.series[0], value, when(second), when(second), "update")
