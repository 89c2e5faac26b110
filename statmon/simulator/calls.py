"""A customer's interaction and the queue it waits in."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statmon.simulator.arrivals import DailyCurve
from statmon.simulator.habits import Habits
from statmon.simulator.stream import Feed, Span

if TYPE_CHECKING:
    from statmon.simulator.agents import Agent


@dataclass(eq=False)
class Call:
    """An interaction from its arrival to its end. ``state``: waiting, ringing, talking, gone."""

    queue: "QueueLine"
    entered: int
    state: str = "waiting"
    waiting: Span | None = None
    answered: int = 0
    agent: "Agent | None" = None
    spans: list[Span] = field(default_factory=list)


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
