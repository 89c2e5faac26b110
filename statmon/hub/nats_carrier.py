"""The hub on NATS: core messages for what moves, one bucket for the lease, and nothing else.

Eight faults of server and client library are known that each would make old numbers look new
(decision 37). What can be set against them is set here; the rest is told to the watcher.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import KeyValueConfig, StorageType
from nats.js.kv import KeyValue

from statmon.hub.carrier import Asked, Heard, HubError, Watcher

_RECONNECT_WAIT: Final = 0.5
_PING_EVERY: Final = 5
_MOST_PINGS: Final = 2
_PATIENCE: Final = 5
"""Seconds for a server to answer; a silent partition is seen earlier by the missing heartbeat."""
_CLOSING: Final = 2.0
"""Seconds for a connection to end in order: one to a dead server may take half a minute."""
_KEY: Final = "leader"
_NO_RESPONDERS: Final = "503"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """How a hub is reached."""

    servers: Sequence[str]
    """Such as ``tls://hub1:4222``."""
    name: str
    """What this connection is called in the server's monitoring."""
    inbox: str
    """The prefix of answers; the user's own, else everybody could read everybody's."""
    tls: ssl.SSLContext | None = None
    seed: str = field(default="", repr=False)
    """The nkey seed of the user; a secret."""


