from itertools import combinations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from statmon.domain.unit import Unit
from statmon.history import History
from statmon.service.wire.events import ClockStepped
from statmon.ui.chart.gaps import Gap
from statmon.ui.chart.names import short_names, title_of
from statmon.ui.data.drag import pack
from tests.ui.fake_engine import now

PATIENCE_MS = 20_000
QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"


@pytest.fixture
def window(engine, open_window, qtbot):
    engine.go_up()
    engine.feed(QUEUE, WAITING, 3)
    engine.feed(QUEUE, "ServiceLevel", 80)
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    return window


def curve(chart, place):
    return next(
        panel.lines[cell.places.index(place)].curve
        for cell, panel in zip(chart.view.cells, chart.view.panels, strict=True)
        if place in cell.places
    )


def last_point(chart, place):
    return curve(chart, place).strokes[-1][3]


def test_the_workspaces_charts_open_by_themselves(window):
    """After the first frame: the library is slow to load."""
    chart = window.parts.charts.charts[0]
    chart.redraw(now() + 5000)

    assert last_point(chart, 0) == 3
    assert last_point(chart, 2) == 80


def test_per_cent_has_an_axis_of_its_own(window):
    """A service level is not drawn on the scale of calls: it fills its share of the height."""
    chart = window.parts.charts.charts[0]
    panel = chart.view.panels[0]
    low, high = panel.range
    bottom, top = panel.plot.getAxis("right").range

    assert high < 80
    assert bottom < 0 < 100 < top
    assert curve(chart, 2).transform().map(0.0, top)[1] == pytest.approx(high)
    assert curve(chart, 2).transform().map(0.0, bottom)[1] == pytest.approx(low)
    assert curve(chart, 2).transform().map(0.0, 0.0)[1] == pytest.approx(0)
    assert curve(chart, 0).transform().isIdentity()


def numbers_at(panel, side):
    """The numbers that are written at an axis."""
    picture = QImage(10, 10, QImage.Format.Format_ARGB32)
    with QPainter(picture) as painter:
        return {text for _, _, text in panel.plot.getAxis(side).generateDrawSpecs(painter)[2]}


def test_lines_on_0_and_on_100_per_cent_are_drawn_whole(window, engine):
    """With their signs, and the numbers there stand at the axes."""
    engine.feed(QUEUE, WAITING, 0)
    engine.feed(QUEUE, "ServiceLevel", 100)
    window.parts.charts.show_rows(
        [
            row
            for row, item in enumerate(engine.table.statistics)
            if item.ref.object_id == QUEUE and item.title in (WAITING, "ServiceLevel")
        ]
    )
    chart = window.parts.charts.current
    chart.redraw(now() + 5000)
    chart.grab()  # the scale is applied when it is painted
    panel = chart.view.panels[0]
    box = panel.box.sceneBoundingRect()

    ends = [line.curve.strokes[-1][2:4] for line in panel.lines]
    assert sorted(value for _, value in ends) == [0, 100]
    for line, end in zip(panel.lines, ends, strict=True):
        sign = line.curve.mapToScene(QPointF(*end)).y()
        assert box.top() + 5 < sign < box.bottom() - 5
    assert {"0", "1"} <= numbers_at(panel, "left")
    assert {"0", "100"} <= numbers_at(panel, "right")


def test_no_label_of_a_gap_hides_a_line_or_another_label(window, engine):
    """A service level has its line at 100 % where all is well."""
    window.resize(1100, 900)
    engine.feed(QUEUE, "ServiceLevel", 100)
    rows = [n for n, item in enumerate(engine.table.statistics) if item.title == "ServiceLevel"]
    window.parts.charts.show_rows(rows[:1])
    chart = window.parts.charts.current
    at = now()
    chart.outages = [
        Gap(at - start * 1000, at - end * 1000, "service unavailable, subscription lost")
        for start, end in ((800, 700), (600, 500), (400, 340), (200, 100))
    ]
    chart.stocks[0].track._times[:1] = at - 890_000  # it is known since before the gaps
    chart.chosen = True
    chart.redraw(at)
    chart.grab()
    panel, items = chart.view.panels[0], chart.view._labels.items
    line = panel.lines[0].curve.mapToScene(QPointF(*panel.lines[0].curve.strokes[-1][2:4])).y()
    rects = [item.mapRectToScene(item.boundingRect()).adjusted(4, 4, -4, -4) for item in items]

    assert rects
    assert all(rect.bottom() <= line for rect in rects)
    assert not any(a.intersects(b) for a, b in combinations(rects, 2))
    assert numbers_at(panel, "left") >= {"0", "100"}
    assert "125" not in numbers_at(panel, "left")


