"""What to open, close, re-open or peek, decided from what is wanted and what is so.

A reconciler without I/O: facts come in (connected, lost, opened, refused, the service's state),
each with the time; ``decide`` says what to do now and when to ask again. It is level-triggered:
whatever was missed, asking again leads to the same end, which is that every wish is open once.
Times are monotonic seconds. Rules: design §4.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from statmon.domain.statistic import Series, Statistic
from statmon.service.wish import Wanted, Wish, wishes_of

CHUNK: Final = 500
"""Statistics in one request, at most; fewer when the service refuses so many."""
IN_FLIGHT: Final = 4
"""Openings under way at once, at most."""
JITTER: Final = 2.0
"""A thousand desktops hear AVAILABLE at once: each waits up to this many seconds."""
PROBE_EVERY: Final = 30.0
"""While the service is down one chunk is tried this often: an AVAILABLE can be lost."""
PROOF_EVERY: Final = 180.0
"""An open chunk is proved by a peek this often, so that quiet can be told from dead."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
REFUSED_PAUSE: Final = 60.0
LONGEST_REFUSED_PAUSE: Final = 600.0
CLOSE_AGAIN: Final = 60.0
"""A deletion that the service did not confirm is tried again after this long."""
HALVING_PAUSE: Final = 0.2
"""After a request was refused as a whole, lest a service that refuses all is flooded."""
LONGEST_RETRY_AFTER: Final = 600.0
WASTE: Final = 0.25
"""A chunk is re-opened without what nobody wants any more when that is more than this share."""


@dataclass(slots=True)
class Chunk:
    """One subscription as the service knows it."""

    id: str
    owner: str
    asked: dict[Series, Statistic]
    """What the service was asked for, as it was then; less what it refused."""
    state: Literal["opening", "open"] = "opening"
    prove_at: float = 0.0

    def series_by_id(self) -> dict[str, Series]:
        """Return the series that each ``statisticId`` of this chunk stands for."""
        return {statistic.id: series for series, statistic in self.asked.items()}


@dataclass(slots=True)
class Refusal:
    """A wish that the service refused, and when to try it again."""

    message: str
    pause: float
    retry_at: float


@dataclass(frozen=True, slots=True)
class Open:
    """Open this chunk."""

    chunk: Chunk


@dataclass(frozen=True, slots=True)
class Close:
    """Tell the service to drop this id; what it answers does not matter."""

    id: str


@dataclass(frozen=True, slots=True)
class Prove:
    """Peek this chunk, to see whether it is still there and whether anything was missed."""

    chunk: Chunk