class NatsCarrier:
    """One connection (see ``Carrier``). ``open`` it first; ``close`` abandons it for good."""

    def __init__(self, way: Way, watcher: Watcher) -> None:
        self._way, self._watcher = way, watcher
        self._client = Client()
        self._buckets: dict[str, KeyValue] = {}
        self._last: Exception | None = None
        """What the library said last while it tried to connect."""
        self._closed = False

    async def open(self) -> None:
        """Connect.

        Raises:
            HubError: no server is there, or it does not let us in.
        """
        try:
            # The library would try for ever, without a word.
            async with asyncio.timeout(_PATIENCE):
                await self._client.connect(
                    list(self._way.servers),
                    name=self._way.name,
                    inbox_prefix=self._way.inbox,
                    tls=self._way.tls,
                    nkeys_seed_str=self._way.seed or None,
                    error_cb=self._on_error,
                    disconnected_cb=self._on_down,
                    reconnected_cb=self._on_up,
                    closed_cb=self._on_down,
                    connect_timeout=_PATIENCE,
                    # The default gives up after two minutes, for ever.
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_WAIT,  # type: ignore[arg-type]
                    ping_interval=_PING_EVERY,
                    max_outstanding_pings=_MOST_PINGS,
                    # What is published while there is no connection would arrive as new.
                    pending_size=0,
                    allow_reconnect=True,
                )
        except (OSError, TimeoutError, nats.errors.Error, ValueError) as error:
            await self.close()
            raise HubError(_why(self._last or error)) from error
        self._watcher.up()

    async def publish(self, subject: str, payload: bytes) -> None:
        """See ``Carrier``."""
        try:
            await self._client.publish(subject, payload)
        except (OSError, nats.errors.Error) as error:
            raise HubError(_why(error)) from error

    async def subscribe(self, subject: str, heard: Heard) -> Callable[[], Awaitable[None]]:
        """See ``Carrier``."""

        async def on_message(message: Msg) -> None:
            if not self._closed:
                heard(message.subject, message.data)

        return await self._subscribe(subject, on_message)

    async def ask(self, subject: str, payload: bytes, patience: float) -> AsyncIterator[bytes]:
        """See ``Carrier``."""
        answers: asyncio.Queue[Msg] = asyncio.Queue()
        inbox = self._client.new_inbox()

        async def on_answer(message: Msg) -> None:
            answers.put_nowait(message)

        stop = await self._subscribe(inbox, on_answer)
        try:
            try:
                await self._client.publish(subject, payload, reply=inbox)
            except (OSError, nats.errors.Error) as error:
                raise HubError(_why(error)) from error
            while True:
                try:
                    async with asyncio.timeout(patience):
                        message = await answers.get()
                except TimeoutError:
                    raise HubError("The hub's collector did not answer in time.") from None
                if (message.headers or {}).get("Status") == _NO_RESPONDERS:
                    raise HubError("Nobody answers on the hub: is a collector running?")
                yield message.data
        finally:
            await stop()

    async def answer(self, subject: str, asked: Asked) -> Callable[[], Awaitable[None]]:
        """See ``Carrier``."""

        async def on_question(message: Msg) -> None:
            async def reply(part: bytes) -> None:
                await self.publish(message.reply, part)

            if message.reply and not self._closed:
                asked(message.subject, message.data, reply)

        return await self._subscribe(subject, on_question)

    async def claim(self, name: str, ttl: float) -> int | None:
        """See ``Carrier``."""
        try:
            bucket = await self._bucket(name, ttl)
            return await bucket.create(_KEY, self._way.name.encode())
        except (nats.js.errors.KeyWrongLastSequenceError, nats.js.errors.KeyNotFoundError):
            # The second: it was held, and ended while the library looked who holds it.
            return None
        except (OSError, nats.errors.Error) as error:
            raise HubError(_why(error)) from error

    async def renew(self, name: str, revision: int) -> int | None:
        """See ``Carrier``."""
        bucket = self._buckets.get(name)
        if bucket is None:
            return None
        try:
            return await bucket.update(_KEY, self._way.name.encode(), last=revision)
        except nats.js.errors.KeyWrongLastSequenceError:
            return None
        except (OSError, nats.errors.Error) as error:
            raise HubError(_why(error)) from error

    async def close(self) -> None:
        """See ``Carrier``; what was not read is not read any more."""
        self._closed = True
        await self._abandon()

    async def _subscribe(
        self, subject: str, handler: Callable[[Msg], Awaitable[None]]
    ) -> Callable[[], Awaitable[None]]:
        try:
            subscription = await self._client.subscribe(subject, cb=handler)
        except (OSError, nats.errors.Error) as error:
            raise HubError(_why(error)) from error

        async def stop() -> None:
            # A connection that is gone has no subscription to end.
            with contextlib.suppress(OSError, nats.errors.Error):
                await subscription.unsubscribe()

        return stop

    async def _bucket(self, name: str, ttl: float) -> KeyValue:
        if name not in self._buckets:
            self._buckets[name] = await self._client.jetstream().create_key_value(
                KeyValueConfig(name, history=1, ttl=ttl, storage=StorageType.FILE)
            )
        return self._buckets[name]

    async def _abandon(self) -> None:
        try:
            async with asyncio.timeout(_CLOSING):
                await self._client.close()
        except (OSError, TimeoutError, nats.errors.Error):
            _log.info("a connection to the hub did not end in order", exc_info=True)

    async def _on_up(self) -> None:
        self._buckets.clear()  # a server that was made anew has none
        if not self._closed:
            self._watcher.up()

    async def _on_down(self) -> None:
        if not self._closed:
            self._watcher.down("There is no connection to the hub.")

    async def _on_error(self, error: Exception) -> None:
        # Awaited where the library reads: nothing here may wait.
        self._last = error
        if self._closed:
            return
        if isinstance(error, nats.errors.SlowConsumerError):
            self._watcher.missed("This computer is too slow for what the hub sends.")
        elif "permissions violation" in str(error).lower():
            self._watcher.refused(f"The hub does not allow it: {error}")
        else:
            _log.info("the hub's connection: %r", error)


def _why(error: BaseException) -> str:
    """Return in words what the library's exception says."""
    match error:
        case nats.errors.AuthorizationError():
            return "The hub refuses this user: ask your administrator for a key of the hub."
        case nats.errors.OutboundBufferLimitError() | nats.errors.ConnectionClosedError():
            return "There is no connection to the hub."
        case nats.errors.MaxPayloadError():
            return "A message is larger than the hub takes."
        case nats.js.errors.ServiceUnavailableError() | nats.js.errors.NoStreamResponseError():
            return "The hub's server has no JetStream: an administrator must switch it on."
        case TimeoutError() | nats.errors.TimeoutError():
            return "The hub did not answer in time."
        case nats.errors.NoServersError() | OSError():
            return "No server of the hub can be reached: check its address."
        case _:
            return f"The hub says: {error}"
