"""Takes the readings of some series out of every page, for good."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from statmon.history.downsamples import Downsamples
from statmon.history.gaps import Gaps
from statmon.history.marks import EXPIRED, count, fewer, mark, set_mark
from statmon.history.memtable import Ids, among
from statmon.history.seal import put, rows_of
from statmon.history.segments import Segments, put_keyframe
from statmon.history.transaction import transaction

EVER: Final = 1 << 62


class Erasures:
    """What is still to be erased; it is noted in the file first, so that a crash does not stop it.

    What is deleted is overwritten with zeros, in the file and in its write-ahead log.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        segments: Segments,
        downsamples: Downsamples,
        gaps: Gaps,
    ) -> None:
        self._connection, self._gaps = connection, gaps
        self._segments, self._downsamples = segments, downsamples
        self._waiting: dict[int, Callable[[], None]] = {}
        self._any = True

    def begin(
        self, numbers: list[int], done: Callable[[], None] | None = None, until: int = EVER
    ) -> None:
        """Note, inside the caller's transaction, that these series are to be erased.

        Args:
            numbers: of the series.
            done: called when nothing is left.
            until: only what is older than this, local epoch milliseconds; a segment is erased
                from once all of it is.
        """
        self._any = True
        (last,) = self._connection.execute("SELECT max(id) FROM erasure").fetchone()
        row = int(last or 0) + 1
        put(self._connection, "erasure", row, np.array(numbers, "<i4").tobytes(), until)
        count(self._connection, "erasure")
        if done is not None:
            self._waiting[row] = done

    @property
    def expired(self) -> int:
        """Until when segments ended from which what was too old is erased, epoch milliseconds."""
        return mark(self._connection, EXPIRED)[0]

    def task(self) -> Iterator[None] | None:
        """Return the work that is to be done, one segment a step, or None."""
        if not self._any:
            return None
        row = next(rows_of(self._connection, "erasure"), None)
        self._any = row is not None
        return None if row is None else self._erase(row[0], np.frombuffer(row[1], "<i4"), row[2])

    def _erase(self, row: int, numbers: Ids, until: int) -> Iterator[None]:
        self._connection.execute("PRAGMA secure_delete=ON")
        since = -EVER if until == EVER else self.expired
        segments = [segment for segment in self._segments.all if segment.end >= since]
        for segment in segments:
            with transaction(self._connection):
                if segment.end < until:
                    fewer(self._connection, self._segments.erase(segment, numbers))
                    count(self._connection, "segment")
                self._clean_keyframe(segment.id, numbers, until)
            yield
        for outline in [item for item in self._downsamples.all if item.end >= since]:
            with transaction(self._connection):
                if outline.end < until:
                    self._downsamples.erase(outline, numbers)
                elif outline.start < until:
                    # Some of its segments are cleaned, others are not yet.
                    self._downsamples.delete(outline)
            yield
        with transaction(self._connection):
            self._clean_keyframe(self._segments.next_id, numbers, until)
            if until == EVER:
                self._gaps.erase(numbers.tolist())
            else:
                ended = max((item.end for item in segments if item.end < until), default=since)
                set_mark(self._connection, EXPIRED, ended + 1)
                self._gaps.erase(numbers.tolist(), ended + 1)
            self._connection.execute("DELETE FROM erasure WHERE id = ?", (row,))
            count(self._connection, "erasure")
        self._segments.load()
        self._downsamples.load()
        self._connection.execute("PRAGMA incremental_vacuum")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.execute("PRAGMA secure_delete=FAST")
        self._waiting.pop(row, lambda: None)()

    def _clean_keyframe(self, number: int, numbers: Ids, until: int) -> None:
        found = self._segments.keyframe(number)
        kept = found.take(~among(found.ids, numbers) | (found.arrived >= until))
        if len(kept) < len(found):
            put_keyframe(self._connection, number, kept)
