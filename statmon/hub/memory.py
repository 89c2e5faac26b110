"""A hub in this process: the same verbs and the same losses as a server's, for tests.

Nothing is kept: who does not listen at that moment never hears of it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from statmon.hub.carrier import Asked, Heard, HubError, Watcher


@dataclass
class _Lease:
    revision: int
    until: float


@dataclass
class MemoryHub:
    """The server: what its connections share."""

    clock: Callable[[], float]
    """Monotonic seconds, by which leases end."""
    running: bool = True
    _revision: int = 0
    _leases: dict[str, _Lease] = field(default_factory=dict)
    _connections: "list[MemoryConnection]" = field(default_factory=list)

    def connect(self, watcher: Watcher) -> "MemoryConnection":
        """Return a connection; it is up at once if the hub runs."""
        connection = MemoryConnection(self, watcher)
        self._connections.append(connection)
        if self.running:
            watcher.up()
        return connection

    def stop(self) -> None:
        """End as a killed server does."""
        self.running = False
        for connection in list(self._connections):
            connection.watcher.down("The hub was stopped.")

    def start(self) -> None:
        """Be there again; connections come back by themselves, with what they listened to."""
        self.running = True
        for connection in list(self._connections):
            connection.watcher.up()

    def deliver(self, subject: str, payload: bytes) -> int:
        """Hand a message to all who listen; return how many did."""
        heard = [
            handler
            for connection in self._connections
            for pattern, handler in list(connection.listening)
            if matches(pattern, subject)
        ]
        for handler in heard:
            handler(subject, payload)
        return len(heard)

    def claim(self, name: str, ttl: float) -> int | None:
        """See ``Carrier.claim``."""
        known = self._leases.get(name)
        if known is not None and self.clock() < known.until:
            return None
        return self._hold(name, ttl)

    def renew(self, name: str, revision: int, ttl: float) -> int | None:
        """See ``Carrier.renew``."""
        known = self._leases.get(name)
        if known is None or known.revision != revision or self.clock() >= known.until:
            return None
        return self._hold(name, ttl)

    def leave(self, connection: "MemoryConnection") -> None:
        """A connection was closed."""
        self._connections.remove(connection)

    def _hold(self, name: str, ttl: float) -> int:
        self._revision += 1
        self._leases[name] = _Lease(self._revision, self.clock() + ttl)
        return self._revision


class MemoryConnection:
    """One connection to it (see ``Carrier``)."""

    def __init__(self, hub: MemoryHub, watcher: Watcher) -> None:
        self._hub, self.watcher = hub, watcher
        self.listening: list[tuple[str, Heard]] = []
        self._ttls: dict[str, float] = {}
        self._asked = 0
        self._closed = False

    async def publish(self, subject: str, payload: bytes) -> None:
        """See ``Carrier``."""
        self._check()
        self._hub.deliver(subject, payload)

    async def subscribe(self, subject: str, heard: Heard) -> Callable[[], Awaitable[None]]:
        """See ``Carrier``."""
        own = (subject, heard)
        self.listening.append(own)

        async def stop() -> None:
            self.listening.remove(own)

        return stop

    async def ask(self, subject: str, payload: bytes, patience: float) -> AsyncIterator[bytes]:
        """See ``Carrier``."""
        self._check()
        answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._asked += 1
        inbox = f"_INBOX.{id(self)}.{self._asked}"
        stop = await self.subscribe(inbox, lambda _subject, part: answers.put_nowait(part))
        try:
            if not self._hub.deliver(subject, inbox.encode() + b"\0" + payload):
                raise HubError("Nobody answers on the hub: is a collector running?")
            while True:
                try:
                    async with asyncio.timeout(patience):
                        part = await answers.get()
                except TimeoutError:
                    raise HubError("The hub's collector did not answer in time.") from None
                yield part
        finally:
            await stop()

    async def answer(self, subject: str, asked: Asked) -> Callable[[], Awaitable[None]]:
        """See ``Carrier``."""

        def heard(whole: str, message: bytes) -> None:
            inbox, _, payload = message.partition(b"\0")

            async def reply(part: bytes) -> None:
                await self.publish(inbox.decode(), part)

            asked(whole, payload, reply)

        return await self.subscribe(subject, heard)

    async def claim(self, name: str, ttl: float) -> int | None:
        """See ``Carrier``."""
        self._check()
        self._ttls[name] = ttl
        return self._hub.claim(name, ttl)

    async def renew(self, name: str, revision: int) -> int | None:
        """See ``Carrier``."""
        self._check()
        return self._hub.renew(name, revision, self._ttls.get(name, 0.0))

    async def close(self) -> None:
        """See ``Carrier``."""
        if not self._closed:
            self._closed = True
            self._hub.leave(self)

    def _check(self) -> None:
        if not self._hub.running or self._closed:
            raise HubError("There is no connection to the hub.")


def matches(pattern: str, subject: str) -> bool:
    """Whether a subject is one of those that a pattern stands for."""
    parts, wanted = subject.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(
        want in {"*", part} for want, part in zip(wanted, parts, strict=True)
    )
