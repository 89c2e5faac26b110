"""What a chart shows is what the store holds, wherever it is cut between history and memory."""

import math
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon.analysis.buckets import columns_of, with_gaps
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import History
from statmon.ui.background.futures import Courier
from statmon.ui.chart.past import Answer, PastReader, Request
from statmon.ui.chart.series_data import SeriesData
from statmon.ui.chart.track import Track
from tests.ui.fake_engine import SITE

SERIES = Series(SITE, "Queue", "q", "Waiting")
START = 1_790_000_000_000
DAY = 86_400_000
# Over more than a day, so that it is read in more than one go.
EVENTS = st.lists(
    st.tuples(st.integers(0, 3 * DAY), st.one_of(st.none(), st.integers(-50, 50))), max_size=60
).map(lambda items: sorted(items, key=lambda item: item[0]))
GAPS = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(1, DAY)), max_size=2)


@pytest.fixture
def filled(tmp_path_factory, qtbot):
    """Fill a history, read it for a stock, and return the stock and what is expected."""

    def fill(events, gaps, cut, width):
        inside = [(a, a + length) for a, length in gaps]
        events = [e for e in events if not any(a < e[0] < b for a, b in inside)]
        history = History(tmp_path_factory.mktemp("history"), now=lambda: START)
        readings = [
            Reading(SERIES, value, START + at, START + at, "update") for at, value in events
        ]
        history.record(readings)
        for begin, end in inside:
            history.gap("service", START + begin)
            history.mend("service", START + end)
        track = Track(START + cut)
        for at, value in events:
            if at >= cut:
                track.push(START + at, math.nan if value is None else float(value))
        stock = SeriesData(track)
        answers: list[Answer] = []
        reader = PastReader(history)
        begin, end = START - width, START + cut
        reader.ask(("chart", 0), Request((SERIES,), width, begin, end), answers.append)
        qtbot.waitUntil(lambda: bool(answers) and answers[-1].complete)
        stock.past = answers[-1].pasts[0]
        history.close()
        return stock, events, [a for a, _ in inside if a < cut]

    return fill


@given(EVENTS, GAPS, st.integers(0, 3 * DAY), st.sampled_from([1, 997, 60_000, 7_200_000, DAY]))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_chart_shows_exactly_what_was_recorded(filled, events, gaps, cut, width):
    """Smallest, largest, first and last of every column, at any zoom; gaps stop the line."""
    stock, events, begins = filled(events, gaps, cut, width)
    # Readings of one series and one time: the store keeps their order.
    times = np.array([START + at for at, _ in events], np.int64)
    values = np.array([math.nan if v is None else float(v) for _, v in events])
    expected = columns_of(*with_gaps(times, values, [START + a for a in begins]), width)
    shown = stock.columns(width)

    assert shown.number.tolist() == expected.number.tolist()
    for got, wanted in zip(shown.values, expected.values, strict=True):
        assert np.array_equal(got, wanted, equal_nan=True)


def test_a_gap_in_the_millisecond_of_a_reading_hides_what_comes_after_it(tmp_path, qtbot):
    """The reading came first, or it would not have come: number and state end at once."""
    state = Series(SITE, "Agent", "a", "CurrentAgentState")
    words = {"stateValue": {"status": "WaitForNextCall", "time": START // 1000}}
    history = History(tmp_path, now=lambda: START)
    history.record(
        [
            Reading(SERIES, 7, START, START, "update"),
            Reading(state, words, START, START, "update"),
        ]
    )
    history.gap("service", START)
    answers: list[Answer] = []
    request = Request((SERIES, state), 1, START - 10, START + 10, frozenset({state}))
    reader = PastReader(history)
    reader.ask(("chart", 0), request, answers.append)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].complete)
    history.close()
    numbers, states = answers[-1].pasts

    assert (numbers.columns.first[-1], numbers.columns.high[-1]) == (7, 7)
    assert math.isnan(numbers.columns.last[-1])
    assert states.words == [(START, "WaitForNextCall"), (START, "")]


def test_reading_happens_in_the_historys_thread(tmp_path, qtbot, monkeypatch):
    """A week of values must not stop the window."""
    import statmon.ui.chart.past as past

    history = History(tmp_path, now=lambda: START)
    week = 7 * DAY
    history.record(
        [
            Reading(SERIES, at % 100, START + at, START + at, "update")
            for at in range(0, week, 60_000)
        ]
    )
    threads: set[str] = set()
    true_columns = past.columns_of
    monkeypatch.setattr(
        past,
        "columns_of",
        lambda *args: (threads.add(threading.current_thread().name), true_columns(*args))[1],
    )
    answers: list[Answer] = []
    reader = PastReader(history)
    reader.ask(("c", 0), Request((SERIES,), 604_800, START, START + week), answers.append)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].complete)
    history.close()
    columns = answers[-1].pasts[0].columns

    assert threading.current_thread().name not in threads
    assert 990 <= len(columns.number) <= 1_010
    assert len(answers) >= 7  # the newest day is shown first, not last


def test_a_chart_that_is_gone_gets_no_answer(tmp_path, qtbot):
    """Closed while it was being read."""
    history = History(tmp_path, now=lambda: START)
    history.record([Reading(SERIES, 1, START, START, "update")])
    answers: list[Answer] = []
    reader = PastReader(history)
    chart = object()
    reader.ask((chart, 0), Request((SERIES,), 10, START, START + 10), answers.append)
    reader.forget(chart)
    history.flush().result()
    qtbot.wait(50)
    history.close()

    assert answers == []


def test_the_end_of_the_history_is_no_error_for_who_reads_it(tmp_path, qtbot, caplog, monkeypatch):
    """The window ends while charts and time machine read: nobody is left to be told of it."""
    history = History(tmp_path, now=lambda: START)
    history.close()
    answers: list[object] = []
    reader, courier = PastReader(history), Courier()
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    with qtbot.captureExceptions() as raised:
        request = Request((SERIES,), 10, START, START + 10)
        reader.ask(("chart", 0), request, answers.append)
        courier.bring(history.as_of(START), answers.append)
        courier.work(lambda: history.span().result(), answers.append)
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join()
    erased = history.erase(lambda _: True)

    assert erased.cancelled()
    assert not raised
    assert not told
    assert not answers
    assert not caplog.records
