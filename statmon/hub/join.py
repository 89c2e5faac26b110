"""How a desktop joins: listen, wait for a heartbeat, ask for a snapshot, go on from there.

No I/O: what is returned is to be done, in its order. What makes an old number look new is looked
for in every message: what was lost, what lay about, who leads no more, a computer that slept. After
any of it a new snapshot is asked for, and until that came nobody may take what is known for now.
Rules: docs/decisions/0037-the-hub.md.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from statmon.hub.messages import Batch, Heartbeat, Part, Row

SILENCE: Final = 3.0
"""Seconds without a heartbeat after which nothing is of now any more."""
LAG: Final = 3.0
"""Seconds that a message may have lain about on its way."""
JUMP: Final = 5.0
"""Seconds between two ticks after which this computer slept, or was set."""
PATIENCE: Final = 5.0
"""Seconds for a snapshot to come."""
JITTER: Final = 2.0
"""Seconds over which desktops that lost the same message spread their questions."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 10.0
DRIFT: Final = 0.001
"""By how much of the time two computers' monotonic clocks may part."""
MOST_QUEUED: Final = 20_000
"""Batches that wait for a snapshot; who has more is too slow and asks anew."""


class Now(NamedTuple):
    """A moment on this computer, in seconds."""

    steady: float
    """Of the monotonic clock, which on some systems stands still in sleep."""
    wall: float
    """Of the clock on the wall, of which only jumps are looked at."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a snapshot of all that is wanted."""

    number: int
    """Of the question; answers to an older one are not taken."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Abandon the connection unread, and make another: what it holds is old."""

    why: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Take in rows, in their order."""

    rows: tuple[Row, ...]
    step: bool = False
    """The service's clock was set before them."""


Effect = Ask | Rebuild | Apply


