"""A time in which nothing was known is drawn where it was, and nowhere else.

The clock is injected: hours pass in a moment.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from statmon.history import History
from statmon.recording import Recording
from statmon.service import clock
from statmon.ui.history.keeper import Keeper
from tests.ui.fake_engine import FakeEngine, workspace

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"
TICK = 10_000
"""Milliseconds between two looks at the freshness."""
SPANS = (60, 900, 3600)


class Time:
    """The time that all parts of statmon see."""

    def __init__(self):
        self.elapsed = clock.elapsed_ms()

    def now(self):
        return clock.epoch_ms()


@pytest.fixture
def hours(monkeypatch):
    time = Time()
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: time.elapsed)
    return time


@pytest.fixture
def engine():
    """Charts of several spans, of the same series."""
    made = workspace()
    series = made.charts[0]["series"]
    charts = tuple(
        {"kind": "line", "title": f"{span} s", "series": series, "span": span} for span in SPANS
    )
    return FakeEngine(replace(made, charts=charts))


@pytest.fixture
def life(engine, open_window, qtbot, hours, tmp_path):
    """Open a window that records, before there is a connection; let time pass in it."""
    made = []

    class Life:
        def __init__(self):
            self.history = History(tmp_path / "history", now=hours.now)
            self.keeper = Keeper(engine, self.history)
            hours.elapsed += 1000  # views take a while to be made
            self.window = open_window(engine)
            self.window.parts.use_history(self.history, lambda: ("", ""))
            qtbot.waitUntil(lambda: len(self.charts.charts) == len(SPANS))
            self.read()

        @property
        def charts(self):
            return self.window.parts.charts

        def read(self):
            """Until all that was asked of the history is answered."""

            def idle():
                self.charts._redraw()
                reader = self.charts._reader
                return reader is not None and not reader._jobs

            qtbot.waitUntil(lambda: self.history.flush().result() and idle())

        def pass_(self, seconds, *, feed=True):
            for _ in range(seconds * 1000 // TICK):
                hours.elapsed += TICK
                if feed:
                    engine.feed(QUEUE, WAITING, hours.elapsed // TICK % 7)
                self.window.parts.pulse.tick()
                self.charts._redraw()

        def show(self, span):
            self.charts.tabs.setCurrentIndex(SPANS.index(span))
            self.read()
            return self.charts.current.view.frame

    def begin():
        made.append(Life())
        return made[-1]

    yield begin
    for one in made:
        one.keeper.recording.stop()
        one.history.close()


@pytest.mark.parametrize(
    ("span", "seconds", "front"),
    [(60, 70, 60), (60, 70, 900), (900, 1000, 60), (900, 7200, 60), (3600, 7200, 60)],
)
def test_no_outage_is_drawn_that_never_was(life, engine, hours, span, seconds, front):
    """A chart that was read while there was no connection yet, in front or behind another."""
    one = life()
    one.show(span)
    one.show(front)
    engine.go_up()
    one.pass_(seconds)

    frame = one.show(span)
    assert frame.lines[0].columns.number.size
    assert [gap for gap in frame.gaps if gap.end > frame.now - seconds * 1000 + 2 * TICK] == []


@pytest.mark.parametrize("span", SPANS)
def test_an_outage_behind_another_tab_is_drawn_where_it_was(life, engine, hours, span):
    """From when it began to the first reading after it, and no longer."""
    one = life()
    one.show(span)
    one.show(60 if span != 60 else 900)
    engine.go_up()
    one.pass_(3600)
    engine.service("UNAVAILABLE")
    one.window.parts.pulse.tick()
    began = hours.now()
    one.pass_(span // 4, feed=False)
    engine.go_up()
    one.pass_(span // 2)

    gaps = one.show(span).gaps
    assert [gap.begin for gap in gaps] == [began]
    assert abs(gaps[0].end - (began + span // 4 * 1000)) <= 2 * TICK


def test_an_outage_that_lasts_is_drawn_to_now(life, engine, hours):
    """Also in a chart that is opened in the midst of it."""
    one = life()
    engine.go_up()
    one.pass_(300)
    engine.connect("reconnecting", "cut")
    one.window.parts.pulse.tick()
    began = hours.now()
    one.pass_(120, feed=False)
    one.charts.show_rows([one.window.parts.pulse.lens.live.row_of(engine.table.series[1])])
    one.pass_(60, feed=False)

    gap = one.show(900).gaps[-1]
    assert gap.begin == began
    assert gap.end == hours.now()


def test_what_history_says_of_a_lasting_gap_ends_with_what_was_read(life, engine, hours, qtbot):
    """Paused recording and lost subscriptions as well: what came since memory knows better."""
    one = life()
    engine.go_up()
    one.keeper.recording.pause(True)
    one.history.gap("subscription", hours.now(), [engine.table.series[0]])
    one.window.parts.charts.current.forget_past()
    one.read()
    one.pass_(1200)

    for span in SPANS:
        frame = one.show(span)
        assert [gap for gap in frame.gaps if gap.end > frame.now - 1200_000 + 2 * TICK] == []


def test_a_paused_recording_ends_with_its_window(hours, engine, tmp_path):
    """The next window on the same history records, and does not say that it is paused."""
    history = History(tmp_path, now=hours.now)
    first = Recording(engine, engine.workspace, history)
    first.start()
    engine.go_up()
    first.pause(True)
    hours.elapsed += 60_000
    first.stop()
    paused = hours.now()
    second = Recording(engine, engine.workspace, history)
    second.start()
    engine.go_up()
    hours.elapsed += 3_600_000
    gaps = history.gaps(paused - 120_000, hours.now()).result()
    history.close()

    assert [gap.end for gap in gaps if gap.kind == "pause"] == [paused]


# The other places that show what the history knows.


def test_the_slider_of_the_time_machine_reads_on(life, engine, hours, qtbot):
    """A gap that lasted when it was entered ends while time is played."""
    one = life()
    engine.go_up()
    one.pass_(600)
    engine.connect("reconnecting", "cut")
    hours.elapsed += 60_000
    machine = one.window.parts.travel.machine
    machine.enter()
    qtbot.waitUntil(lambda: machine.gaps_upto > 0 and one.window.parts.pulse.travelling)
    assert [gap.end for gap in machine.gaps if gap.kind == "connection"][-1] is None
    engine.connect("connected")
    ended = hours.now()
    hours.elapsed += 600_000
    machine.play(True)
    qtbot.waitUntil(lambda: machine.gaps_upto == hours.now())
    assert machine.gaps[-1].end == ended
    assert one.window.parts.travel.bar.slider._gaps[-1][1] == ended
    engine.connect("reconnecting", "again")
    began = hours.now()
    hours.elapsed += 60_000
    qtbot.waitUntil(lambda: machine.gaps_upto == hours.now())
    assert (machine.gaps[-1].start, machine.gaps[-1].end) == (began, None)
    assert one.window.parts.travel.bar.slider._gaps[-1] == (began, hours.now())
    machine.leave()


def test_a_trend_that_is_looked_at_later_knows_of_later_gaps(life, engine, hours, qtbot):
    """Hours are read with the gaps of then, not with those of the window's beginning."""
    one = life()
    engine.go_up()
    one.pass_(600)
    engine.service("UNAVAILABLE")
    hours.elapsed += 600_000
    one.window.parts.pulse.tick()
    lens = one.window.parts.pulse.lens
    row = next(n for n, item in enumerate(lens.live.statistics) if item.title == WAITING)
    lens.trends.seeded[:] = False
    lens.trends._kept[:] = np.nan
    one.window.parts.page._seeder.look([row])
    qtbot.waitUntil(lambda: np.isfinite(lens.hour(row)).any())

    assert np.isfinite(lens.hour(row)[-19:-10]).all()
    assert np.isnan(lens.hour(row)[-9:]).all()


