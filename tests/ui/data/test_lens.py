from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef
from statmon.live.freshness import Freshness
from statmon.ui.data.lens import Lens
from tests.ui.fake_engine import FakeEngine, now, state, workspace


def fed():
    engine = FakeEngine(workspace())
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 23, ago=3)
    engine.feed("agent2", "CurrentAgentState", state("CallInbound", since=10))
    engine.refuse("agent3", "InboundCalls", "refused")
    return engine


def test_a_frozen_table_is_the_same_row_for_row():
    """Values, times, errors and removed rows."""
    engine = fed()
    engine.table.remove(engine.table.series[4])
    copy = engine.table.copy()

    assert copy.series == engine.table.series
    assert copy.raw == engine.table.raw
    assert copy.errors == engine.table.errors
    assert copy.rows() == engine.table.rows()
    assert [copy.arrived(row) for row in copy.rows()] == [
        engine.table.arrived(row) for row in engine.table.rows()
    ]


def test_a_paused_lens_shows_what_was_and_counts_what_came():
    """Freezing the view must not lose anything behind it."""
    engine = fed()
    lens = Lens(engine.table, now())
    row = engine.feed("agent1", "InboundCalls", 24)
    lens.pause()
    engine.feed("agent1", "InboundCalls", 25)
    lens.refresh(now() + 1000)

    assert (lens.table.number(row), lens.behind, lens.paused) == (24, 1, True)
    lens.resume(now())
    assert (lens.table.number(row), lens.behind, lens.paused) == (25, 0, False)


def test_it_remembers_since_when_a_row_is_stale():
    """From the first look at which it was, until it is well again."""
    engine = fed()
    start = now()
    lens = Lens(engine.table, start)
    engine.service("UNAVAILABLE")
    lens.refresh(start + 1000)
    lens.refresh(start + 9000)

    assert lens.stale_since(0) == start + 1000
    engine.go_up()
    lens.refresh(start + 10_000)
    assert lens.stale_since(0) is None


def test_rows_that_were_added_meanwhile_are_seen_at_the_next_look():
    """Until then they have no freshness of their own to show."""
    engine = FakeEngine(workspace(agents=1))
    lens = Lens(engine.table, now())
    other = workspace(agents=2).subscriptions[0].statistics[-1].statistic
    row = engine.table.add(other, other.series("elsewhere"))

    assert lens.freshness(row) is Freshness.NO_DATA


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["feed", "old", "open", "closed", "error", "well", "down", "up", "add"]
            ),
            st.integers(0, 17),
            st.integers(0, 400_000),
        ),
        max_size=30,
    )
)
@settings(deadline=None)
def test_looking_at_what_changed_shows_the_same_as_looking_at_all(steps):
    """A tick looks only at the rows that changed; nothing else may look otherwise by it."""
    engine = FakeEngine(workspace())
    engine.go_up()
    table, at = engine.table, now()
    lens, whole = Lens(table, at), Lens(table, at)
    dirty = table.observe()
    for step, row, ago in steps:
        series = table.series[row]
        match step:
            case "feed" | "old":
                when = at - (ago if step == "old" else 0)
                table.apply([Reading(series, ago, when, when, "update")])
            case "open" | "closed":
                table.set_open([series], is_open=step == "open")
            case "error" | "well":
                table.set_error(series, "no" if step == "error" else None)
            case "down" | "up":
                table.healthy = step == "up"
            case _:
                other = table.statistics[row]
                table.add(other, other.series(f"site {ago}"))
        lens.take(dirty.take(), at)
        whole.refresh(at)
        assert lens.fresh.tolist() == whole.fresh.tolist()
        rows = range(len(table))
        assert [lens.stale_since(r) for r in rows] == [whole.stale_since(r) for r in rows]


def test_the_times_in_state_of_all_rows_are_those_of_each(qapp):
    """Also where the state's beginning is not known, and while it stands still."""
    engine = FakeEngine(workspace())
    engine.go_up()
    engine.feed("agent1", "CurrentAgentState", state("CallInbound", since=90))
    engine.feed("agent2", "CurrentAgentState", {"stateValue": {"status": 8}})
    lens = Lens(engine.table, now())
    engine.service("UNAVAILABLE")
    lens.refresh(lens.now + 1_000)
    lens.refresh(lens.now + 60_000)
    every = lens.times_in_state()

    for row, state_ in enumerate(engine.table.states):
        if state_ is None:
            assert np.isnan(every[row])
        else:
            assert every[row] == pytest.approx(lens.time_in_state(row) or 0.0)


def moved(engine, way):
    """Return a lens on the present, a frozen or a former table, which is looked at no more."""
    lens = Lens(engine.table, now())
    if way == "paused":
        lens.pause()
    elif way == "the past":
        lens.travel(engine.table.blank(), now() - 60_000, None)
    return lens


def add_rows(engine, count=40):
    """Add statistics to the live table, as an edit does, more than there is room for."""
    known = engine.table.statistics[0]
    for number in range(count):
        statistic = replace(known, id=f"new{number}", ref=ObjectRef("Agent", f"new{number}"))
        engine.table.add(statistic, statistic.series("http://site"))


@pytest.mark.parametrize("way", ["the present", "paused", "the past"])
def test_what_came_after_the_last_look_is_there_with_nothing_known_of_it(way):
    """Whatever is asked for, of a row or of all: an alert of it may be clicked before the tick."""
    engine = fed()
    lens = moved(engine, way)
    before = len(engine.table)
    add_rows(engine)
    rows = range(before, len(engine.table))

    of_all = (lens.fresh, lens.levels, lens.ages(), lens.times_in_state(), lens.changes())
    assert [len(one) for one in of_all] == [len(engine.table)] * 5
    assert len(lens.table) == len(engine.table)
    assert {int(one) for one in lens.fresh[before:]} == {Freshness.NO_DATA}
    assert {lens.freshness(row) for row in rows} == {Freshness.NO_DATA}
    assert {(lens.level(row), lens.stale_since(row), lens.age(row)) for row in rows} == {
        (0, None, None)
    }
    assert all(np.isnan(lens.change(row)) and np.isnan(lens.hour(row)).all() for row in rows)
    assert not any(lens.counted_at_least(row) or lens.time_in_state(row) for row in rows)


@pytest.mark.parametrize("way", ["the present", "paused", "the past"])
def test_the_rows_that_are_shown_are_those_of_the_last_look(way):
    """The catalogue of objects and titles is looked at with them."""
    engine = fed()
    lens = moved(engine, way)
    before = lens.rows.tolist()
    add_rows(engine)
    assert lens.rows.tolist() == before

    lens.resume(now())
    assert lens.rows.tolist() == engine.table.rows()
