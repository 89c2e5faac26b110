"""The compacted history: segments of some minutes to an hour, each a portion of pages by series.

Beside each segment stands a keyframe: the newest sample of every series when it began. As-of is
then one keyframe and one segment, however long the history.
"""

import sqlite3

from statmon.history.columns import Columns, empty, joined
from statmon.history.page import decode, encode
from statmon.history.shelf import Portion, Shelf, Writer
from statmon.history.stretch import newest_of


class Segments(Shelf):
    """All segments, in the order in which they were recorded."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, "segment")

    @property
    def next_id(self) -> int:
        """The number of the segment that is to follow."""
        (keyframe,) = self._connection.execute("SELECT max(id) FROM keyframe").fetchone()
        return max(int(keyframe or 1), self.all[-1].id + 1 if self.all else 1)

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

    def start_after(self, segment: Portion) -> int:
        """Return when the segment after one began, or when this one ended if it is the last."""
        later = (other.start for other in self.all if other.id > segment.id)
        return next(later, segment.end)

    def keyframe(self, number: int) -> Columns:
        """Return the newest sample of each series when a segment began."""
        row = self._connection.execute("SELECT data FROM keyframe WHERE id = ?", (number,))
        found = row.fetchone()
        return self.unpacked(found, decode) if found is not None else empty()


def finish(connection: sqlite3.Connection, writer: Writer, after: Columns) -> None:
    """Make a segment that was written count.

    Args:
        connection: to the history's file.
        writer: has all its samples.
        after: the newest sample of each series when it ended.
    """
    connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?, ?)", writer.row)
    if len(after):
        connection.execute(
            "INSERT OR REPLACE INTO keyframe VALUES (?, ?)", (writer.id + 1, encode(after)[0])
        )
