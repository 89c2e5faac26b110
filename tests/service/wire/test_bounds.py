"""What an answer may cost, on every way on which statmon hears one; on real sockets."""

import asyncio
import gzip
import re
import resource
import sys
import zlib

import pytest

from statmon.bayeux import bounds
from statmon.bayeux.bounds import LARGEST, BoundedClient, Bounds
from statmon.bayeux.errors import Kind, TransportFailure
from statmon.bayeux.polling import Polling
from statmon.service.wire import http as https
from statmon.updates import fetch as updates
from tests.service.support.ways import HTTP_WAYS, WAYS, always, head, raw, said

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b"100000\r\n" + b" " * 2**20 + b"\r\n"
MOST_MEMORY = 300 * 2**20
SENTENCE = re.compile(r"[^\n]{20,400}")
"""One line, and more than a word."""
PYTHONS = re.compile(
    r"\b[A-Z][A-Za-z]*(?:Error|Exception|Timeout)\b|errno|object at|httpx2|httpcore"
)


def memory() -> int:
    """The most that this process ever used, bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def bomb(megabytes: int) -> bytes:
    """A gzip of blanks, a thousandth of their size; its end is never reached."""
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blanks = b" " * 2**20
    first, more = (packing.compress(blanks) + packing.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + more * (megabytes - 1)


def packed(coding: str, body: bytes) -> bytes:
    """An answer with this coding."""
    length = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return OK + length.encode() + body


async def test_a_body_without_an_end_is_told(monkeypatch):
    """3.6 GB in 12 s before: now as much as is bearable."""
    before = memory()
    for way in HTTP_WAYS:
        async with raw(always(CHUNKED, MEGABYTE)) as url:
            words = await said(way, url)
        assert "is larger than" in words, way
        assert SENTENCE.fullmatch(words), way
    assert memory() - before < MOST_MEMORY


async def test_a_bomb_is_inflated_no_further_than_is_bearable():
    """4 MB were 4 GB, and the loop stood still meanwhile."""
    before, answer = memory(), packed("gzip", bomb(4096))
    for way in HTTP_WAYS:
        async with raw(always(answer)) as url:
            assert "is larger than" in await said(way, url), way
    assert memory() - before < MOST_MEMORY


async def test_bytes_that_come_one_by_one_do_not_cost_fifty_times_as_much():
    """Eight million chunks of one byte: a list of them would be half a gigabyte."""
    before = memory()
    async with raw(always(CHUNKED, b"1\r\n \r\n" * 10_000)) as url:
        words = await said("update", url)
    assert "is larger than 64 kB" in words
    assert memory() - before < MOST_MEMORY


@pytest.mark.parametrize("way", [way for way in HTTP_WAYS if way != "long-polling"])
async def test_an_answer_that_drips_has_its_time(way, monkeypatch):
    """Each byte came in time, and the whole never."""
    monkeypatch.setattr(https, "CALLS", Bounds(LARGEST, 0.3))
    monkeypatch.setattr(updates, "BOUNDS", Bounds(64_000, 0.3))
    monkeypatch.setattr(bounds, "WITHIN", 0.3)
    monkeypatch.setattr(Bounds, "__init__", _quick(Bounds.__init__))
    async with raw(always(CHUNKED, b"1\r\n \r\n", 0.01)) as url:
        words = await said(way, url)
    assert "was not all there within" in words


def _quick(init):
    def quickly(self, largest=bounds.SMALL, within=0.3):
        init(self, largest, within)

    return quickly


@pytest.mark.parametrize("way", WAYS)
async def test_a_head_without_an_end(way):
    """Neither one line, nor lines without end, nor thousands of them."""
    for lines, most in (
        (b"x" * 65536, 2**26),
        (b"x-many: 1\r\n" * 6000, 2**26),
    ):
        async with raw(always(OK + b"x: ", lines, most=most)) as url:
            words = await said(way, url)
        assert "begins with too much" in words, words
    many = OK + b"x: 1\r\n" * 600 + b"Content-Length: 2\r\n\r\n{}"
    async with raw(always(many)) as url:
        words = await said(way, url)
    assert "more than 500 header fields" in words or "begins with too much" in words


async def test_a_refusal_without_an_end_keeps_its_meaning():
    """What it says is in the first of it; the rest is not read."""
    page = b"HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n" + b"20\r\n"
    page += b"<html><title>Closed</title>     ".ljust(32) + b"\r\n"
    for way in ("rest", "sign-in", "long-polling"):
        async with raw(always(page, MEGABYTE)) as url:
            assert "«Closed»" in await said(way, url), way


@pytest.mark.parametrize("way", HTTP_WAYS)
async def test_a_packing_that_nobody_asked_for_is_named(way):
    """Some gateways pack with Brotli whatever one says; it was «damaged»."""
    async with raw(always(packed("br", b"\x0b\x00\x80{}\x03"))) as url:
        assert "is packed as «br», which nobody asked for" in await said(way, url)
    async with raw(always(packed("gzip, gzip", gzip.compress(gzip.compress(b"{}"))))) as url:
        assert "is packed as «gzip, gzip»" in await said(way, url)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("identity", bytes),
    ],
)
async def test_what_is_packed_as_usual_is_read(coding, pack):
    """By the names of 1999, too; and in pieces as small as they come."""
    body = bytes(range(256)) * 999

    async def serve(reader, writer):
        await head(reader)
        answer = packed(coding, pack(body))
        for at in range(0, len(answer), 777):
            writer.write(answer[at : at + 777])
            await writer.drain()

    async with raw(serve) as url, BoundedClient(trust_env=False) as client:
        assert (await client.get(url)).content == body


async def test_what_is_cut_off_while_packed_is_damaged():
    """Whole by its length, and half by what it packs."""
    half = gzip.compress(b"0123456789" * 1000)[:-12]
    for way in ("rest", "long-polling"):
        async with raw(always(packed("gzip", half))) as url:
            assert "is damaged" in await said(way, url)


@pytest.mark.parametrize("way", HTTP_WAYS)
async def test_json_of_any_depth_is_a_sentence(way):
    """A hundred thousand brackets end nobody's stack."""
    deep = b"[" * 100_000
    for status in (b"200 OK", b"500 No"):
        answer = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status, len(deep))
        async with raw(always(answer + deep)) as url:
            words = await said(way, url)
        assert not PYTHONS.search(words), words


