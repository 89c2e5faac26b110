from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.timemachine.bar import day_of
from statmon.ui.timemachine.player import Player

DAY = 86_400_000
START = 1_790_000_000_000


@given(st.integers(-DAY, 3 * DAY))
def test_there_is_no_time_but_recorded_time(at):
    """Neither before the first reading nor after the last."""
    player = Player(START, START + DAY, START).moved_to(START + at)

    assert START <= player.at <= START + DAY


def test_it_plays_as_fast_as_it_is_told_and_stops_at_the_end():
    """Sixty times as fast is a minute a second."""
    player = Player(START, START + 100_000, START, speed=60, playing=True)
    on = player.played(1_000, START + DAY)
    assert on.at == START + 60_000
    assert on.playing
    end = on.played(1_000, START + DAY)
    assert end.at == START + 100_000
    assert not end.playing


def test_it_waits_for_what_is_not_read_yet():
    """It shows nothing that it does not know."""
    player = Player(START, START + DAY, START, speed=10, playing=True)

    assert player.played(1_000, START + 500).at == START + 500
    assert player.played(1_000, START - 1).at == START


def test_the_end_moves_on_while_recording_goes_on():
    """What has just been is the past, too."""
    player = Player(START, START + 10, START + 10).until(START + 1_000)

    assert player.moved_to(START + 500).at == START + 500


def test_a_slider_covers_one_day():
    """Else a pixel would be minutes wide; a short recording is shown whole."""
    short = Player(START, START + DAY // 2, START)
    assert day_of(short) == (START, START + DAY // 2)
    long = Player(START, START + 30 * DAY, START + 10 * DAY)
    begin, end = day_of(long)

    assert begin <= long.at <= end
    assert 23 * 3_600_000 <= end - begin <= 25 * 3_600_000
