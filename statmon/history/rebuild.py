"""Makes a history whole again of the rows that were found in a damaged file, and counts the rest.

What is gone stands in the new file as a gap: nothing that was read before it is taken for what
came after it.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from statmon.history import marks
from statmon.history.columns import Columns, empty, joined
from statmon.history.copies import names_in
from statmon.history.journal import unpack
from statmon.history.marks import Tally, counted, set_mark
from statmon.history.memtable import Ids, among, newest_of
from statmon.history.model import Damage
from statmon.history.page import DamagedPage, decode
from statmon.history.page_store import PAGE_BITS
from statmon.history.seal import Row, get, put, put_all, rows_of
from statmon.history.segments import put_keyframe
from statmon.history.transaction import transaction

Small = Mapping[str, Mapping[int, Row]]
_GAP: Final = "damage"


class Hole(NamedTuple):
    """A time of which readings are gone."""

    start: int
    end: int
    series: Ids | None
    """The numbers of the series; None: any."""


def mend(new: sqlite3.Connection, small: Small, said: Tally | None) -> Damage:
    """Make a file whole in which the pages, keyframes and journal stand that were found.

    Args:
        new: to the file.
        small: what was found of its other tables.
        said: how much there was at the last commit, by the small file beside the damaged one.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    with transaction(new):
        return _Rebuild(new, small, said).done()