@pytest.mark.parametrize("way", ["rest", "sign-in", "long-polling"])
async def test_a_kept_connection_that_was_closed_silently_is_no_outage(way):
    """A balancer forgets it after a minute; the request is repeated once, and well."""
    asked = []

    async def serve(reader, writer):
        for turn in range(2):
            line = await head(reader)
            asked.append(line)
            if turn:
                return  # without a word
            writer.write(OK + b'Content-Length: 27\r\n\r\n{"access_token":"abcdefgh"}')
            await writer.drain()

    async with raw(serve) as url:
        http = https.Http(https.Access(url, username="u", password="p"))
        close, http.close = http.close, _nothing
        polling = http.polling_client()
        try:
            for _ in range(4):
                if way == "long-polling":
                    assert (await polling.post(url, content=b"[]")).status_code == 200
                else:
                    assert await said(way, url, http) == ""
        finally:
            await polling.aclose()
            await close()
    assert 4 < len(asked) <= 8


async def test_a_connect_whose_answer_is_lost_is_told_and_not_repeated():
    """Its answer may have held messages: who repeats it in silence waits for what is gone."""
    asked = []

    async def serve(reader, writer):
        while len(asked) < 3:
            asked.append(await head(reader))
            if len(asked) == 2:
                return  # without a word
            writer.write(OK + b"Content-Length: 2\r\n\r\n[]")
            await writer.drain()

    async with raw(serve) as url:
        http = https.Http(https.Access(url, token="t"))
        polling = Polling(url, http.polling_client, dict, lambda: None, lambda *_: None)
        try:
            assert await polling.post("/meta/connect", b"[]") == b"[]"
            with pytest.raises(TransportFailure) as caught:
                await polling.post("/meta/connect", b"[]")
        finally:
            await polling.aclose()
    assert caught.value.failure.kind is Kind.CUT
    assert len(asked) == 2


async def _nothing():
    """Keep it open for the next call."""


async def test_a_fresh_connection_that_breaks_is_not_tried_again():
    """Then it is no forgotten connection, and repeating it would be guessing."""
    asked = []

    async def serve(reader, writer):
        asked.append(await head(reader))

    async with raw(serve) as url:
        assert "without an HTTP answer" in await said("rest", url)
    assert len(asked) == 1


async def test_a_kept_connection_is_repeated_once_and_no_more():
    """Where the second breaks as well, it is told."""
    asked = []

    async def serve(reader, writer):
        asked.append(await head(reader))
        if len(asked) == 1:
            writer.write(OK + b"Content-Length: 2\r\n\r\n{}")
            await writer.drain()
            await head(reader)
            asked.append("kept")

    async with raw(serve) as url:
        http = https.Http(https.Access(url, token="t"))
        assert await http.call("x", "GET", "/", headers={}) == b"{}"
        assert "without an HTTP answer" in await said("rest", url, http)
    assert len(asked) == 3


async def test_others_have_their_turn_while_a_body_comes():
    """What is here already is read in slices: a beat goes on meanwhile."""
    beats = 0

    async def beat():
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    async with raw(always(packed("gzip", bomb(4096)))) as url:
        beating = asyncio.create_task(beat())
        await said("rest", url)
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
    assert beats > 10
