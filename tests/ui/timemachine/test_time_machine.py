import pytest

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import History
from tests.ui.fake_engine import SITE, now

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"
SERIES = Series(SITE, "Queue", QUEUE, WAITING)
LEVEL = Series(SITE, "Queue", QUEUE, "ServiceLevel")
MINUTE = 60_000


@pytest.fixture
def begin():
    """Two hours of history, up to now."""
    return now() - 120 * MINUTE


@pytest.fixture
def history(tmp_path, begin):
    """A value a minute, 0, 1, 2 …, and half an hour in which statmon did not run."""
    history = History(tmp_path, now=lambda: begin)
    history.record(
        [
            Reading(series, minute, begin + minute * MINUTE, begin + minute * MINUTE, "update")
            for minute in range(119)
            if not 60 <= minute < 90
            for series in (SERIES, LEVEL)
        ]
    )
    history.gap("connection", begin + 60 * MINUTE)
    history.mend("connection", begin + 90 * MINUTE)
    history.flush().result()
    yield history
    history.close()


@pytest.fixture
def window(engine, open_window, qtbot, history):
    engine.go_up()
    engine.feed(QUEUE, WAITING, 999)
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    window.parts.use_history(history, lambda: ("", ""))
    return window


@pytest.fixture
def travel(window, qtbot):
    """Go to an instant and wait until it is shown."""

    def go(at):
        window.parts.travel.go_to(at)
        qtbot.waitUntil(lambda: window.parts.pulse.lens.now == at)

    return go


def shown(window, name=WAITING):
    table = window.parts.pulse.lens.table
    return table.number(table.row_of(SERIES._replace(measure=name)))


def test_all_views_show_the_instant_and_say_so(window, begin, travel):
    """Tree and details look through the same lens; the frame cannot be taken for now."""
    travel(begin + 30 * MINUTE + 5_000)
    row = window.parts.pulse.lens.table.row_of(SERIES)
    window.parts.details.list.show_row(row)

    assert shown(window) == 30
    assert window.parts.pulse.lens.freshness(row).name == "LIVE"
    assert window.parts.details.list.topLevelItem(2).text(1) == "30"
    assert window.parts.travel.frame.isVisible()
    assert "the past" in window.parts.travel.bar.words.text()
    window.parts.status.refresh()
    assert window.parts.status.data.text == "data: the past"
    assert window.parts.travel.action.isChecked()


def test_charts_end_at_the_instant(window, begin, travel, qtbot):
    """Nothing of what came later is drawn."""
    travel(begin + 30 * MINUTE)
    chart = window.parts.charts.current
    chart.redraw(window.parts.pulse.lens.now)
    qtbot.waitUntil(lambda: len(chart.view.frame.lines[0].columns.number) > 14)
    _, end = chart.timeline.stretch(window.parts.pulse.lens.now)

    assert end == begin + 30 * MINUTE
    columns = chart.view.frame.lines[0].columns
    assert columns.number[-1] * chart.view.frame.width <= end


def test_recording_goes_on_and_back_to_live_shows_all_of_it(window, engine, begin, travel):
    """What came meanwhile is neither shown in the past nor lost."""
    travel(begin + 30 * MINUTE)
    engine.feed(QUEUE, WAITING, 7)
    window.parts.pulse.tick()
    assert shown(window) == 30
    assert (
        window.parts.charts.recorder.tracks[window.parts.pulse.lens.live.row_of(SERIES)].values[-1]
        == 7
    )

    window.parts.travel.bar.back.click()
    assert shown(window) == 7
    assert not window.parts.pulse.travelling
    assert not window.parts.travel.frame.isVisible()
    assert not window.parts.travel.action.isChecked()


def test_a_time_without_recording_is_stale_and_not_zero(window, begin, travel):
    """Its age counts from when it was last known."""
    travel(begin + 75 * MINUTE)
    row = window.parts.pulse.lens.table.row_of(SERIES)

    assert window.parts.pulse.lens.freshness(row).name == "STALE"
    assert shown(window) == 59
    assert window.parts.pulse.lens.age(row) == pytest.approx(16 * 60)
    assert window.parts.pulse.lens.stale_since(row) == begin + 60 * MINUTE


def test_before_the_first_reading_nothing_is_known(window, begin, travel):
    """The slider does not even reach there."""
    window.parts.travel.go_to(begin - 10 * MINUTE)
    travel(begin)

    assert window.parts.travel.machine.player.at == begin


