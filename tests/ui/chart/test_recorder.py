import math

import numpy as np
from fake_engine import FakeEngine, now, workspace
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.chart.recorder import CAPACITY, Recorder, Track
from statmon.ui.lens import Lens

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"


def recording():
    engine = FakeEngine(workspace())
    engine.go_up()
    row = engine.feed(QUEUE, WAITING, 3)
    lens = Lens(engine.table, now())
    recorder = Recorder(lens)
    recorder.watch([row])
    return engine, lens, recorder, row


def test_values_are_recorded_as_they_come():
    """Only of rows that stand in a chart."""
    engine, lens, recorder, row = recording()
    engine.feed(QUEUE, WAITING, 5)
    engine.feed("agent1", "InboundCalls", 9)
    lens.refresh(now())
    recorder.take({0, 1, row})

    assert recorder.tracks[row].values.tolist() == [3, 5]
    assert list(recorder.tracks) == [row]


def test_a_gap_is_neither_zero_nor_joined_across():
    """The line stops where the feed stopped, and begins anew with the first new value."""
    engine, lens, recorder, row = recording()
    engine.service("UNAVAILABLE")
    lens.refresh(now())
    recorder.second()
    track = recorder.tracks[row]
    assert track.broken
    assert math.isnan(track.values[-1])

    engine.go_up()
    engine.feed(QUEUE, WAITING, 7)
    lens.refresh(now())
    recorder.take({row})
    assert not track.broken
    assert 0.0 not in track.values.tolist()
    assert track.values.tolist()[-1] == 7
    assert np.isnan(track.values).sum() == 1


def test_a_gap_stays_after_it_ended():
    """What was missing stays visible."""
    track = Track()
    track.push(10.0, 1.0)
    track.break_off(20.0)
    track.break_off(21.0)
    track.mend(30.0)
    track.mend(31.0)

    assert track.gaps == [(20.0, 30.0)]


@given(st.lists(st.floats(0, 1e9), max_size=400))
def test_times_never_run_backwards(times):
    """A clock that was set back must not fold a line over itself."""
    track = Track()
    for time in times:
        track.push(time, 1.0)

    assert np.all(np.diff(track.times) >= 0)
    assert len(track) == len(times)


def test_a_track_is_bounded():
    """A day's run keeps the newest points and no more."""
    track = Track()
    for number in range(CAPACITY * 2 + 17):
        track.push(float(number), float(number))

    assert len(track) <= CAPACITY
    assert track.values[-1] == CAPACITY * 2 + 16
    assert np.all(np.diff(track.values) == 1)