Action = Open | Close | Prove


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now, in order, and the time at which to decide again (None: on the next fact)."""

    actions: tuple[Action, ...]
    wake_at: float | None


@dataclass
class Reconciler:
    """The state from which it is decided; one for each site."""

    new_id: Callable[[], str]
    rng: random.Random = field(default_factory=random.Random)
    wishes: dict[Series, Wish] = field(default_factory=dict)
    chunks: dict[str, Chunk] = field(default_factory=dict)
    refusals: dict[Series, Refusal] = field(default_factory=dict)
    chunk_limit: int = CHUNK
    """The largest request that the service has not called too large."""
    chunk_size: int = CHUNK
    """The size of the next requests: smaller for a while after one was refused as a whole."""
    session: int = 0
    connected: bool = False
    polling: float | None = None
    """Seconds between two peeks of a chunk while notifications cannot come; None: they can."""
    orphans: dict[str, float] = field(default_factory=dict)
    """Ids that may be open at the service and are ours no more, and when to delete them."""
    waiting: set[str] = field(default_factory=set)
    """Those of them that are deleted only once everything is open again."""
    available: bool | None = None
    """What the service says of itself; None until it says anything."""
    _not_before: float = 0.0
    _pause: float = 0.0

    # --- facts -------------------------------------------------------------------------------

    def want(self, wanted: Iterable[Wanted]) -> None:
        """The user wants this, and nothing else."""
        self.wishes = wishes_of(wanted)
        self.refusals = {key: old for key, old in self.refusals.items() if key in self.wishes}

    def connection_up(self, session: int, now: float, *, told: bool = False) -> list[Chunk]:
        """Notifications flow again; return the chunks that are lost because the session is new.

        In the same session what is open is proved soon: something may have been missed. In a
        new one nothing is known of the service, unless it was ``told`` in this one already.

        Whether their ids survive at the service is not documented, so they are deleted once
        their wishes are open again.
        """
        was_connected, self.connected, self.polling = self.connected, True, None
        if session == self.session:
            for chunk in () if was_connected else self.chunks.values():
                chunk.prove_at = now + self.rng.uniform(0.0, JITTER)
            return []
        self.session = session
        if not told:
            self.available = None
        lost = list(self.chunks.values())
        self.orphans.update(dict.fromkeys((chunk.id for chunk in lost), 0.0))
        self.waiting.update(chunk.id for chunk in lost)
        self.chunks.clear()
        self._not_before = self._pause = 0.0
        self._forgive(now)
        return lost

    def connection_down(self) -> None:
        """Notifications do not flow; the session may survive."""
        self.connected = False

    def poll(self, every: float, now: float) -> None:
        """Notifications are blocked: fetch the values instead, every so many seconds."""
        self.polling = every
        for chunk in self.chunks.values():
            chunk.prove_at = now

    def service_is(self, *, available: bool, now: float) -> list[Chunk]:
        """The service said how it is; return the chunks that it has dropped."""
        was, self.available = self.available, available
        if available:
            self._forgive(now)
            if was is False:
                self._not_before = now + self.rng.uniform(0.0, JITTER)
                self._pause = 0.0
            return []
        lost = list(self.chunks.values())
        self.chunks.clear()
        self._not_before = now + PROBE_EVERY
        return lost

    def opened(self, id_: str, refused: Mapping[Series, str], now: float) -> bool:
        """An opening succeeded, for all but the refused; return False if it came too late."""
        chunk = self.chunks.get(id_)
        if chunk is None:
            self.orphans[id_] = 0.0
            return False
        self._pause = 0.0
        self.chunk_size = min(self.chunk_size * 2, self.chunk_limit)
        if self.available is False:
            self.available = None  # it opens, so it is there: its AVAILABLE was lost
            self._not_before = now
        chunk.state = "open"
        chunk.prove_at = self._next_proof(now)
        for series in list(chunk.asked):
            if series in refused:
                del chunk.asked[series]
                self._refuse(series, refused[series], now)
            else:
                self.refusals.pop(series, None)
        if not chunk.asked:
            self._drop(chunk)
        return True

    def open_failed(
        self,
        id_: str,
        now: float,
        *,
        too_large: bool = False,
        final: str = "",
        unsure: bool = False,
        retry_after: float | None = None,
    ) -> None:
        """An opening failed as a whole.

        Args:
            id_: the chunk's id.
            now: monotonic seconds.
            too_large: the service takes no request of this size.
            final: the service's words if it refused the content, else empty.
            unsure: no answer came, so that the service may have opened it all the same.
            retry_after: seconds that the service asks us to wait, or None.
        """
        chunk = self.chunks.pop(id_, None)
        if unsure:
            self.orphans[id_] = 0.0
        if chunk is None:
            return
        if too_large or final:
            self._not_before = max(self._not_before, now + HALVING_PAUSE)
        if (too_large or final) and len(chunk.asked) > 1:
            # One bad statistic must not cost its neighbours: smaller pieces find it.
            self.chunk_size = max(1, len(chunk.asked) // 2)
            if too_large:
                self.chunk_limit = min(self.chunk_limit, self.chunk_size)
            return
        if final:
            for series in chunk.asked:
                self._refuse(series, final, now)
            return
        self._pause = min(max(FIRST_PAUSE, self._pause * 2), LONGEST_PAUSE)
        wait = self._pause * self.rng.uniform(0.8, 1.2)
        wait = max(wait, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
        self._not_before = max(self._not_before, now + wait)

    def gone(self, id_: str) -> Chunk | None:
        """The service no longer knows this chunk; return it if it was ours."""
        return self.chunks.pop(id_, None)

    def proved(self, id_: str, now: float) -> None:
        """A peek found the chunk, or could not be done: the next proof is due later."""
        chunk = self.chunks.get(id_)
        if chunk is not None:
            chunk.prove_at = self._next_proof(now)

    def closed(self, id_: str) -> None:
        """The service has deleted it."""
        self.orphans.pop(id_, None)
        self.waiting.discard(id_)

    def leave(self) -> None:
        """The end: all that is open is to be deleted."""
        for chunk in list(self.chunks.values()):
            self._drop(chunk)

    def leftovers(self) -> list[str]:
        """Return the ids that would stay open at the service if we vanished now."""
        return [*self.chunks, *self.orphans]

    # --- decisions -----------------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether every wish is open or refused, and nothing is left over."""
        covered = self._covered()
        return (
            all(series in covered or series in self.refusals for series in self.wishes)
            and all(chunk.state == "open" for chunk in self.chunks.values())
            and not self.orphans
        )

    def decide(self, now: float) -> Decision:
        """Say what to do now; what is returned counts as begun."""
        for chunk in self._wasteful():
            self._drop(chunk)
        if not self.connected and self.polling is None:
            return Decision((), None)
        actions: list[Action] = []
        if now >= self._not_before:
            actions += [Open(chunk) for chunk in self._next_chunks(now)]
        if self.available is not False:
            actions += [Prove(chunk) for chunk in self._due(now)]
        actions += [Close(id_) for id_ in self._closable(now)]
        return Decision(tuple(actions), self._wake_at(now))

    def _closable(self, now: float) -> list[str]:
        """Return the ids to delete now; each is tried again later unless it is ``closed``."""
        opening = any(chunk.state == "opening" for chunk in self.chunks.values())
        all_open = not opening and not self._missing(now)
        due = [
            id_
            for id_, at in self.orphans.items()
            if at <= now and (all_open or id_ not in self.waiting)
        ]
        self.orphans.update(dict.fromkeys(due, now + CLOSE_AGAIN))
        return due

    def _covered(self) -> set[Series]:
        return {series for chunk in self.chunks.values() for series in chunk.asked}

    def _missing(self, now: float) -> list[Wish]:
        covered = self._covered()
        return [
            wish
            for series, wish in self.wishes.items()
            if series not in covered
            and (series not in self.refusals or self.refusals[series].retry_at <= now)
        ]

    def _next_chunks(self, now: float) -> list[Chunk]:
        room = IN_FLIGHT - sum(chunk.state == "opening" for chunk in self.chunks.values())
        if self.available is False:
            room = min(room, 1)
            self._not_before = now + PROBE_EVERY
        chunks: list[Chunk] = []
        for wishes in self._portions(self._missing(now)):
            if len(chunks) >= room:
                break
            asked = {wish.series: wish.statistic for wish in wishes}
            chunk = Chunk(self.new_id(), wishes[0].owner, asked)
            self.chunks[chunk.id] = chunk
            chunks.append(chunk)
        return chunks

    def _portions(self, missing: Iterable[Wish]) -> Iterable[list[Wish]]:
        """Cut what is missing into chunks of one owner; what was refused goes by itself."""
        groups: dict[tuple[bool, str], list[Wish]] = {}
        for wish in missing:
            groups.setdefault((wish.series in self.refusals, wish.owner), []).append(wish)
        for _, wishes in sorted(groups.items(), key=lambda item: item[0][0]):
            for start in range(0, len(wishes), self.chunk_size):
                yield wishes[start : start + self.chunk_size]

    def _wasteful(self) -> list[Chunk]:
        """Return the open chunks of which too much is wanted no more, or asked anew."""
        return [
            chunk
            for chunk in self.chunks.values()
            if chunk.state == "open" and self._unwanted(chunk) > WASTE * len(chunk.asked)
        ]

    def _unwanted(self, chunk: Chunk) -> int:
        return sum(series not in self.wishes for series in chunk.asked)

    def _due(self, now: float) -> list[Chunk]:
        due = [c for c in self.chunks.values() if c.state == "open" and c.prove_at <= now]
        for chunk in due:
            chunk.prove_at = self._next_proof(now)
        return due

    def _next_proof(self, now: float) -> float:
        return now + (self.polling or PROOF_EVERY * self.rng.uniform(0.8, 1.2))

    def _wake_at(self, now: float) -> float | None:
        times = [refusal.retry_at for refusal in self.refusals.values() if refusal.retry_at > now]
        times += [at for at in self.orphans.values() if at > now]
        times += [chunk.prove_at for chunk in self.chunks.values() if chunk.state == "open"]
        if self._not_before > now and self._missing(now):
            times.append(self._not_before)
        return min(times, default=None)

    def _forgive(self, now: float) -> None:
        """Another service may know what this one refused: ask at once."""
        for refusal in self.refusals.values():
            refusal.retry_at = min(refusal.retry_at, now)

    def _refuse(self, series: Series, message: str, now: float) -> None:
        old = self.refusals.get(series)
        pause = min(old.pause * 2, LONGEST_REFUSED_PAUSE) if old else REFUSED_PAUSE
        self.refusals[series] = Refusal(message, pause, now + pause)

    def _drop(self, chunk: Chunk) -> None:
        """Forget a chunk; its id is deleted, since the service may know it all the same."""
        self.chunks.pop(chunk.id, None)
        self.orphans[chunk.id] = 0.0
