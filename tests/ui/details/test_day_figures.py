"""Lowest, mean and highest of the last hour and of today: of all readings, not of samples."""

import numpy as np
import pytest

from statmon.domain.reading import Reading
from statmon.history import History, Rules
from statmon.ui.chart.legend import HIGH, LOW
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.details.details import Details
from tests.ui.fake_engine import FakeEngine, now, workspace

SECOND = 1000


@pytest.fixture(autouse=True)
def _by_day(monkeypatch):
    """Midnight was hours ago, whenever the tests are run."""
    midnight = now() - 7 * 3_600_000
    monkeypatch.setattr(
        "statmon.ui.details.day_figures.last_midnight", lambda _now, _zone: midnight
    )


@pytest.fixture
def engine():
    engine = FakeEngine(workspace())
    engine.go_up()
    return engine


def texts_of(details):
    """What stands under the last hour and today."""
    found = {}
    for number in range(details.topLevelItemCount()):
        item = details.topLevelItem(number)
        if item.text(0) in {"Last hour", "Today"}:
            found[item.text(0)] = [item.child(n).text(1) for n in range(item.childCount())]
    return found


@pytest.fixture
def shown(engine, qtbot, tmp_path):
    """Details of a row with a history behind it."""
    history = History(tmp_path / "history", Rules(keep_days=None))
    lens = Lens(engine.table, now())
    details = Details(lens, Names(engine.workspace))
    qtbot.addWidget(details)
    yield engine, lens, history, details
    if details._day is not None:
        details._day._again.stop()
    history.close()


def record(engine, history, row, numbers, since):
    """Record a number every second, from so many seconds ago on."""
    at = now() - since * SECOND
    series = engine.table.series[row]
    history.record(
        [
            Reading(series, number, at + n * SECOND, at + n * SECOND, "update")
            for n, number in enumerate(numbers)
        ]
    )


def test_a_peak_between_two_minutes_is_the_last_hours_highest(shown, qtbot):
    """As one within a second; what was over before the hour is not in it."""
    engine, _lens, history, details = shown
    engine.feed("agent1", "InboundCalls", 20)
    record(engine, history, 1, [99, 20], since=3700)
    record(engine, history, 1, [20, 20, 31, 20, 3, 20], since=600)
    details.use_history(history)
    details.show_row(1)
    qtbot.waitUntil(lambda: details._day.hour is not None)

    assert details._day.hour.lowest == 3
    assert details._day.hour.highest == 31
    assert 19.5 < details._day.hour.mean < 20.5
    lowest, _mean, highest = texts_of(details)["Last hour"]
    assert (lowest, highest) == ("3", "31")


def test_the_number_beside_is_never_beyond_lowest_and_highest(shown, qtbot):
    """At once, though history is asked a little later; today as well."""
    engine, lens, history, details = shown
    engine.feed("agent1", "InboundCalls", 29)
    record(engine, history, 1, [25, 29], since=60)
    details.use_history(history)
    details.show_row(1)
    qtbot.waitUntil(lambda: {"Last hour", "Today"} <= texts_of(details).keys())

    engine.feed("agent1", "InboundCalls", 30)
    lens.refresh(now())
    details.refresh()

    for lowest, _mean, highest in texts_of(details).values():
        assert (lowest, highest) == ("25", "30")


def test_readings_that_come_are_in_the_hour_soon(shown, qtbot, monkeypatch):
    """A peak that came and went while the details stood open."""
    engine, lens, history, details = shown
    engine.feed("agent1", "InboundCalls", 5)
    record(engine, history, 1, [5], since=60)
    details.use_history(history)
    details.show_row(1)
    qtbot.waitUntil(lambda: details._day.hour is not None)

    record(engine, history, 1, [77, 6], since=0)  # what comes has not come before it was asked
    engine.feed("agent1", "InboundCalls", 6)
    lens.refresh(now())
    monkeypatch.setattr("statmon.ui.details.day_figures.now_ms", lambda: now() + 3000)
    details.refresh()

    qtbot.waitUntil(lambda: details._day.hour.highest == 77)


