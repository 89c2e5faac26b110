"""What was recorded is there: equal, in order, once, and after a restart."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon.history import (
    Gap,
    History,
    Rules,
    SeriesInfo,
    compaction,
    ingest,
    memtable,
    page_store,
)
from statmon.history.columns import OUTDATED
from tests.history.support.readings import START, bean, reading, replayed, series, streams

EVER = (-(1 << 60), 1 << 60)
any_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


def read(history: History, number: int = 1, span=EVER):
    return history.read(series(number), *span).result()


def in_order_of_arrival(readings, number: int):
    mine = [item for item in readings if item.series == series(number)]
    return sorted(mine, key=lambda item: item.arrived)


@pytest.fixture(params=["in memory", "compacted"])
def many_segments(request, monkeypatch):
    """Everything is in memory and the journal, or nearly everything in small segments."""
    if request.param == "compacted":
        monkeypatch.setattr(memtable, "MOST", 7)
        monkeypatch.setattr(page_store, "BUSY", 3)
        monkeypatch.setattr(page_store, "_FULL", 4)
        monkeypatch.setattr(page_store, "_LONG", 2)
        monkeypatch.setattr(compaction, "_SLICE", 5)


@pytest.mark.usefixtures("many_segments")
@any_folder
@given(readings=streams(), cuts=st.lists(st.integers(0, 60), max_size=5), again=st.booleans())
def test_any_readings_in_any_order_come_back_equal(tmp_path_factory, readings, cuts, again):
    """By the time at which they arrived; equal times in the order of recording."""
    folder = tmp_path_factory.mktemp("history")
    history = History(folder, now=lambda: START)
    try:
        for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), None], strict=True):
            history.record(readings[a:b])
            assert history.flush().result()
            history.settled().result()
        if again:
            history.close()
            history = History(folder, now=lambda: START)

        for number in range(1, 5):
            assert read(history, number).readings() == in_order_of_arrival(readings, number)
        every = history.arrived([series(number) for number in range(1, 5)], *EVER).result()
        assert every == sorted(every, key=lambda item: item.arrived)
        for number in range(1, 5):
            mine = [item for item in every if item.series == series(number)]
            assert mine == in_order_of_arrival(readings, number)
    finally:
        history.close()


@pytest.mark.usefixtures("many_segments")
@any_folder
@given(readings=streams(), steps=st.lists(st.integers(-2000, 60_000), max_size=4))
def test_as_of_equals_a_naive_replay(tmp_path_factory, readings, steps):
    """At any time; the order of arrival counts, whatever the service's clock shows."""
    history = History(tmp_path_factory.mktemp("history"), now=lambda: START)
    try:
        for n in range(0, len(readings), 5):
            history.record(readings[n : n + 5])
            history.flush().result()
            history.settled().result()
        for when in (START + step for step in steps):
            found = {item.series: item for item in history.as_of(when).result()}
            assert found == replayed(readings, when)
        assert {item.series: item for item in history.last().result()} == replayed(
            readings, EVER[1]
        )
    finally:
        history.close()


def test_a_question_knows_what_was_recorded_before_it(open_history):
    """No waiting for the disk."""
    history = open_history()

    history.record([reading(1, bean(7, START), 0)])

    assert read(history).numbers.tolist() == [7.0]


def test_samples_have_both_times_numbers_and_texts(open_history):
    """Texts have no number."""
    history = open_history()
    history.record([reading(1, 5, 10, stamp=3), reading(1, "busy", 20)])

    samples = read(history)

    assert samples.arrived.tolist() == [START + 10, START + 20]
    assert samples.stamps.tolist() == [START + 3, START + 20]
    np.testing.assert_array_equal(samples.numbers, [5.0, np.nan])
    assert samples.texts() == ["5", "busy"]


def test_a_span_takes_its_start_and_not_its_end(open_history):
    """Spans that follow one another have no reading twice."""
    history = open_history()
    history.record([reading(1, n, n) for n in range(10)])

    assert read(history, 1, (START + 3, START + 6)).numbers.tolist() == [3, 4, 5]
    assert history.span().result() == (START, START + 9)


def test_readings_of_two_clocks_are_kept_in_the_order_in_which_they_arrived(open_history):
    """What is recorded is news, also where the service's clock went back; none is hidden."""
    history = open_history()
    history.record([reading(1, 5, 10), reading(1, 4, 20, stamp=-3_600_000), reading(1, 6, 30)])

    samples = read(history)
    assert samples.numbers.tolist() == [5, 4, 6]
    assert not samples.outdated.any()
    assert [item.value for item in history.as_of(START + 25).result()] == [4]
    arrived = history.arrived([series(1)], START, START + 40).result()
    assert [item.value for item in arrived] == [5, 4, 6]


def test_what_an_earlier_statmon_marked_as_late_stays_hidden(open_history, monkeypatch):
    """It was never shown: neither as of an instant nor in the time machine."""
    flags = ingest._flags
    monkeypatch.setattr(ingest, "_flags", lambda origins: flags(origins) | OUTDATED)
    history = open_history()
    history.record([reading(1, 4, 20, stamp=5)])
    history.flush().result()
    monkeypatch.setattr(ingest, "_flags", flags)
    history.record([reading(1, 5, 30)])

    assert read(history).outdated.tolist() == [True, False]
    arrived = history.arrived([series(1)], START, START + 40).result()
    assert [item.value for item in arrived] == [5]


