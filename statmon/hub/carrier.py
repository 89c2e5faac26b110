"""What carries messages: five verbs, so that NATS, a test's memory, or another server can be it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

Reply = Callable[[bytes], Awaitable[None]]
"""Sends one part of an answer."""
Heard = Callable[[str, bytes], None]
"""Called in the loop with a subject and a payload; it must not block."""
Asked = Callable[[str, bytes, Reply], None]
"""Called in the loop with a subject, a payload, and the way to answer."""


class HubError(Exception):
    """The hub did not do it; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how the connection is."""

    up: Callable[[], None]
    """It is connected, or again: what was published in between is lost."""
    down: Callable[[str], None]
    """It is not; why, in words."""
    missed: Callable[[str], None]
    """Messages were dropped here: what is known may be behind."""
    refused: Callable[[str], None]
    """The hub does not allow something that was tried; what, in words."""


class Carrier(Protocol):
    """A connection to the hub."""

    async def publish(self, subject: str, payload: bytes) -> None:
        """Send to everybody who listens now. Nothing is kept for later.

        Raises:
            HubError: there is no connection; an old number would arrive as a new one.
        """

    async def subscribe(self, subject: str, heard: Heard) -> Callable[[], Awaitable[None]]:
        """Hear what is published; ``*`` stands for one part of a subject. Return how to stop."""

    def ask(self, subject: str, payload: bytes, patience: float) -> AsyncIterator[bytes]:
        """Ask, and yield each part of the answer, until nobody wants more of it.

        Raises:
            HubError: nobody answers, or a part does not come within ``patience`` seconds.
        """

    async def answer(self, subject: str, asked: Asked) -> Callable[[], Awaitable[None]]:
        """Be one of those who answer. Return how to stop."""

    async def claim(self, name: str, ttl: float) -> int | None:
        """Take a lease that nobody holds; return its revision, or None where somebody does."""

    async def renew(self, name: str, revision: int) -> int | None:
        """Keep a lease that is held; return its new revision, or None where it is held no more."""

    async def close(self) -> None:
        """End the connection."""
