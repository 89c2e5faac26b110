import pytest
from fake_engine import now

from statmon.ui.chart.charts import short_names, title_of

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"


@pytest.fixture
def window(engine, open_window, qtbot):
    engine.go_up()
    engine.feed(QUEUE, WAITING, 3)
    engine.feed(QUEUE, "ServiceLevel", 80)
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.charts.charts) == 1)
    return window


def last_point(chart, line):
    _xs, ys = chart._curves[line][0].getData()
    return ys[-1]


def test_the_workspaces_charts_open_by_themselves(window):
    """After the first frame: the library is slow to load."""
    chart = window.charts.charts[0]
    chart.redraw(now())

    assert last_point(chart, 0) == 3
    assert last_point(chart, 2) == 80


def test_per_cent_has_an_axis_of_its_own(window):
    """A service level is not drawn on the scale of calls."""
    chart = window.charts.charts[0]

    assert chart._percent is not None
    assert chart._curves[2][0] in chart._percent.addedItems


def test_a_gap_is_hatched_and_named_for_as_long_as_it_is_in_view(window, engine):
    """And the line does not go on through it."""
    chart = window.charts.charts[0]
    engine.service("UNAVAILABLE")
    window.pulse.tick()
    window.charts.recorder.second()
    chart.redraw(now() + 30_000)
    region, words = chart._hatches[0]
    assert words.toPlainText().startswith("missing ")
    assert region.getRegion()[1] - region.getRegion()[0] == pytest.approx(30, abs=2)
    assert last_point(chart, 0) != last_point(chart, 0)

    engine.go_up()
    engine.feed(QUEUE, WAITING, 4)
    window.pulse.tick()
    chart.redraw(now() + 31_000)
    assert len(chart.gaps(0, now() / 1000 + 31)) == 1


def test_names_leave_out_what_all_lines_share(engine):
    """Two queues: their names; one queue: the statistics; else both."""
    statistics = engine.table.statistics
    waiting = [s for s in statistics if s.title == WAITING]
    one_queue = [s for s in statistics if s.ref.object_id == QUEUE]

    assert short_names(engine.workspace, waiting) == [QUEUE, "7002@SIP_Switch"]
    assert short_names(engine.workspace, one_queue)[0] == WAITING
    assert short_names(engine.workspace, [statistics[0], one_queue[0]]) == [
        "Desk 1 · CurrentAgentState",
        f"{QUEUE} · {WAITING}",
    ]


def test_a_chart_of_one_object_names_it(engine):
    """A line by itself must say whose it is."""
    one = engine.table.statistics[:1]

    assert title_of(engine.workspace, one) == "Desk 1: CurrentAgentState"
    assert short_names(engine.workspace, one) == ["Desk 1 · CurrentAgentState"]
    assert title_of(engine.workspace, engine.table.statistics[:4]).startswith("CurrentAgentState, ")


def test_charts_are_bounded(window):
    """The oldest makes room."""
    for row in range(12):
        window.charts.show_rows([row])

    assert len(window.charts.charts) == 8


def test_a_paused_window_draws_no_more(window, engine):
    """What is frozen stays as it was."""
    chart = window.charts.charts[0]
    window.pausing.trigger()
    before = chart._curves[0][0].getData()
    engine.feed(QUEUE, WAITING, 9)
    window.pulse.tick()
    window.charts._redraw_one()

    assert chart._curves[0][0].getData()[1].tolist() == before[1].tolist()


def test_both_themes_can_be_drawn(window):
    """Colours change, lines stay."""
    from statmon.ui.theme import DARK

    window.charts.set_theme(DARK)
    chart = window.charts.charts[0]

    assert chart._curves[0][0].opts["pen"].color() == DARK.lines[0]
