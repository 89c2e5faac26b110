"""Tables as text: nothing runs where it is opened, and what is written reads back equal."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statmon.domain.cells import (
    SCRIPTS,
    Dialect,
    as_text,
    clipboard,
    guarded,
    spreadsheets,
    unguarded,
    written,
)

_SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
DIALECTS = (SCRIPTS, spreadsheets("."), spreadsheets(","), clipboard("."), clipboard(","))


@given(st.text(st.sampled_from("=+-@＝＋'\t\r\n;,| \u00a0\u200bax")))
@example("'\t=x")
@example("a;\u200b =x")
def test_a_guard_is_undone(text):
    """Whatever apostrophes were there before."""
    assert unguarded(guarded(text)) == text


@given(st.text(st.sampled_from(_SIGNS + "'\t\r\n;,| \u00a0\u200bax")))
def test_no_part_of_a_text_begins_as_a_formula_does(text):
    """Wherever another program may end a cell, and whatever blanks or marks stand before."""
    parts = re.split(r"[;,|\t\r\n]", guarded(text))

    for part in parts:
        assert part.lstrip("\u200b\u00a0 ")[:1] not in set(_SIGNS) or not part
    assert not guarded(text).startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@x", "＝1+1", " =1", "\u200b=1", "a;=1", "a\t=1", "a,+1", "a\n=1", "\tx", "'=1"],
)
def test_what_would_run_is_guarded(text):
    """By an apostrophe before it."""
    assert guarded(text).count("'") == text.count("'") + 1


@pytest.mark.parametrize("text", ["Anna", "a-b", "O'Neil", "80 %", "", "Beck, Anna", "x = y"])
def test_ordinary_texts_stay_as_they_are(text):
    """A sign within a word runs nothing."""
    assert guarded(text) == text


_CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=4), min_size=1), st.sampled_from(DIALECTS))
def test_every_cell_stays_in_its_place(rows, dialect):
    """Tabs, line ends, separators and quotes in it; numbers are numbers in their locale."""
    text = as_text(rows, dialect)
    assert text.startswith(dialect.mark)
    reader = csv.reader(
        io.StringIO(text.removeprefix(dialect.mark), newline=""), delimiter=dialect.separator
    )

    found = [[_read(cell, dialect, like) for cell, like in zip(*pair, strict=True)]
             for pair in zip(reader, rows, strict=True)]  # fmt: skip

    assert found == rows


def _read(cell: str, dialect: Dialect, like: object) -> object:
    if isinstance(like, str):
        return unguarded(cell)
    return type(like)(cell.replace(dialect.decimal, ".") if isinstance(like, float) else cell)


def test_a_file_for_a_spreadsheet_is_in_its_user_s_locale():
    """With a mark, without which it is not taken for UTF-8; for scripts nothing varies."""
    rows = [["Müller", 1.5, 2]]

    assert as_text(rows, spreadsheets(",")) == "\ufeffMüller;1,5;2\r\n"
    assert as_text(rows, spreadsheets(".")) == "\ufeffMüller,1.5,2\r\n"
    assert as_text(rows, clipboard(",")) == "Müller\t1,5\t2\n"
    assert as_text(rows) == "Müller,1.5,2\n"


@pytest.mark.parametrize("text", ["+2", "-2:30", "1,234", "-0.5", "+80 %", "1’234"])
def test_a_number_as_people_read_it_is_not_guarded(text):
    """It stays a number where it is pasted; a text of that look is guarded all the same."""
    assert as_text([[written(text)]], clipboard(".")) == f"{text}\n"
    assert as_text([["+4930123"]], clipboard(".")) == "'+4930123\n"
    assert as_text([[written("+1-1")]], clipboard(".")) == "'+1-1\n"
