"""What to open, close, re-open or peek, decided from what is wanted and what is so.

A reconciler without I/O: facts come in (connected, lost, opened, refused, the service's state),
each with the time; ``decide`` says what to do now and when to ask again. It is level-triggered:
whatever was missed, asking again leads to the same end, which is that every wish is open once.
Times are monotonic seconds. What the service does to subscriptions stands in
docs/reference/statistics-api.md §4.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from statmon.bayeux.backoff import Backoff
from statmon.domain.statistic import Series
from statmon.service.subscriptions.desired import Changes, Wishes
from statmon.service.subscriptions.placement import Chunk, Placement, Refusal

CHUNK: Final = 500
"""Statistics in one request, at most; fewer when the service refuses so many."""
HUMBLE: Final = 20
"""Requests that time out or break the service get no smaller than this."""
IN_FLIGHT: Final = 4
"""Openings under way at once, at most."""
JITTER: Final = 2.0
"""A thousand desktops hear AVAILABLE at once: each waits up to this many seconds."""
PROBE_EVERY: Final = 30.0
"""While the service is down one chunk is tried this often: an AVAILABLE can be lost."""
PROOF_EVERY: Final = 180.0
"""An open chunk is proved by a peek this often, so that quiet can be told from dead."""
POLL_EVERY: Final = 10.0
"""Where notifications cannot come, a chunk is peeked as often as the most frequent of its
statistics is to be told; this often where none says ..."""
POLL_AT_MOST: Final = 5.0
"""... and at least so many seconds apart."""
REFUSED_PAUSE: Final = 60.0
LONGEST_REFUSED_PAUSE: Final = 600.0
PROVE_SOON: Final = 1.0
"""A proof that could not be had is asked for again after so many seconds, then later and later."""
CLOSE_SOON: Final = 1.0
"""A deletion that failed is tried again after so many seconds, then later and later."""
HALVING_PAUSE: Final = 0.2
"""After a request was refused as a whole, lest a service that refuses all is flooded."""
LONGEST_RETRY_AFTER: Final = 600.0
WASTE: Final = 0.25
"""A chunk is re-opened without what nobody wants any more when that is more than this share.

