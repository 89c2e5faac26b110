"""A Statistics service in a few sets: what is open, who hears of it, and how it goes wrong.

It knows nothing of the client; what the documents leave open (what becomes of subscriptions when
a session ends) is a choice.
"""

from dataclasses import dataclass, field
from typing import Literal

AtSessionEnd = Literal["keep", "drop", "new-cookie", "orphan"]


@dataclass
class ModelService:
    """The service as it really is, whatever its answers say."""

    at_session_end: AtSessionEnd = "keep"
    limit: int = 500
    """Statistics that it takes in one request."""
    open: dict[str, frozenset[str]] = field(default_factory=dict)
    """The statistics of each subscription."""
    heard: set[str] = field(default_factory=set)
    """The subscriptions whose updates reach the session."""
    available: bool = True
    refused: frozenset[str] = frozenset()
    """What it cannot compute at the moment."""
    poisonous: frozenset[str] = frozenset()
    """What makes it refuse a whole request at the moment."""

    def create(self, id_: str, statistics: frozenset[str]) -> tuple[str, frozenset[str]]:
        """Open a subscription; return its verdict and what it refused."""
        if not self.available:
            return "unavailable", frozenset()
        if len(statistics) > self.limit:
            return "too large", frozenset()
        if statistics & self.poisonous:
            return "bad", frozenset()
        opened = statistics - self.refused
        if opened:
            self.open[id_] = opened
            self.heard.add(id_)
        return "open", statistics - opened

    def delete(self, id_: str) -> None:
        """Close a subscription; an unknown one as well."""
        self.open.pop(id_, None)
        self.heard.discard(id_)

    def knows(self, id_: str) -> bool:
        """Whether a peek finds it."""
        return id_ in self.open

    def end_session(self) -> None:
        """The CometD session ends; what becomes of the subscriptions is a choice."""
        if self.at_session_end in ("drop", "new-cookie"):
            self.open.clear()
            self.heard.clear()
        elif self.at_session_end == "orphan":
            self.heard.clear()

    def set_available(self, available: bool) -> None:
        """Say how it is; when it goes, everything goes with it."""
        self.available = available
        if not available:
            self.open.clear()
            self.heard.clear()
