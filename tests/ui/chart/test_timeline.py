import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.chart.timeline import Timeline, column_width, grown

NOW = 1_790_000_000_000
HOUR = 3_600_000


def test_a_live_chart_ends_now():
    """And moves on with it."""
    live = Timeline(HOUR)

    assert live.stretch(NOW) == (NOW - HOUR, NOW)
    assert live.stretch(NOW + 5) == (NOW + 5 - HOUR, NOW + 5)


def test_panning_back_stands_still_and_panning_on_comes_back_to_the_present():
    """There is no edge between history and now."""
    back = Timeline(HOUR).panned(-0.5, NOW)
    assert back.stretch(NOW + 60_000) == (NOW - HOUR - HOUR // 2, NOW - HOUR // 2)
    assert not back.live

    assert back.panned(0.5, NOW).live
    assert back.panned(7, NOW).live
    assert back.following().live


def test_zooming_a_live_chart_keeps_it_live():
    """Only its left edge moves."""
    closer = Timeline(HOUR).zoomed(0.5, 0.1, NOW)

    assert closer.live
    assert closer.stretch(NOW) == (NOW - HOUR // 2, NOW)


@given(st.floats(0, 1), st.floats(0.3, 3.0))
def test_what_is_under_the_mouse_stays_there(at, factor):
    """While zooming in the past."""
    past = Timeline(HOUR, NOW - 100 * HOUR)
    begin, end = past.stretch(NOW)
    zoomed = past.zoomed(factor, at, NOW)
    new_begin, new_end = zoomed.stretch(NOW)

    assert new_end - new_begin == pytest.approx(HOUR * factor, abs=1)
    assert new_begin + at * (new_end - new_begin) == pytest.approx(
        begin + at * (end - begin), abs=2
    )


@given(st.lists(st.tuples(st.sampled_from("zp"), st.floats(-3, 3), st.floats(0, 1)), max_size=30))
def test_no_sequence_of_moves_leaves_time(moves):
    """The span stays drawable, and the future is never shown."""
    timeline = Timeline(HOUR)
    for kind, size, at in moves:
        if kind == "z":
            timeline = timeline.zoomed(2**size, at, NOW)
        else:
            timeline = timeline.panned(size, NOW)
        begin, end = timeline.stretch(NOW)
        assert end <= NOW
        assert 2_000 <= end - begin <= 400 * 86_400_000


def test_a_column_is_never_wider_than_a_pixel():
    """Else a dense line would have holes."""
    assert column_width(900_000, 1000) == 900
    assert column_width(1_000, 3_000) == 1
    assert column_width(1_999, 1_000) == 1
    assert column_width(86_400_000, 1_000) == 60_000  # whole cells of the history's outlines


def test_a_chart_that_fills_for_the_first_time_grows_in_steps():
    """A minute of values in a day's chart would be a dot at its edge."""
    wanted = Timeline(HOUR)

    assert grown(wanted, 5_000).span == 60_000
    assert grown(wanted, 61_000).span == 120_000
    assert grown(wanted, HOUR // 2 + 1).span == HOUR
    assert grown(wanted, 9 * HOUR) == wanted
    assert grown(Timeline(30_000), 5_000).span == 30_000
