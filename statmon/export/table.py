"""What a table is: columns, and rows that come in portions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from statmon.domain.cells import Cell

Row = tuple[Cell, ...]
ColumnType = Literal["text", "number", "whole"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: ColumnType = "text"


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows, and how much of all is done with them."""

    rows: Sequence[Row]
    done: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read as it is written: it may be larger than the memory."""

    columns: tuple[Column, ...]
    portions: Iterator[Portion]


class Writer(Protocol):
    """Writes one table in some format."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows.

        Raises:
            OSError: they cannot be written.
        """

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: it cannot be written.
        """


def iso(ms: int) -> str:
    """Return a time as people and programs read it, in this computer's time zone with its offset.

    The offset keeps the hour that a clock change repeats apart.
    """
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().isoformat(timespec="milliseconds")
