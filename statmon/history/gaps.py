"""The times in which nothing was recorded, kept as such: a gap is never a value."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Final, get_args

import numpy as np

from statmon.history.marks import check, count, counted
from statmon.history.model import ClockStep, GapKind
from statmon.history.seal import get, put, rows_of

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
        self.number = counted(connection, "gap")[0]
        """How many gaps there are."""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Remember which gaps are open as before if what follows fails, as its transaction does."""
        before = dict(self._open), dict(self._open_of), self.number
        try:
            yield
        except BaseException:
            self._open, self._open_of, self.number = before
            raise

    def recover(self, alive: int, now: int) -> None:
        """Close what a previous run left open, and note that statmon did not run since.

        Args:
            alive: when the previous run was last seen, local epoch milliseconds.
            now: the same for this run.
        """
        for gap, *_ in list(rows_of(self._connection, "gap", "WHERE end IS NULL")):
            self._close(gap, alive)
        if now > alive:
            self.insert("program", alive, now)

    def adopt(self) -> None:
        """Let gaps that are open in the file go on."""
        number: int
        for number, kind, _, _, members in rows_of(self._connection, "gap", "WHERE end IS NULL"):
            if members is None:
                self._open[kind] = number
            else:
                self._open_of |= dict.fromkeys(np.frombuffer(members, "<i4").tolist(), number)

    def insert(
        self, kind: GapKind, start: int, end: int | None, numbers: Sequence[int] | None = None
    ) -> int:
        """Write a gap; return its number."""
        return self._add(kind, start, end, numbers)

    def _add(self, kind: str, start: int, end: int | None, numbers: Sequence[int] | None) -> int:
        (last,) = self._connection.execute("SELECT max(id) FROM gap").fetchone()
        number = int(last or 0) + 1
        self._put(number, kind, start, end, numbers)
        return number

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
        """End a gap of all series; or those of some, for whatever reason they were."""
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
        where = f"WHERE start < {end:d} AND (end IS NULL OR end > {start:d})"
        rows = [
            (kind, a, b, _unpacked(blob))
            for _, kind, a, b, blob in rows_of(self._connection, "gap", where)
            if kind in KINDS
        ]
        return sorted(rows, key=itemgetter(1))

    def note_step(self, at: int, by: int) -> None:
        """Note that the service's clock was set by so many milliseconds."""
        self._add(f"{_STEP}{by}", at, at, None)

    def steps(self, start: int, end: int) -> list[ClockStep]:
        """Return when the service's clock was set within a span of time, and by how much."""
        where = f"WHERE start >= {start:d} AND start < {end:d} AND kind LIKE '{_STEP}%'"
        rows = rows_of(self._connection, "gap", where)
        steps = [ClockStep(at, int(kind.removeprefix(_STEP))) for _, kind, at, *_ in rows]
        return sorted(steps, key=itemgetter(0))

    def erase(self, numbers: Sequence[int], until: int | None = None) -> None:
        """Forget the gaps of these series, inside the caller's transaction.

        Args:
            numbers: of the series.
            until: only those that ended before; None: all.
        """
        erased = set(numbers)
        where = "WHERE series IS NOT NULL" + ("" if until is None else f" AND end < {until:d}")
        for gap, kind, start, end, blob in list(rows_of(self._connection, "gap", where)):
            members = _unpacked(blob) or []
            left = [number for number in members if number not in erased]
            if not left:
                self._delete(f"id = {gap:d}")
            elif len(left) < len(members):
                self._put(gap, kind, start, end, left)
        if until is None:
            for number in erased:
                self._open_of.pop(number, None)

    def forget(self, until: int) -> None:
        """Forget the gaps that ended before a time, inside the caller's transaction."""
        self._delete(f"end < {until:d}")

    def check(self) -> None:
        """Look whether all gaps are there.

        Raises:
            DamagedHistory: some are not, or are others.
        """
        check(self._connection, "gap")
        for _ in rows_of(self._connection, "gap"):
            pass

    def _delete(self, which: str) -> None:
        done = self._connection.execute(f"DELETE FROM gap WHERE {which}")  # noqa: S608
        if done.rowcount:
            self.number = count(self._connection, "gap")

    def _put(
        self,
        number: int,
        kind: str,
        start: int,
        end: int | None,
        members: Sequence[int] | None,
    ) -> None:
        put(self._connection, "gap", number, kind, start, end, _packed(members))
        self.number = count(self._connection, "gap")

    def _close(self, gap: int, at: int) -> None:
        row = get(self._connection, "gap", gap)
        if row is not None:  # else it is erased
            _, kind, start, _, members = row
            self._put(gap, kind, start, max(start, at), _unpacked(members))

    def _end_some(self, gap: int, at: int, members: list[int]) -> None:
        left = [number for number, row in self._open_of.items() if row == gap]
        if not left:
            self._close(gap, at)
            return
        row = get(self._connection, "gap", gap)
        if row is not None:
            _, kind, start, *_ = row
            self.insert(kind, start, max(start, at), members)
            self._put(gap, kind, start, None, left)


def _packed(numbers: Sequence[int] | None) -> bytes | None:
    return None if numbers is None else np.array(numbers, "<i4").tobytes()


def _unpacked(blob: bytes | None) -> list[int] | None:
    return None if blob is None else np.frombuffer(blob, "<i4").tolist()