class _Rebuild:
    """One file that is being made whole."""

    def __init__(self, new: sqlite3.Connection, small: Small, said: Tally | None) -> None:
        self._new, self._small = new, small
        self._marks = {key: (value, more) for key, value, more in small.get("mark", {}).values()}
        self._said = self._last_said(said)
        self._holes: list[Hole] = []
        self._of_segments = 0
        """How many samples of segments are gone."""
        self._ids: dict[int, int] = {}
        """How many samples of each series there are."""
        self._nameless: list[int] = []
        """First and last times of samples whose name is gone."""

    def _last_said(self, beside: Tally | None) -> Tally | None:
        """Return how much there was, by the file or by the one beside it: the later one counts."""
        alive = self._marks.get(marks.ALIVE)
        tallies = [self._marks.get(marks.TALLIES[table]) for table in ("series", "gap")]
        if alive is None or None in tallies:
            return beside
        inside = Tally(*alive, *(pair[0] for pair in tallies if pair is not None))
        return beside if beside is not None and beside.alive > inside.alive else inside

    def done(self) -> Damage:
        names, lost_names = self._names()
        gaps, lost_gaps = self._gaps()
        for table in ("erasure", "damage"):
            put_all(self._new, table, self._small.get(table, {}).values())
        declared = self._segments()
        declared += self._journal()
        there = self._count()
        nameless = sum(count for number, count in self._ids.items() if number not in names)
        if nameless and not lost_names:
            lost_names = sum(number not in names for number in self._ids)
        total = declared if self._said is None else self._said.readings
        missing = max(0, total - there)
        lost = missing + nameless
        span = self._note_holes(gaps, missing)
        self._note(names, there)
        damage = Damage(*span, lost, lost_names, lost_gaps, int(self._said is not None))
        number = 1 + max(self._small.get("damage", {}), default=0)
        row = (*span, lost, lost_names, lost_gaps, damage.counted)
        put(self._new, "damage", number, *row)
        return damage

    def _names(self) -> tuple[dict[int, Row], int]:
        """Write the names that were found, once or in a copy; return them and how many are gone."""
        own = {**self._small.get("beside", {}), **self._small.get("series", {})}
        names = {**names_in(self._small.get("copy", {}).values()), **own}
        put_all(self._new, "series", names.values())
        self._numbers = names.keys()
        lost = self._lacking("series", len(names), marks.TALLIES["series"])
        if lost and len(names) == self._counted_before("series"):
            # One of the copies is older than what is gone: people may call it otherwise by now.
            plain = [(*row[:5], "", "", "", row[8]) for n, row in names.items() if n not in own]
            put_all(self._new, "series", plain)
        return names, lost

    def _gaps(self) -> tuple[int, int]:
        """Write the gaps that were found; return the last one's number, and how many are gone."""
        gaps = self._small.get("gap", {})
        put_all(self._new, "gap", gaps.values())
        return max(gaps, default=0), self._lacking("gap", len(gaps), marks.TALLIES["gap"])

    def _counted_before(self, table: str) -> int | None:
        if self._said is None:
            return None
        return self._said.names if table == "series" else self._said.gaps

    def _lacking(self, table: str, there: int, which: int) -> int:
        """Return how many rows of a table are gone, or are older ones than there were."""
        before = self._counted_before(table)
        if before is None:
            return 0
        if there < before or which not in self._marks:
            return max(0, before - there)
        return int(counted(self._new, table) != self._marks[which])

    def _segments(self) -> int:
        """Write the segments; return how many samples they had."""
        new, found = self._new, dict(self._small.get("segment", {}))
        pages: dict[int, list[int]] = {}
        for (page,) in new.execute("SELECT id FROM page ORDER BY id"):
            pages.setdefault(page >> PAGE_BITS, []).append(page)
        declared, there = 0, {}
        self._journal_begins = self._begin_of_journal()
        for number in sorted({*found, *pages}):
            here = pages.get(number, [])
            row = found.get(number) or self._made_again(number, here)
            if row is None:
                new.execute("DELETE FROM page WHERE id >> ? = ?", (PAGE_BITS, number))
                continue
            declared += row[3]
            there[number] = row[1], row[2]
            self._segment(row, here)
        self._between_segments = list(self._unseen(there))
        return declared

    def _unseen(self, there: Mapping[int, tuple[int, int]]) -> Iterator[Hole]:
        """Yield the times of segments of which nothing was found: their numbers are missing."""
        keyframes = [number for (number,) in self._new.execute("SELECT id FROM keyframe")]
        # One stands before each segment but the first, and one behind the last.
        last = max(*there, *(number - 1 for number in keyframes), 0, 0)
        for number in range(min(*there, *keyframes, last + 1, last + 1), last + 1):
            if number in there:
                continue
            before = [end for other, (_, end) in there.items() if other < number]
            after = [start for other, (start, _) in there.items() if other > number]
            newest = self._keyframe(number).arrived
            start = max(before) if before else int(newest.max()) if len(newest) else None
            end = min(after) if after else self._journal_begins
            if start is not None and start <= end < math.inf:
                yield Hole(start, int(end), None)

    def _made_again(self, number: int, pages: list[int]) -> Row | None:
        """Return the row of a segment that is gone, made of its pages; None if it never was."""
        columns = self._on(pages)
        if not len(columns) or self._journal_begins <= columns.arrived.max():
            return None  # it was being written; its readings stand in the journal
        firsts = np.zeros(pages[-1] - (number << PAGE_BITS) + 1, "<i4")
        for page in reversed(pages):
            firsts[: page - (number << PAGE_BITS) + 1] = self._on([page]).ids[0]
        start, end = int(columns.arrived.min()), int(columns.arrived.max())
        self._holes.append(Hole(start, end, None))
        return number, start, end, len(columns), firsts.tobytes()

    def _segment(self, row: Row, pages: list[int]) -> None:
        """Write a segment with what there is of it, and the keyframe that follows it."""
        number, start, end, samples, blob = row
        firsts = np.frombuffer(blob, "<i4")
        wanted = range(number << PAGE_BITS, (number << PAGE_BITS) + len(firsts))
        columns = self._on(pages)
        self._add(columns)
        missing = sorted(set(wanted).difference(pages))
        put_all(self._new, "page", ((page, b"") for page in missing))
        put(self._new, "segment", number, start, end, len(columns), blob)
        gone = np.zeros(0, np.int32)
        if len(columns) < samples:
            self._of_segments += samples - len(columns)
            gone = self._between(firsts, [page - wanted.start for page in missing])
            self._holes.append(Hole(start, end, gone))
            self._forget_in_keyframe(number, gone)
        if get(self._new, "keyframe", number + 1) is None:
            before = self._keyframe(number)
            known = newest_of(joined((before, columns)))
            put_keyframe(self._new, number + 1, known.take(~among(known.ids, gone)))

    def _forget_in_keyframe(self, number: int, gone: Ids) -> None:
        """What was newest before the damage is not what was newest in it."""
        before = self._keyframe(number)
        if len(before):
            put_keyframe(self._new, number, before.take(~among(before.ids, gone)))

    def _keyframe(self, number: int) -> Columns:
        row = get(self._new, "keyframe", number)
        return decode([row[1]]) if row is not None and row[1] else empty()

    def _on(self, pages: Iterable[int]) -> Columns:
        """Return the samples on pages."""
        found = (get(self._new, "page", page) for page in pages)
        return decode([row[1] for row in found if row is not None and row[1]])

    def _journal(self) -> int:
        """Write the journal anew, without holes in its numbers; return how many samples it has."""
        new = self._new
        compacted, _ = self._marks.get(marks.COMPACTED, (0, 0))
        new.execute("DELETE FROM journal WHERE id <= ?", (compacted,))
        rows = list(rows_of(new, "journal"))
        first = rows[0][0] if rows and not compacted else compacted + 1
        # Of what stood before all that is left nobody knows when it began.
        self._headless = not compacted and bool(rows) and rows[0][0] != 1
        new.execute("DELETE FROM journal")
        samples, before, last = 0, first - 1, self._latest_segment()
        for number, (row, fresh, packed) in enumerate(rows, first):
            batch = self._batch(packed)
            if row != before + 1 and len(batch) and last is not None:
                self._holes.append(Hole(last, int(batch.arrived[0]), None))
            before, samples = row, samples + len(batch)
            last = int(batch.arrived[-1]) if len(batch) else last
            self._add(batch)
            put(new, "journal", number, fresh, packed)
        set_mark(new, marks.COMPACTED, first - 1)
        self._last = last
        return samples

    def _between(self, firsts: Ids, places: Iterable[int]) -> Ids:
        """Return the series that may have been on pages, by their places in a segment."""
        ends = [*firsts.tolist()[1:], max(self._numbers, default=0)]
        found = {
            number
            for place in places
            for number in self._numbers
            if firsts[place] <= number <= ends[place]
        }
        return np.array(sorted(found), np.int32)

    def _begin_of_journal(self) -> float:
        """Return when the first reading in the journal arrived."""
        compacted, _ = self._marks.get(marks.COMPACTED, (0, 0))
        for _, _, packed in rows_of(self._new, "journal", f"WHERE id > {compacted:d}"):
            if len(batch := self._batch(packed)):
                return int(batch.arrived[0])
        return math.inf

    def _latest_segment(self) -> int | None:
        query = 'SELECT "end" FROM segment ORDER BY id DESC LIMIT 1'
        row = self._new.execute(query).fetchone()
        return None if row is None else int(row[0])

    def _batch(self, packed: bytes) -> Columns:
        try:
            return unpack([packed])
        except DamagedPage:
            return empty()

    def _add(self, columns: Columns) -> None:
        known = among(columns.ids, np.array(sorted(self._numbers), np.int32))
        if not known.all():
            nameless = columns.arrived[~known]
            self._nameless += [int(nameless.min()), int(nameless.max())]
        ids, counts = np.unique(columns.ids, return_counts=True)
        for number, count in zip(ids.tolist(), counts.tolist(), strict=True):
            self._ids[number] = self._ids.get(number, 0) + count

    def _count(self) -> int:
        return sum(self._ids.values())

    def _note_holes(self, last_gap: int, lost: int) -> tuple[int | None, int | None]:
        """Write what is gone as gaps; return from when to when it is."""
        if lost > self._of_segments and self._said is not None and self._last is not None:
            # Of the journal, perhaps of its end; where that is nothing was read any more.
            self._holes.append(Hole(self._last, max(self._last, self._said.alive), None))
            self._holes += self._between_segments
        for number, hole in enumerate(self._holes, last_gap + 1):
            series = None if hole.series is None else hole.series.astype("<i4").tobytes()
            put(self._new, "gap", number, _GAP, hole.start, hole.end, series)
        if lost > self._of_segments and (self._headless or self._last is None):
            return None, None
        starts = [*self._nameless, *(hole.start for hole in self._holes)]
        ends = [*self._nameless, *(hole.end for hole in self._holes)]
        return min(starts, default=None), max(ends, default=None)

    def _note(self, names: Mapping[int, Row], there: int) -> None:
        """Write what the file says of itself."""
        highest = max((*names, *self._ids), default=0)
        following = max(highest + 1, self._marks.get(marks.NEXT_SERIES, (1, 0))[0])
        alive = 0 if self._said is None else self._said.alive
        set_mark(self._new, marks.ALIVE, max(alive, self._last or 0), there)
        set_mark(self._new, marks.NEXT_SERIES, following)
        set_mark(self._new, marks.EXPIRED, *self._marks.get(marks.EXPIRED, (0, 0)))
        set_mark(self._new, marks.WHOLE, *self._marks.get(marks.WHOLE, (0, 0)))
        for table in marks.TALLIES:
            marks.count(self._new, table)
