"""Filters and formulas: what they say, and that nothing makes them do anything but refuse."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.simulator.statserver.expression import ExpressionError, condition, thousandths
from statmon.simulator.stream import Span

DATA = {"Language": "Spanish", "Revenue": "120.5", "Segment": "Gold", "Empty": ""}
SPAN = Span("CallInbound", 0, "chat", data=DATA)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", True),
        ("MediaType=chat", True),
        ("Media = voice", False),
        ('MediaType="CHAT"', True),
        ("MediaType != voice", True),
        ('PairExists("Language","Spanish")', True),
        ('PairExists("Language","spanish")', True),
        ('PairExists("Language", "French")', False),
        ('PairExists("Language")', True),
        ('PairExists("Mood")', False),
        ('~PairExists("Mood")', True),
        ('~~PairExists("Language")', True),
        ('PairExists("Mood") | MediaType=chat', True),
        ('PairExists("Mood") | MediaType=chat & PairExists("Mood")', False),
        ('(PairExists("Mood") | MediaType=chat) & PairExists("Segment","Gold")', True),
        ('GetString("Segment") = "Gold"', True),
        ('GetNumber("Revenue") > 120', True),
        ('GetNumber("Revenue") * 2 + 1 = 242', True),
        ('GetNumber("Revenue") - 20 - 100 < 1', True),
        ('GetNumber("Segment") = 0', True),
        ('GetNumber("Mood") >= 1', False),
        ('GetString("Empty")', False),
        ("-1 < -(-1)", True),
        ("1 / 0 = 0", True),
    ],
)
def test_a_filter_lets_count_what_it_says(text, counts):
    assert condition(text)(SPAN) is counts


@pytest.mark.parametrize(
    ("text", "value"),
    [('GetNumber("Revenue")', 120_500), ('GetNumber("Revenue") / 3', 40_167), ("2", 2_000),
     ('(1 + GetNumber("Revenue")) * -1', -121_500), ('GetNumber("Mood")', 0), ("1e9 * 1e9", None),
     ("999999999 * 999999999", 0)],
)  # fmt: skip
def test_a_formula_is_a_number_of_thousandths(text, value):
    if value is None:
        with pytest.raises(ExpressionError):
            thousandths(text)
    else:
        assert thousandths(text)(SPAN) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [("(", "missing at its end"), ("1 +", "missing at its end"), ("(1", r"'\)' is missing"),
     ("1 2", "'2' is not expected"), ("@", "at '@'"), ('Shout("x")', "no function Shout of 1"),
     ('PairExists("a","b","c")', "no function PairExists of 3"), ("PairExists(a)", "quotation"),
     ("PairExists()", "quotation"), ("(" * 60 + "1" + ")" * 60, "too deep"),
     ("1" * 3000, "longer than"), ('"open', "at"), ("1 = & 2", "'&' is not expected")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(text, words):
    with pytest.raises(ExpressionError, match=words):
        condition(text)


PIECES = st.sampled_from(
    [
        *"()&|~=<>+-*/,",
        '"a"',
        "1",
        "2.5",
        "MediaType",
        "voice",
        "PairExists(",
        'GetNumber("a")',
        " ",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused_and_never_fails_later(text):
    with contextlib.suppress(ExpressionError):
        assert condition(text)(SPAN) in (True, False)
    with contextlib.suppress(ExpressionError):
        assert isinstance(thousandths(text)(SPAN), int)
