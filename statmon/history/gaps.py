"""The times in which nothing was recorded, kept as such: a gap is never a value."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, get_args

import numpy as np

from statmon.history.model import ClockStep, GapKind

_STEP: Final = "clock "
"""How the kind of a row begins that is no gap: then the service's clock was set, by so many ms."""
KINDS: Final[tuple[GapKind, ...]] = get_args(GapKind)
Row = tuple[GapKind, int, int | None, list[int] | None]


class Gaps:
    """The table of gaps. A gap is written when it begins, so that a crash does not lose it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._open: dict[GapKind, int] = {}
        self._open_of: dict[int, int] = {}

    def recover(self, alive: int, now: int) -> None:
        """Close what a previous run left open, and note that statmon did not run since.

        Args:
            alive: when the previous run was last seen, local epoch milliseconds.
            now: the same for this run.
        """
        self._connection.execute("UPDATE gap SET end = max(start, ?) WHERE end IS NULL", (alive,))
        if now > alive:
            self.insert("program", alive, now)

    def insert(
        self, kind: GapKind, start: int, end: int | None, numbers: Sequence[int] | None = None
    ) -> int:
        """Write a gap; return its number."""
        done = self._connection.execute(
            "INSERT INTO gap (kind, start, end, series) VALUES (?, ?, ?, ?)",
            (kind, start, end, _packed(numbers)),
        )
        return int(done.lastrowid or 0)

    def begin(self, kind: GapKind, at: int, numbers: Iterable[int] | None = None) -> None:
        """Begin a gap of all series or of some, where none is open."""
        if numbers is None:
            if kind not in self._open:
                self._open[kind] = self.insert(kind, at, None)
            return
        fresh = [number for number in numbers if number not in self._open_of]
        if fresh:
            self._open_of |= dict.fromkeys(fresh, self.insert(kind, at, None, fresh))

    def end(self, kind: GapKind, at: int, numbers: Iterable[int] | None = None) -> None:
        """End a gap of all series, or the gaps of some."""
        if numbers is None:
            gap = self._open.pop(kind, None)
            if gap is not None:
                self._close(gap, at)
            return
        ended: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            gap = self._open_of.pop(number, None)
            if gap is not None:
                ended[gap].append(number)
        for gap, members in ended.items():
            self._end_some(gap, at, members)

    def between(self, start: int, end: int) -> list[Row]:
        """Return the gaps that touch a span of time, by their start."""
        rows = self._connection.execute(
            "SELECT kind, start, end, series FROM gap"
            " WHERE start < ? AND (end IS NULL OR end > ?) ORDER BY start, id",
            (end, start),
        )
        return [(kind, a, b, _unpacked(blob)) for kind, a, b, blob in rows if kind in KINDS]

    def note_step(self, at: int, by: int) -> None:
        """Note that the service's clock was set by so many milliseconds."""
        self._connection.execute(
            "INSERT INTO gap (kind, start, end) VALUES (?, ?, ?)", (f"{_STEP}{by}", at, at)
        )

    def steps(self, start: int, end: int) -> list[ClockStep]:
        """Return when the service's clock was set within a span of time, and by how much."""
        rows = self._connection.execute(
            "SELECT start, kind FROM gap WHERE start >= ? AND start < ? AND kind LIKE ?"
            " ORDER BY start, id",
            (start, end, f"{_STEP}%"),
        )
        return [ClockStep(at, int(kind.removeprefix(_STEP))) for at, kind in rows]

    def erase(self, numbers: Sequence[int]) -> None:
        """Forget these series, inside the caller's transaction."""
        erased = set(numbers)
        rows = self._connection.execute("SELECT id, series FROM gap WHERE series IS NOT NULL")
        for gap, blob in rows.fetchall():
            members = _unpacked(blob) or []
            left = [number for number in members if number not in erased]
            if not left:
                self._connection.execute("DELETE FROM gap WHERE id = ?", (gap,))
            elif len(left) < len(members):
                self._connection.execute(
                    "UPDATE gap SET series = ? WHERE id = ?", (_packed(left), gap)
                )
        for number in erased:
            self._open_of.pop(number, None)

    def _close(self, gap: int, at: int) -> None:
        self._connection.execute("UPDATE gap SET end = max(start, ?) WHERE id = ?", (at, gap))

    def _end_some(self, gap: int, at: int, members: list[int]) -> None:
        left = [number for number, row in self._open_of.items() if row == gap]
        if not left:
            self._close(gap, at)
            return
        kind, start = self._connection.execute(
            "SELECT kind, start FROM gap WHERE id = ?", (gap,)
        ).fetchone()
        self.insert(kind, start, max(start, at), members)
        self._connection.execute("UPDATE gap SET series = ? WHERE id = ?", (_packed(left), gap))


def _packed(numbers: Sequence[int] | None) -> bytes | None:
    return None if numbers is None else np.array(numbers, "<i4").tobytes()


def _unpacked(blob: bytes | None) -> list[int] | None:
    return None if blob is None else np.frombuffer(blob, "<i4").tolist()