@pytest.mark.usefixtures("clock_stands")
def test_a_gap_is_hatched_and_named_for_as_long_as_it_is_in_view(window, engine):
    """And the line does not go on through it."""
    chart = window.parts.charts.charts[0]
    engine.service("UNAVAILABLE")
    window.parts.charts.recorder.look(now())
    chart.redraw(now() + 60_000)
    begin, end = chart.view.panels[0].ground.gaps[0]
    assert end - begin == pytest.approx(60, abs=2)
    assert chart.view._labels.items[0].toPlainText().startswith("missing ")
    assert curve(chart, 0).end is None

    engine.go_up()
    engine.feed(QUEUE, WAITING, 4)
    chart.redraw(now() + 61_000)
    assert len(chart.view.panels[0].ground.gaps) == 1
    assert last_point(chart, 0) == 4


def test_names_leave_out_what_all_lines_share(engine):
    """Two queues: their names; one queue: the statistics; else both."""
    statistics = engine.table.statistics
    waiting = [s for s in statistics if s.title == WAITING]
    one_queue = [s for s in statistics if s.ref.object_id == QUEUE]

    assert short_names(engine.workspace.label_of, waiting) == [QUEUE, "7002@SIP_Switch"]
    assert short_names(engine.workspace.label_of, one_queue)[0] == WAITING
    assert short_names(engine.workspace.label_of, [statistics[0], one_queue[0]]) == [
        "Desk 1 · CurrentAgentState",
        f"{QUEUE} · {WAITING}",
    ]


def test_a_chart_of_one_object_names_it(engine):
    """A line by itself must say whose it is."""
    one = engine.table.statistics[:1]

    assert title_of(engine.workspace.label_of, one) == "Desk 1: CurrentAgentState"
    assert short_names(engine.workspace.label_of, one) == ["Desk 1 · CurrentAgentState"]
    assert title_of(engine.workspace.label_of, engine.table.statistics[:4]).startswith(
        "CurrentAgentState, "
    )


def test_charts_are_bounded(window, engine):
    """The oldest makes room; it stays in the workspace and is back when there is room."""
    from statmon.ui.chart.charts import MOST_CHARTS

    first = window.parts.charts.charts[0].spec
    for row in range(MOST_CHARTS):
        window.parts.charts.show_rows([row % 12])
    assert len(window.parts.charts.charts) == MOST_CHARTS
    assert len(engine.workspace.charts) == MOST_CHARTS + 1
    assert first not in [chart.spec for chart in window.parts.charts.charts]

    window.parts.charts.close_current()
    assert len(window.parts.charts.charts) == MOST_CHARTS
    assert window.parts.charts.charts[0].spec == first


def test_a_paused_window_draws_no_more_and_records_on(window, engine):
    """What is frozen stays as it was; nothing that came meanwhile is missing afterwards."""
    chart = window.parts.charts.charts[0]
    window.parts.actions.pausing.trigger()
    before = curve(chart, 0).strokes.tolist()
    engine.feed(QUEUE, WAITING, 9)
    window.parts.pulse.tick()
    window.parts.charts._redraw()
    assert curve(chart, 0).strokes.tolist() == before

    window.parts.actions.pausing.trigger()
    chart.redraw(now() + 5000)
    assert last_point(chart, 0) == 9


def test_both_themes_can_be_drawn(window):
    """Colours change, lines stay."""
    from statmon.ui.look.theme import DARK

    window.parts.charts.set_theme(DARK)

    assert curve(window.parts.charts.charts[0], 0).color == DARK.lines[0]


def test_what_is_shown_is_what_the_workspace_keeps(window, engine):
    """A chart opened by hand is found again by its series."""
    window.parts.charts.show_rows([0, 1])
    kept = engine.workspace.charts

    assert [chart["title"] for chart in kept] == ["Queue", window.parts.charts.current.spec.title]
    assert kept[1]["series"][0] == {
        "objectType": "Agent", "objectId": "agent1", "name": "CurrentAgentState",
    }  # fmt: skip
    window.parts.charts.close_current()
    assert len(engine.workspace.charts) == 1


def test_the_span_can_be_chosen_and_the_present_left_and_found_again(window):
    """Buttons, arrows and End do what they say, and the buttons show it."""
    charts = window.parts.charts
    charts.tools.spans[1].click()
    assert charts.current.timeline.span == 3_600_000
    assert charts.tools.spans[1].isChecked()
    assert not charts.tools.spans[0].isChecked()

    charts.current.pan(-0.5)
    assert not charts.tools.live.isChecked()
    charts.tools.live.click()
    assert charts.current.timeline.live
    assert charts.tools.live.isChecked()


