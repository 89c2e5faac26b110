"""Deletes what is older, or more, than the rules let the history keep."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from statmon.history.downsamples import Downsamples
from statmon.history.erasure import Erasures
from statmon.history.gaps import Gaps
from statmon.history.model import PERSONAL, Rules
from statmon.history.page_store import Portion
from statmon.history.schema import used_bytes
from statmon.history.segments import Segments
from statmon.history.transaction import transaction

_EVERY: Final = 60_000
"""Milliseconds between two looks at age and size."""
_PERSONAL_EVERY: Final = 3_600_000
"""Milliseconds between two erasures of agents' readings: each looks through all later keyframes."""
_FREED: Final = 256
"""Pages of the file that are given back to the disk in one step."""


class Retention:
    """Looks once a minute; deletes whole segments, the oldest first, one a step."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        segments: Segments,
        downsamples: Downsamples,
        erasures: Erasures,
        gaps: Gaps,
        rules: Rules,
        recent: Callable[[], int | None],
    ) -> None:
        """Prepare.

        Args:
            connection: to the history's file.
            segments: what may be deleted.
            downsamples: what goes with it.
            erasures: takes agents' readings out of what is kept.
            gaps: they go with the readings beside them.
            rules: what may be kept.
            recent: when the first reading arrived that is in no segment, if there is one.
        """
        self._connection, self._gaps, self._recent = connection, gaps, recent
        self._segments, self._downsamples = segments, downsamples
        self._erasures, self._rules = erasures, rules
        self._looked: int | None = None

    def task(self, now: int) -> Iterator[None] | None:
        """Return what is to be done now, or None."""
        if self._looked is not None and 0 <= now - self._looked < _EVERY:
            return None
        self._looked = now
        return self._trim(now)

    def _trim(self, now: int) -> Iterator[None]:
        while (oldest := self._surplus(now)) is not None:
            with transaction(self._connection):
                self._segments.delete(oldest)
                self._downsamples.forget(oldest)
                self._gaps.forget(self._begins(oldest) or oldest.end + 1)
            self._segments.load()
            self._downsamples.load()
            yield
        self._forget_gaps(now)
        self._expire_personal(now)
        yield from self._give_back()

    def _forget_gaps(self, now: int) -> None:
        """Forget gaps that are too old, also where no reading ever was beside them."""
        limit = min(self._rules.oldest(now)[0], self._begins() or now)
        if limit > 0:
            with transaction(self._connection):
                self._gaps.forget(limit)

    def _begins(self, without: Portion | None = None) -> int | None:
        """Return when the first reading arrived that is in no other segment than one."""
        starts = [segment.start for segment in self._segments.all if segment != without]
        recent = self._recent()
        return min([*starts, *([] if recent is None else [recent])], default=None)

    def _surplus(self, now: int) -> Portion | None:
        """Return the oldest segment if it is too old, or the history too large."""
        if not self._segments.all:
            return None
        oldest, most = self._segments.all[0], self._rules.keep_bytes
        too_large = most is not None and used_bytes(self._connection) > most
        return oldest if too_large or oldest.end < self._rules.oldest(now)[0] else None

    def _expire_personal(self, now: int) -> None:
        """Have agents' readings erased from segments that are too old for them."""
        if self._rules.personal_days is None:
            return
        _, until = self._rules.oldest(now)
        since = self._erasures.expired
        if until - since < _PERSONAL_EVERY or not any(
            since <= segment.end < until for segment in self._segments.all
        ):
            return
        kinds = ", ".join("?" * len(PERSONAL))
        numbers = self._connection.execute(
            f"SELECT id FROM series WHERE object_type IN ({kinds})",  # noqa: S608
            tuple(PERSONAL),
        )
        with transaction(self._connection):
            self._erasures.begin([number for (number,) in numbers], until=until)

    def _give_back(self) -> Iterator[None]:
        free = 1
        while free:
            self._connection.execute(f"PRAGMA incremental_vacuum({_FREED})").fetchall()
            (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
            yield
