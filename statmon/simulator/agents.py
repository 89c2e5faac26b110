"""An agent: who it is, what it is doing, and what that tells the stream."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from statmon.simulator.stream import Feed, Span

if TYPE_CHECKING:
    from statmon.simulator.calls import Call

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


@dataclass(eq=False)
class Agent:
    """An agent at work, with one DN.

    ``status`` is told on two feeds: the DN's (which knows no LoggedOut: an abandoned telephone
    is OnHook) and the agent's. Everything starts logged out.
    """

    spec: AgentSpec
    switch: str
    journal_length: int = 0
    status: str = "LoggedOut"
    since: int = 0
    reason: str = ""
    call: "Call | None" = None
    wants: str = ""
    turn: int = 0
    logged_in_at: int | None = None
    actions: Feed = field(init=False)
    dn_status: Feed = field(init=False)
    agent_status: Feed = field(init=False)
    _status_spans: list[tuple[Feed, Span]] = field(default_factory=list)
    _action: Span | None = None

    def __post_init__(self) -> None:
        self.actions = Feed(self.spec.name, self.journal_length)
        self.dn_status = Feed(self.spec.name, self.journal_length)
        self.agent_status = Feed(self.spec.name, self.journal_length)

    @property
    def dn(self) -> str:
        """The agent's telephone, as Stat Server writes it."""
        return f"{self.spec.login}@{self.switch}"

    def start(self, now: int) -> None:
        """Tell the first status, before anything happens."""
        self._tell_status(now, "LoggedOut", "voice", "")

    def enter(self, now: int, status: str, media: str = "voice", reason: str = "") -> None:
        """Change the status and the durable action of the same name, if there is one.

        Each change is a new ``turn``: what was planned for an earlier one has become void.
        """
        self.turn += 1
        if self._action is not None:
            self.actions.end(now, self._action)
            self._action = None
        for feed, span in self._status_spans:
            feed.end(now, span)
        if status in _ACTIONS:
            self._action = self.actions.begin(now, status, media, reason)
        self._tell_status(now, status, media, reason)

    def _tell_status(self, now: int, status: str, media: str, reason: str) -> None:
        self.status, self.since, self.reason = status, now, reason
        on_dn = "OnHook" if status == "LoggedOut" else status
        self._status_spans = [
            (self.dn_status, self.dn_status.begin(now, on_dn, media, reason)),
            (self.agent_status, self.agent_status.begin(now, status, media, reason)),
        ]


_ACTIONS = frozenset(
    {"WaitForNextCall", "CallRinging", "CallDialing", "NotReadyForNextCall", "AfterCallWork"}
)
"""Statuses whose durable action lasts exactly as long; calls and holds are told apart."""
