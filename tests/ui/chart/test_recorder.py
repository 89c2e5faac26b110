import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.service.wire.events import ConnectionChanged, Slept
from statmon.ui.chart.recorder import Recorder
from statmon.ui.chart.series_data import SeriesData
from statmon.ui.chart.track import CAPACITY, Track
from tests.ui.fake_engine import FakeEngine, now, state, workspace

QUEUE, WAITING = "7001@SIP_Switch", "CurrentNumberWaitingCalls"


def recording():
    engine = FakeEngine(workspace())
    engine.go_up()
    row = engine.feed(QUEUE, WAITING, 3)
    recorder = Recorder(engine.table)
    engine.listen(recorder.told)
    recorder.watch([row], now())
    return engine, recorder, row


def test_every_value_is_recorded_and_not_only_the_newest_of_a_tick():
    """Only of rows that stand in a chart, and whatever the window shows meanwhile."""
    engine, recorder, row = recording()
    for value in (5, 9, 1):
        engine.feed(QUEUE, WAITING, value)
    engine.feed("agent1", "InboundCalls", 9)

    assert recorder.tracks[row].values.tolist() == [3, 5, 9, 1]
    assert list(recorder.tracks) == [row]


def test_a_gap_is_neither_zero_nor_joined_across():
    """The line stops where the feed stopped, and begins anew with the first new value."""
    engine, recorder, row = recording()
    engine.service("UNAVAILABLE")
    recorder.look(now())
    track = recorder.tracks[row]
    assert track.broken
    assert math.isnan(track.values[-1])

    engine.go_up()
    engine.feed(QUEUE, WAITING, 7)
    assert not track.broken
    assert 0.0 not in track.values.tolist()
    assert track.values.tolist()[-1] == 7
    assert np.isnan(track.values).sum() == 1


def test_a_silence_is_a_gap_from_the_last_sign_of_life():
    """It was noticed later; the line ends where the service was heard last."""
    engine, recorder, row = recording()
    track = recorder.tracks[row]
    came = int(track.times[-1])
    engine.table.healthy = False
    recorder.told(
        ConnectionChanged("reconnecting", "websocket", "no answer", came + 40_000, came + 5_000)
    )
    assert track.gaps == [(came + 5_000, None)]
    assert track.times.tolist() == [came, came + 5_000]
    assert math.isnan(track.values[-1])


def test_what_was_late_before_the_silence_was_noticed_is_missing_since_it_began():
    """A value that is owed each second is stale sooner: charts take in that it began earlier."""
    track = Track(0)
    stock = SeriesData(track)
    track.push(1_000, 5)
    track.break_off(9_000)
    assert stock.columns(1_000).number.tolist() == [1, 9]

    track.break_off(2_000)
    assert track.gaps == [(2_000, None)]
    assert stock.columns(1_000).number.tolist() == [1, 2]
    track.break_off(3_000)
    assert track.gaps == [(2_000, None)]
    track.push(11_000, 6)
    assert stock.columns(1_000).number.tolist() == [1, 2, 11]


def test_what_was_received_is_known():
    """Whoever says that the silence began before the last reading is not believed."""
    track = Track(0)
    track.push(7_000, 5)
    track.break_off(3_000)
    assert track.gaps == [(7_000, None)]
    track.break_off(2_000)
    assert track.gaps == [(7_000, None)]


def test_a_sleep_is_a_gap_from_when_it_began():
    """Noticed only afterwards; the line ends where the computer fell asleep."""
    _, recorder, row = recording()
    track, since = recorder.tracks[row], now()
    recorder.told(Slept(since, since + 60_000))
    track.push(since + 60_500, 7)
    track.mend(since + 60_500)

    assert track.gaps == [(since, since + 60_500)]
    assert track.times.tolist()[1] == since
    assert math.isnan(track.values[1])
    recorder.told(Slept(since + 70_000, since + 90_000))
    assert track.broken


def test_what_did_not_change_meanwhile_is_known_again_without_being_sent():
    """Where the session has survived, nothing is opened anew, and nothing else comes."""
    _, recorder, row = recording()
    track = recorder.tracks[row]
    recorder.told(Slept(now() - 5_000, now()))
    assert track.broken

    recorder.look(now())
    assert not track.broken
    assert track.values.tolist()[-1] == 3


def test_a_state_that_carries_a_number_is_recorded_as_a_state():
    """The service sends an integer beside every state; it means nothing."""
    engine = FakeEngine(workspace())
    engine.go_up()
    bean = {"intValue": 0, "stringValue": None, "stateValue": {"status": 8, "time": 1}}
    row = engine.feed("agent1", "CurrentAgentState", bean)
    recorder = Recorder(engine.table)
    recorder.watch([row], now())

    assert recorder.tracks[row].words == ["NotReadyForNextCall"]
    assert math.isnan(recorder.tracks[row].values[-1])
    assert recorder.tracks[row].first_known() is not None


def test_what_is_known_first_is_no_gap():
    """An outage before the first value is nothing that is missing."""
    track = Track(0)
    assert track.first_known() is None
    track.push(10, math.nan)
    assert track.first_known() is None
    track.push(20, 5)
    track.push(30, math.nan, "CallInbound")
    assert track.first_known() == 20


def test_what_is_not_known_at_the_beginning_is_a_gap_from_there():
    """What was missing before, the history tells; a chart draws it once something was known."""
    engine, recorder, _ = recording()
    began = now()
    recorder.watch([0], began)
    engine.service("UNAVAILABLE")
    recorder.look(now())

    assert recorder.tracks[0].gaps == [(began, None)]
    assert recorder.tracks[0].first_known() is None


def test_states_are_kept_by_name():
    """They have no number, and still a place in time."""
    engine, recorder, _ = recording()
    recorder.watch([0], now())
    engine.feed("agent1", "CurrentAgentState", state("CallInbound"))

    assert recorder.tracks[0].words == ["", "CallInbound"]
    assert math.isnan(recorder.tracks[0].values[1])


def test_a_gap_stays_after_it_ended():
    """What was missing stays visible."""
    track = Track(0)
    track.push(10, 1.0)
    track.break_off(20)
    track.break_off(21)
    track.mend(30)
    track.mend(31)

    assert track.gaps == [(20, 30)]


@given(st.lists(st.integers(0, 10**13), max_size=400))
def test_times_never_run_backwards(times):
    """A clock that was set back must not fold a line over itself."""
    track = Track(0)
    for time in times:
        track.push(time, 1.0)

    assert np.all(np.diff(track.times) >= 0)
    assert len(track) == len(track.words) == len(times)


@given(st.lists(st.integers(1, 40), max_size=30))
def test_whoever_follows_gets_each_value_once(sizes):
    """In whatever portions it asks."""
    track, taken, seen = Track(0), 0, []
    for size in sizes:
        for _ in range(size):
            track.push(track.taken, float(track.taken))
        found = track.since(taken)
        assert found is not None
        seen += found[1].tolist()
        taken = track.taken

    assert seen == [float(number) for number in range(sum(sizes))]


def test_a_track_is_bounded():
    """A day's run keeps the newest points and no more, and says what it forgot."""
    track = Track(0)
    for number in range(CAPACITY * 2 + 17):
        track.push(number, float(number))

    assert len(track) == len(track.words) <= CAPACITY
    assert track.values[-1] == CAPACITY * 2 + 16
    assert np.all(np.diff(track.values) == 1)
    assert track.begins == track.times[0]
    assert track.since(0) is None
