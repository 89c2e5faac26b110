"""Bars per interval: how many in each, from history and from now, restarts and gaps."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from statmon.analysis.increments import Increments
from statmon.domain.cells import as_text
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.history import History
from statmon.ui.chart import export, increases
from statmon.ui.chart.intervals import Intervals
from tests.ui.fake_engine import SITE, now

QUEUE = "7001@SIP_Switch"
SERIES = Series(SITE, "Queue", QUEUE, "Total_Answered")
MINUTE, QUARTER = 60_000, 900_000


@pytest.fixture
def present():
    """The end of the quarter of an hour before the last, so that all is of the past."""
    return now() // QUARTER * QUARTER


@pytest.fixture
def history(tmp_path, present):
    """A counter of four quarters: 10 and 8, a restart and 9, a gap across an edge, 5."""
    history = History(tmp_path)
    counted = [(61, 100), (50, 110), (46, 118), (40, 3), (35, 9), (12, 20), (4, 25)]
    for minutes, number in counted[:5]:
        at = present - minutes * MINUTE
        history.record([Reading(SERIES, number, at, at, "update")])
    history.gap("connection", present - 20 * MINUTE)
    history.mend("connection", present - 12 * MINUTE)
    for minutes, number in counted[5:]:
        at = present - minutes * MINUTE
        history.record([Reading(SERIES, number, at, at, "update")])
    history.flush().result()
    yield history
    history.close()


@pytest.fixture
def charts(engine, open_window, history):
    engine.go_up()
    engine.feed(QUEUE, "Total_Answered", 25)
    window = open_window(engine)
    window.parts.charts.use_store(history)
    row = engine.table.row_of(SERIES)
    window.parts.charts.show_rows([row])
    return window.parts.charts


@pytest.fixture
def chart(charts, qtbot):
    charts.tools.kind_wanted.emit("intervals")
    chart = charts.current
    assert isinstance(chart, Intervals)
    assert chart.spec.span == 28_800  # of a quarter of an hour there would be three bars
    qtbot.waitUntil(lambda: bool(chart.past))
    return chart


def shown(chart, present):
    """Return the words of the four quarters before an instant."""
    first = int(np.flatnonzero(chart.edges == present)[0]) - 4
    (_, unit, got) = chart.found[0]
    return [increases.amount(got, place, unit) for place in range(first, first + 4)], first


def test_each_interval_has_what_was_counted_in_it(chart, present):
    """Across a restart too; of a gap across an edge both intervals have bounds."""
    words, first = shown(chart, present)

    assert words == ["18", "9", "0–11", "5–16"]
    assert chart.found[0][2].restarts[first + 1] == 1


def test_the_arrows_read_the_intervals(chart, present):
    """With day and time, what was missed and what began anew; Escape leaves them."""
    _, first = shown(chart, present)
    chart.point_at(first + 1)
    assert " 9 · began anew in it" in chart.said.text()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert " 0–11 · some of it was not recorded" in chart.said.text()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert " 18" in chart.said.text()
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert "intervals" in chart.said.text()


def test_what_is_exported_are_numbers_only_where_they_are_exact(chart, present):
    """Bounds are words: nobody adds them up."""
    _, first = shown(chart, present)
    rows = list(csv.reader(io.StringIO(as_text(export.values(chart)))))

    assert [row[-1] for row in rows[1 + first : 5 + first]] == ["18", "9", "0–11", "5–16"]
    assert export.values(chart)[1 + first][-1] == 18
    assert export.png(chart).startswith(b"\x89PNG")
    assert b"<svg" in export.svg(chart)


def test_what_comes_now_counts_in_the_interval_that_is_under_way(chart, engine, qtbot):
    """Drawn paler, for it is not over."""
    engine.feed(QUEUE, "Total_Answered", 32)
    chart.redraw(now())
    (_, _, got) = chart.found[0]

    assert got.least[-1] >= 7


def test_spans_are_chosen_and_other_kinds_come_back(charts, chart):
    """As with any chart over time; lines and notes are not for bars."""
    assert not charts.tools.note.isEnabled()
    charts.tools.spans[1].click()
    assert charts.current.spec.span == 3600
    assert len(charts.current.edges) - 1 in (12, 13)
    charts.tools.kind_wanted.emit("line")
    assert charts.current.spec.kind == "line"


def test_what_is_no_counter_has_no_bars(charts, engine):
    """A level goes down without a restart; that is said, and not offered alone."""
    row = next(
        row for row, one in enumerate(engine.table.statistics)
        if one.name == "CurrentNumberWaitingCalls"
    )  # fmt: skip
    charts.show_rows([row, engine.table.row_of(SERIES)])
    charts.tools.kind_wanted.emit("intervals")

    assert len(charts.current.found) == 1
    assert "No counter" in charts.current.said.text()


@pytest.mark.parametrize(
    ("span", "wanted", "seconds"),
    [(900, 0, 300), (28_800, 0, 900), (604_800, 0, 3600), (9e6, 0, 86_400), (28_800, 1800, 1800)],
)
def test_an_interval_suits_the_span(span, wanted, seconds):
    """Unless the workspace says how long it is."""
    assert increases.every(span, wanted) == seconds


def test_a_lower_bound_is_called_one():
    """Never a point."""
    one = np.array([True])
    got = Increments(np.array([4.0]), np.array([4.0]), one, np.array([0]))
    assert increases.amount(got, 0, Unit.COUNT) == "≥ 4"
    assert increases.amount(got._replace(most=np.array([np.inf])), 0, Unit.SECONDS) == "≥ 0:04"
    assert increases.amount(got._replace(least=np.array([np.nan])), 0, Unit.COUNT) == "–"


def test_before_anything_is_known_nothing_is_missing(chart, present):
    """As in every chart: a statistic that is new has no gap before it."""
    drawing = chart.canvas.drawing
    first = int(np.flatnonzero(chart.edges == present)[0])

    assert 0 < drawing.first <= first - 4
    assert np.isnan(drawing.bars[0].got.least[: drawing.first]).all()
