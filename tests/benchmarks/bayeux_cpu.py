"""CPU seconds per 100,000 values of the CometD client, against bare loops and aiocometd-ng.

``python tests/benchmarks/bayeux_cpu.py [--rounds N] [--qt]`` prints a markdown table. The server
runs in another process and sends prepared bytes; runs are interleaved in one process, medians of
the rounds; what is measured is the CPU time of this process. The bare loops decode typed and touch
every value, with no session, no recovery and no dispatch.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from http.cookiejar import CookieJar
from typing import Any, Final

import httpx2
import msgspec
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from statmon.bayeux import Client

CHANNEL: Final = "/statistics/updates"
SIZES: Final = {1: 20_000, 10: 10_000, 100: 2_000}
"""Values a message → messages of one run."""
PER_POLL: Final = {1: 200, 10: 100, 100: 20}
"""Messages in one long-polling answer, about what a queue gathers in 50 ms at a high rate."""


class Value(msgspec.Struct, rename="camel", gc=False):
    """One value of a statistic."""

    statistic_id: str
    value: float
    timestamp: int


class Update(msgspec.Struct, gc=False):
    """The data of a delivery."""

    statistics: list[Value]


class Bare(msgspec.Struct, gc=False):
    """The envelope as the bare loops decode it."""

    channel: str
    data: Update | None = None
    clientId: str | None = None  # noqa: N815


def message(size: int, number: int) -> str:
    """Return a delivery with ``size`` values."""
    values = [
        {
            "statisticId": f"s{number % 97}-{i}",
            "value": i + 0.5,
            "timestamp": 1490830620000 + number,
        }
        for i in range(size)
    ]
    return json.dumps({"channel": CHANNEL, "data": {"statistics": values}})


# The server: prepared bytes, as little work as possible.


def answers(request: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer everything but a held connect."""
    replies = []
    for sent in request:
        reply = {"channel": sent["channel"], "id": sent.get("id"), "successful": True}
        if sent["channel"] == "/meta/handshake":
            reply |= {
                "clientId": "c1",
                "version": "1.0",
                "supportedConnectionTypes": ["websocket", "long-polling"],
                "advice": {"reconnect": "retry", "interval": 0, "timeout": 30000},
            }
        if "subscription" in sent:
            reply["subscription"] = sent["subscription"]
        replies.append(reply)
    return replies


def is_held(request: list[dict[str, Any]], connected: set[str], run: str) -> bool:
    """Whether this is a connect that waits for deliveries: CometD never holds the first one."""
    if request[0]["channel"] != "/meta/connect":
        return False
    first = run not in connected
    connected.add(run)
    return not first


async def serve_socket(socket: ServerConnection) -> None:
    """One run over a websocket; the size is in the path."""
    assert socket.request is not None
    size = int(socket.request.path.rsplit("/", 1)[1])
    frames = [f"[{message(size, number)}]" for number in range(200)]
    sent = False
    connected: set[str] = set()
    async for raw in socket:
        request = json.loads(raw)
        if not is_held(request, connected, ""):
            await socket.send(json.dumps(answers(request)))
        elif not sent:
            sent = True
            for number in range(SIZES[size]):
                await socket.send(frames[number % 200])


