"""Takes the readings of some series out of every page, for good."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from statmon.history.gaps import Gaps
from statmon.history.page import encode
from statmon.history.segments import Segment, Segments
from statmon.history.stretch import Ids, among, without
from statmon.history.transaction import transaction

EVER: Final = 1 << 62


class Erasures:
    """What is still to be erased; it is noted in the file first, so that a crash does not stop it.

    What is deleted is overwritten with zeros, in the file and in its write-ahead log.
    """

    def __init__(self, connection: sqlite3.Connection, segments: Segments, gaps: Gaps) -> None:
        self._connection, self._segments, self._gaps = connection, segments, gaps
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
        row = self._connection.execute(
            "INSERT INTO erasure (series, until) VALUES (?, ?)",
            (np.array(numbers, "<i4").tobytes(), until),
        )
        if done is not None:
            self._waiting[int(row.lastrowid or 0)] = done

    def task(self) -> Iterator[None] | None:
        """Return the work that is to be done, one segment a step, or None."""
        if not self._any:
            return None
        row = self._connection.execute(
            "SELECT id, series, until FROM erasure ORDER BY id LIMIT 1"
        ).fetchone()
        self._any = row is not None
        return None if row is None else self._erase(row[0], np.frombuffer(row[1], "<i4"), row[2])

    def _erase(self, row: int, numbers: Ids, until: int) -> Iterator[None]:
        self._connection.execute("PRAGMA secure_delete=ON")
        for segment in list(self._segments.all):
            with transaction(self._connection):
                if segment.end < until:
                    self._clean(segment, numbers)
                self._clean_keyframe(segment.id, numbers, until)
            yield
        with transaction(self._connection):
            self._clean_keyframe(self._segments.next_id, numbers, until)
            if until == EVER:
                self._gaps.erase(numbers.tolist())
            self._connection.execute("DELETE FROM erasure WHERE id = ?", (row,))
        self._segments.load()
        self._connection.execute("PRAGMA incremental_vacuum")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.execute("PRAGMA secure_delete=FAST")
        self._waiting.pop(row, lambda: None)()

    def _clean(self, segment: Segment, numbers: Ids) -> None:
        pages = self._segments.pages_of(segment.id, numbers)
        erased = sum(self._clean_page(page, numbers) for page in pages)
        self._connection.execute(
            "UPDATE segment SET samples = samples - ? WHERE id = ?", (erased, segment.id)
        )

    def _clean_page(self, page: int, numbers: Ids) -> int:
        """Erase from a page; return how many samples."""
        found = self._segments.decoded([page])
        kept = without(found, numbers)
        if not len(kept):
            self._connection.execute("DELETE FROM page WHERE id = ?", (page,))
        elif len(kept) < len(found):
            self._connection.execute(
                "UPDATE page SET data = ? WHERE id = ?", (encode(kept)[0], page)
            )
        return len(found) - len(kept)

    def _clean_keyframe(self, number: int, numbers: Ids, until: int) -> None:
        found = self._segments.keyframe(number)
        kept = found.take(~among(found.ids, numbers) | (found.arrived >= until))
        if len(kept) == len(found):
            return
        if len(kept):
            self._connection.execute(
                "UPDATE keyframe SET data = ? WHERE id = ?", (encode(kept)[0], number)
            )
        else:
            self._connection.execute("DELETE FROM keyframe WHERE id = ?", (number,))