def test_without_a_history_it_is_what_was_noted_and_what_is_now(shown):
    """A number a minute; the one beside is in it."""
    engine, lens, _history, details = shown
    engine.feed("agent1", "InboundCalls", 29)
    lens.refresh(now())
    lens.trends.take(now() + 60_000, lens.live.numbers, lens.fresh)
    engine.feed("agent1", "InboundCalls", 30)
    lens.refresh(now())
    details.show_row(1)

    assert texts_of(details)["Last hour"][2] == "30"


def test_an_old_number_is_in_no_hour(shown):
    """It is not known whether it still holds."""
    engine, lens, _history, details = shown
    engine.feed("agent1", "InboundCalls", 29)
    engine.connect("reconnecting", "gone")
    lens.refresh(now())
    details.show_row(1)

    assert texts_of(details) == {}
    assert np.isfinite(lens.table.numbers[1])


def test_hour_and_day_say_the_same_where_all_of_it_was_in_the_hour(shown, qtbot, monkeypatch):
    """Also between two readings of the whole day."""
    engine, lens, history, details = shown
    engine.feed("agent1", "InboundCalls", 20)
    record(engine, history, 1, [20] * 300, since=300)
    details.use_history(history)
    details.show_row(1)
    qtbot.waitUntil(lambda: {"Last hour", "Today"} <= texts_of(details).keys())
    record(engine, history, 1, [3, 40, 20], since=0)
    engine.feed("agent1", "InboundCalls", 20)
    lens.refresh(now())
    monkeypatch.setattr("statmon.ui.details.day_figures.now_ms", lambda: now() + 3000)
    details.refresh()
    qtbot.waitUntil(lambda: texts_of(details)["Last hour"][2] == "40")

    texts = texts_of(details)
    assert texts["Last hour"] == texts["Today"]
    assert texts["Today"][0] == "3"


def test_what_was_not_known_counts_for_no_mean(shown, qtbot):
    """As in a chart's legend: 10 for a minute and 40 for a minute, with nothing in between."""
    engine, _lens, history, details = shown
    engine.feed("agent1", "InboundCalls", 40)
    at = (now() - 1_200_000) // 30_000 * 30_000
    series = engine.table.series[1]

    def arrive(number, when):
        history.record([Reading(series, number, when, when, "update")])

    arrive(10, at)
    history.gap("connection", at + 60_000)
    history.mend("connection", at + 600_000)
    arrive(40, at + 600_000)
    history.gap("connection", at + 660_000)
    details.use_history(history)
    details.show_row(1)
    qtbot.waitUntil(lambda: details._day.hour is not None)

    assert details._day.hour == (10, 25, 40)


def test_details_and_the_legend_of_a_chart_say_the_same(engine, open_window, qtbot, tmp_path):
    """In the window, of the same readings, some of which came before the chart."""
    history = History(tmp_path / "history", Rules(keep_days=None))
    record(engine, history, 1, [184, 176, 177, 183], since=200)
    engine.feed("agent1", "InboundCalls", 183)
    window = open_window(engine)
    window.parts.use_history(history, lambda: ("", ""))
    window.parts.details.list.show_row(1)
    window.parts.charts.show_rows([1])
    chart = window.parts.charts.current
    chart.set_span(3600)
    qtbot.waitUntil(lambda: texts_of(window.parts.details.list).keys() >= {"Last hour", "Today"})
    item = chart.view.legend.items[0]

    def summed_up():
        chart.redraw(now())
        chart.view.sum_up()
        return [item.text(column) for column in (LOW, HIGH)] == ["176", "184"]

    qtbot.waitUntil(summed_up)
    assert texts_of(window.parts.details.list)["Last hour"][::2] == ["176", "184"]
    assert texts_of(window.parts.details.list)["Today"][::2] == ["176", "184"]
    window.parts.details.list._day._again.stop()
    history.close()
