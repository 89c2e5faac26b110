"""Kinds of charts, comparisons, exports: in the window, filled from a real history."""

import csv
import io
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from statmon.domain.cells import as_text
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.history import History
from statmon.ui.chart import export
from statmon.ui.chart.legend import Legend
from statmon.ui.chart.spec import Band
from statmon.ui.chart.ticks import days_before
from statmon.ui.look.theme import LIGHT
from tests.ui.fake_engine import SITE, now, state

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"
SERIES = Series(SITE, "Queue", QUEUE, WAITING)
AGENT = Series(SITE, "Agent", "agent1", "CurrentAgentState")
MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def present():
    return now()


@pytest.fixture
def history(tmp_path, present):
    """The last hour, the same hour a day before (ten more) and of the four weeks before."""
    history = History(tmp_path, now=lambda: present - 29 * DAY)
    readings = []
    for days, more in ((28, 4), (21, 3), (14, 2), (7, 1), (1, 10), (0, 0)):
        end = days_before(present, days)
        for minute in range(60, 0, -1):
            at = end - minute * MINUTE
            readings.append(Reading(SERIES, 20 + more, at, at, "update"))
    for minute, name in ((50, "WaitForNextCall"), (30, "CallInbound"), (10, "NotReadyForNextCall")):
        at = present - minute * MINUTE
        readings.append(Reading(AGENT, {"stateValue": {"status": name}}, at, at, "update"))
    history.record(sorted(readings, key=lambda reading: reading.arrived))
    history.flush().result()
    yield history
    history.close()


@pytest.fixture
def charts(engine, open_window, qtbot, history):
    engine.go_up()
    engine.feed(QUEUE, WAITING, 20)
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    window.parts.use_history(history, lambda: ("", ""))
    window.parts.charts.current.set_span(1800)
    return window.parts.charts


def first(charts):
    return charts.current.view.frame.lines[0]


def test_a_line_is_compared_with_itself_on_another_day(charts, qtbot):
    """Dashed, at the same time of day, moved onto today."""
    charts.tools.compare_wanted.emit("day")
    qtbot.waitUntil(lambda: len(first(charts).other.number) > 20)
    frame = charts.current.view.frame
    panel = charts.current.view.panels[0]
    lines = panel.lines[0].other.strokes

    assert np.nanmax(first(charts).other.high) == 30
    assert frame.shift == frame.now - days_before(frame.now, 1)
    assert lines[:, 0].min() >= frame.begin / 1000 - 120
    assert lines[:, 2].max() <= frame.end / 1000 + 1
    assert charts._workspace.charts[0]["compare"] == "day"


def test_the_band_of_what_is_usual_is_that_of_the_weekday(charts, qtbot):
    """Four weeks, 21 to 24: the day before with its 30 has no part in it."""
    charts.tools.usual_wanted.emit(True)
    qtbot.waitUntil(
        lambda: first(charts).hull is not None and not np.isnan(first(charts).hull[1]).all()
    )
    qtbot.waitUntil(lambda: np.nanmax(first(charts).hull[2]) > 23)
    times, low, high = first(charts).hull

    assert 21 <= np.nanmin(low) < np.nanmax(high) <= 24
    assert len(times) == len(low) == len(high)
    assert charts.current.view.panels[0].ground.hulls


def test_small_multiples_have_a_panel_each_and_one_scale(charts, engine):
    """So that they can be compared."""
    engine.feed("7002@SIP_Switch", WAITING, 400)
    rows = [row for row, item in enumerate(engine.table.statistics) if item.title == WAITING]
    charts.show_rows(rows)
    charts.tools.kind_wanted.emit("multiples")
    chart = charts.current
    chart.redraw(now() + 1000)

    assert len(chart.view.panels) == 2
    assert chart.view.panels[0].range == chart.view.panels[1].range
    assert chart.view.panels[0].range[1] >= 400
    assert chart.view.notice.isHidden()
    engine.service("UNAVAILABLE")
    charts.recorder.look(now())
    chart.redraw(now() + 60_000)
    assert chart.view.notice.text().startswith("missing ")


