"""The live table keeps the newest reading of every series and says which rows changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.increments import increase
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable

SITE = "http://site"


def statistic(number: int, name: str = "InboundCalls") -> Statistic:
    return Statistic(f"s{number}", ObjectRef("Agent", f"agent{number}"), name)


def reading(number: int, value, timestamp: int, arrived: int | None = None) -> Reading:
    series = statistic(number).series(SITE)
    return Reading(series, value, timestamp, arrived or timestamp, "update")


def table_of(count: int) -> LiveTable:
    table = LiveTable()
    table.healthy = True
    for number in range(count):
        item = statistic(number)
        table.add(item, item.series(SITE))
        table.set_open([item.series(SITE)], is_open=True)
    return table


def test_an_older_timestamp_never_overwrites_a_newer_one():
    """Late readings are dropped and counted; one of the same time is a correction."""
    table = table_of(1)

    table.apply([reading(0, 5, 2000), reading(0, 4, 1000), reading(0, 6, 2000)])

    assert (table.number(0), table.late) == (6.0, 1)


def test_every_observer_hears_of_every_changed_row_once():
    """Two views of one table do not steal each other's changes."""
    table = table_of(3)
    first, second = table.observe(), table.observe()

    table.apply([reading(2, 1, 1), reading(2, 2, 2), reading(0, 1, 1)])

    assert first.take() == second.take() == {0, 2}
    assert first.take() == set()


def test_readings_of_strangers_change_nothing():
    """A series without a row is passed over."""
    table = table_of(1)

    assert table.apply([reading(7, 1, 1)]) == []


def test_a_payload_that_differs_only_in_its_own_time_is_no_change():
    """Quiet means that the value did not change, not that nothing came."""
    table = table_of(1)
    table.apply([reading(0, {"intValue": 5, "timestamp": 1}, 1000)])
    table.apply([reading(0, {"intValue": 5, "timestamp": 2}, 90_000)])

    assert table.freshness_of(0, 90_000) is Freshness.QUIET


def test_a_refused_series_shows_the_words_of_the_service_until_it_opens():
    """An error stays for as long as it lasts."""
    table = table_of(1)
    series = table.series[0]

    table.set_error(series, "no such statistic")
    assert table.errors == {0: "no such statistic"}
    assert table.freshness_of(0, 0) is Freshness.ERROR

    table.set_error(series, None)
    assert table.freshness_of(0, 0) is Freshness.NO_DATA


def test_an_old_number_is_no_new_one_because_its_subscription_is_open_again():
    """Until a reading comes it may have changed while nobody listened."""
    table = table_of(1)
    table.apply([reading(0, 5, 1000)])
    assert table.freshness_of(0, 1000) is Freshness.LIVE

    table.set_open(table.series, is_open=False)
    table.set_open(table.series, is_open=True)
    assert table.freshness_of(0, 1000) is Freshness.STALE

    table.apply([reading(0, 5, 1000)])
    assert table.freshness_of(0, 1000) is Freshness.LIVE


def test_the_same_reading_again_proves_and_makes_nothing_younger():
    """A peek that finds the old value of a silent series does not make it late no more."""
    table = table_of(1)
    table.apply([reading(0, 5, 1000, 1000)])
    table.apply([reading(0, 5, 1000, 90_000)])

    assert table.arrived(0) == 1000


def test_an_unchanged_text_is_no_change():
    """Texts are compared as texts."""
    table = table_of(1)
    table.apply([reading(0, "abc", 1000, 1000), reading(0, "abc", 90_000, 90_000)])

    assert table.freshness_of(0, 90_000) is Freshness.QUIET


def test_a_service_with_another_clock_is_believed_once_it_is_opened_anew():
    """A fail-over to a host whose clock is behind must not freeze the old number."""
    table = table_of(1)
    table.apply([reading(0, 7, 500_000)])
    table.set_open(table.series, is_open=False)
    table.set_open(table.series, is_open=True)

    table.apply([reading(0, 8, 400_000)])
    assert table.number(0) == 8


def test_a_removed_series_comes_back_with_its_last_reading():
    """Rows keep their numbers; the structure's count tells views to look again."""
    table = table_of(2)
    table.apply([reading(0, 5, 1000)])
    before = table.structure

    table.remove(table.series[0])
    assert table.rows() == [1]

    assert table.add(table.statistics[0], table.series[0]) == 0
    assert (table.rows(), table.number(0), table.structure) == ([0, 1], 5.0, before + 2)


