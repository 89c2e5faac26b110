"""The distribution of waits in the window: what it shows, says, and lets one open."""

import csv
import io
import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from statmon.domain.cells import as_text
from statmon.domain.parts import with_parts
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef
from statmon.domain.waits import missing_ranges
from statmon.domain.workspace import parse
from statmon.history import History
from statmon.service.wire.events import Arrival, ReadingsArrived
from statmon.storage.user import library
from statmon.ui.chart import export
from statmon.ui.chart.waits import Waits
from tests.ui.fake_engine import SITE, FakeEngine, now, workspace

LIBRARY = library.shipped()
FIRST, SECOND = (ObjectRef("Queue", f"{number}@SIP_Switch") for number in (7001, 7002))
EDGES = (0, 5, 10, 20, 30, 60, 120, 300, math.inf)
MINUTE = 60_000
ANSWERED = {FIRST: [4, 6, 20, 10, 5, 3, 1, 1], SECOND: [0, 0, 10, 20, 10, 5, 4, 1]}
HUNG_UP = {FIRST: [2, 1, 1, 0, 0, 0, 0, 0], SECOND: [0, 0, 0, 1, 1, 0, 0, 0]}


def place_of(definition):
    """Return the outcome and the place of the range that a statistic counts."""
    left = definition.fields["timeRangeLeft"]
    return definition.text("mainMask"), EDGES.index(left)


def counting(*refs):
    """Return a workspace in which the waits of these queues are counted."""
    missing = missing_ranges(refs, [], LIBRARY)
    return with_parts(workspace(), missing, "Waits")


def readings(engine, ref, ago, part=1.0):
    """Return what the counters of a queue said some minutes ago: a part of all."""
    at = now() - int(ago * MINUTE)
    found = []
    for statistic, series in zip(engine.table.statistics, engine.table.series, strict=True):
        if statistic.ref == ref and statistic.definition is not None:
            outcome, place = place_of(statistic.definition)
            counts = ANSWERED if outcome == "CallAnswered" else HUNG_UP
            found.append(Reading(series, round(counts[ref][place] * part), at, at, "update"))
    return found


@pytest.fixture
def two_queues():
    """An engine that counts the waits of two queues, and has had them for a quarter of an hour."""
    engine = FakeEngine(counting(FIRST, SECOND))
    engine.go_up()
    for ref in (FIRST, SECOND):
        engine.table.apply(readings(engine, ref, 15, 0))
    return engine


@pytest.fixture
def shown(open_window):
    """Return a function that charts the waits of the first queues of an engine."""

    def show(engine, *refs):
        charts = open_window(engine).parts.charts
        rows = [
            next(row for row, one in enumerate(engine.table.statistics) if one.ref == ref)
            for ref in refs or (FIRST, SECOND)
        ]
        charts.show_rows(rows)
        charts.tools.kind_wanted.emit("waits")
        assert isinstance(charts.current, Waits)
        return charts

    return show


def tell(engine, *refs):
    """Let all counters of some queues arrive."""
    for ref in refs:
        found = readings(engine, ref, 0)
        engine.table.apply(found)
        arrivals = tuple(Arrival(one, ()) for one in found)
        engine.tell(ReadingsArrived(arrivals, now()))


def test_waits_of_two_queues_are_added_and_any_service_level_is_told(two_queues, shown):
    """Of 100 answered 40 within 20 s; 2 of the 6 who hung up do not count."""
    charts = shown(two_queues)
    chart = charts.current
    tell(two_queues, FIRST, SECOND)
    chart.redraw(now())
    words = chart.said.text()

    assert "106 waited, 100 answered, 6 hung up" in words
    assert "Answered within 0:20: 38.5 % = 40 of 104." in words
    assert "2 who hung up within 0:05 do not count" in words
    assert "no longer than 0:20 to 0:30 (P50), nine of ten 1:00 to 2:00 (P90)" in words
    assert "not recorded" not in words
    assert chart.canvas.accessibleDescription() == words


def test_the_threshold_is_moved_by_keys_and_kept(two_queues, shown, qtbot):
    """Between two edges there are bounds, and the edges are named; the workspace keeps it."""
    charts = shown(two_queues)
    chart = charts.current
    tell(two_queues, FIRST, SECOND)
    chart.redraw(now())
    QTest.keyClick(chart.slider, Qt.Key.Key_Right)
    chart.use_spec(chart.spec)  # as each change of the workspace does: it is not moved back

    assert chart.seconds == 21
    assert chart.threshold.text() == "0:21"
    assert "38.5 % to 67.3 %, that is 40 to 70 of 104." in chart.said.text()
    assert "Exact at 0:20 · 0:30" in chart.said.text()
    qtbot.waitUntil(lambda: charts.current.spec.extra.get("threshold") == 21)
    assert charts.current is chart
    assert two_queues.workspace.charts[-1]["threshold"] == 21
    assert chart.slider.accessibleName()
    assert chart.focusProxy() is chart.slider


