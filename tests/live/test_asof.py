from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.domain.definition import Definition
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Series, Statistic
from statmon.live.asof import LOOK_BACK, advance, fill
from statmon.live.table import LiveTable

START = 1_790_000_000_000
OWING = Definition(
    {"notificationMode": "Periodical", "notificationFrequency": 10, "insensitivity": 0}
)
STATISTICS = [
    Statistic("a", ObjectRef("Queue", "1"), "Waiting"),
    Statistic("b", ObjectRef("Queue", "2"), definition=OWING),
    Statistic("c", ObjectRef("Agent", "3"), "CurrentAgentState"),
]
SERIES = [statistic.series("http://x") for statistic in STATISTICS]
VALUES = st.one_of(
    st.integers(0, 3),
    st.none(),
    st.sampled_from(["Ready", {"stateValue": {"status": "CallInbound", "time": 1_790_000_000}}]),
)
# Mostly within some minutes, where freshness has its borders.
EVENTS = st.lists(
    st.tuples(st.integers(0, 200_000), st.integers(0, 2), VALUES, st.integers(-3_000, 0)),
    max_size=40,
)


class Gap(NamedTuple):
    start: int
    end: int | None
    series: tuple[Series, ...] | None


GAPS = st.lists(
    st.tuples(st.integers(0, 200_000), st.integers(1, 60_000), st.booleans()), max_size=2
).map(
    lambda items: [
        Gap(START + begin, START + begin + length, None if whole else (SERIES[0],))
        for begin, length, whole in items
    ]
)


def live_table():
    table = LiveTable()
    for statistic, series in zip(STATISTICS, SERIES, strict=True):
        table.add(statistic, series)
    return table


def recorded(events, gaps):
    """Readings as a table that lived through it took them: none came during a gap."""
    table, kept = live_table(), []
    table.set_open(table.series, is_open=True)
    for at, row, value, skew in sorted(events, key=lambda event: event[0]):
        arrived = START + at
        if any(gap.start < arrived < gap.end for gap in gaps if row == 0 or gap.series is None):
            continue
        kept += table.apply([Reading(SERIES[row], value, arrived + skew, arrived, "update")])
    return kept


def replayed(readings, gaps, when):
    """The plain way: one event after the other, from the beginning."""
    table = live_table()
    fill(table, [], [], START - 1)
    at = START - 1
    for step in sorted({*(r.arrived for r in readings), *(g.start for g in gaps), when}):
        if at < step <= when:
            advance(table, [r for r in readings if at < r.arrived <= step], gaps, at, step)
            at = step
    return table


def as_of(readings, gaps, when):
    """The short way, from what a history answers."""
    base: dict[Series, Reading] = {}
    for reading in readings:
        if reading.arrived <= when - LOOK_BACK:
            base[reading.series] = reading
    recent = [r for r in readings if when - LOOK_BACK < r.arrived <= when]
    table = live_table().blank()
    fill(table, [*base.values(), *recent], [gap for gap in gaps if gap.start <= when], when)
    return table


def facts(table, when):
    return [
        (
            table.raw[row],
            table.timestamp(row),
            table.arrived(row),
            repr(table.number(row)),
            table.states[row],
            table.freshness_of(row, when).name,
        )
        for row in range(len(table))
    ]


@given(EVENTS, GAPS, st.integers(-10, 260_000))
@settings(deadline=None)
def test_as_of_an_instant_equals_a_replay_to_it_row_for_row(events, gaps, at):
    """Values, times, states, and how fresh each was."""
    readings, when = recorded(events, gaps), START + at

    assert facts(as_of(readings, gaps, when), when) == facts(replayed(readings, gaps, when), when)


@given(EVENTS, st.integers(0, 200_000), st.integers(0, 100_000))
@settings(deadline=None)
def test_playing_on_equals_seeking_there(events, at, further):
    """From any instant to any later one."""
    readings = recorded(events, [])
    first, then = START + at, START + at + further
    table = as_of(readings, [], first)
    advance(table, [r for r in readings if first < r.arrived <= then], [], first, then)

    assert facts(table, then) == facts(as_of(readings, [], then), then)


def test_the_rows_are_those_of_the_live_table():
    """So that whoever keeps a picture of them need not draw it anew."""
    table = live_table()
    table.remove(SERIES[1])
    table.set_error(SERIES[0], "refused")
    blank = table.blank()

    assert blank.series == table.series
    assert blank.rows() == table.rows() == [0, 2]
    assert blank.structure == table.structure
    assert blank.errors == {0: "refused"}
    assert np.isnan(blank.numbers[:3]).all()


def test_a_reading_in_the_millisecond_in_which_a_gap_begins_is_before_it():
    """So it proves nothing of the time after the gap."""
    readings = [Reading(SERIES[0], 5, START, START, "update")]
    table = as_of(readings, [Gap(START, START + 1_000, None)], START + 2_000)

    assert table.number(0) == 5
    assert table.freshness_of(0, START + 2_000).name == "STALE"


def test_during_a_gap_everything_is_stale():
    """Nothing of that time may be taken for then."""
    readings = [Reading(SERIES[0], 5, START, START, "update")]
    gap = Gap(START + 1_000, None, None)
    table = as_of(readings, [gap], START + 2_000)

    assert not table.healthy
    assert table.freshness_of(0, START + 2_000).name == "STALE"
    assert table.number(0) == 5