def test_time_in_state_ticks_on_the_clock_of_the_service():
    """The service is an hour ahead; the state is ten seconds old all the same."""
    table = LiveTable()
    item = statistic(0, "CurrentAgentState")
    series = item.series(SITE)
    table.add(item, series)
    state = {"stateValue": {"status": 4, "time": 3600}}
    table.apply([Reading(series, state, 3_605_000, 5_000, "update")])

    assert table.time_in_state(0, 10_000) == 10.0


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 5), st.integers(0, 50)), max_size=60),
    st.integers(1, 10),
)
def test_the_table_equals_the_newest_of_what_came(stream, size):
    """However readings are batched, each row holds the last of those with the highest time."""
    table = table_of(5)
    newest: dict[int, tuple[int, int]] = {}
    batches = [stream[start : start + size] for start in range(0, len(stream), size)]

    for batch in batches:
        table.apply([reading(row, value, time) for row, value, time in batch])
    for row, value, time in stream:
        if time >= newest.get(row, (-1, 0))[0]:
            newest[row] = (time, value)

    assert {row: table.number(row) for row in newest} == {
        row: float(value) for row, (_, value) in newest.items()
    }


def test_the_table_grows_without_losing_a_row():
    """A thousand rows, each with its own number."""
    table = table_of(1000)
    table.apply([reading(row, row, 1) for row in range(1000)])

    assert [table.number(row) for row in range(1000)] == list(range(1000))


def test_a_clock_that_is_set_changes_no_age_and_no_freshness():
    """Local times move with it, the service's do not."""
    table = table_of(2)
    table.healthy = True
    table.set_open(table.series, is_open=True)
    table.apply([reading(0, 5, 1000, 50_000), reading(1, 6, 900, 40_000)])
    before = table.freshness(95_000).tolist(), table.clock.at(95_000), table.arrived(0)

    table.shift(-3_600_000)

    now = 95_000 - 3_600_000
    assert (table.freshness(now).tolist(), table.clock.at(now)) == before[:2]
    assert table.arrived(0) == before[2] - 3_600_000


def test_the_same_reading_again_is_counted_and_no_news():
    """It proves the row all the same."""
    table = table_of(1)
    table.set_open(table.series, is_open=True)
    first = reading(0, 5, 1000)

    assert table.apply([first]) == [first]
    assert table.apply([reading(0, 5, 1000)]) == []
    assert table.apply([reading(0, 4, 1000)]) != []
    assert (table.duplicate, table.late) == (1, 0)


def test_a_copy_stands_still():
    """It neither follows the table nor tells the table's observers; and the other way round."""
    table = table_of(2)
    table.apply([reading(0, 5, 1000)])
    observer = table.observe()
    copy = table.copy()

    table.apply([reading(0, 6, 2000), reading(1, 1, 2000)])
    table.set_error(table.series[1], "refused")
    table.remove(table.series[1])
    assert (copy.number(0), copy.rows(), copy.errors) == (5.0, [0, 1], {})
    assert copy.freshness_of(1, 2000) is Freshness.NO_DATA
    assert copy.clock.latest == 1000

    observer.take()
    copy.apply([reading(0, 7, 3000)])
    assert (table.number(0), observer.take()) == (6.0, set())


@pytest.mark.parametrize(
    ("value", "number", "freshness"),
    [
        *(({"intValue": 0, "stringValue": text}, None, Freshness.UNDEFINED)
          for text in ("NaN", "-nan(ind)", "-1.#IND", "Infinity", "N/A")),
        ({"intValue": 80, "stringValue": "80.25"}, 80.25, Freshness.LIVE),
        (1e308, None, Freshness.LIVE),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_undefined_and_a_huge_one_is_not_reckoned_with(
    value, number, freshness
):
    """Neither is a zero; the huge one is shown as what it is."""
    table = table_of(1)
    table.apply([reading(0, value, 1000)])

    assert table.freshness_of(0, 1000) is freshness
    assert np.isnan(table.number(0)) if number is None else table.number(0) == number
    assert table.value(0).text == {None: "", 80.25: "80.2", 1e308: "1e+308"}[table.value(0).number]


@given(st.lists(st.one_of(st.integers(0, 60), st.none()), min_size=1, max_size=30))
def test_a_counter_goes_on_where_it_begins_anew(numbers):
    """Its number with what it carried over grows by what it counted: restarts, undefined or not."""
    counter = Statistic("s", ObjectRef("Queue", "q"), "Total_Answered")
    table = LiveTable()
    row = table.add(counter, counter.series("site"))
    went_on = []
    for place, number in enumerate(numbers, 1):
        raw = {"stringValue": "N/A", "intValue": 0} if number is None else number
        table.apply([Reading(counter.series("site"), raw, place, place, "update")])
        went_on.append(table.number(row) + table.carried[row])
    values = np.array([np.nan if number is None else number for number in numbers], float)
    known = np.array(went_on)[~np.isnan(values)]

    assert (np.diff(known) >= 0).all()
    if len(known):
        assert known[-1] - known[0] == increase(np.arange(len(values)), values)
    broken = np.isnan(values).any()
    assert (table.resumed[row] > 0) == broken