A subscription cannot be changed at the service, and updates that nobody wants cost both sides.
"""


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
    retired: tuple[Chunk, ...] = ()
    """Chunks that are ours no more because nothing of them is needed."""


@dataclass
class Reconciler:
    """The state from which it is decided; one for each site."""

    new_id: Callable[[], str]
    rng: random.Random = field(default_factory=random.Random)
    placement: Placement = field(default_factory=Placement)
    chunk_limit: int = CHUNK
    """The largest request that the service has not called too large."""
    chunk_size: int = CHUNK
    """The size of the next requests: smaller for a while after one was refused as a whole."""
    session: int = 0
    connected: bool = False
    polling: bool = False
    """Values are fetched, since notifications cannot come."""
    orphans: dict[str, float] = field(default_factory=dict)
    """Ids that may be open at the service and are ours no more, and when to delete them."""
    waiting: set[str] = field(default_factory=set)
    """Those of them that are deleted only once everything is open again."""
    under_way: set[str] = field(default_factory=set)
    """Ids whose opening is not answered: a deletion could overtake it, and would do nothing."""
    deleting: set[str] = field(default_factory=set)
    """Ids whose deletion is not answered: however long that takes, it is not asked for twice."""
    available: bool | None = None
    """What the service says of itself; None until it says anything."""
    _not_before: float = 0.0
    _failing: bool = False
    """The last opening came to nothing, by no fault of what it asked for."""

    def __post_init__(self) -> None:
        """Jitter as told."""
        self._backoff = Backoff(self.rng.random)
        self._closings = Backoff(self.rng.random)
        self._proofs = Backoff(self.rng.random)

    @property
    def wishes(self) -> Wishes:
        """What is to be open."""
        return self.placement.wishes

    @property
    def chunks(self) -> dict[str, Chunk]:
        """What is open or being opened, by id."""
        return self.placement.chunks

    @property
    def refusals(self) -> dict[Series, Refusal]:
        """What the service refused."""
        return self.placement.refusals

    # --- facts -------------------------------------------------------------------------------

    def want(self, changes: Changes, now: float = 0.0) -> None:
        """The user wants these otherwise than before, or no more."""
        new = [key for key, wish in changes.items() if wish and key not in self.wishes]
        self.placement.want(changes)
        for chunk in self.placement.holding(changes):
            if chunk.state != "open" or chunk.retiring:
                continue
            if self._wasteful(chunk):
                self.placement.retire(chunk)
            elif any(series in chunk.asked for series in new):
                chunk.prove_at = now  # it has come back; its updates were dropped meanwhile

    def connection_up(self, session: int, now: float, *, told: bool = False) -> list[Chunk]:
        """Notifications flow again; return the chunks that are lost because the session is new.

        In the same session what is open is proved soon: something may have been missed, also that
        the service is back, so that one chunk is tried. In a new one nothing is known of the
        service, unless it was ``told`` in this one already.

        Whether their ids survive at the service is not documented, so they are deleted once
        their wishes are open again.
        """
        was_connected, self.connected, self.polling = self.connected, True, False
        if session == self.session:
            for chunk in () if was_connected else self.chunks.values():
                chunk.prove_at = now + self.rng.uniform(0.0, JITTER)
            if self.available is False and not was_connected:
                self._not_before = min(self._not_before, now + self.rng.uniform(0.0, JITTER))
            return []
        self.session = session
        if not told:
            self.available = None
        lost = self.placement.clear()
        self.orphans.update(dict.fromkeys((chunk.id for chunk in lost), 0.0))
        self.waiting.update(chunk.id for chunk in lost)
        self._not_before = 0.0
        self._works()
        self._forgive(now)
        return lost

    def connection_down(self) -> None:
        """Notifications do not flow; the session may survive."""
        self.connected = False

    def poll(self, now: float) -> None:
        """Notifications are blocked: fetch the values instead."""
        self.polling = True
        for chunk in self.chunks.values():
            chunk.prove_at = now

    def service_is(self, *, available: bool, now: float) -> list[Chunk]:
        """The service said how it is; return the chunks that it has dropped.

        An AVAILABLE that nobody waited for may follow an UNAVAILABLE that was lost, so what is
        open is proved soon.
        """
        was, self.available = self.available, available
        if available:
            self._forgive(now)
            if was is False:
                self._not_before = now + self.rng.uniform(0.0, JITTER)
                self._works()
            for chunk in self.chunks.values():
                chunk.prove_at = min(chunk.prove_at, now + self.rng.uniform(0.0, JITTER))
            return []
        self._not_before = now + PROBE_EVERY
        return self.placement.clear()

    def opened(self, id_: str, refused: Mapping[Series, str], now: float) -> bool:
        """An opening succeeded, for all but the refused; return False if it came too late."""
        self.under_way.discard(id_)
        chunk = self.chunks.get(id_)
        if chunk is None:
            self.orphans[id_] = 0.0
            return False
        self._works()
        self.chunk_size = min(self.chunk_size * 2, self.chunk_limit)
        if self.available is False:
            self.available = None  # it opens, so it is there: its AVAILABLE was lost
            self._not_before = now
        chunk.prove_at = self._next_proof(chunk, now)
        for series, message in refused.items():
            self._refuse(chunk, series, message, now)
        self.placement.opened(chunk)
        if not chunk.asked:
            self._drop(chunk)
        elif self._wasteful(chunk):  # what is wanted changed meanwhile
            self.placement.retire(chunk)
        return True

    def open_failed(
        self,
        id_: str,
        now: float,
        *,
        too_large: bool = False,
        final: str = "",
        unsure: bool = False,
        lost: bool = False,
        retry_after: float | None = None,
    ) -> None:
        """An opening failed as a whole.

        Args:
            id_: the chunk's id.
            now: monotonic seconds.
            too_large: the service takes no request of this size.
            final: the service's words if it refused the content, else empty.
            unsure: the service may have opened it all the same.
            lost: since no answer came, which says nothing of the service.
            retry_after: seconds that the service asks us to wait, or None.
        """
        self.under_way.discard(id_)
        if unsure:
            self.orphans[id_] = 0.0
        else:
            self.closed(id_)  # lost meanwhile, and never opened
        chunk = self.chunks.get(id_)
        if chunk is None:
            return
        if final and len(chunk.asked) == 1:
            for series in list(chunk.asked):
                self._refuse(chunk, series, final, now)
        self.placement.remove(id_)
        if too_large or final:
            self._not_before = max(self._not_before, now + HALVING_PAUSE)
        if final and not chunk.asked:
            return
        if (too_large or final) and len(chunk.asked) > 1:
            # One bad statistic must not cost its neighbours: smaller pieces find it.
            self.chunk_size = max(1, len(chunk.asked) // 2)
            if too_large:
                self.chunk_limit = min(self.chunk_limit, self.chunk_size)
            return
        if unsure and self._failing and len(chunk.asked) > HUMBLE:
            # Twice in a row, so perhaps it is the size: a proxy that cuts, a service that chokes.
            self.chunk_size = max(HUMBLE, len(chunk.asked) // 2)
        self._failing = True
        wait = self._backoff.failed(now)
        wait = max(wait, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
        if lost and self.available is False:
            self._not_before = now + wait  # the one that was tried has told nothing
        self._not_before = max(self._not_before, now + wait)

    def gone(self, id_: str) -> Chunk | None:
        """The service says that it does not know this chunk; return it if it was ours.

        It is deleted all the same: to say so costs nothing, to be wrong leaves it open for ever.
        """
        chunk = self.placement.remove(id_)
        if chunk is not None:
            self.orphans[id_] = 0.0
        return chunk

    def proved(self, id_: str, refused: Mapping[Series, str], now: float) -> None:
        """A peek found the chunk, all but the refused; the next proof is due later."""
        chunk = self.chunks.get(id_)
        if chunk is None:
            return
        self._proofs.forget()
        wanted_meanwhile = chunk.prove_at if chunk.proving else math.inf
        chunk.proving = False
        chunk.prove_at = min(wanted_meanwhile, self._next_proof(chunk, now))
        for series, message in refused.items():
            self._refuse(chunk, series, message, now)
        if not chunk.asked:
            self._drop(chunk)

    def prove_failed(self, id_: str, now: float, retry_after: float | None = None) -> None:
        """A peek could not be done, which says nothing of the chunk: it is asked for again soon."""
        chunk = self.chunks.get(id_)
        if chunk is not None:
            wait = max(
                self._proofs.failed(now), PROVE_SOON, min(retry_after or 0.0, LONGEST_RETRY_AFTER)
            )
            chunk.proving = False
            chunk.prove_at = max(self._next_proof(chunk, now) if self.polling else now, now + wait)

    def closed(self, id_: str) -> None:
        """The service has deleted it."""
        self._closings.forget()
        self.deleting.discard(id_)
        self.orphans.pop(id_, None)
        self.waiting.discard(id_)

    def close_failed(self, id_: str, now: float, retry_after: float | None = None) -> None:
        """A deletion failed: what may be open at the service costs both sides until it is gone."""
        self.deleting.discard(id_)
        if id_ in self.orphans:
            wait = max(self._closings.failed(now), CLOSE_SOON)
            wait = max(wait, min(retry_after or 0.0, LONGEST_RETRY_AFTER))
            self.orphans[id_] = now + wait

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
        retiring = any(chunk.retiring for chunk in self.chunks.values())
        return self.placement.complete and not retiring and not self.orphans

    def decide(self, now: float) -> Decision:
        """Say what to do now; what is returned counts as begun, until it is told how it ended.

        Nothing is begun twice: a service that answers late would else have ever more to answer.
        """
        retired = self.placement.retired()
        for chunk in retired:
            self._drop(chunk)
        if not (self.connected or self.polling):
            return Decision((), None, tuple(retired))
        self._ask_again(now)
        actions: list[Action] = []
        if now >= self._not_before:
            actions += [Open(chunk) for chunk in self._next_chunks(now)]
        if self.available is not False:
            actions += [Prove(chunk) for chunk in self._due(now)]
        actions += [Close(id_) for id_ in self._closable(now)]
        return Decision(tuple(actions), self._wake_at(now), tuple(retired))

    def _ask_again(self, now: float) -> None:
        """What was refused long enough ago is missing again."""
        for series, refusal in self.refusals.items():
            if refusal.waiting and refusal.retry_at <= now:
                refusal.waiting = False
                self.placement.miss(series)

    def _closable(self, now: float) -> list[str]:
        """Return the ids to delete now."""
        all_open = self.placement.complete
        due = [
            id_
            for id_, at in self.orphans.items()
            if at <= now
            and id_ not in self.under_way
            and id_ not in self.deleting
            and (all_open or id_ not in self.waiting)
        ]
        self.deleting.update(due)
        return due

    def _next_chunks(self, now: float) -> list[Chunk]:
        room = IN_FLIGHT - len(self.placement.opening)
        if self._failing or self.available is False:
            room -= IN_FLIGHT - 1  # one at a time while that is what fails
        if self.available is False:
            self._not_before = now + PROBE_EVERY
        chunks: list[Chunk] = []
        for (again, owner), wishes in self.placement.portions(self.chunk_size):
            if len(chunks) >= room:
                break
            asked = {wish.series: wish.statistic for wish in wishes}
            chunk = Chunk(self.new_id(), owner, asked, again)
            self.placement.begin(chunk)
            self.under_way.add(chunk.id)
            chunks.append(chunk)
        return chunks

    def _wasteful(self, chunk: Chunk) -> bool:
        """Whether too much of a chunk is wanted no more, or asked anew."""
        unwanted = sum(series not in self.wishes for series in chunk.asked)
        return unwanted > WASTE * len(chunk.asked)

    @property
    def _provable(self) -> list[Chunk]:
        return [c for c in self.chunks.values() if c.state == "open" and not c.proving]

    def _due(self, now: float) -> list[Chunk]:
        due = [c for c in self._provable if c.prove_at <= now]
        for chunk in due:
            # Whoever wants another one meanwhile, since something happened, gets it after this one.
            chunk.proving, chunk.prove_at = True, math.inf
        return due

    def _next_proof(self, chunk: Chunk, now: float) -> float:
        if self.polling:
            return now + max(POLL_AT_MOST, chunk.frequency(POLL_EVERY))
        return now + PROOF_EVERY * self.rng.uniform(0.8, 1.2)

    def _wake_at(self, now: float) -> float | None:
        times = [refusal.retry_at for refusal in self.refusals.values() if refusal.waiting]
        times += [at for at in self.orphans.values() if at > now]
        times += [chunk.prove_at for chunk in self._provable]
        if self._not_before > now and self.placement.missing:
            times.append(self._not_before)
        return min(times, default=None)

    def _works(self) -> None:
        self._failing = False
        self._backoff.forget()

    def _forgive(self, now: float) -> None:
        """Another service may know what this one refused: ask at once."""
        for refusal in self.refusals.values():
            refusal.retry_at = min(refusal.retry_at, now)

    def _refuse(self, chunk: Chunk, series: Series, message: str, now: float) -> None:
        old = self.refusals.get(series)
        pause = min(old.pause * 2, LONGEST_REFUSED_PAUSE) if old else REFUSED_PAUSE
        self.placement.refuse(chunk, series, Refusal(message, pause, now + pause))

    def _drop(self, chunk: Chunk) -> None:
        """Forget a chunk; its id is deleted, since the service may know it all the same."""
        self.placement.remove(chunk.id)
        self.orphans[chunk.id] = 0.0