def test_lines_can_stand_each_in_a_panel_of_its_own(window, engine):
    """On one time axis."""
    window.parts.charts.tools.stacked.click()
    chart = window.parts.charts.current

    assert len(chart.view.panels) == 3
    ranges = {tuple(panel.box.viewRange()[0]) for panel in chart.view.panels}
    assert len(ranges) == 1
    assert engine.workspace.charts[0]["stacked"] is True


def test_states_are_offered_where_there_are_states(window):
    """A chart of numbers has none to draw."""
    items = window.parts.charts.tools.kind.model()
    states = window.parts.charts.tools.kind.findText("States")
    assert not items.item(states).isEnabled()
    table = window.parts.pulse.lens.live
    row = next(row for row in range(len(table)) if table.units[row] is Unit.STATE)
    window.parts.charts.show_rows([row])
    assert items.item(states).isEnabled()


def test_the_legend_says_last_lowest_mean_and_highest(window, engine):
    """Of the time that is shown."""
    chart = window.parts.charts.charts[0]
    for value in (7, 1):
        engine.feed(QUEUE, WAITING, value)
    chart.redraw(now() + 10_000)
    chart.view.sum_up()
    item = chart.view.legend.items[0]

    assert [item.text(column) for column in (1, 2, 4)] == ["1", "1", "7"]
    assert item.text(3) not in ("", "–")


def test_the_crosshair_says_what_was_known_there(window, engine):
    """Before the first value nothing was, and nothing is known of the future."""
    chart = window.parts.charts.charts[0]
    at = now()
    chart.redraw(at + 10_000)
    chart.view.point_at(at / 1000 + 5)
    assert chart.view.legend.items[0].text(5) == "3"
    chart.view.point_at(at / 1000 - 600)
    assert chart.view.legend.items[0].text(5) == "–"
    chart.view.point_at(None)
    assert chart.view.legend.isColumnHidden(5)


def test_statistics_can_be_dropped_on_the_charts(window, engine, qtbot):
    """As a new chart, or with Shift as more lines of the one in front."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QDropEvent

    def drop(rows, keys):
        data = pack(engine.table.series[row] for row in rows)
        event = QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys
        )
        window.parts.charts.dropEvent(event)

    drop([1, 4], Qt.KeyboardModifier.NoModifier)
    assert window.parts.charts.current.rows == (1, 4)
    drop([4, 7], Qt.KeyboardModifier.ShiftModifier)
    assert window.parts.charts.current.rows == (1, 4, 7)
    assert len(window.parts.charts.charts) == 2


def test_a_chart_can_be_driven_by_the_keyboard(window, qtbot):
    """Arrows move, + and - zoom, End comes back, Shift and arrows move the crosshair."""
    from PySide6.QtCore import Qt

    chart = window.parts.charts.current
    span = chart.timeline.span
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Left):
        qtbot.keyClick(chart, key)
    assert chart.timeline.span < span
    assert not chart.timeline.live
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert chart.view.pointed is not None
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.view.pointed is None
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.timeline.live


def test_a_chart_marks_where_the_services_clock_was_set(window, engine, tmp_path, qtbot):
    """As it happens, and later from the history; each once, and none is a gap."""
    chart = window.parts.charts.charts[0]
    chart.set_span(300)
    at = now()
    engine.tell(ClockStepped(-3_600_000, at))
    chart.redraw(at + 5000)
    labels = chart.view._labels
    words = "◷ The service's clock went back by 1:00:00."
    assert [item.toPlainText() for item in labels.items] == [words]
    assert list(chart.view.panels[0].ground.marks) == [at / 1000]

    history = History(tmp_path)
    history.note_step(at, -3_600_000)
    history.note_step(at - 60_000, 7_200_000)
    window.parts.charts.use_store(history)
    both = [(at - 60_000) / 1000, at / 1000]
    qtbot.waitUntil(lambda: sorted(chart.view.panels[0].ground.marks) == both, timeout=PATIENCE_MS)
    history.close()
    assert list(chart.view.panels[0].ground.gaps) == []


def test_a_counter_that_began_anew_is_marked_and_a_level_that_falls_is_not(window, engine):
    """With its name, and a line in every panel."""
    charts = window.parts.charts
    answered = engine.feed(QUEUE, "Total_Answered", 118, ago=60)
    charts.show_rows([answered, engine.feed(QUEUE, WAITING, 2)])
    engine.feed(QUEUE, "Total_Answered", 3, ago=5)
    engine.feed(QUEUE, WAITING, 0)
    chart = charts.current
    chart.redraw(now())

    (mark,) = chart.view.frame.restarts
    assert mark.text == "Total_Answered began anew"
    assert now() - 15_000 < mark.at <= now()
    assert mark.at / 1000 in chart.view.panels[0].ground.marks
    assert any("↺ Total_Answered" in label.text for label in chart.view._labels._placed)
