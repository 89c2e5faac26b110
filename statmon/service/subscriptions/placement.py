"""Where every wish stands: open in a chunk, being opened, refused, or missing.

Bookkeeping without time and without I/O. It is an index: no question looks at all wishes, so
that a hundred thousand of them cost a decision no more than a hundred.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from statmon.domain.statistic import Series, Statistic
from statmon.service.subscriptions.desired import Changes, Desired, Wishes


@dataclass(slots=True)
class Chunk:
    """One subscription as the service knows it."""

    id: str
    owner: str
    asked: dict[Series, Statistic]
    """What the service was asked for, as it was then; less what it refused."""
    again: bool = False
    """It holds what was refused before: kept apart, lest it costs its neighbours."""
    state: Literal["opening", "open"] = "opening"
    retiring: bool = False
    """Too much of it is unwanted: it serves until what is wanted of it is open elsewhere."""
    prove_at: float = 0.0
    proving: bool = False
    """A peek is not answered: none is asked for meanwhile."""

    def frequency(self, default: float) -> float:
        """Return the seconds between two values of the most frequent of its statistics.

        ``default`` is that of a statistic which does not say.
        """
        definitions = (item.definition for item in self.asked.values())
        return min(
            (each and each.seconds("notificationFrequency")) or default for each in definitions
        )

    def series_by_id(self) -> dict[str, Series]:
        """Return the series that each ``statisticId`` of this chunk stands for."""
        return {statistic.id: series for series, statistic in self.asked.items()}


@dataclass(slots=True)
class Refusal:
    """A wish that the service refused, and when to try it again."""

    message: str
    pause: float
    retry_at: float
    waiting: bool = True
    """Not asked again yet."""


Group = tuple[bool, str]
"""What may share a chunk: refused before or not, and the owner."""


@dataclass
class Placement:
    """The wishes, the chunks, and which of the ones is in which of the others."""

    wishes: Wishes = field(default_factory=dict)
    chunks: dict[str, Chunk] = field(default_factory=dict)
    refusals: dict[Series, Refusal] = field(default_factory=dict)
    _home: dict[Series, Chunk] = field(default_factory=dict)
    """The open chunk from which each series' values come."""
    _opening: dict[Series, Chunk] = field(default_factory=dict)
    _missing: dict[Group, dict[Series, None]] = field(default_factory=dict)
    _owned: dict[str, dict[Series, None]] = field(default_factory=dict)
    """The wishes of each owner."""

    def want(self, changes: Changes) -> None:
        """Want these otherwise than before, or no more."""
        for series, wish in changes.items():
            before = self.wishes.get(series)
            if before is not None and (wish is None or wish.owner != before.owner):
                self._disown(series, before.owner)
            if wish is None:
                self.wishes.pop(series, None)
                self.refusals.pop(series, None)
                continue
            self.wishes[series] = wish
            self._owned.setdefault(wish.owner, {})[series] = None
            self.miss(series)

    def _disown(self, series: Series, owner: str) -> None:
        """Forget that an owner has a wish; of one that has none left nothing is kept."""
        indices: tuple[tuple[dict[Any, dict[Series, None]], Any], ...] = (
            (self._owned, owner),
            (self._missing, (False, owner)),
            (self._missing, (True, owner)),
        )
        for index, key in indices:
            own = index.get(key, {})
            own.pop(series, None)
            if not own:
                index.pop(key, None)

    def holding(self, some: Iterable[Series]) -> list[Chunk]:
        """Return the chunks in which any of these series is, wanted or not."""
        found: dict[str, Chunk] = {}
        names = set(some)
        for series in names:
            for chunk in (self._home.get(series), self._opening.get(series)):
                if chunk is not None:
                    found[chunk.id] = chunk
        # What is open elsewhere by now is in a retiring chunk, too.
        for chunk in self.chunks.values():
            if chunk.retiring and not names.isdisjoint(chunk.asked):
                found[chunk.id] = chunk
        return list(found.values())

    def is_open(self, series: Series) -> bool:
        """Whether the values of a series come from an open chunk."""
        return series in self._home

    @property
    def complete(self) -> bool:
        """Whether every wish is open, or refused and waiting to be asked again."""
        return not self._opening and not self.missing

    @property
    def missing(self) -> bool:
        """Whether there is a wish that is to be opened."""
        return any(self._missing.values())

    @property
    def opening(self) -> list[Chunk]:
        """The chunks that are being opened."""
        return list({chunk.id: chunk for chunk in self._opening.values()}.values())

    def miss(self, series: Series) -> None:
        """Note that a wish is to be opened, unless it is being opened, open or refused."""
        wish, refusal = self.wishes.get(series), self.refusals.get(series)
        if wish is None or self._served(series) or (refusal and refusal.waiting):
            return
        self._missing.setdefault((refusal is not None, wish.owner), {})[series] = None

    def _served(self, series: Series) -> bool:
        """Whether a series is being opened, or open in a chunk that stays."""
        home = self._home.get(series)
        return series in self._opening or (home is not None and not home.retiring)

    def _miss_all(self) -> None:
        """Note that every wish is to be opened, but for those refused; copies, since it is fast."""
        self._missing = {(False, owner): dict(wishes) for owner, wishes in self._owned.items()}
        for series in self.refusals:
            self._missing[False, self.wishes[series].owner].pop(series)
            self.miss(series)

    def portions(self, size: int) -> Iterator[tuple[Group, list[Desired]]]:
        """Cut what is missing into portions for one chunk each; the refused ones come last.

        What is taken must be begun before the next portion is asked for.
        """
        for group in sorted(self._missing, key=lambda group: group[0]):
            while portion := self._portion(group, size):
                yield group, portion

    def _portion(self, group: Group, size: int) -> list[Desired]:
        """Return what one chunk can hold: in it each ``statisticId`` stands for one statistic."""
        portion: dict[str, Desired] = {}
        for series in self._missing.get(group, ()):
            wish = self.wishes[series]
            portion.setdefault(wish.statistic.id, wish)
            if len(portion) == size:
                break
        return list(portion.values())

    def begin(self, chunk: Chunk) -> None:
        """A chunk is being opened."""
        self.chunks[chunk.id] = chunk
        for series in chunk.asked:
            self._opening[series] = chunk
            self._missing[chunk.again, chunk.owner].pop(series, None)

    def opened(self, chunk: Chunk) -> None:
        """A chunk is open, with what it still asks for."""
        chunk.state = "open"
        for series in chunk.asked:
            self._forget(self._opening, series, chunk)
            self._home[series] = chunk
            self.refusals.pop(series, None)

    def refuse(self, chunk: Chunk, series: Series, refusal: Refusal) -> None:
        """The service refuses a statistic of a chunk."""
        chunk.asked.pop(series, None)
        self._forget(self._opening, series, chunk)
        self._forget(self._home, series, chunk)
        if series in self.wishes:
            self.refusals[series] = refusal

    def remove(self, id_: str) -> Chunk | None:
        """Forget a chunk and return it; its wishes are missing again."""
        chunk = self.chunks.pop(id_, None)
        for series in chunk.asked if chunk is not None else ():
            self._forget(self._home, series, chunk)
            self._forget(self._opening, series, chunk)
            self.miss(series)
        return chunk

    def clear(self) -> list[Chunk]:
        """Forget all chunks and return them."""
        chunks, self.chunks = list(self.chunks.values()), {}
        self._home, self._opening = {}, {}
        self._miss_all()
        return chunks

    def retire(self, chunk: Chunk) -> None:
        """Open what is wanted of a chunk elsewhere."""
        chunk.retiring = True
        for series in chunk.asked:
            self.miss(series)

    def retired(self) -> list[Chunk]:
        """Return the retiring chunks from which nothing is needed any more."""
        return [
            chunk
            for chunk in self.chunks.values()
            if chunk.retiring and not any(self._needs(series, chunk) for series in chunk.asked)
        ]

    def _needs(self, series: Series, chunk: Chunk) -> bool:
        """Whether a wished series has no other source than this chunk, and may get one."""
        if series not in self.wishes or self._home.get(series) is not chunk:
            return False
        refusal = self.refusals.get(series)
        return refusal is None or not refusal.waiting

    @staticmethod
    def _forget(index: dict[Series, Chunk], series: Series, chunk: Chunk | None) -> None:
        if index.get(series) is chunk:
            del index[series]