def test_steps_of_the_services_clock_are_kept_and_are_no_gaps(open_history):
    """With their size and in their order, also when the history is opened again."""
    history = open_history()
    history.note_step(START + 10, -3_600_000)
    history.note_step(START + 20, 5_000)
    history.flush().result()
    history.close()
    again = open_history()

    assert again.steps(START, START + 100).result() == [
        (START + 10, -3_600_000),
        (START + 20, 5_000),
    ]
    assert again.steps(START, START + 20).result() == [(START + 10, -3_600_000)]
    assert [gap.kind for gap in again.gaps(START - 1, START + 15).result()] == []


def test_buckets_have_the_extremes_and_the_ends(open_history):
    """Nothing is averaged away; a bucket without numbers is empty, not zero."""
    history = open_history()
    history.record([reading(1, value, at) for at, value in ((0, 3), (1, 9), (5, 1), (9, 2))])
    history.record([reading(1, "text", 25), reading(1, 7, 30)])

    (buckets,) = history.buckets([series(1)], START, START + 40, 4).result()

    assert buckets.width == 10
    assert (buckets.starts - START).tolist() == [0, 10, 20, 30]
    nan = np.nan
    np.testing.assert_array_equal(buckets.first, [3, nan, nan, 7])
    np.testing.assert_array_equal(buckets.last, [2, nan, nan, 7])
    np.testing.assert_array_equal(buckets.lowest, [1, nan, nan, 7])
    np.testing.assert_array_equal(buckets.highest, [9, nan, nan, 7])


def test_a_series_that_was_never_recorded_has_nothing(open_history):
    """Neither samples nor buckets with numbers."""
    history = open_history()
    (buckets,) = history.buckets([series(9)], START, START + 10, 5).result()

    assert len(read(history, 9)) == 0
    assert np.isnan(buckets.last).all()
    assert history.last().result() == []
    assert history.span().result() is None


def test_gaps_are_kept_as_gaps(open_history):
    """Of everything or of some series, ended or not."""
    history = open_history(now=lambda: START)
    history.record([reading(1, 1, 0), reading(2, 2, 0)])
    history.gap("connection", START + 10)
    history.mend("connection", START + 20)
    history.gap("subscription", START + 30, [series(1), series(2)])
    history.mend("subscription", START + 40, [series(1)])

    assert history.gaps(*EVER).result() == [
        Gap("connection", START + 10, START + 20, None),
        Gap("subscription", START + 30, None, (series(2),)),
        Gap("subscription", START + 30, START + 40, (series(1),)),
    ]
    assert [gap.kind for gap in history.gaps(START + 11, START + 12).result()] == ["connection"]


def test_the_time_without_statmon_is_a_gap(open_history):
    """And what was open when it ended has ended with it."""
    history = open_history(now=lambda: START)
    history.gap("service", START)
    history.close()

    history = open_history(now=lambda: START + 60_000)

    assert history.gaps(*EVER).result() == [
        Gap("service", START, START),
        Gap("program", START, START + 60_000),
    ]


def test_names_are_kept_for_exports(open_history):
    """Also those that were told before the first reading came."""
    info = SeriesInfo(series(1), "In queue", "Hotline", "Queues")
    history = open_history()
    history.describe([info, SeriesInfo(series(2), "never recorded")])
    history.record([reading(1)])
    history.close()

    assert open_history().series().result() == [info]


def test_only_one_records(open_history):
    """The second says so and answers with nothing that it could spoil."""
    assert open_history().flush().result()
    second = open_history()

    second.record([reading(1)])

    assert second.flush().result() is False
    assert second.status.state == "reading"


def test_agents_are_not_recorded_where_a_rule_forbids(open_history):
    """Their statistics are personal data."""
    history = open_history(Rules(personal=False))
    history.record([reading(1)._replace(series=series(1, "Agent")), reading(2)])

    assert [item.series for item in history.last().result()] == [series(2)]


def test_a_history_that_is_off_keeps_nothing(open_history, tmp_path):
    """Not even a file."""
    history = open_history(Rules(enabled=False))
    history.record([reading(1)])

    assert history.flush().result() is False
    assert history.status.state == "off"
    assert not (tmp_path / "history").exists()


@pytest.mark.parametrize("stamp", [1 << 70, -(1 << 70)])
def test_a_time_that_is_no_time_costs_only_its_own_reading(open_history, stamp):
    """Its neighbours are recorded."""
    history = open_history()
    history.record([reading(1)._replace(timestamp=stamp), reading(2)])

    assert [item.series for item in history.last().result()] == [series(2)]


def test_the_order_of_recording_holds_whatever_the_thread_does_meanwhile(open_history):
    """Readings that a question takes along are not overtaken by those recorded after it."""
    history = open_history()
    futures = []
    for n in range(3000):
        history.record([reading(1, n, n)])
        if n % 3 == 0:
            futures.append(history.flush())
    assert all(future.result() for future in futures)

    samples = read(history)
    assert samples.numbers.tolist() == list(range(3000))
    assert not samples.outdated.any()