def test_states_stand_as_ribbons(charts, engine, qtbot, present):
    """From the history, and on with what comes live; where they end is not made up."""
    engine.feed("agent1", "CurrentAgentState", state("CallOnHold"))
    charts.show_rows([engine.table.row_of(AGENT)])
    charts.current.set_span(3600)
    qtbot.waitUntil(lambda: len(first(charts).spans) == 4)
    found = first(charts).spans

    assert [span.state for span in found] == [
        "WaitForNextCall", "CallInbound", "NotReadyForNextCall", "CallOnHold",
    ]  # fmt: skip
    assert found[0].begin == present - 50 * MINUTE
    chart = charts.current
    chart.view.sum_up()
    assert chart.view.legend.items[0].text(1) == "◐ CallOnHold"
    chart.view.point_at(present / 1000 - 20 * 60)
    assert chart.view.legend.items[0].text(5) == "CallInbound"


def test_panels_on_one_time_axis_begin_and_end_at_the_same_place(charts, engine):
    """Whatever axes they have: else the same instant would stand at two places."""
    wanted = (
        ("agent1", "CurrentAgentState"), ("agent2", "InboundCalls"), (QUEUE, "ServiceLevel"),
    )  # fmt: skip
    charts.show_rows(
        [
            row
            for row, item in enumerate(engine.table.statistics)
            if (item.ref.object_id, item.title) in wanted
        ]
    )
    chart = charts.current
    chart.redraw(now())
    chart.grab()
    boxes = [panel.box.sceneBoundingRect() for panel in chart.view.panels]

    assert len(boxes) == 2
    assert boxes[0].left() == pytest.approx(boxes[1].left())
    assert boxes[0].right() == pytest.approx(boxes[1].right())


