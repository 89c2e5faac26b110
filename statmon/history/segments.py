"""The compacted history: segments of some minutes to an hour, each a portion of pages by series.

Beside each segment stands a keyframe: the newest sample of every series when it began. As-of is
then one keyframe and one segment, however long the history.
"""

import sqlite3

from statmon.history.columns import Columns, empty, joined
from statmon.history.marks import WHOLE, count, fewer, mark
from statmon.history.memtable import newest_of
from statmon.history.page import decode, encode
from statmon.history.page_store import PageStore, Portion, Writer
from statmon.history.seal import DamagedHistory, get, put


class Segments(PageStore):
    """All segments, in the order in which they were recorded."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, "segment")

    @property
    def next_id(self) -> int:
        """The number of the segment that is to follow."""
        (keyframe,) = self._connection.execute("SELECT max(id) FROM keyframe").fetchone()
        whole, _ = mark(self._connection, WHOLE)
        return max(int(keyframe or 1), self.all[-1].id + 1 if self.all else 1, whole)

    def as_of(self, segment: Portion, when: int) -> Columns:
        """Return the newest sample of each series at a time within or after a segment."""
        if when >= segment.end:
            return self.keyframe(segment.id + 1)
        found = self.decoded(self.pages(segment))
        newest = newest_of(found.take(found.arrived <= when))
        return newest_of(joined((self.keyframe(segment.id), newest)))

    def delete(self, portion: Portion) -> None:
        """Delete a segment with its keyframe, inside the caller's transaction."""
        super().delete(portion)
        self._connection.execute("DELETE FROM keyframe WHERE id = ?", (portion.id,))
        fewer(self._connection, portion.samples)
        count(self._connection, "segment")

    def keyframe(self, number: int) -> Columns:
        """Return the newest sample of each series when a segment began."""
        found = get(self._connection, "keyframe", number)
        if found is not None:
            return decode([found[1]] if found[1] else [])
        if self.whole(number - 1) and any(segment.id == number - 1 for segment in self.all):
            raise DamagedHistory(f"keyframe {number} is not there")
        return empty()


def finish(connection: sqlite3.Connection, writer: Writer, after: Columns) -> None:
    """Make a segment that was written count.

    Args:
        connection: to the history's file.
        writer: has all its samples.
        after: the newest sample of each series when it ended.
    """
    put(connection, "segment", *writer.row)
    count(connection, "segment")
    put_keyframe(connection, writer.id + 1, after)


def put_keyframe(connection: sqlite3.Connection, number: int, newest: Columns) -> None:
    """Write a keyframe, inside the caller's transaction: one stands after every segment."""
    put(connection, "keyframe", number, encode(newest)[0] if len(newest) else b"")
