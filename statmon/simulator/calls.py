"""Interactions and the queues that they wait in."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statmon.simulator.arrivals import DailyCurve
from statmon.simulator.habits import Habits
from statmon.simulator.stream import Feed, Span

if TYPE_CHECKING:
    from statmon.simulator.agents import Agent, Channel


@dataclass(eq=False, slots=True)
class Call:
    """An interaction of any medium from its arrival to its end.

    ``state``: waiting, ringing, talking, gone. ``data`` is what its customer brought along.
    """

    queue: "QueueLine"
    entered: int
    data: Mapping[str, str]
    state: str = "waiting"
    waiting: Span | None = None
    rang: int = 0
    answered: int = 0
    agent: "Agent | None" = None
    channel: "Channel | None" = None
    spans: list[Span] = field(default_factory=list)
    media: str = field(init=False)

    def __post_init__(self) -> None:
        self.media = self.queue.spec.media

    def at(self) -> "tuple[Agent, Channel]":
        """Return the agent who has it, and the channel that it is on."""
        assert self.agent is not None  # noqa: S101 - asked only of calls that an agent has
        assert self.channel is not None  # noqa: S101
        return self.agent, self.channel

    def tell(self, feed: Feed, now: int, name: str, began: int) -> None:
        """Tell an instantaneous action of this interaction."""
        feed.instant(now, name, began, self.media, self.data)

    def begin(self, feed: Feed, now: int, name: str) -> Span:
        """Begin a durable action of this interaction."""
        return feed.begin(now, name, self.media, "", self.data)


@dataclass(frozen=True)
class QueueSpec:
    """A queue: ``number`` is its object id, the curve its customers.

    Its calls may have habits of their own: chats last longer, e-mails do not hang up.
    """

    number: str
    label: str
    curve: DailyCurve
    media: str = "voice"
    habits: Habits | None = None


@dataclass(eq=False)
class QueueLine:
    """A queue at work: who waits, which free agents could take the next."""

    spec: QueueSpec
    index: int
    actions: Feed
    status: Feed
    callers: OrderedDict[Call, None] = field(default_factory=OrderedDict)
    free: "OrderedDict[Agent, None]" = field(default_factory=OrderedDict)
    offered: int = 0
    factor: float = 1.0
    monitored: Span | None = None

    def longest_waiting(self) -> Call | None:
        """Return the caller who came first, if any waits."""
        return next(iter(self.callers), None)
