"""Text to rows of cells and back: what spreadsheets, mails and programs give and take.

All tables that leave statmon as text are written here, whether to a file, to standard output or
to the clipboard; what is written reads back equal.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

MOST_ROWS: Final = 200_000
_SEPARATORS: Final = "\t;|,"
_LOOKED_AT: Final = 100
"""Lines by which the separator is chosen."""
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
# What does not show before a formula's sign, apart from what could end a cell.
_BLANK: Final = r"(?:[^\S\t\r\n]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])"
_SIGN: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
_RUNS: Final = rf"(?:'|{_BLANK})*{_SIGN}"
# Another program may take any of these for the end of a cell.
_BEGINS: Final = r"(?P<begins>\A|[;,|\t\r\n])"
_TO_GUARD: Final = re.compile(rf"{_BEGINS}(?={_RUNS}|(?<![\s\S])'*[\t\r\n])")
_GUARDED: Final = re.compile(rf"{_BEGINS}'(?={_RUNS}|(?<![\s\S]')'*[\t\r\n])")
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
    """Return what a cell says: without blanks around it, and without guards against formulas."""
    said = text.strip()
    if formula := _AS_FORMULA.fullmatch(said):
        return formula.group(1).replace('""', '"').strip()
    return unguarded(said)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what it would run.

    Names come from the service and from colleagues: ``=HYPERLINK(…)`` is a name, too. A sign
    counts at the beginning, behind blanks, in full width, and behind whatever another program may
    take for the end of a cell.
    """
    return _TO_GUARD.sub(r"\g<begins>'", text)


def unguarded(text: str) -> str:
    """Undo ``guarded``."""
    return _GUARDED.sub(r"\g<begins>", text)


Cell = str | float | int | None

_NUMBER: Final = re.compile(r"[+\-]?\d[\d.,:'’\s]*%?")


class Written(str):
    """A number as people read it, ``+1,234`` or ``-2:30``: it runs nothing and is not guarded."""

    __slots__ = ()


def written(text: str) -> str:
    """Return what a cell shows, as ``Written`` if it is no more than a number."""
    return Written(text) if _NUMBER.fullmatch(text) else text


@dataclass(frozen=True, slots=True)
class Dialect:
    """How rows are written as text."""

    separator: str = ","
    decimal: str = "."
    line_end: str = "\n"
    mark: str = ""
    """What the file begins with."""


SCRIPTS: Final = Dialect()
"""For programs: the same on every computer."""


def spreadsheets(decimal: str) -> Dialect:
    """Return how a spreadsheet takes a file, by the decimal sign of its user's locale.

    A file without a mark is not taken for UTF-8; where the comma is the decimal sign, the
    semicolon separates.
    """
    return Dialect(";" if decimal == "," else ",", decimal, "\r\n", "\ufeff")


def clipboard(decimal: str) -> Dialect:
    """Return how cells are put on the clipboard."""
    return Dialect("\t", decimal)


class Rows:
    """Writes rows into an open text file; texts run nothing and stay in their cell."""

    def __init__(self, file: TextIO, dialect: Dialect = SCRIPTS) -> None:
        self._file, self._dialect = file, dialect
        # The csv module quotes what a line's end consists of: with both, no text breaks its line.
        self._writer = csv.writer(self, delimiter=dialect.separator, lineterminator="\r\n")
        file.write(dialect.mark)

    def put(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write rows; numbers stay numbers, in the dialect's decimal sign."""
        self._writer.writerows([[self._text(cell) for cell in row] for row in rows])

    def _text(self, cell: Cell) -> Cell:
        if isinstance(cell, str):
            return cell if isinstance(cell, Written) else guarded(cell)
        if isinstance(cell, float) and self._dialect.decimal != ".":
            return repr(cell).replace(".", self._dialect.decimal)
        return cell

    def write(self, line: str) -> None:
        """Take one line from the csv module."""
        self._file.write(line.removesuffix("\r\n") + self._dialect.line_end)


def as_text(rows: Iterable[Sequence[Cell]], dialect: Dialect = SCRIPTS) -> str:
    """Return rows as text."""
    file = io.StringIO(newline="")
    Rows(file, dialect).put(rows)
    return file.getvalue()


def as_seen(text: str) -> str:
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
