"""The stream of actions and statuses that statistics are computed from.

A *span* is something that lasts: a durable action (a call, a wait in a queue) or a status. An
instantaneous action is a span whose ``began`` tells how long its matter had lasted, so that
``CallAnswered`` carries the caller's wait. A *feed* is the stream of one source (the actions of
a DN, the status of an agent); a group's feed repeats those of its members.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Literal, Protocol

import msgspec

Kind = Literal["begin", "end", "instant"]
Entry = tuple[int, Kind, "Span"]
NO_DATA: Mapping[str, str] = MappingProxyType({})


class Span(msgspec.Struct, eq=False, gc=False):
    """A durable action or status, or an instantaneous action with its duration.

    ``data`` is attached to the interaction that it belongs to, as keys and texts. A span is
    itself alone: two of the same words are not equal. (A Struct, as millions are made.)
    """

    name: str
    began: int
    media: str = "voice"
    source: str = ""
    reason: str = ""
    data: Mapping[str, str] = NO_DATA


class Listener(Protocol):
    """What wants to hear of a feed."""

    def begin(self, now: int, span: Span, /) -> None:
        """A span began."""

    def end(self, now: int, span: Span, /) -> None:
        """A span ended."""

    def instant(self, now: int, span: Span, /) -> None:
        """An instantaneous action happened."""


class Feed:
    """The stream of one source, its spans in progress, and its latest past.

    ``journal`` keeps at most ``journal_length`` entries: what a statistic that has been open
    since the start of the run would have seen.
    """

    __slots__ = ("_heard_groups", "_in_progress", "_journal", "_keeps", "listeners", "source")

    def __init__(self, source: str, journal_length: int = 0) -> None:
        self.source = source
        self.listeners: list[Listener] = []
        self._heard_groups: list[GroupFeed] = []
        self._in_progress: dict[Span, None] = {}
        self._journal: deque[Entry] = deque(maxlen=journal_length)
        self._keeps = journal_length > 0

    # The three below are what a contact centre does most: they repeat themselves to be fast.

    def begin(
        self,
        now: int,
        name: str,
        media: str = "voice",
        reason: str = "",
        data: Mapping[str, str] = NO_DATA,
    ) -> Span:
        """Start a span and tell it; end it with ``end``."""
        span = Span(name, now, media, self.source, reason, data)
        self._in_progress[span] = None
        if self._keeps:
            self._journal.append((now, "begin", span))
        for listener in self.listeners:
            listener.begin(now, span)
        for group in self._heard_groups:
            for listener in group.listeners:
                listener.begin(now, span)
        return span

    def end(self, now: int, span: Span) -> None:
        """End a span of this feed and tell it."""
        del self._in_progress[span]
        if self._keeps:
            self._journal.append((now, "end", span))
        for listener in self.listeners:
            listener.end(now, span)
        for group in self._heard_groups:
            for listener in group.listeners:
                listener.end(now, span)

    def instant(
        self,
        now: int,
        name: str,
        began: int,
        media: str = "voice",
        data: Mapping[str, str] = NO_DATA,
    ) -> None:
        """Tell an instantaneous action about something that began then."""
        if not (self._keeps or self.listeners or self._heard_groups):
            return
        span = Span(name, began, media, self.source, "", data)
        if self._keeps:
            self._journal.append((now, "instant", span))
        for listener in self.listeners:
            listener.instant(now, span)
        for group in self._heard_groups:
            for listener in group.listeners:
                listener.instant(now, span)

    def listen(self, listener: Listener) -> None:
        """Tell this listener from now on."""
        self.listeners.append(listener)

    def ignore(self, listener: Listener) -> None:
        """Tell this listener no more."""
        self.listeners.remove(listener)

    def in_progress(self) -> Iterable[Span]:
        """Return the spans in progress, oldest first."""
        return self._in_progress

    def journal(self) -> Iterable[Entry]:
        """Return what happened lately, oldest first."""
        return self._journal

    def heard_in(self, group: "GroupFeed", *, heard: bool) -> None:
        """Note whether anybody listens to a group that this feed is in."""
        (self._heard_groups.append if heard else self._heard_groups.remove)(group)


class GroupFeed:
    """The streams of several feeds as one; costs its members nothing while nobody listens."""

    def __init__(self, members: Iterable[Feed]) -> None:
        self.members = tuple(members)
        self.listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this listener of every member's stream from now on."""
        if not self.listeners:
            self._heard(heard=True)
        self.listeners.append(listener)

    def ignore(self, listener: Listener) -> None:
        """Tell this listener no more."""
        self.listeners.remove(listener)
        if not self.listeners:
            self._heard(heard=False)

    def _heard(self, *, heard: bool) -> None:
        for member in self.members:
            member.heard_in(self, heard=heard)

    def in_progress(self) -> Iterable[Span]:
        """Return the members' spans in progress, oldest first."""
        spans = itertools.chain.from_iterable(member.in_progress() for member in self.members)
        return sorted(spans, key=attrgetter("began"))

    def journal(self) -> Iterator[Entry]:
        """Return what happened lately at the members, in order of time."""
        return heapq.merge(*(member.journal() for member in self.members), key=itemgetter(0))


AnyFeed = Feed | GroupFeed


def together(feeds: Sequence[Feed]) -> AnyFeed:
    """Return one feed of several; of one, itself."""
    return feeds[0] if len(feeds) == 1 else GroupFeed(feeds)
