"""Servers on real sockets: HTTP with and without TLS, and a proxy that wants a password."""

import asyncio
import base64
import datetime
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

Answer = Callable[[str, dict[str, str]], bytes]
"""Makes the whole answer from the request line and the headers."""


class Authority:
    """A certificate authority that only the test knows."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(self.file)

    def context(self, name: str = "localhost", *, ended: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for a name, or one that has ended."""
        ends = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        until = {"not_before": ends - datetime.timedelta(days=9), "not_after": ends}
        certificate = self._ca.issue_cert(name, "127.0.0.1", **(until if ended else {}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def asking(self, newest: ssl.TLSVersion) -> ssl.SSLContext:
        """Return a server's context that wants a client certificate of this authority's."""
        context = self.context()
        context.maximum_version = newest
        context.verify_mode = ssl.CERT_REQUIRED
        self._ca.configure_trust(context)
        return context

    def client(self, file: Path, password: bytes | None = None) -> Path:
        """Write a client's certificate and key into a file, the key under a password if given."""
        made = self._ca.issue_cert("desk@example.test")
        key = made.private_key_pem.bytes()
        if password is not None:
            plain = serialization.load_pem_private_key(key, None)
            key = plain.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(password),
            )
        file.write_bytes(key + b"".join(pem.bytes() for pem in made.cert_chain_pems))
        return file


def response(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def serving(answer: Answer, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve one answer a connection while the context lasts; give the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line, headers = await read_head(reader)
            writer.write(answer(line, headers))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """Return the request line and the headers, names in lower case; TLS is no request."""
    first = await reader.readexactly(1)
    if first == b"\x16":
        return "TLS", {}
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.rstrip().split("\r\n")
    return line, {
        name.lower(): value.strip() for name, _, value in (r.partition(":") for r in rest)
    }


@dataclass
class Proxy:
    """A company's proxy: forwards requests and tunnels, for who knows the password."""

    username: str = "proxyuser"
    password: str = "p@ss:w/rd"
    port: int = 0
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await self._forward(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _forward(self, reader, writer) -> None:
        line, headers = await read_head(reader)
        method, target, _ = line.split(" ")
        right = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if headers.get("proxy-authorization") != f"Basic {right}":
            self.refused.append(line)
            writer.write(response("407 Proxy Authentication Required", Proxy_Authenticate="Basic"))
            await writer.drain()
            return
        self.asked.append(line)
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            up, down = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            host, _, path = target.removeprefix("http://").partition("/")
            name, _, port = host.partition(":")
            up, down = await asyncio.open_connection(name, int(port))
            kept = [f"{n}: {v}" for n, v in headers.items() if not n.startswith("proxy-")]
            down.write("\r\n".join([f"{method} /{path} HTTP/1.1", *kept]).encode() + b"\r\n\r\n")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pipe(reader, down))
                group.create_task(_pipe(up, writer))
        finally:
            down.close()


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()


@asynccontextmanager
async def tunnel(port: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    """Stand with TLS before a server of this computer that has none; give the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        up, down = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pipe(reader, down))
                group.create_task(_pipe(up, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            down.close()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def no_websocket(port: int) -> AsyncIterator[int]:
    """Stand before a server of this computer as a proxy that knows no websocket; give the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line, headers = await read_head(reader)
            if headers.get("upgrade", "").lower() == "websocket":
                writer.write(response("403 Forbidden"))
                return
            up, down = await asyncio.open_connection("127.0.0.1", port)
            sent = {**headers, "connection": "close"}
            lines = [line, *(f"{name}: {value}" for name, value in sent.items())]
            down.write("\r\n".join(lines).encode() + b"\r\n\r\n")
            down.write(await reader.readexactly(int(headers.get("content-length", 0))))
            writer.write(await up.read())
            down.close()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@contextmanager
def serving_plainly(answer: Answer, context: ssl.SSLContext) -> Iterator[int]:
    """Serve as ``serving`` does, from a thread: asyncio drops the alert that refuses a client."""

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            connection = context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
            with connection, suppress(OSError):
                _serve_one(connection, answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve_one(connection: ssl.SSLSocket, answer: Answer) -> None:
    try:
        connection.do_handshake()
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65_536)
        connection.sendall(answer(head.decode().partition("\r\n")[0], {}))
    except ssl.SSLError:
        pass  # the alert that says why is on its way
    # A socket that is closed with something unread takes back what it has sent.
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):
        pass
