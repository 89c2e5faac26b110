"""A Statistics service that lies: right answers, broken somewhere, each time otherwise.

Structure-aware: what it sends is what the service would send, with one or two things changed, in
the JSON, in HTTP, or in the websocket's frames. Run as a program with a seed it serves on a free
port, which is its first line; ``GET /behave`` makes it honest for good.
"""

import asyncio
import base64
import contextlib
import gzip
import hashlib
import itertools
import json
import random
import struct
import sys
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
NASTY = "a\x1b[2J\u202e\u2066\u200b\x00\ufeff<b>x</b>\u2028"
RAW = {
    "@deep@": b"[" * 3_000 + b"]" * 3_000,
    "@deeper@": b'{"a":' * 100_000 + b"0" + b"}" * 100_000,
    "@open@": b"[" * 200_000,
    "@digits@": b"9" * 5_000,
    "@fraction@": b"0." + b"3" * 100_000,
    "@power@": b"1e99999",
    "@nan@": b"NaN",
    "@infinite@": b"-Infinity",
    "@lists@": b"[" + b"[]," * 1_000_000 + b"0]",
    "@objects@": b"[" + b"{}," * 500_000 + b"0]",
    "@texts@": b"[" + b'"",' * 1_000_000 + b'""]',
    "@half@": b'"\\ud800"',
    "@bytes@": b'"\xff\xfe"',
    "@control@": b'"a\x1bb"',
}
"""What ``json`` does not write, by the text that stands for it."""
ODD: list[Any] = [
    None, True, False, 0, -1, 1e308, 5e-324, 2**31, 2**53, 2**63, -(2**63), 10**400, "", "0", "NaN",
    "N/A", "-nan(ind)", NASTY, "x" * 100_000, [], {}, [[]], {"": ""}, [None] * 1000,
    {"intValue": 1e308, "stringValue": "1e308"}, {"stateValue": {"status": 99, "time": 1e18}},
    {str(n): n for n in range(2000)}, *RAW,
]  # fmt: skip
MOST = 30_000_000
"""Bytes of a lie, at about: one that was repeated thrice would take the liar's own memory."""
PAGES = ["401 Unauthorized", "403 Forbidden", "404 Not Found", "407 Proxy", "413 Too Large",
         "429 Slow", "500 Oops", "502 Bad Gateway", "503 Closed", "511 Sign In"]  # fmt: skip
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Hostile:
    """The service and its lies."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.honest = False
        self.rate = 0.35
        self.statistics: dict[str, list[str]] = {}
        self._ids = itertools.count(1)

    # What an honest service says.

    def json(self, method: str, path: str, body: Any) -> Any:
        if path.endswith("/oauth/token"):
            return {"access_token": "canary-token-41", "refresh_token": "canary-refresh-41",
                    "expires_in": 3600, "token_type": "bearer"}  # fmt: skip
        if path.endswith("/userinfo"):
            return {"userName": "sue"}
        if path.endswith("/updates.json"):
            return {"schema": 1, "release": "x", "signature": "y"}
        if "/subscriptions" in path and method == "POST" and isinstance(body, dict):
            return self._opened(body)
        if "/subscriptions" in path and method == "DELETE":
            self.statistics.pop(path.rpartition("/")[2].partition("?")[0], None)
            return {"status": {"code": 0}}
        if "/subscriptions/" in path:
            id_ = path.split("/subscriptions/")[1].split("/", maxsplit=1)[0]
            return {"status": {"code": 0}, "data": {"statistics": self._values(id_)}}
        return {"status": {"code": 0}}

    def _opened(self, body: Any) -> Any:
        id_ = body["operationId"]
        self.statistics[id_] = [item["statisticId"] for item in body["data"]["statistics"]]
        data = {"subscriptionId": id_, "statistics": self._values(id_)}
        return {"status": {"code": 0, "message": "ok"}, "data": data}

    def _values(self, id_: str) -> list[Any]:
        now = 1_790_000_000_000 + next(self._ids) * 1000
        return [
            {"statisticId": statistic, "subscriptionId": id_, "timestamp": now,
             "value": {"intValue": 5, "stringValue": "5.5"}}
            for statistic in self.statistics.get(id_, [])
        ]  # fmt: skip

    def bayeux(self, messages: Any) -> list[Any]:
        replies: list[Any] = []
        for message in messages if isinstance(messages, list) else []:
            channel = str(message.get("channel"))
            reply = {"channel": channel, "id": message.get("id"), "successful": True}
            if channel == "/meta/handshake":
                types = ["websocket", "long-polling"]
                advice = {"reconnect": "retry", "timeout": 200}
                reply |= {"clientId": "c1", "supportedConnectionTypes": types, "advice": advice}
            elif channel == "/meta/connect":
                replies += self._updates()
            else:
                reply["subscription"] = message.get("subscription")
            replies.append(reply)
        return replies

    def _updates(self) -> list[Any]:
        def event(name: str, data: Any) -> Any:
            return {"channel": f"/statistics/v3/{name}", "data": {"data": data}}

        values = [{"statistics": self._values(id_)} for id_ in self.statistics]
        state = event("service", {"serviceState": "AVAILABLE"})
        return [state, *(event("updates", data) for data in values)]

    # Lies in what is said.

    def lies(self) -> bool:
        return not self.honest and self.dice.random() < self.rate

    def body(self, item: Any) -> bytes:
        """Write JSON, with something changed in it if this is to be a lie."""
        lie = self.lies()
        if lie:
            for _ in range(self.dice.choice((1, 1, 1, 2, 3))):
                item = self._changed(item)
        text = json.dumps(item, allow_nan=True).encode()
        for mark, raw in RAW.items():
            text = text.replace(f'"{mark}"'.encode(), raw)
        if lie and self.dice.random() < 0.1:
            text = text[: self.dice.randrange(len(text) + 1)]
        return text

    def _changed(self, item: Any) -> Any:
        """Return an item with one of its parts replaced, doubled or left out."""
        dice = self.dice
        if isinstance(item, dict) and item and dice.random() < 0.85:
            key = dice.choice(list(item))
            if dice.random() < 0.1:
                return {name: value for name, value in item.items() if name != key}
            return {**item, key: self._changed(item[key])}
        if isinstance(item, list) and item and dice.random() < 0.85:
            at = dice.randrange(len(item))
            if dice.random() < 0.1:
                return item * min(dice.choice((2, 50, 3000)), max(MOST // _weight(item), 1))
            return [*item[:at], self._changed(item[at]), *item[at + 1 :]]
        return dice.choice(ODD)

    # Lies in how it is sent.

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                method, path, *_ = head.split(" ")
                fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:-2])
                sent = await reader.readexactly(int(fields.get("content-length", "0")))
                if path == "/behave":
                    self.honest = True
                if "websocket" in fields.get("upgrade", ""):
                    await self._websocket(head, reader, writer)
                    break
                await self._answer(method, path, sent, writer)
        writer.close()

    async def _answer(
        self, method: str, path: str, sent: bytes, writer: asyncio.StreamWriter
    ) -> None:
        said = None
        with contextlib.suppress(ValueError):
            said = json.loads(sent)
        if "/notifications" in path:
            if b"/meta/connect" in sent:
                await asyncio.sleep(0.02)
            answer = self.body(self.bayeux(said))
        else:
            answer = self.body(self.json(method, path, said))
        if not self.lies():
            writer.write(_answered(answer))
        else:
            await self.dice.choice(self.WAYS)(self, answer, writer)
        await writer.drain()

    async def page(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        status = self.dice.choice(PAGES)
        page = f"<html><title>{NASTY} canary-token-41</title>".encode()
        json_ = json.dumps({"status": {"code": 603, "message": f"{NASTY} canary-key-41"}}).encode()
        body = self.dice.choice((page, json_, b"", page * 20_000))
        heads = self.dice.choice(("", "Retry-After: 99999\r\n", "WWW-Authenticate: NTLM\r\n"))
        writer.write(_answered(body, heads, status))

    async def redirect(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        target = self.dice.choice(
            ("/x", "http://127.0.0.1:9/", "https://[", NASTY[1:4], "ws://a.b/")
        )
        head = f"Location: {target}\r\n".encode("utf-8", "replace").decode("latin-1")
        writer.write(_answered(b"", head, "302 Found"))

    async def packed(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        coding, body = self.dice.choice(
            (
                ("gzip", gzip.compress(answer)),
                ("x-gzip", gzip.compress(answer)),
                ("gzip", gzip.compress(answer)[:-9]),
                ("deflate", zlib.compress(answer)),
                ("br", answer),
                ("gzip", answer),
                ("gzip, gzip", gzip.compress(gzip.compress(answer))),
                ("gzip", BOMB),
                ("gzip", gzip.compress(b"[" + b" " * 30_000_000)),
            )
        )
        writer.write(_answered(body, f"Content-Encoding: {coding}\r\n"))

    async def endless(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        piece = self.dice.choice((b"1\r\n \r\n" * 5000, b"10000\r\n" + b"[" * 65536 + b"\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(3000):
            writer.write(piece)
            await writer.drain()

    async def dripping(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)
        raise EOFError

    async def heads(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        line = self.dice.choice(
            (
                b"x: " + b"y" * 200_000 + b"\r\n",
                b"x: y\r\n" * 20_000,
                b"x: y\r\n" * 300,
                b"Set-Cookie: S%d=x; Path=/\r\n" * 400,
                b"Set-Cookie: S=J\xfcrgen; Path=/; Domain=; Expires=x\r\nSet-Cookie: =\r\n",
                b"Set-Cookie: S=" + b"z" * 60_000 + b"\r\n",
                b"Content-Encoding:\r\nDate: 99 Foo 99999 99:99:99 GMT\r\n",
            )
        )
        writer.write(_answered(answer, line.decode("latin-1")))

    async def interim(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * self.dice.choice((1, 20_000)))
        writer.write(_answered(answer))

    async def cut(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        whole = _answered(answer)
        writer.write(whole[: self.dice.randrange(len(whole))])
        raise EOFError

    async def silent(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        raise EOFError

    async def garbage(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        line = self.dice.choice((b"220 mail ESMTP\r\n", b"\x00" * 1000, b"HTTP/9.9 -1\r\n\r\n"))
        writer.write(line)
        raise EOFError

    async def hanging(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(4)
        raise EOFError

    WAYS = (page, page, redirect, packed, packed, endless, dripping, heads, heads, interim, cut,
            silent, silent, garbage, hanging)  # fmt: skip

    # The websocket.

    async def _websocket(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.lies():
            await self.dice.choice(self.WAYS)(self, b"", writer)
            return
        key = next(
            line for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key")
        )
        made = hashlib.sha1(key.encode() + GUID).digest()
        packs = "permessage-deflate" in head
        extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if packs else ""
        writer.write(
            f"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extension}"
            f"Sec-WebSocket-Accept: {base64.b64encode(made).decode()}\r\n\r\n".encode()
        )
        packing = zlib.decompressobj(-15)
        while (said := await _frame(reader, packing)) is not None:
            messages = json.loads(said)
            if any(message.get("channel") == "/meta/connect" for message in messages):
                await asyncio.sleep(0.02)
            answer = self.body(self.bayeux(messages))
            writer.write(self._framed(answer, packs) if self.lies() else _frames(1, answer))
            await writer.drain()

    def _framed(self, answer: bytes, packs: bool) -> bytes:
        """Return frames that are somehow wrong."""
        blank = zlib.compressobj(9, zlib.DEFLATED, -15)
        bomb = blank.compress(b" " * 40_000_000) + blank.flush(zlib.Z_SYNC_FLUSH)
        halves = _frames(1, answer[:9], last=False) + _frames(0, answer[9:])
        return self.dice.choice(
            (
                halves,
                _frames(2, answer),
                _frames(1, answer) * 50,
                _frames(9, b"x" * 100) * 2000 + _frames(1, answer),
                _frames(1, b"\xff\xfe" + answer),
                _frames(1, b"x", last=False) + _frames(0, b"x", last=False) * 5000,
                _frames(1, b"[" + b" " * 20_000_000 + b"]"),
                _frames(1, b"[" + b"[]," * 2_000_000 + b"[]]"),
                _frames(
                    8,
                    struct.pack(">H", self.dice.choice((1000, 1002, 1011, 4999))) + NASTY.encode(),
                ),
                _frames(3, b"?"),
                _frames(1, bomb[:-4], packed=packs),
                b"",
            )
        )


def _weight(item: Any) -> int:
    """Return how many bytes something has as JSON, at about."""
    if isinstance(item, dict):
        return 4 + sum(len(key) + _weight(part) for key, part in item.items())
    if isinstance(item, list):
        return 2 + sum(map(_weight, item))
    return len(RAW.get(item, item)) if isinstance(item, str) else 10


def _answered(body: bytes, heads: str = "", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\n{heads}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1", "replace") + body


def _bomb() -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    blanks = b" " * 2**20
    first, more = (packing.compress(blanks) + packing.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + more * 2000


BOMB = _bomb()


def _frames(opcode: int, body: bytes, *, last: bool = True, packed: bool = False) -> bytes:
    first = bytes([(0x80 if last else 0) | (0x40 if packed else 0) | opcode])
    size = len(body)
    if size < 126:
        return first + bytes([size]) + body
    if size < 2**16:
        return first + bytes([126]) + struct.pack(">H", size) + body
    return first + bytes([127]) + struct.pack(">Q", size) + body


async def _frame(reader: asyncio.StreamReader, packing: Any) -> bytes | None:
    """Return the next text that a client sends; None when it leaves."""
    while True:
        first, size = await reader.readexactly(2)
        size &= 127
        if size > 125:
            width = 2 if size == 126 else 8
            size = int.from_bytes(await reader.readexactly(width), "big")
        mask = await reader.readexactly(4)
        body = await reader.readexactly(size)
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
        if first & 15 == 8:
            return None
        if first & 15 in (1, 2):
            return packing.decompress(body + b"\0\0\xff\xff") if first & 0x40 else body


async def main(seed: int) -> None:
    """Serve until standard input ends."""
    hostile = Hostile(seed)
    server = await asyncio.start_server(hostile.serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