def test_panels_that_have_no_room_are_scrolled(charts, engine):
    """None is too low for its numbers; the page keys scroll."""
    units = engine.table.units
    rows = [row for row in range(len(engine.table)) if units[row] is not Unit.STATE][:12]
    charts.show_rows(rows)
    charts.tools.stacked_wanted.emit(True)
    chart = charts.current
    chart.redraw(now())
    chart.grab()

    assert len(chart.view.panels) == len(rows)
    assert all(panel.box.height() >= 50 for panel in chart.view.panels)
    bar = chart.view._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(chart, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    QTest.keyClick(chart, Qt.Key.Key_PageUp)
    assert bar.value() == 0


def test_what_is_drawn_beside_the_lines_is_said_in_the_legend(charts):
    """Nobody guesses what a dashed line is."""
    charts.tools.compare_wanted.emit("week")
    charts.tools.usual_wanted.emit(True)
    legend = charts.current.view.legend
    said = [legend.topLevelItem(row).text(0) for row in range(legend.topLevelItemCount())]

    assert said[-2:] == ["╌ dashed: the week before", "▒ band: usual at this time of day"]
    charts.tools.kind_wanted.emit("bars")
    charts.tools.kind_wanted.emit("line")
    charts.tools.compare_wanted.emit("")
    charts.tools.usual_wanted.emit(False)
    legend = charts.current.view.legend
    assert legend.topLevelItemCount() == len(charts.current.rows)


def test_a_narrow_legend_leaves_numbers_out_before_names(qtbot):
    """The lowest first, the last value never."""
    legend = Legend(["Sales · ServiceLevel"], [], LIGHT)
    qtbot.addWidget(legend)
    legend.show()
    hidden = []
    for width in (900, 330, 280, 150):
        legend.resize(width, 100)
        hidden.append([column for column in range(1, 5) if legend.isColumnHidden(column)])

    assert hidden[0] == []
    assert hidden[-1] == [2, 3, 4]
    assert all(set(before) <= set(after) for before, after in pairwise(hidden))
    assert [2] in hidden


def test_bars_show_now_and_whether_it_may_be_taken_for_now(charts, engine):
    """A bar of a stale value is hollow."""
    charts.tools.kind_wanted.emit("bars")
    bars = charts.current
    bars.redraw(now())
    assert bars.values()[0][1] == "20"
    part, known = bars.items[0].data(1, 0x100)
    assert known
    assert 0 < part <= 1

    engine.service("UNAVAILABLE")
    charts._pulse.lens.refresh(now())
    bars.redraw(now())
    assert bars.items[0].data(1, 0x100)[1] is False
    charts.tools.kind_wanted.emit("line")
    assert charts.current.view.panels


def test_bands_and_notes_are_drawn_where_they_belong(charts, qtbot):
    """And kept with the chart."""
    charts._alter(bands=(Band(10, 15, "warn"),))
    charts.current.view.point_at(now() / 1000 - 60)
    charts.current.add_note("campaign starts")
    view = charts.current.view

    assert view.panels[0].ground.bands == (Band(10, 15, "warn"),)
    assert view.panels[0].ground.marks[0] == pytest.approx(now() / 1000 - 60, abs=5)
    assert any("campaign starts" in item.toPlainText() for item in view._labels.items)
    assert charts._workspace.charts[0]["notes"][0]["text"] == "campaign starts"
    assert view.grab().width() > 0


def test_thresholds_are_bands(charts, engine, qtbot):
    """Of the statistic that a chart shows, as soon as they are set, if it has one scale."""
    rule = {
        "kind": "threshold",
        "statistic": WAITING,
        "high": {"warning": 8, "critical": 12},
        "low": {"critical": 1},
    }
    document = charts.window().parts.document
    document.edit("rules", lambda it: replace(it, alerts=(rule,)))
    assert charts.current.view.panels[0].ground.bands == ()  # it shows per cent, too

    charts.show_rows(charts.current.rows[:2])
    assert charts.current.view.panels[0].ground.bands == (
        Band(-math.inf, 1, "bad"),
        Band(8, 12, "warn"),
        Band(12, math.inf, "bad"),
    )
    document.edit("rules", lambda it: replace(it, alerts=()))
    assert charts.current.view.panels[0].ground.bands == ()


def test_values_are_exported_as_they_are_shown(charts, qtbot):
    """Each column of each line, gaps by name; a name is never taken for a formula."""
    qtbot.waitUntil(lambda: len(first(charts).columns.number) > 25)
    rows = list(csv.reader(io.StringIO(as_text(export.values(charts.current)))))
    lines = [row for row in rows[1:] if row[2] == QUEUE and row[0].endswith(WAITING)]

    assert rows[0][0] == "series"
    assert len(lines) == len(first(charts).columns.number) - 1
    assert lines[0][4:] == ["20", "20", "20", "20"]
    charts.tools.export_wanted.emit("copy-csv")
    assert QGuiApplication.clipboard().text().startswith("series\t")


def test_pictures_and_drawings_are_written(charts, qtbot, tmp_path):
    """In another thread; what cannot be written is said in a sentence."""
    from statmon.ui.chart.saving import Saving

    saving = Saving(charts)
    for kind, content in (("png", export.png(charts.current)), ("svg", export.svg(charts.current))):
        with qtbot.waitSignal(saving.saved):
            saving.write(tmp_path / f"chart.{kind}", content)
    assert QImage(str(tmp_path / "chart.png")).width() == charts.current.width()
    drawing = (tmp_path / "chart.svg").read_text("utf-8")
    assert "<svg" in drawing
    assert "<polyline" in drawing or "<path" in drawing
    with qtbot.waitSignal(saving.failed) as failed:
        saving.write(tmp_path / "nowhere" / "chart.png", b"")
    assert "could not write" in failed.args[0]
    charts.tools.export_wanted.emit("copy")
    assert not QGuiApplication.clipboard().pixmap().isNull()


@pytest.mark.parametrize(
    "values",
    [[], [5], [0, 0, 0], [3, 3, 3], [None, None], ["Ready", "Busy"], [-5, -5], [1e300, -1e300, 0]],
    ids=["none", "one point", "zeros", "all equal", "undefined", "text", "negative", "huge"],
)
def test_every_series_can_be_drawn(charts, engine, values):
    """None, one point, all equal, undefined, text: no warning, and no made-up zero."""
    for value in values:
        engine.feed("agent2", "InboundCalls", value)
    row = next(
        row
        for row, item in enumerate(engine.table.statistics)
        if item.ref.object_id == "agent2" and item.title == "InboundCalls"
    )
    charts.show_rows([row])
    chart = charts.current
    chart.redraw(now() + 5_000)
    chart.view.sum_up()
    assert chart.view.grab().width() > 0
    drawn = chart.view.panels[0].lines[0].curve.strokes
    numbers = {float(value) for value in values if isinstance(value, int | float)}
    assert set(drawn[:, 1].tolist()) | set(drawn[:, 3].tolist()) <= numbers


def test_charts_changed_by_hand_are_handed_to_the_workspace(charts, engine):
    """So that they are there again the next time."""
    charts.show_rows([0])

    assert len(engine.workspace.charts) == 2
    assert engine.workspace.charts[1]["series"][0]["objectId"] == "agent1"


def test_a_new_chart_is_seen_where_charts_are_put_away(charts):
    """Its dock comes back."""
    docks = charts.window().parts.docks
    docks.charts.close()
    charts.show_rows([0])

    assert docks.charts.isVisible()
