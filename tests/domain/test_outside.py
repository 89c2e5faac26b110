"""Text from outside is seen as what it is."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statmon.domain.outside import brief, escaped, visible

JOINERS = "\u200c\u200d\ufe0e\ufe0f"


@pytest.mark.parametrize(
    "text",
    [
        "Grüße", "Ελληνικά", "Список", "日本語", "עברית", "العربية",
        "می\u200cخواهم", "👩\u200d👩\u200d👧", "❤\ufe0f",
        "a\u00a0b", "e\u0301", "",
    ],
)  # fmt: skip
def test_what_people_write_stays_as_it_is(text):
    """In every script, with the joiners that some of them need."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "‹U+001B›[2J"),
        ("a\u202egnp.exe", "a‹U+202E›gnp.exe"),
        ("Sal\u200bes", "Sal‹U+200B›es"),
        ("Sal\u200des", "Sal‹U+200D›es"),
        ("\u3164", "‹U+3164›"),
        ("x\U000e0041", "x‹U+E0041›"),
        ("\ud800", "‹U+D800›"),
        ("a\nb\tc", "a‹U+000A›b‹U+0009›c"),
    ],
)
def test_what_acts_or_hides_is_shown_by_its_number(text, shown):
    """Sequences, directions, blanks that are letters, tags, half characters."""
    assert visible(text) == shown


def test_lines_may_stay_where_there_is_room_for_them():
    """But nothing else that acts."""
    assert visible("a\n\tb\r\x1b", lines=True) == "a\n\tb‹U+000D›‹U+001B›"


@given(st.text())
def test_nothing_that_acts_is_left(text):
    """No control, no format, no half character; joiners only after letters that have them."""
    shown = visible(text)
    left = {sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert left <= set(JOINERS) | FORMATS
    assert visible(shown) == shown or set(shown) & set(JOINERS)


FORMATS = {
    sign
    for sign in map(chr, range(0x110000))
    if unicodedata.category(sign) == "Cf" and visible(sign) == sign
}
"""Those that are seen: signs of numbers in Arabic and Syriac, of Egyptian, of shorthand."""


def test_the_formats_that_stay_are_few_and_seen():
    """Each by its name."""
    assert len(FORMATS) < 60
    assert not any("BIDI" in unicodedata.bidirectional(sign) for sign in FORMATS)
    assert not any(unicodedata.bidirectional(sign) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI",
                   "RLI", "FSI", "PDI"} for sign in FORMATS)  # fmt: skip


def test_what_is_cut_is_marked():
    """At the bound, and not before."""
    assert brief("abc", 3) == "abc"
    assert brief("abcd", 3) == "ab…"


@given(st.text(st.characters(codec="utf-8")))
@example("\u202eabc\u200b\ufeff")
@example("\U000e0041 \x9b31m")
def test_json_that_is_escaped_says_the_same_and_does_nothing(text):
    """To whoever decodes it; a terminal sees no sign that acts."""
    line = escaped(json.dumps({"value": text}, ensure_ascii=False).encode())

    assert json.loads(line) == {"value": text}
    assert not set(line.decode()) & set("\x1b\x7f\x9b\u200b\u2028\u202e\u2066\ufeff\U000e0041")
    assert escaped(line) == line
