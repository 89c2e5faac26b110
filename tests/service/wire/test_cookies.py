"""Cookies as every browser takes them, on real sockets and both transports."""

import asyncio
import base64
import hashlib
from email.utils import formatdate

import httpx2
import pytest

from statmon.service.access import Access
from statmon.service.wire.cookies import MOST, SiteCookies
from statmon.service.wire.http import Http
from tests.service.support.ways import head, raw, said

NOW = 1_700_000_000.0
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def upgraded(request: str, cookie: str, date: str) -> bytes:
    """The answer that opens a websocket."""
    key = next(
        line.partition(":")[2].strip()
        for line in request.split("\r\n")
        if line.casefold().startswith("sec-websocket-key")
    )
    accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
    return (
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Date: {date}\r\nSec-WebSocket-Accept: {accept}\r\nSet-Cookie: {cookie}\r\n\r\n"
    ).encode()


def answered(request: str, cookie: str, date: str) -> bytes:
    """The answer of a call, which sets a cookie."""
    return (
        f"HTTP/1.1 200 OK\r\nDate: {date}\r\nSet-Cookie: {cookie}\r\n"
        "Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    ).encode()


@pytest.mark.parametrize("way", ["rest", "long-polling", "websocket"])
@pytest.mark.parametrize(
    "cookie",
    [
        "S=a; Path=/; Domain=",
        "S=a; Path=/; Domain=localhost",
        "S=a; Path=/; Domain=.localhost",
        "S=a; Path=/; Max-Age=60",
        "S=a; Path=/; Secure",
        'S=a; Path=/; SameSite=None; Partitioned; Priority=High; Version=1; Port="80"',
        "S=a; Path=/; Expires={soon}",
        "S=a; Path=/; Expires={dashed}",
        "S=a; Path=/; Expires=never",
        "S=a; path=/; domain=; expires=",
        "S=Jürgen; Path=/",
        "S=„x“; Path=/",
    ],
)
async def test_a_sessions_cookie_comes_back(way, cookie, monkeypatch):
    """On a host without a dot, with this computer's clock an hour ahead; it was 402 for ever."""
    seen = []
    server_now = NOW - 3600
    date = formatdate(server_now, usegmt=True)
    soon = formatdate(server_now + 600, usegmt=True)
    day, month_and_rest = soon[:7], soon[7:]
    dashed = f"{day}-{month_and_rest[1:4]}-{month_and_rest[5:]}"  # as in 1994
    text = cookie.replace("{soon}", soon).replace("{dashed}", dashed)

    async def serve(reader, writer):
        request = await head(reader)
        seen.extend(
            line.partition(": ")[2].encode("latin-1").decode()
            for line in request.split("\r\n")
            if line.casefold().startswith("cookie:")
        )
        upgrade = "upgrade: websocket" in request.casefold()
        writer.write((upgraded if upgrade else answered)(request, text, date))
        await writer.drain()
        if upgrade:
            await reader.read(1)  # its good-bye

    async with raw(serve) as url:
        here = Http(Access(url.replace("127.0.0.1", "localhost"), token="t"))
        monkeypatch.setattr(here.cookies, "_now", lambda: NOW)
        await said(way, here.access.url, here)
        await said("rest", here.access.url, here)
        await said("websocket", here.access.url, here)
    assert seen == [text.partition(";")[0]] * 2


def keep(jar: SiteCookies, url: str, *cookies: str, date: float | None = None) -> None:
    headers = [("Set-Cookie", cookie) for cookie in cookies]
    if date is not None:
        headers.append(("Date", formatdate(date, usegmt=True)))
    answer = httpx2.Response(200, headers=headers, request=httpx2.Request("GET", url))
    httpx2.Cookies(jar).extract_cookies(answer)


def sent(jar: SiteCookies, url: str) -> str | None:
    request = httpx2.Request("GET", url)
    httpx2.Cookies(jar).set_cookie_header(request)
    return request.headers.get("Cookie")


def kept(url: str, *cookies: str, date: float | None = None) -> SiteCookies:
    jar = SiteCookies(lambda: NOW)
    keep(jar, url, *cookies, date=date)
    return jar


@pytest.mark.parametrize(
    ("url", "cookie"),
    [
        ("http://a.example/", "S=a; Domain=b.example"),
        ("http://a.example/", "S=a; Domain=example.evil"),
        ("http://a.example/", "S=a; Domain=aa.example"),
        ("http://a.example/", "S=a; Domain=example"),
        ("http://10.0.0.1/", "S=a; Domain=0.0.1"),
        ("http://a.example/", "S"),
        ("http://a.example/", "=a"),
        ("http://a.example/", "S=a\x01b"),
        ("http://a.example/", "S=a; Max-Age=0"),
        ("http://a.example/", "S=a; Max-Age=-5"),
        ("http://a.example/", f"S=a; Expires={formatdate(NOW - 1, usegmt=True)}"),
    ],
)
def test_what_a_browser_does_not_take_is_not_taken(url, cookie):
    """Of other hosts, of nobody's, without a name, expired."""
    assert sent(kept(url, cookie), url) is None


def test_a_cookie_goes_where_it_belongs():
    """By host, path and TLS; the longest path first."""
    jar = kept(
        "https://a.site.example/x/y",
        "own=1", "wide=2; Domain=site.example", "deep=3; Path=/x/", "safe=4; Secure; Path=/q",
    )  # fmt: skip
    assert sent(jar, "https://a.site.example/x/z") == "deep=3; own=1; wide=2"
    assert sent(jar, "https://b.site.example/") == "wide=2"
    assert sent(jar, "http://a.site.example/q") == "own=1; wide=2"
    assert sent(jar, "https://a.site.example/q/r") == "safe=4; own=1; wide=2"
    assert sent(jar, "https://evil.example/") is None
    assert sent(jar, "https://a.site.example/xy") == "own=1; wide=2"


def test_a_cookie_is_replaced_taken_back_and_forgotten():
    """By its name, its host and its path; at its end by this computer's clock."""
    now = NOW
    jar = SiteCookies(lambda: now)
    keep(jar, "http://host/", "S=a; Max-Age=10", "T=b")
    keep(jar, "http://host/", "S=c; Max-Age=10")
    assert sent(jar, "http://host/") == "S=c; T=b"
    keep(jar, "http://host/", "T=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert sent(jar, "http://host/") == "S=c"
    now += 11
    assert sent(jar, "http://host/") is None


def test_ten_thousand_cookies_are_a_hundred():
    """And one of a megabyte is none, or its first four kilobytes."""
    jar = kept("http://host/", *(f"S{number}=a" for number in range(10_000)), "L=" + "x" * 2**20)
    assert len(jar) == MOST
    assert len(sent(jar, "http://host/")) < 8192


async def test_two_cookies_of_one_name_are_no_conflict():
    """The HTTP library raises where one asks it for the one."""
    asked = asyncio.Event()

    async def serve(reader, writer):
        request = await head(reader)
        if "S=1; S=2" in request:
            asked.set()
        writer.write(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: S=1; Path=/statistics\r\nSet-Cookie: S=2; Path=/\r\n"
            b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
        )
        await writer.drain()

    async with raw(serve) as url:
        here = Http(Access(url, token="t"))
        await said("rest", url, here)
        assert await said("rest", url, here) == ""
    assert asked.is_set()