@dataclass
class Join:
    """A desktop's side of the hub.

    ``object_of`` says to which object (by its token) each wanted series belongs.
    """

    object_of: Mapping[int, str]
    connected: bool = False
    epoch: int = 0
    """The highest that was heard of; what has a lower one is dropped."""
    heartbeat: Heartbeat | None = None
    """The newest of the epoch, since it is connected."""
    dropped: int = 0
    """Messages that came too late, twice, or of who leads no more."""
    joined: bool = False
    """A snapshot of this epoch was taken in, and nothing was lost since."""
    _heard: float = float("-inf")
    _looked: Now | None = None
    _seqs: dict[str, int] = field(default_factory=dict)
    _at: dict[int, int] = field(default_factory=dict)
    _step: int = 0
    _queue: list[tuple[str, Batch]] = field(default_factory=list)
    _offset: tuple[float, float] | None = None
    """By how much our clock was ahead of the leader's for a message without delay, and when."""
    _number: int = 0
    _parts: dict[int, Part] = field(default_factory=dict)
    _ask_at: float | None = None
    """When to ask next; None: a question is not answered, or none is needed."""
    _asked: float | None = None
    _tries: int = 0
    _rebuild: tuple[float, str] | None = None
    """When the connection is to be made anew, and why."""
    _rebuilds: int = 0

    def trusted(self, now: Now) -> bool:
        """Whether the newest rows may be taken for now: else all of the hub's are stale."""
        return (
            self.connected
            and self.joined
            and self.heartbeat is not None
            and self.heartbeat.healthy
            and not self._jumped(now)
            and now.steady - self._heard < SILENCE
        )

    # The connection.

    def up(self, now: Now) -> list[Effect]:
        """It is connected (again), and listens; what was published in between is lost."""
        self.connected = True
        self.heartbeat = None
        self._looked = now
        self._heard = now.steady
        self._rebuild = None
        self._forget(now)
        return []

    def down(self) -> list[Effect]:
        """It is not connected; who carries messages tries again by itself."""
        self.connected = self.joined = False
        self._ask_at = self._asked = None
        return []

    def missed(self, now: Now) -> list[Effect]:
        """Messages were dropped on this computer, which was too slow."""
        if self.connected:
            self._forget(now, spread=True)
        return []

    def wanted(self, object_of: Mapping[int, str], now: Now) -> list[Effect]:
        """Other series are wanted: those that are new need their newest readings."""
        self.object_of = object_of
        if self.connected:
            self._forget(now)
        return self._due(now)

    # What came.

    def heard(self, beat: Heartbeat, now: Now) -> list[Effect]:
        """A heartbeat came."""
        if not self._is_news(beat.epoch, now):
            return self._due(now)
        self._lead(beat.epoch, now)
        known = self.heartbeat
        if known is not None and beat.seq <= known.seq:
            self.dropped += 1
        elif self._lags(beat.sent, now):
            self._abandon("what comes from the hub is late", now)
        else:
            self.heartbeat = beat
            self._heard = now.steady
            self._rebuilds = 0
        return self._due(now)

    def batch(self, token: str, batch: Batch, now: Now) -> list[Effect]:
        """Readings of an object came."""
        if not self._is_news(batch.epoch, now):
            return self._due(now)
        self._lead(batch.epoch, now)
        if self._lags(batch.sent, now):
            self._abandon("what comes from the hub is late", now)
            return self._due(now)
        if self.joined:
            return self._take(token, batch, now)
        self._queue.append((token, batch))
        if len(self._queue) > MOST_QUEUED:
            self._forget(now, spread=True)
        return []

    def part(self, number: int, part: Part, now: Now) -> list[Effect]:
        """A part of the answer to a question came."""
        if number != self._number or self._asked is None or not self._is_news(part.epoch, now):
            self.dropped += 1
            return self._due(now)
        if part.epoch > self.epoch:
            self._lead(part.epoch, now)  # its heartbeat will say more; then we ask again
        elif part.retry_after > 0:
            self._ask_again(now, min(part.retry_after, LONGEST_WAIT))
        elif not 0 <= part.part < part.of or {p.of for p in self._parts.values()} - {part.of}:
            self._ask_again(now, self._pause())
        else:
            self._parts[part.part] = part
            if len(self._parts) == part.of:
                return self._join([self._parts[place] for place in range(part.of)], now)
        return []

    def unanswered(self, number: int, now: Now) -> list[Effect]:
        """Nobody answered a question, or not in time."""
        if number == self._number and self._asked is not None:
            self._ask_again(now, self._pause())
        return []

    def tick(self, now: Now) -> list[Effect]:
        """Some of a second went by."""
        if self._jumped(now):
            self._abandon("this computer slept, or its clock was set", now)
        elif self.connected and now.steady - self._heard >= SILENCE:
            self._abandon("the hub's collector is silent", now)
        self._looked = now
        return self._due(now)

    # Within.

    def _is_news(self, epoch: int, now: Now) -> bool:
        """Whether a message is of who leads, and was not read after a sleep."""
        if self._jumped(now):
            self._abandon("this computer slept, or its clock was set", now)
        self._looked = now
        if not self.connected or epoch < self.epoch:
            self.dropped += 1
            return False
        return True

    def _jumped(self, now: Now) -> bool:
        before = self._looked
        return before is not None and any(
            abs(then - earlier) > JUMP for then, earlier in zip(now, before, strict=True)
        )

    def _lead(self, epoch: int, now: Now) -> None:
        """Another collector leads: its batches are counted anew."""
        if epoch > self.epoch:
            self.epoch = epoch
            self.heartbeat = None
            self._offset = None
            self._step = 0
            self._forget(now, spread=self.joined)

    def _forget(self, now: Now, *, spread: bool = False) -> None:
        """Something may be lost: nothing is of now until there is a snapshot."""
        self.joined = False
        self._seqs.clear()
        self._queue.clear()
        self._tries = 0
        self._ask_again(now, random.uniform(0, JITTER) if spread else 0.0)

    def _due(self, now: Now) -> list[Effect]:
        if self._rebuild is not None and now.steady >= self._rebuild[0]:
            why, self._rebuild = self._rebuild[1], None
            return [Rebuild(why)]
        if not self.connected or self.heartbeat is None:
            return []
        if self._asked is not None and now.steady - self._asked >= PATIENCE:
            self._ask_again(now, self._pause())
        if self._ask_at is None or now.steady < self._ask_at:
            return []
        self._number += 1
        self._asked, self._ask_at = now.steady, None
        return [Ask(self._number)]

    def _ask_again(self, now: Now, wait: float) -> None:
        self._number += 1
        self._asked = None
        self._parts.clear()
        self._ask_at = now.steady + wait

    def _pause(self) -> float:
        self._tries += 1
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0**self._tries)
        return longest * random.uniform(0.5, 1)

    def _join(self, parts: list[Part], now: Now) -> list[Effect]:
        self._asked = None
        self._parts.clear()
        self._tries = 0
        self._seqs = {token: seq for part in parts for token, seq in part.seqs.items()}
        self.joined = True
        effects = self._apply((row for part in parts for row in part.rows), parts[0].step)
        queue, self._queue = self._queue, []
        for token, batch in queue:
            effects += self._take(token, batch, now)
        return effects

    def _take(self, token: str, batch: Batch, now: Now) -> list[Effect]:
        seq = self._seqs.get(token, 0)
        if batch.seq <= seq:
            self.dropped += 1  # the snapshot had it
            return []
        self._seqs[token] = batch.seq
        if batch.seq > seq + 1:
            self._forget(now, spread=True)
        return self._apply(batch.rows, batch.step)

    def _apply(self, rows: Iterable[Row], step: int) -> list[Effect]:
        """Let no series go back in time, unless the service's clock was set."""
        if step < self._step:
            self.dropped += 1
            return []
        stepped, self._step = step > self._step, step
        if stepped:
            self._at.clear()
        taken = []
        for row in rows:
            if row.series in self.object_of and row.at >= self._at.get(row.series, 0):
                self._at[row.series] = row.at
                taken.append(row)
        return [Apply(tuple(taken), stepped)] if taken or stepped else []

    def _lags(self, sent: int, now: Now) -> bool:
        """Whether a message lay about, in a socket's buffer for instance, until it was read."""
        offset = now.steady - sent / 1000
        if self._offset is None:
            least = offset
        else:
            known, when = self._offset
            least = min(offset, known + DRIFT * max(0.0, now.steady - when))
        self._offset = least, now.steady
        return offset - least > LAG

    def _abandon(self, why: str, now: Now) -> None:
        """Give the connection up; the first time at once, then later and later."""
        self.connected = self.joined = False
        self._ask_at = self._asked = None
        if self._rebuild is None:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0**self._rebuilds) if self._rebuilds else 0.0
            self._rebuilds += 1
            self._rebuild = now.steady + wait * random.uniform(0.5, 1), why