def test_it_plays_on_from_where_it_is(window, begin, travel, qtbot):
    """Sixty times as fast as it was; what it shows equals a seek to there."""
    travel(begin + 10 * MINUTE)
    machine = window.parts.travel.machine
    window.parts.travel.bar.speed_wanted.emit(60)
    window.parts.travel.bar.playing.click()
    qtbot.waitUntil(lambda: shown(window) >= 13)
    machine.play(False)
    at = machine.player.at
    assert shown(window) == (at - begin) // MINUTE
    assert window.parts.pulse.lens.now == at


def test_paused_on_the_way_it_shows_how_far_it_came(window, begin, travel, qtbot):
    """What arrives while playing does so in portions: the clock waits for them."""
    travel(begin + 10 * MINUTE)
    machine = window.parts.travel.machine
    machine.set_speed(60)
    machine.play(True)
    qtbot.waitUntil(lambda: machine.player.at > begin + 10 * MINUTE)
    qtbot.waitUntil(lambda: not machine._advancing.isActive())
    machine._step()
    machine.play(False)

    assert not machine._advancing.isActive()
    assert window.parts.pulse.lens.now == machine.player.at == machine._scene.when


def test_dragging_the_slider_asks_only_for_where_it_rests(window, begin, qtbot, travel):
    """A hundred wishes in a row do not pile up."""
    travel(begin + 1 * MINUTE)
    for minute in range(2, 50):
        window.parts.travel.machine.go_to(begin + minute * MINUTE)
    qtbot.waitUntil(lambda: shown(window) == 49)

    assert window.parts.pulse.lens.now == begin + 49 * MINUTE


def test_the_slider_tells_instants(window, begin, travel, qtbot):
    """Seconds of the slider are seconds of the recording."""
    travel(begin + 10 * MINUTE)
    slider = window.parts.travel.bar.slider
    at = window.parts.travel.machine.player.at
    slider.setValue(slider.value() + 600)
    qtbot.waitUntil(lambda: shown(window) in (19, 20))

    assert window.parts.travel.machine.player.at == pytest.approx(at + 600_000, abs=1_000)


def test_with_an_empty_history_the_window_says_so(engine, open_window, qtbot, tmp_path):
    """And stays where it is."""
    history = History(tmp_path, now=now)
    window = open_window(engine)
    window.parts.use_history(history, lambda: ("", ""))
    window.parts.travel.action.trigger()
    qtbot.waitUntil(lambda: window.parts.banner.text.startswith("Nothing is recorded"))
    history.close()

    assert not window.parts.travel.action.isChecked()
    assert not window.parts.pulse.travelling


def test_without_a_history_there_is_nowhere_to_go(engine, open_window):
    """The action says so by being greyed."""
    window = open_window(engine)

    assert not window.parts.travel.action.isEnabled()


def test_a_chart_opens_filled_from_the_history(window, begin, qtbot):
    """And the gap in it is hatched and named with its reason."""
    chart = window.parts.charts.current
    chart.set_span(3 * 3600)
    qtbot.waitUntil(lambda: len(chart.view.frame.lines[0].columns.number) >= 89)
    values = chart.view.frame.lines[0].columns

    assert values.low[:60].tolist() == list(range(60))
    assert values.high[-2] == 118
    gap = chart.view.frame.gaps[0]
    assert (gap.begin, gap.end) == (begin + 60 * MINUTE, begin + 90 * MINUTE)
    assert "not connected" in chart.view._labels.items[0].toPlainText()
    strokes = chart.view.panels[0].lines[0].curve.strokes
    inside = (strokes[:, 0] < (begin + 89 * MINUTE) / 1000) & (
        strokes[:, 2] > (begin + 61 * MINUTE) / 1000
    )
    assert not inside.any()


def test_panning_into_the_history_reads_what_is_missing(window, begin, qtbot):
    """Zoomed to minutes, an hour ago."""
    chart = window.parts.charts.current
    chart.set_span(900)
    chart.pan(-5)
    qtbot.waitUntil(lambda: len(chart.view.frame.lines[0].columns.number) > 5)
    frame = chart.view.frame
    columns = frame.lines[0].columns
    inside = (columns.number * frame.width >= frame.begin) & (
        (columns.number + 1) * frame.width <= frame.end
    )
    expected = [
        minute
        for minute in range(119)
        if not 60 <= minute < 90 and frame.begin <= begin + minute * MINUTE <= frame.end
    ]
    shown = [value for value in columns.low[inside].tolist() if value == value]
    assert len(shown) >= 14
    assert set(shown) <= set(expected)
    assert len(expected) - len(shown) <= 2  # the columns that the edges cut


def test_a_history_that_ends_while_it_is_sought_is_no_error(window, begin, travel, history, caplog):
    """The window ends in the middle of a seek."""
    travel(begin + 10 * MINUTE)
    history.close()
    window.parts.travel.go_to(begin + 20 * MINUTE)

    assert not caplog.records