# Whatever happens while a chart is hidden.

STEPS = st.lists(
    st.sampled_from(["cut", "down", "up", "live", "quiet", "long", "show", "pause", "go on"]),
    min_size=2,
    max_size=10,
)


@given(steps=STEPS)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_gaps_are_where_nothing_was_known(qapp, monkeypatch, tmp_path_factory, steps):
    """Whatever happens to connection, service and recording while the chart is hidden."""
    from statmon.ui.chart.factory import Factory
    from statmon.ui.chart.past import PastReader
    from statmon.ui.chart.recorder import BROKEN, Recorder
    from statmon.ui.chart.spec import ChartSpec, item_of
    from statmon.ui.data.lens import Lens
    from statmon.ui.look import theme as themes

    time = Time()
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: time.elapsed)
    engine = FakeEngine(workspace())
    row = next(n for n, item in enumerate(engine.table.statistics) if item.title == WAITING)
    history = History(tmp_path_factory.mktemp("history"), now=time.now)
    recording, recorder = Recording(engine, engine.workspace, history), Recorder(engine.table)
    recording.start()
    time.elapsed += 1000
    engine.listen(recorder.told)
    recorder.watch([row], time.now())
    statistic = engine.table.statistics[row]
    spec = ChartSpec(title="t", series=(item_of(statistic),), span=900)
    factory = Factory(
        Lens(engine.table, time.now()), recorder, lambda _ref: (), lambda _: None, str
    )
    chart = factory.make(spec, [row], ["line"], (), themes.LIGHT)
    reader = PastReader(history)
    chart.wants.connect(
        lambda days, request: reader.ask((chart, days), request, lambda a: chart.take(days, a))
    )

    def show():
        chart.redraw(time.now())
        while reader._jobs:
            history.flush().result()
            QApplication.processEvents()
        return chart.view.frame

    known = []  # a time, and whether the series was known then
    show()
    for step in [*steps, "up", "live", "live"]:
        match step:
            case "cut":
                engine.connect("reconnecting", "cut")
            case "down":
                engine.service("UNAVAILABLE")
            case "up":
                engine.go_up()
            case "show":
                show()
            case "pause" | "go on":
                recording.pause(step == "pause")
        for _ in range({"long": 120, "live": 3, "quiet": 3}.get(step, 1)):
            time.elapsed += TICK
            recorder.look(time.now())
            if step in ("live", "long") and engine.table.healthy:
                engine.feed(QUEUE, WAITING, time.elapsed // TICK % 7)
            fresh = engine.table.freshness_of(row, time.now())
            known.append((time.now(), fresh not in BROKEN))
    frame = show()
    recording.stop()
    history.close()
    chart.deleteLater()

    first = next(at for at, was in known if was)
    for (before, was_before), (at, was) in pairwise(known):
        middle = (before + at) // 2
        hatched = any(gap.begin <= middle < gap.end for gap in frame.gaps)
        if middle < max(first, frame.begin + frame.width):
            continue
        if was_before and was:
            assert not hatched, (steps, at - time.now())
        elif not was_before and not was:
            assert hatched, (steps, at - time.now())
