"""A small CometD server for tests: long-polling, websocket, ack, scripted misbehaviour."""

import asyncio
import contextlib
import itertools
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn

Json = dict[str, Any]
Asgi = Callable[..., Awaitable[Any]]


@dataclass
class Peer:
    """A session as the server sees it."""

    client_id: str
    ack: bool = False
    channels: set[str] = field(default_factory=set)
    queue: list[Json] = field(default_factory=list)
    unacked: list[tuple[int, list[Json]]] = field(default_factory=list)
    batch: int = 0
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    outbox: asyncio.Queue[Json] | None = None
    connects: int = 0
    held: int = 0
    last_contact: float = 0.0


@dataclass
class Answer:
    """A scripted answer to the next request of a kind."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    hang: bool = False


class FakeCometd:
    """Answers like CometD: deliveries first, the connect reply last; 402 for strangers."""

    def __init__(
        self, *, timeout: float = 0.3, max_interval: float = 10.0, websocket: bool = True
    ) -> None:
        self.timeout, self.max_interval = timeout, max_interval
        self.websocket = websocket
        self.ack = True
        self.peers: dict[str, Peer] = {}
        self.log: list[Json] = []
        self.script: dict[str, list[Answer | Json]] = {}
        self.upgrade: list[int] = []
        self.cookies: list[str] = []
        self.most_held = 0
        self._ids = itertools.count(1)
        self.url = ""

    # Controls.

    def publish(self, channel: str, *items: Any) -> None:
        for peer in self.peers.values():
            if channel not in peer.channels:
                continue
            messages = [{"channel": channel, "data": item} for item in items]
            if peer.outbox is not None and not peer.ack:
                for message in messages:
                    peer.outbox.put_nowait(message)
            else:
                peer.queue += messages
                peer.wake.set()

    def drop_sessions(self) -> None:
        dropped, self.peers = list(self.peers.values()), {}
        for peer in dropped:
            peer.wake.set()

    def next(self, channel: str, *answers: Answer | Json) -> None:
        """Answer the next messages on a channel so: a whole HTTP answer, or fields of the reply."""
        self.script.setdefault(channel, []).extend(answers)

    # The protocol.

    async def reply(self, message: Json, *, alone: bool = True) -> list[Json] | Answer:
        channel = message["channel"]
        self.log.append(message)
        scripted = self.script.get(channel)
        override: Json = {}
        if scripted:
            answer = scripted.pop(0)
            if isinstance(answer, Answer):
                return answer
            override = answer
        base: Json = {"channel": channel, "id": message.get("id"), "successful": True}
        if channel == "/meta/handshake":
            return [{**base, **self._handshake(message), **override}]
        self._expire()
        peer = self.peers.get(message.get("clientId", ""))
        if peer is None:
            advice = {"reconnect": "handshake", "interval": 0}
            extra = {"advice": advice} if channel == "/meta/connect" else {}
            gone = {"successful": False, "error": "402::session_unknown", **extra}
            return [{**base, **gone, **override}]
        peer.last_contact = asyncio.get_running_loop().time()
        if channel == "/meta/connect":
            if override:
                return [{**base, **override}]
            return await self._connect(message, peer, base, alone=alone)
        if channel == "/meta/subscribe":
            base["subscription"] = message["subscription"]
            if base["successful"] and not override:
                peer.channels.add(message["subscription"])
        elif channel == "/meta/unsubscribe":
            base["subscription"] = message["subscription"]
            peer.channels.discard(message["subscription"])
        elif channel == "/meta/disconnect":
            self.peers.pop(peer.client_id, None)
            peer.wake.set()
        elif not override:
            self.publish(channel, message["data"])
        return [{**base, **override}]

    def _expire(self) -> None:
        oldest = asyncio.get_running_loop().time() - self.max_interval
        self.peers = {
            name: peer
            for name, peer in self.peers.items()
            if peer.held or peer.last_contact >= oldest
        }

    def _handshake(self, message: Json) -> Json:
        peer = Peer(f"peer{next(self._ids)}")
        peer.ack = self.ack and bool(message.get("ext", {}).get("ack"))
        peer.last_contact = asyncio.get_running_loop().time()
        self.peers[peer.client_id] = peer
        types = ["websocket", "long-polling"] if self.websocket else ["long-polling"]
        return {
            "clientId": peer.client_id,
            "version": "1.0",
            "supportedConnectionTypes": types,
            "ext": {"ack": True} if peer.ack else {},
            "advice": self._advice(),
        }

    def _advice(self) -> Json:
        return {
            "reconnect": "retry",
            "interval": 0,
            "timeout": round(self.timeout * 1000),
            "maxInterval": round(self.max_interval * 1000),
        }

    async def _connect(
        self, message: Json, peer: Peer, base: Json, *, alone: bool
    ) -> list[Json] | Answer:
        peer.held += 1
        self.most_held = max(self.most_held, peer.held)
        try:
            self._acknowledge(message, peer)
            first, peer.connects = peer.connects == 0, peer.connects + 1
            hold = message.get("advice", {}).get("timeout", self.timeout * 1000) / 1000
            if not first and hold and alone and not (peer.queue or peer.unacked):
                peer.wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(peer.wake.wait(), hold)
        finally:
            peer.held -= 1
            peer.last_contact = asyncio.get_running_loop().time()
        return self._deliver(peer, base)

    def _acknowledge(self, message: Json, peer: Peer) -> None:
        if peer.ack:
            acked = message.get("ext", {}).get("ack", 0)
            peer.unacked = [(number, batch) for number, batch in peer.unacked if number > acked]

    def _deliver(self, peer: Peer, base: Json) -> list[Json]:
        queued, peer.queue = peer.queue, []
        if not peer.ack:
            return [*queued, base]
        again = [item for _, batch in peer.unacked for item in batch]
        if queued:
            peer.batch += 1
            peer.unacked.append((peer.batch, queued))
        return [*again, *queued, {**base, "ext": {"ack": peer.batch}}]

    # The transports.

    async def __call__(self, scope: Json, receive: Asgi, send: Asgi) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Json, receive: Asgi, send: Asgi) -> None:
        cookie = dict(scope["headers"]).get(b"cookie", b"").decode()
        self.cookies.append(cookie)
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        messages = json.loads(body)
        replies: list[Json] = []
        for message in messages:
            answer = await self.reply(message, alone=len(messages) == 1)
            if isinstance(answer, Answer):
                if answer.hang:
                    await self._hang(message, receive)
                else:
                    await self._send(send, answer)
                return
            replies += answer
        headers = [(b"content-type", b"application/json")]
        if messages[0]["channel"] == "/meta/handshake":
            headers.append((b"set-cookie", b"BAYEUX_BROWSER=abc; Path=/; HttpOnly"))
        await self._send(send, Answer(200, json.dumps(replies).encode(), headers))

    async def _hang(self, message: Json, receive: Asgi) -> None:
        peer = self.peers.get(message.get("clientId", ""))
        if peer is not None:
            peer.held += 1
        await receive()  # until the client hangs up
        if peer is not None:
            peer.held -= 1
            peer.last_contact = asyncio.get_running_loop().time()

    async def _send(self, send: Asgi, answer: Answer) -> None:
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _websocket(self, scope: Json, receive: Asgi, send: Asgi) -> None:
        await receive()
        self.cookies.append(dict(scope["headers"]).get(b"cookie", b"").decode())
        if self.upgrade:
            await self._refuse_upgrade(self.upgrade.pop(0), send)
            return
        await send({"type": "websocket.accept"})
        outbox: asyncio.Queue[Json] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            jobs = {tasks.create_task(self._write(outbox, send))}
            while (event := await receive())["type"] == "websocket.receive":
                for message in json.loads(event["text"]):
                    jobs.add(tasks.create_task(self._socket_reply(message, outbox)))
            for job in jobs:
                job.cancel()
        for peer in self.peers.values():
            if peer.outbox is outbox:
                peer.outbox = None

    async def _write(self, outbox: asyncio.Queue[Json], send: Asgi) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while True:
                message = await outbox.get()
                text = message if isinstance(message, str) else json.dumps([message])
                await send({"type": "websocket.send", "text": text})

    async def _refuse_upgrade(self, status: int, send: Asgi) -> None:
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"<html>no</html>"})

    async def _socket_reply(self, message: Json, outbox: asyncio.Queue[Any]) -> None:
        peer = self.peers.get(message.get("clientId", ""))
        if peer is not None and message["channel"] == "/meta/connect":
            peer.outbox = outbox
        answer = await self.reply(message)
        if isinstance(answer, Answer):
            if not answer.hang:
                outbox.put_nowait(answer.body.decode())
            return
        for item in answer:
            outbox.put_nowait(item)


@contextlib.asynccontextmanager
async def serving(app: Asgi, port: int = 0) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port; yields its URL."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/cometd"
    finally:
        server.should_exit = server.force_exit = True
        await task
        listener.close()