def test_what_is_not_counted_is_opened_from_the_chart(open_window, shown):
    """With what it costs, and that the contact centre may refuse it; then the waits are shown."""
    engine = FakeEngine(workspace())
    engine.go_up()
    charts = shown(engine, FIRST, SECOND)
    chart = charts.current

    assert not chart.slider.isVisible()
    assert "32 statistics, about 32 notifications a minute" in chart.opening.text()
    assert "must be tried" in chart.remark.text()
    chart.opening.click()
    assert len(engine.workspace.subscriptions[-1].statistics) == 32
    charts._look_for_rows()
    chart = charts.current
    assert not chart.opening.isVisibleTo(chart)
    assert chart.slider.isVisibleTo(chart)
    assert "Nothing is known yet" in chart.said.text()


def test_a_queue_of_which_nothing_is_known_is_left_out_and_named(shown):
    """It does not make the others smaller, nor itself 0."""
    engine = FakeEngine(counting(FIRST, SECOND))
    engine.go_up()
    engine.table.apply(readings(engine, FIRST, 15, 0))
    chart = shown(engine).current
    tell(engine, FIRST)
    chart.redraw(now())

    assert "54 waited" in chart.said.text()
    assert f"left out: {SECOND.object_id}" in chart.said.text()


def test_it_is_as_fresh_as_its_worst_counter(two_queues, shown):
    """One that the service refuses makes the whole of it doubtful, in words and hatched."""
    charts = shown(two_queues)
    chart = charts.current
    tell(two_queues, FIRST, SECOND)
    chart.redraw(now())
    assert chart.canvas.drawing.known
    title = next(
        one.title for one in two_queues.table.statistics
        if one.ref == SECOND and one.definition is not None
    )  # fmt: skip
    two_queues.refuse(SECOND.object_id, title, "Category is not allowed")
    charts._pulse.lens.refresh(now())
    chart.redraw(now())

    assert not chart.canvas.drawing.known
    assert "Category is not allowed" in chart.said.text()


def test_what_an_earlier_hour_counted_comes_from_the_history(two_queues, shown, qtbot, tmp_path):
    """And where some of the time was not recorded, all numbers say that they are lower bounds."""
    history = History(tmp_path)
    try:
        for ref in (FIRST, SECOND):
            history.record(readings(two_queues, ref, 50, 0.5))
        history.gap("connection", now() - 40 * MINUTE)
        history.mend("connection", now() - 30 * MINUTE)
        history.flush().result()
        charts = shown(two_queues)
        charts.use_store(history)
        chart = charts.current
        qtbot.waitUntil(lambda: bool(chart.past))
        tell(two_queues, FIRST, SECOND)
        chart.redraw(now())

        assert "≥ " in chart.said.text()
        assert "≈ " in chart.said.text()
        assert "Some of this time was not recorded" in chart.said.text()
        assert chart.got.begin < now() - 49 * MINUTE
    finally:
        history.close()


def test_what_is_copied_are_the_ranges(two_queues, shown):
    """In seconds, for a spreadsheet."""
    chart = shown(two_queues).current
    tell(two_queues, FIRST, SECOND)
    chart.redraw(now())
    rows = list(csv.reader(io.StringIO(as_text(export.values(chart)))))

    assert rows[1][:4] == ["0", "5", "4", "2"]
    assert rows[-1][1:] == ["", "2", "0", "100.0"]
    assert export.png(chart).startswith(b"\x89PNG")


def test_the_kind_is_offered_where_somebody_waits(open_window, engine):
    """Of an agent's calls there are no waits."""
    engine.go_up()
    charts = open_window(engine).parts.charts
    items = charts.tools.kind.model()
    place = charts.tools.kind.findText("Waits")
    for name, offered in (("CurrentAgentState", False), ("ServiceLevel", True)):
        row = next(r for r, one in enumerate(engine.table.statistics) if one.name == name)
        charts.show_rows([row])
        assert items.item(place).isEnabled() is offered


def test_of_what_nobody_waits_for_it_says_so(open_window):
    """A workspace file may want the waits of an agent."""
    item = {"objectType": "Agent", "objectId": "agent1", "name": "InboundCalls"}
    engine = FakeEngine(
        parse(
            {"schema": 1, "name": "", "site": {"url": SITE},
             "subscriptions": [{"name": "a", "statistics": [{"id": "1", **item}]}],
             "charts": [{"kind": "waits", "title": "", "series": [item], "threshold": "soon"}]}
        )
    )  # fmt: skip
    engine.go_up()
    charts = open_window(engine).parts.charts
    charts.open_waiting()
    (only,) = charts.charts

    assert isinstance(only, Waits)
    assert "None of these" in only.remark.text()
    assert export.values(only)[1:] == []
