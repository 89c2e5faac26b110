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
from operator import itemgetter
from types import MappingProxyType
from typing import Literal, Protocol

Kind = Literal["begin", "end", "instant"]
Entry = tuple[int, Kind, "Span"]
NO_DATA: Mapping[str, str] = MappingProxyType({})


class Span:
    """A durable action or status, or an instantaneous action with its duration.

    ``data`` is attached to the interaction that it belongs to, as keys and texts.
    """

    __slots__ = ("began", "data", "media", "name", "reason", "source")

    def __init__(
        self,
        name: str,
        began: int,
        media: str = "voice",
        source: str = "",
        reason: str = "",
        data: Mapping[str, str] = NO_DATA,
    ) -> None:
        self.name = name
        self.began = began
        self.media = media
        self.source = source
        self.reason = reason
        self.data = data

    def __repr__(self) -> str:
        return f"Span({self.name!r}, {self.began}, {self.media!r}, {self.source!r})"


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

    def __init__(self, source: str, journal_length: int = 0) -> None:
        self.source = source
        self.listeners: list[Listener] = []
        self.groups: list[GroupFeed] = []
        self._in_progress: dict[int, Span] = {}
        self._journal: deque[Entry] = deque(maxlen=journal_length)
        self._keeps = journal_length > 0

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
        self._in_progress[id(span)] = span
        self._tell(now, "begin", span)
        return span

    def end(self, now: int, span: Span) -> None:
        """End a span of this feed and tell it."""
        del self._in_progress[id(span)]
        self._tell(now, "end", span)

    def instant(
        self,
        now: int,
        name: str,
        began: int,
        media: str = "voice",
        data: Mapping[str, str] = NO_DATA,
    ) -> None:
        """Tell an instantaneous action about something that began then."""
        self._tell(now, "instant", Span(name, began, media, self.source, "", data))

    def in_progress(self) -> Iterable[Span]:
        """Return the spans in progress, oldest first."""
        return self._in_progress.values()

    def journal(self) -> Iterable[Entry]:
        """Return what happened lately, oldest first."""
        return self._journal

    def _tell(self, now: int, kind: Kind, span: Span) -> None:
        if self._keeps:
            self._journal.append((now, kind, span))
        for listener in self.listeners:
            getattr(listener, kind)(now, span)
        for group in self.groups:
            for listener in group.listeners:
                getattr(listener, kind)(now, span)


class GroupFeed:
    """The streams of several feeds as one."""

    def __init__(self, members: Iterable[Feed]) -> None:
        self.members = tuple(members)
        self.listeners: list[Listener] = []
        for member in self.members:
            member.groups.append(self)

    def in_progress(self) -> Iterable[Span]:
        """Return the members' spans in progress, oldest first."""
        spans = itertools.chain.from_iterable(member.in_progress() for member in self.members)
        return sorted(spans, key=lambda span: span.began)

    def journal(self) -> Iterator[Entry]:
        """Return what happened lately at the members, in order of time."""
        return heapq.merge(*(member.journal() for member in self.members), key=itemgetter(0))


AnyFeed = Feed | GroupFeed


def together(feeds: Sequence[Feed]) -> AnyFeed:
    """Return one feed of several; of one, itself."""
    return feeds[0] if len(feeds) == 1 else GroupFeed(feeds)
