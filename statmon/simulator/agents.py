"""An agent: who it is, what it is doing on each medium, and what that tells the stream."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statmon.domain.vocabulary import STATUSES
from statmon.simulator.stream import NO_DATA, Feed, Span

if TYPE_CHECKING:
    from statmon.simulator.calls import Call
    from statmon.simulator.habits import Break

FIRST_NAMES = (
    "Amara", "Ben", "Chloe", "Daniel", "Elena", "Farid", "Grace", "Hiro", "Isabel", "Jonas",
    "Kavya", "Liam", "Maria", "Noah", "Olga", "Pedro", "Quinn", "Rosa", "Samir", "Tess",
    "Umar", "Vera", "Will", "Xenia", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Baker", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ivanova",
    "Jensen", "Kumar", "Lopez", "Moreau", "Nakamura", "Okafor", "Patel", "Rossi", "Schmidt",
    "Tanaka", "Usman", "Vogel", "Weber", "Young", "Zhang",
)  # fmt: skip
CHATS_AT_ONCE = 3
_PRIORITY = {status.name: status.priority for status in STATUSES}
_ACTIONS = frozenset(
    {"WaitForNextCall", "CallRinging", "CallDialing", "NotReadyForNextCall", "AfterCallWork"}
)
"""Statuses whose durable action lasts exactly as long; calls and holds are told apart."""


def full_name(index: int) -> str:
    """Return a believable name, the same for the same index, different for 624 in a row."""
    shift = index // len(FIRST_NAMES)
    return (
        f"{FIRST_NAMES[index % len(FIRST_NAMES)]} {LAST_NAMES[(index + shift) % len(LAST_NAMES)]}"
    )


@dataclass(frozen=True)
class AgentSpec:
    """Who an agent is. ``skills`` are indexes of queues; the shift is in ms of the day."""

    name: str
    full_name: str
    login: str
    team: str
    skills: tuple[int, ...]
    shift_start: int
    shift_length: int
    media: tuple[str, ...] = ("voice",)


@dataclass(eq=False)
class Channel:
    """One medium of an agent: its DN, its status, the interactions on it.

    ``busy`` from the first ringing to the end of the work after the last interaction.
    """

    media: str
    dn: str
    actions: Feed
    dn_status: Feed
    status: str = "LoggedOut"
    since: int = 0
    priority: int = _PRIORITY["LoggedOut"]
    busy: bool = False
    calls: "list[Call]" = field(default_factory=list)
    turn: int = 0
    _action: Span | None = None
    span: Span | None = None

    @property
    def reason(self) -> str:
        """Why it is as it is, if its agent has given a reason."""
        return self.span.reason if self.span is not None else ""

    @property
    def idle(self) -> bool:
        """Whether it waits for something to do."""
        return self.status == "WaitForNextCall"

    def enter(self, now: int, status: str, reason: str, data: Mapping[str, str]) -> None:
        """Change the status, and the durable action of the same name if there is one.

        A DN knows no LoggedOut: an abandoned one is OnHook. Each change is a new ``turn``: what
        was planned for an earlier one has become void.
        """
        self.turn += 1
        if self._action is not None:
            self.actions.end(now, self._action)
            self._action = None
        if self.span is not None:
            self.dn_status.end(now, self.span)
        if status in _ACTIONS:
            self._action = self.actions.begin(now, status, self.media, reason, data)
        self.status, self.since, self.priority = status, now, _PRIORITY[status]
        self.span = self.dn_status.begin(now, on_dn(status), self.media, reason, data)


@dataclass(eq=False)
class Agent:
    """An agent at work, with a telephone and perhaps channels for written media.

    Its own status, and that of its place, are those of the channel of highest priority. Everything
    starts logged out. ``away`` is the reason of a break that has begun.
    """

    spec: AgentSpec
    switch: str
    journal_length: int = 0
    status: str = "LoggedOut"
    since: int = 0
    reason: str = ""
    wants: "Break | None" = None
    away: str = ""
    turn: int = 0
    logged_in_at: int | None = None
    actions: Feed = field(init=False)
    agent_status: Feed = field(init=False)
    place_status: Feed = field(init=False)
    channels: tuple[Channel, ...] = field(init=False)
    _shown: Span | None = None
    _own: tuple[Span, Span] | None = None

    def __post_init__(self) -> None:
        self.actions, self.agent_status, self.place_status = (self._feed() for _ in range(3))
        self.channels = tuple(
            Channel(media, self._dn(media), self.actions, self._feed()) for media in self.spec.media
        )

    def _feed(self) -> Feed:
        return Feed(self.spec.name, self.journal_length)

    def _dn(self, media: str) -> str:
        if media == "voice":
            return f"{self.spec.login}@{self.switch}"
        return f"{media}_{self.spec.login}@{media.title()}_Switch"

    @property
    def voice(self) -> Channel:
        """The agent's telephone."""
        return self.channels[0]

    def channel(self, media: str) -> Channel:
        """Return the channel of a medium that the agent has a skill for."""
        return next(one for one in self.channels if one.media == media)

    @property
    def unoccupied(self) -> bool:
        """Whether nothing is going on, on any medium."""
        return not any(channel.busy for channel in self.channels)

    @property
    def ringing(self) -> bool:
        """Whether something waits to be answered by the agent."""
        return any(call.state == "ringing" for one in self.channels for call in one.calls)

    def may_take(self, media: str) -> bool:
        """Whether the agent could take an interaction of this medium now.

        Calls go before everything but chats; chats are handled a few at once, never beside a
        call; an e-mail is begun only by who has nothing else to do, and waits for what comes.
        One thing rings at a time.
        """
        if self.wants or self.away or not self.voice.idle or self.ringing:
            return False
        if media == "email":
            return self.unoccupied
        chats = next((len(one.calls) for one in self.channels if one.media == "chat"), 0)
        return chats == 0 if media == "voice" else chats < CHATS_AT_ONCE

    def start(self, now: int) -> None:
        """Tell the first status, before anything happens."""
        self.enter(now, "LoggedOut")

    def enter(
        self,
        now: int,
        status: str,
        channels: Iterable[Channel] | None = None,
        reason: str = "",
        data: Mapping[str, str] = NO_DATA,
    ) -> None:
        """Change the status of some channels, or of all, and with it perhaps the agent's."""
        for channel in self.channels if channels is None else channels:
            channel.enter(now, status, reason, data)
        top = self.channels[0]
        for channel in self.channels[1:]:
            if channel.priority > top.priority:
                top = channel
        if top.span is not None and top.span is not self._shown:
            self._show(now, top.status, top.span)

    def _show(self, now: int, status: str, span: Span) -> None:
        self._shown = span
        self.status, self.since, self.reason = status, now, span.reason
        if self._own is not None:
            self.agent_status.end(now, self._own[0])
            self.place_status.end(now, self._own[1])
        about = (span.media, span.reason, span.data)
        self._own = (
            self.agent_status.begin(now, status, *about),
            self.place_status.begin(now, on_dn(status), *about),
        )


def on_dn(status: str) -> str:
    """Return how a telephone or place is while its agent has this status."""
    return "OnHook" if status == "LoggedOut" else status
