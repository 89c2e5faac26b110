"""An outline draws what all samples would draw, in a small part of them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon.analysis.buckets import columns_of, with_gaps
from statmon.history import CELL, Rules, downsamples, memtable, page_store
from tests.history.support.readings import START, agent_state, bean, reading, series

HOUR = 3_600_000
DAY = 24 * HOUR
EVERY = 2000


@st.composite
def recordings(draw):
    """Readings of some minutes: numbers, texts, states; late ones; the clock set back."""
    arrived, readings = START + draw(st.integers(0, CELL)), []
    for _ in range(draw(st.integers(1, 80))):
        arrived += draw(st.sampled_from([0, 1, 900, 7000, CELL, 4 * CELL, -2 * CELL]))
        number = draw(st.integers(1, 3))
        late = draw(st.sampled_from([0, 0, 0, 5 * CELL]))
        value = draw(
            st.integers(-3, 3)
            | st.sampled_from([0.5, -0.0, "text", None, agent_state(4, arrived // 1000, arrived)])
        )
        at = arrived - START
        readings.append(reading(number, value, at, stamp=at - late))
    return readings


def drawn(samples, width: int, gaps):
    """The columns that a chart makes of samples."""
    shown = ~samples.outdated
    times, values = with_gaps(samples.arrived[shown], samples.numbers[shown], gaps)
    return columns_of(times, values, width)


@pytest.fixture
def small(monkeypatch):
    """A segment every few readings, an outline every few segments."""
    monkeypatch.setattr(memtable, "MOST", 5)
    monkeypatch.setattr(downsamples, "SPAN", 5 * CELL)
    monkeypatch.setattr(downsamples, "_BUSY", 3)
    monkeypatch.setattr(downsamples, "_SLICE", 4)
    monkeypatch.setattr(page_store, "BUSY", 3)


@pytest.mark.usefixtures("small")
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    readings=recordings(),
    gaps=st.lists(st.integers(0, 60 * CELL), max_size=3),
    span=st.tuples(st.integers(-CELL, 60 * CELL), st.integers(1, 60 * CELL)),
    cells=st.integers(1, 5),
)
def test_what_is_drawn_of_it_is_what_is_drawn_of_all(
    tmp_path_factory, open_history, readings, gaps, span, cells
):
    """Whatever was recorded, between any times, in any columns of whole cells, gaps included."""
    history = open_history(folder=tmp_path_factory.mktemp("history"))
    for place in range(0, len(readings), 3):
        history.record(readings[place : place + 3])
        history.flush().result()
    assert history.settled().result()
    every = [series(number) for number in (1, 2, 3)]
    start, end, width = START + span[0], START + span[0] + span[1], cells * CELL

    outlined = history.outline(every, start, end, width).result()

    gaps = [START + gap for gap in gaps]
    for mine, all_of_it in zip(
        outlined, history.read_many(every, start, end).result(), strict=True
    ):
        for found, wanted in zip(
            drawn(mine, width, gaps), drawn(all_of_it, width, gaps), strict=True
        ):
            np.testing.assert_array_equal(found, wanted)
        assert set(mine.arrived.tolist()) <= set(all_of_it.arrived.tolist())


def hours(history, count: int):
    """Record some hours of three series: one that rises, one that jumps, one that is a text."""
    for at in range(0, count * HOUR, EVERY):
        n = at // EVERY
        values = (bean(n, START + at), bean(n * 7919 % 1000, START + at), "on" if n % 9 else "off")
        history.record([reading(i, value, at) for i, value in enumerate(values, 1)])
        if n % 900 == 0:
            assert history.flush().result()
    assert history.settled().result()


def test_it_is_a_small_part_of_numbers_and_all_of_texts(open_history):
    """An outline that saves nothing would be none."""
    history = open_history()
    hours(history, 3)
    every = [series(number) for number in (1, 2, 3)]

    rising, jumping, texts = history.outline(every, START, START + 2 * HOUR, CELL).result()

    cells = 2 * HOUR // CELL + 2  # segments need not end with a cell
    assert len(rising) <= cells * 2  # first and last are the extremes
    assert len(jumping) <= cells * 4
    assert len(texts) == 2 * HOUR // EVERY
    assert texts.values[:2] == ["off", "on"]


def test_buckets_of_hours_are_those_of_all_samples(open_history):
    """First, last, lowest and highest; the first may start a little earlier."""
    history = open_history()
    hours(history, 3)
    start, end = START + 1234, START + 3 * HOUR - 777

    (buckets,) = history.buckets([series(2)], start, end, 100).result()

    assert buckets.width % CELL == 0
    assert len(buckets.starts) <= 100
    samples = history.read(series(2), int(buckets.starts[0]), end).result()
    place = (samples.arrived - buckets.starts[0]) // buckets.width
    for number in range(len(buckets.starts)):
        mine = samples.numbers[place == number]
        inside = samples.arrived[place == number] >= buckets.starts[0]
        assert inside.all()
        assert buckets.first[number] == mine[0]
        assert buckets.last[number] == mine[-1]
        assert buckets.lowest[number] == mine.min()
        assert buckets.highest[number] == mine.max()


def minutes(history, count: int, kinds=("Queue", "Agent")) -> None:
    """Record some minutes, a value a second of a series of each kind, in small segments."""
    for at in range(0, count * 60_000, 1000):
        history.record(
            [reading(1, at // 1000 % 7, at)._replace(series=series(1, kind)) for kind in kinds]
        )
        if at % 60_000 == 0:
            assert history.settled().result()
    assert history.settled().result()


@pytest.fixture
def by_the_minute(monkeypatch):
    """A segment a minute, an outline every few."""
    monkeypatch.setattr(memtable, "MOST", 120)
    monkeypatch.setattr(downsamples, "SPAN", 5 * 60_000)


def outlined(history, kind: str = "Queue"):
    """The outlines, and what a chart of a series is told."""
    found = history.outline([series(1, kind)], START, START + HOUR, CELL).result()[0]
    return history._supervisor._recorder.downsamples, found


@pytest.mark.usefixtures("by_the_minute")
def test_what_is_erased_is_erased_from_outlines(open_history):
    """The other series keeps its outline."""
    history = open_history()
    minutes(history, 30)
    history.erase(lambda item: item.object_type == "Agent")
    assert history.settled().result()

    shelf_, agents = outlined(history, "Agent")
    assert len(agents) == 0
    left = history._call(
        lambda: [set(shelf_.decoded(shelf_.pages(each)).ids.tolist()) for each in shelf_.all]
    ).result()
    assert len(left) > 3
    assert len(set.union(*left)) == 1
    assert len(outlined(history)[1]) < 30 * 60 / 2


@pytest.mark.usefixtures("by_the_minute")
def test_an_outline_goes_with_its_first_segment(open_history):
    """What is too old is nowhere; what is young enough is drawn as before."""
    now = [START]
    history = open_history(Rules(keep_days=1), now=lambda: now[0])
    minutes(history, 30)
    before = len(outlined(history)[0].all)
    now[0] = START + DAY + 7 * 60_000
    assert history.settled().result()

    kept, found = outlined(history)
    every = history.read(series(1), START, START + HOUR).result()
    assert 0 < len(kept.all) < before
    assert found.arrived[0] == every.arrived[0] > START + 5 * 60_000
    for drawn_, wanted in zip(drawn(found, CELL, ()), drawn(every, CELL, ()), strict=True):
        np.testing.assert_array_equal(drawn_, wanted)


@pytest.mark.usefixtures("by_the_minute")
def test_agents_leave_outlines_when_they_leave_segments(open_history):
    """What is drawn of them is what is left of them, wherever in an outline that ends."""
    now = [START]
    history = open_history(Rules(personal_days=1), now=lambda: now[0])
    minutes(history, 30)
    now[0] = START + DAY + 8 * 60_000
    assert history.settled().result()

    _, found = outlined(history, "Agent")
    every = history.read(series(1, "Agent"), START, START + HOUR).result()
    assert 0 < len(every) < 30 * 60 - 300
    for drawn_, wanted in zip(drawn(found, CELL, ()), drawn(every, CELL, ()), strict=True):
        np.testing.assert_array_equal(drawn_, wanted)
    assert len(outlined(history)[1]) < 30 * 60 / 2


@pytest.mark.usefixtures("by_the_minute")
def test_one_that_was_half_made_is_made_anew(open_history):
    """A kill in the middle leaves nothing behind and nothing out."""
    history = open_history()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downsamples.Downsamples, "task", lambda _: None)
        minutes(history, 12)

    def begin(recorder) -> None:
        task = recorder.downsamples.task()
        for _ in range(2):
            next(task)

    history._call(lambda: history._supervisor.do(begin, None)).result()
    history.close()
    history = open_history()
    assert history.settled().result()

    kept, found = outlined(history)
    assert len(kept.all) >= 1
    every = history.read(series(1), START, START + HOUR).result()
    for drawn_, wanted in zip(drawn(found, CELL, ()), drawn(every, CELL, ()), strict=True):
        np.testing.assert_array_equal(drawn_, wanted)
