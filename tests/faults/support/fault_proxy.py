"""A TCP proxy that misbehaves on demand."""

import asyncio
import re
import socket
import struct
from collections import deque
from dataclasses import dataclass

CHUNK = 65536


@dataclass(eq=False)
class Link:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None


class FaultProxy:
    """Forwards bytes between a client and ``target`` until told otherwise."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self.rate: float | None = None
        """Bytes per second towards the client, None: unlimited."""
        self.accepted = 0
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._answers: list[tuple[bytes, bytes | None]] = []
        self._seen: deque[bytes] = deque(maxlen=100)
        self._lose = 0
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> "FaultProxy":
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cometd"

    # Faults.

    async def listen(self) -> None:
        """Accept connections, on the same port as before."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut everything and refuse new connections until ``listen``."""
        if self._listener is not None:
            self._listener.close()
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """End all connections (FIN)."""
        for link in list(self._links):
            self._close(link)

    def reset(self) -> None:
        """End all connections (RST)."""
        for link in list(self._links):
            raw = link.client.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.client.transport.abort()
            if link.server is not None:
                link.server.transport.abort()

    def half_close(self) -> None:
        """Say to the clients that no more comes, and go on listening to them."""
        for link in self._links:
            if link.client.can_write_eof():
                link.client.write_eof()

    def black_hole(self) -> None:
        """Forward nothing until ``restore``; connections look alive."""
        self._open.clear()

    def restore(self) -> None:
        """Forward again, also what waited meanwhile."""
        self._open.set()

    def answer(self, marker: bytes, raw: bytes | None) -> None:
        """Answer the next request that contains ``marker`` ourselves; None: never answer it."""
        self._answers.append((marker, raw))

    @property
    def answers_left(self) -> int:
        """Requests that are still to be answered by us."""
        return len(self._answers)

    def bodies(self, marker: bytes) -> list[bytes]:
        """Return the bodies of the last requests that contain ``marker``, as far as they fit."""
        stream = b"".join(self._seen)
        found = []
        for request in stream.split(marker)[1:]:
            head, _, rest = request.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            found.append(rest[: int(length.group(1))] if length else b"")
        return found

    def forget(self) -> None:
        """Answer nothing ourselves any more."""
        self._answers.clear()

    def lose_reply(self) -> None:
        """Throw away the next bytes from the server and cut that connection."""
        self._lose += 1

    @property
    def losing(self) -> int:
        """Replies that are still to be thrown away."""
        return self._lose

    # Forwarding.

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.accepted += 1
        link = Link(writer)
        self._links.add(link)
        try:
            upstream, link.server = await asyncio.open_connection("127.0.0.1", self.target_port)
            await asyncio.gather(self._upstream(reader, link), self._downstream(upstream, link))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._close(link)

    async def _upstream(self, reader: asyncio.StreamReader, link: Link) -> None:
        assert link.server is not None
        while data := await reader.read(CHUNK):
            await self._open.wait()
            self._seen.append(data)
            answer = next((a for a in self._answers if a[0] in data), None)
            if answer is None:
                link.server.write(data)
                await link.server.drain()
                continue
            self._answers.remove(answer)
            if answer[1] is None:
                continue
            link.client.write(answer[1])
            await link.client.drain()
            break
        self._close(link)

    async def _downstream(self, reader: asyncio.StreamReader, link: Link) -> None:
        while data := await reader.read(CHUNK):
            await self._open.wait()
            if self._lose:
                self._lose -= 1
                break
            await self._forward(data, link)
        self._close(link)

    async def _forward(self, data: bytes, link: Link) -> None:
        size = len(data) if self.rate is None else 4096
        for start in range(0, len(data), size):
            link.client.write(data[start : start + size])
            await link.client.drain()
            if self.rate is not None:
                await asyncio.sleep(size / self.rate)

    def _close(self, link: Link) -> None:
        self._links.discard(link)
        for writer in (link.client, link.server):
            if writer is not None:
                writer.close()


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Return a raw HTTP response; ``length`` may lie."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "Connection: close", "", ""]).encode() + body
