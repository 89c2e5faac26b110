"""Of each time in which nothing was known the causes are told that it had, and no others."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.chart.gaps import Gap, between
from statmon.ui.chart.ticks import clock
from tests.ui.fake_engine import now

CAUSES = ("", "not connected", "not subscribed", "statmon not running")
BEGIN, END = 5, 45
GAPS = st.lists(
    st.builds(
        lambda begin, length, why: Gap(begin, None if length is None else begin + length, why),
        st.integers(0, 50),
        st.none() | st.integers(1, 20),
        st.sampled_from(CAUSES),
    ),
    max_size=8,
)


@given(GAPS)
def test_each_moment_has_the_causes_that_held_then(gaps):
    """A connection that was lost for a second is not said to be why a line is missing since."""
    told = between(gaps, BEGIN, END)

    for at in range(BEGIN, END):
        holding = [gap for gap in gaps if gap.begin <= at and (gap.end is None or at < gap.end)]
        here = [gap for gap in told if gap.begin <= at < gap.end]
        assert len(here) == bool(holding)
        said = {why for gap in here for why in gap.why.split(", ") if why}
        assert said == {gap.why for gap in holding if gap.why}
    assert all(BEGIN <= gap.begin < gap.end <= END for gap in told)


@given(GAPS)
def test_what_is_missing_for_the_same_causes_is_one_gap(gaps):
    for one, other in pairwise(between(gaps, BEGIN, END)):
        assert one.end < other.begin or one.why != other.why


def test_a_gap_without_length_is_there_to_be_seen():
    assert between([Gap(7, 7, "not connected")], 0, 100) == [Gap(7, 8, "not connected")]


@pytest.mark.usefixtures("clock_stands")
def test_many_gaps_above_small_panels_do_not_make_the_window_wider(engine, open_window):
    """The longest are told, and none that is too short to be looked at."""
    engine.go_up()
    window = open_window(engine)
    charts = window.parts.charts
    charts.show_rows([0, 1])
    charts.tools.kind_wanted.emit("multiples")
    chart, at = charts.current, now()
    for stock in chart.stocks:
        stock.track._times[:1] = at - 890_000
    chart.chosen = True
    chart.outages = []
    chart.redraw(at)
    narrow = chart.minimumSizeHint().width()
    begins = range(at - 880_000, at - 100_000, 60_000)
    chart.outages = [Gap(begin, begin + 40_000, "service unavailable") for begin in begins]
    chart.outages.append(Gap(at - 90_000, at - 89_000, "not connected"))
    chart.redraw(at)

    assert chart.minimumSizeHint().width() == narrow
    assert chart.view.frame.gaps[-1].why == "not connected"
    assert "not connected" not in chart.view.notice.text()
    assert clock((at - 880_000) / 1000, seconds=True) in chart.view.notice.text()
