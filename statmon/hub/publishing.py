"""What a leading collector publishes: each tick a batch for each object of which something came.

No I/O. It holds the newest row of every series, so that it answers snapshots by itself. Nothing is
ever published again only because time went by: what is old is not made to look new.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from statmon.hub.messages import PART, Batch, Heartbeat, Part, Row, encode

_MOST_STEPS: Final = 64
"""Steps of a state in one tick; more than these are noise, and the newest are kept."""


@dataclass
class Publishing:
    """The batches and snapshots of one leadership.

    Args:
        epoch: of the leadership; another one begins with another ``Publishing``.
        began: when it began, milliseconds of this computer's monotonic clock.
    """

    epoch: int
    began: int
    step: int = 0
    """How often the service's clock was set since."""
    _newest: dict[int, tuple[str, Row]] = field(default_factory=dict)
    _pending: dict[str, dict[int, list[Row]]] = field(default_factory=dict)
    _seqs: dict[str, int] = field(default_factory=dict)
    _beats: int = 0

    def take(self, token: str, row: Row, *, steps: bool) -> None:
        """Take in a reading.

        Args:
            token: of its object (``subjects.object_token``).
            row: the reading.
            steps: it is a state, of which none is left out.
        """
        self._newest[row.series] = (token, row)
        rows = self._pending.setdefault(token, {}).setdefault(row.series, [])
        if not steps:
            rows.clear()
        rows.append(row)
        del rows[:-_MOST_STEPS]

    def mark(self, series: int, token: str, *, flags: int, error: str = "") -> None:
        """Say how a series stands at the service; what is known of it stays as old as it is."""
        known = self._newest.get(series)
        row = known[1] if known else Row(series, 0)
        marked = Row(series, row.at, row.value, flags, error)
        if known is None or marked != row:
            self.take(token, marked, steps=True)

    def forget(self, series: Iterable[int]) -> None:
        """Nobody wants these any more."""
        for one in series:
            known = self._newest.pop(one, None)
            if known is not None:
                self._pending.get(known[0], {}).pop(one, None)

    def stepped(self) -> None:
        """The service's clock was set: what comes now may be of an earlier time."""
        self.step += 1

    def tick(self, now: int) -> Iterator[tuple[str, Batch]]:
        """Yield what came since the last tick, by the objects' tokens.

        Args:
            now: milliseconds of this computer's monotonic clock.
        """
        pending, self._pending = self._pending, {}
        for token, of_series in pending.items():
            rows = tuple(row for rows in of_series.values() for row in rows)
            if rows:
                self._seqs[token] = self._seqs.get(token, 0) + 1
                yield token, Batch(self.epoch, self._seqs[token], now - self.began, self.step, rows)

    def beat(self, now: int, state: Heartbeat) -> Heartbeat:
        """Return the next heartbeat, which says what ``state`` says of service and history."""
        self._beats += 1
        return Heartbeat(
            self.epoch, self._beats, now - self.began, self.step, state.service_now,
            state.healthy, state.service, state.opened, state.history,
        )  # fmt: skip

    def snapshot(self, object_of: Mapping[int, str]) -> list[Part]:
        """Return the newest rows of series, as parts that fit a message, all of this moment.

        What came and was not published yet is in them, and comes once more with the tick.

        Args:
            object_of: the token of the object of each series that is asked for.
        """
        rows = [self._newest[one][1] for one in object_of if one in self._newest]
        # Also of objects of which nothing is known here: others may hear of them.
        seqs = {token: self._seqs.get(token, 0) for token in object_of.values()}
        pages = list(_pages(rows))
        return [
            Part(self.epoch, place, len(pages), page, seqs if place == 0 else {}, self.step)
            for place, page in enumerate(pages)
        ]


def _pages(rows: list[Row]) -> Iterator[tuple[Row, ...]]:
    page: list[Row] = []
    size = 0
    for row in rows:
        own = len(encode(row))
        if page and size + own > PART:
            yield tuple(page)
            page, size = [], 0
        page.append(row)
        size += own
    yield tuple(page)