class Polls(asyncio.Protocol):
    """One HTTP connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(x[15:]) for x in lines if x.startswith(b"content-length:")), 0)
        if found and len(body) >= length:
            self._buffer = b""
            self._answer(head.split(b" ", 2)[1].decode(), json.loads(body))

    def _answer(self, path: str, request: list[dict[str, Any]]) -> None:
        replies = json.dumps(answers(request))
        if is_held(request, CONNECTED, path.split("/")[1]):
            batch = QUEUES.next(path)
            if batch is None:
                return
            replies = f"[{batch},{replies[1:]}"
        body = replies.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._transport.write(head.encode() + b"\r\n\r\n" + body)


class Queues:
    """What is left to poll of each run."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        self._batches: dict[int, str] = {}

    def next(self, path: str) -> str | None:
        """Return the next deliveries, or None when the run is over."""
        run, size = path.split("/")[1], int(path.split("/")[2])
        left = self._left.setdefault(run, SIZES[size] // PER_POLL[size])
        if not left:
            return None
        self._left[run] = left - 1
        if size not in self._batches:
            self._batches[size] = ",".join(message(size, n) for n in range(PER_POLL[size]))
        return self._batches[size]


QUEUES = Queues()
CONNECTED: set[str] = set()


async def serving(ports: Any) -> None:
    """Serve both transports for ever."""
    socket = await serve(serve_socket, "127.0.0.1", 0, compression=None, ping_interval=None)
    loop = asyncio.get_running_loop()
    polls = await loop.create_server(Polls, "127.0.0.1", 0)
    ports.put([next(iter(server.sockets)).getsockname()[1] for server in (socket, polls)])
    await asyncio.Event().wait()


def server_process(ports: Any) -> None:
    """Entry point of the server."""
    asyncio.run(serving(ports))


# The contestants: each receives all values of one run.

RUN = 0


def address(port: int, size: int, scheme: str = "http") -> str:
    """Return the URL of a new run."""
    global RUN
    RUN += 1
    return f"{scheme}://127.0.0.1:{port}/{RUN}/{size}"


async def ours(transport: str, url: str, values: int) -> None:
    """Run statmon.bayeux."""
    seen, done = 0, asyncio.Event()
    jar = CookieJar()

    def on_messages(channel: str, items: list[Update]) -> None:
        nonlocal seen
        for item in items:
            for value in item.statistics:
                seen += value.value > 0
        if seen >= values:
            done.set()

    client: Client[Update] = Client(
        url,
        data_type=Update,
        http=lambda: httpx2.AsyncClient(cookies=jar, trust_env=False),
        headers=dict,
        on_messages=on_messages,
        on_state=lambda change: None,
        transport=transport,  # type: ignore[arg-type]
        cookies=jar,
    )
    client.subscribe(CHANNEL)
    task = asyncio.create_task(client.run())
    await done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def prelude(transport: str) -> list[list[dict[str, Any]]]:
    """Return the messages that the bare loops begin with."""
    held = {"id": "4", "channel": "/meta/connect", "clientId": "c1", "connectionType": transport}
    return [
        [{"id": "1", "channel": "/meta/handshake", "version": "1.0"}],
        [{"id": "2", "channel": "/meta/subscribe", "clientId": "c1", "subscription": CHANNEL}],
        [{**held, "id": "3", "advice": {"timeout": 0}}],
        [held],
    ]


async def bare_websocket(url: str, values: int) -> None:
    """Run websockets + msgspec."""
    decode = msgspec.json.Decoder(list[Bare]).decode
    seen = 0
    async with connect(url, compression=None, proxy=None, max_size=None) as socket:
        *first, held = prelude("websocket")
        for request in first:
            await socket.send(json.dumps(request))
            await socket.recv()
        await socket.send(json.dumps(held))
        while seen < values:
            for item in decode(await socket.recv(decode=False)):
                if item.data is not None:
                    for value in item.data.statistics:
                        seen += value.value > 0


async def bare_polling(url: str, values: int) -> None:
    """Run httpx2 + msgspec."""
    decode = msgspec.json.Decoder(list[Bare]).decode
    seen = 0
    async with httpx2.AsyncClient(timeout=60, trust_env=False) as client:
        *first, held = prelude("long-polling")
        for request in first:
            await client.post(url, content=json.dumps(request))
        body = json.dumps(held)
        while seen < values:
            response = await client.post(url, content=body)
            for item in decode(response.content):
                if item.data is not None:
                    for value in item.data.statistics:
                        seen += value.value > 0


async def aiocometd(transport: str, url: str, values: int) -> None:
    """Run aiocometd-ng, if it is installed."""
    import aiocometd_ng as library

    # It negotiates over long-polling whatever is asked for; the prepared servers speak one each.
    library.client.DEFAULT_CONNECTION_TYPE = library.ConnectionType(transport)
    seen = 0
    kind = library.ConnectionType(transport)
    async with library.Client(url, connection_types=kind) as client:
        await client.subscribe(CHANNEL)
        async for item in client:
            for value in item["data"]["statistics"]:
                seen += value["value"] > 0
            if seen >= values:
                break


Contestant = Callable[[str, int], Awaitable[None]]


def contestants(transport: str) -> dict[str, Contestant]:
    """Return who runs over a transport."""
    bare = bare_websocket if transport == "websocket" else bare_polling
    found: dict[str, Contestant] = {
        "statmon": lambda url, values: ours(transport, url, values),
        "bare loop": bare,
    }
    try:
        import aiocometd_ng  # noqa: F401
    except ImportError:
        return found
    found["aiocometd-ng"] = lambda url, values: aiocometd(transport, url, values)
    return found


async def measure(ports: list[int], rounds: int) -> dict[tuple[str, int, str], list[float]]:
    """Run everything, interleaved; return CPU seconds per 1e5 values."""
    results: dict[tuple[str, int, str], list[float]] = {}
    for transport, port in zip(("websocket", "long-polling"), ports, strict=True):
        names = contestants(transport)
        for size, messages in SIZES.items():
            for _ in range(rounds):
                for name in random.sample(list(names), len(names)):
                    socket = transport == "websocket" and name != "statmon"
                    url = address(port, size, "ws" if socket else "http")
                    values = size * messages
                    began = time.process_time()
                    await asyncio.wait_for(names[name](url, values), 120)
                    spent = (time.process_time() - began) / values * 1e5
                    results.setdefault((transport, size, name), []).append(spent)
    return results


def table(results: dict[tuple[str, int, str], list[float]]) -> str:
    """Return the medians as markdown."""
    lines = [
        "| transport | values a message | client | CPU s per 1e5 values | × bare loop |",
        "|---|---|---|---|---|",
    ]
    for (transport, size, name), runs in sorted(results.items()):
        median = statistics.median(runs)
        floor = statistics.median(results[transport, size, "bare loop"])
        lines.append(f"| {transport} | {size} | {name} | {median:.3f} | {median / floor:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--qt", action="store_true", help="run in Qt's event loop")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=server_process, args=(queue,), daemon=True)
    process.start()
    try:
        work = measure(queue.get(timeout=30), options.rounds)
        if options.qt:
            from PySide6.QtWidgets import QApplication

            from statmon.ui.start.loop import AppLoop

            loop = AppLoop(QApplication([]))
            asyncio.set_event_loop(loop)
            results = loop.run_until_complete(work)
        else:
            results = asyncio.run(work)
    finally:
        process.terminate()
    sys.stdout.write(table(results) + "\n")


if __name__ == "__main__":
    main()
