"""Text to rows of cells: what a spreadsheet, a mail or another program put on the clipboard."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MOST_ROWS: Final = 200_000
_SEPARATORS: Final = "\t;|,"
_LOOKED_AT: Final = 100
"""Lines by which the separator is chosen."""
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_AS_FORMULA: Final = re.compile(r'="((?:[^"]|"")*)"')
# Inside a word they say how letters join; elsewhere they say nothing.
_JOINERS: Final = frozenset("\u200c\u200d")


class ExchangeError(ValueError):
    """What came from elsewhere cannot be read; the message is one sentence for the user."""


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table, each without blanks around it; empty rows are left out.

    Cells are separated by what most lines hold of tab, semicolon, bar, comma, or by what a first
    line ``sep=`` names.

    Raises:
        ExchangeError: a quote never ends, or there is nothing or too much in it.
    """
    text, separator = _separator(text.removeprefix("\ufeff"))
    found = [
        cells for row in _parsed(text, separator) if any(cells := [cell(item) for item in row])
    ]
    if not found:
        raise ExchangeError("there is nothing in it: give one object a line")
    if len(found) > MOST_ROWS:
        raise ExchangeError(f"these are {len(found)} rows, {MOST_ROWS} at most can be taken")
    return found


def _separator(text: str) -> tuple[str, str]:
    """Return the text without a line that names the separator, and the separator."""
    named = re.match(r"\s*\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n|$)", text, re.IGNORECASE)
    if named:
        return text[named.end() :], named.group(1)
    lines = [line for line in _QUOTED.sub("", text).splitlines() if line.strip()][:_LOOKED_AT]
    return text, max(_SEPARATORS, key=lambda mark: sum(mark in line for line in lines))


def _parsed(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[list[str]] = []
    while True:
        line = reader.line_num + 1
        try:
            found.append(next(reader))
        except StopIteration:
            return found
        except csv.Error as error:
            raise ExchangeError(_what_is_wrong(line, str(error))) from None


def _what_is_wrong(line: int, error: str) -> str:
    if "unexpected end" in error or "expected after" in error:
        return f'in line {line} a quote (") is opened and not closed: close or delete it'
    return f"line {line} cannot be read ({error})"


def cell(text: str) -> str:
    """Return what a cell says: without blanks around it, and without a guard against formulas."""
    said = text.strip()
    if formula := _AS_FORMULA.fullmatch(said):
        return formula.group(1).replace('""', '"').strip()
    return said[1:] if said[:1] == "'" and _FORMULA.match(said) else said


def guarded(text: str) -> str:
    """Return a cell so that a spreadsheet does not take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def visible(text: str) -> str:
    """Return a name or id as it looks: composed letters, plain blanks, nothing that is not seen."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return composed
    kept = [
        " " if unicodedata.category(letter) == "Zs" else letter
        for letter in composed
        if letter in _JOINERS or unicodedata.category(letter) != "Cf"
    ]
    return unicodedata.normalize("NFC", "".join(kept)).strip("".join(_JOINERS) + " ")


def scripts(text: str) -> set[str]:
    """Return which of the alphabets that look alike a text is written in."""
    alike = ("LATIN", "CYRILLIC", "GREEK")
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    return {word for name in names if (word := name.split(" ", 1)[0]) in alike}


def same_form(cells: Sequence[str]) -> bool:
    """Whether cells are built alike, letter for letter and digit for digit."""
    return len({re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", item)) for item in cells}) == 1
