import itertools

from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.spans import Span, at_width, spans

WORDS = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["", "Ready", "Busy"]))).map(
    lambda items: sorted(items, key=lambda item: item[0])
)


def state_at(words, at):
    return next((state for time, state in reversed(words) if time <= at), "")


@given(WORDS, st.integers(0, 150), st.integers(1, 100))
def test_at_every_instant_a_span_says_the_state_that_was(words, begin, length):
    """And where none was known there is none."""
    found = spans(words, begin, begin + length)
    for at in range(begin, begin + length):
        here = [span.state for span in found if span.begin <= at < span.end]
        assert here == ([state_at(words, at)] if state_at(words, at) else [])


@given(WORDS)
def test_neighbours_of_one_state_are_one(words):
    """A peek in between does not cut a ribbon."""
    found = spans(words, 0, 300)

    assert all(a.end < b.begin or a.state != b.state for a, b in itertools.pairwise(found))


@given(WORDS, st.integers(1, 30))
def test_ribbons_are_never_narrower_than_a_column(words, width):
    """So that a month of an agent's states can be drawn; long ones stay exact."""
    found = spans(words, 0, 300)
    drawn = at_width(found, width)

    assert all(span.end - span.begin >= width for span in drawn)
    assert all(span in drawn for span in found if span.end - span.begin >= 2 * width)
    assert len(drawn) <= 300 // width + 2 + len(found)


def test_a_column_of_many_states_goes_to_the_longest():
    """Not to the last, nor to the first."""
    found = [Span(0, 2, "a"), Span(2, 8, "b"), Span(8, 10, "c")]

    assert at_width(found, 10) == [Span(0, 10, "b")]
