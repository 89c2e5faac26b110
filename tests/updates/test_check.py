"""Asking a real server, and what is known afterwards."""

import asyncio
import base64
import json
import logging
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from nacl.signing import SigningKey

from statmon.service.access import Access
from statmon.storage.machine import policy
from statmon.updates import last_check
from statmon.updates import release_source as places
from statmon.updates.check import EVERY, UpdateCheck
from statmon.updates.fetch import fetch
from statmon.updates.manifest import LARGEST, Refused
from tests.service.support.wires import Authority, response, serving
from tests.updates.support.releases import NOW, PUBLIC, announced

SITE = Access(
    "https://statistics.example",
    api_key="CANARY-key",
    token="CANARY-token",
    username="sue",
    password="CANARY-password",
)


class Announcer:
    """A server that answers as it is told, and keeps what it heard."""

    def __init__(self):
        self.body, self.status, self.headers = announced(), "200 OK", ""
        self.heard = []
        self.endless = False

    async def answer(self, reader, writer):
        self.heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        head = f"HTTP/1.1 {self.status}\r\nConnection: close\r\n{self.headers}\r\n"
        try:
            writer.write(head.encode() + self.body)
            while self.endless:
                writer.write(b" " * 10_000)
                await writer.drain()
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def open(self):
        async with await asyncio.start_server(self.answer, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self.address = f"http://127.0.0.1:{self.port}/updates.json"
            yield self


class Clock:
    def __init__(self):
        self.now = NOW.timestamp()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def check(clock):
    return UpdateCheck("0.1.0", clock)


@pytest.fixture
def policy_says(tmp_path, monkeypatch):
    """Files of its own, and a policy."""
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    monkeypatch.setattr(policy.guarded, "objection", lambda _: "")
    monkeypatch.setattr(last_check, "path", lambda: tmp_path / "state" / "updates.json")

    def say(**said):
        (tmp_path / "policy.json").write_text(json.dumps({"updates": said}))

    return say


@pytest.fixture
def announcing(policy_says):
    """A server that the policy names, with the tests' key."""

    @asynccontextmanager
    async def begin():
        async with Announcer().open() as server:
            policy_says(address=server.address, keys=[base64.b64encode(PUBLIC).decode()])
            yield server

    return begin


async def test_a_newer_version_is_known_and_still_known_after_a_restart(announcing, clock):
    """Without asking again."""
    async with announcing() as server:
        standing = await UpdateCheck("0.1.0", clock).ask(None)
        assert (standing.release.version, standing.problem) == ("0.2.0", "")

        again = UpdateCheck("0.1.0", clock).standing()
        assert again.release == standing.release
        assert again.due == clock.now + EVERY
        assert UpdateCheck("0.2.0", clock).standing().release is None, "it was installed meanwhile"
        assert len(server.heard) == 1


async def test_the_server_learns_nothing_but_that_somebody_asks(announcing, check):
    """No secret of the site's goes along."""
    async with announcing() as server:
        await check.ask(SITE)
        (heard,) = server.heard

    assert heard.startswith("GET /updates.json HTTP/1.1\r\n")
    assert "CANARY" not in heard
    assert "sue" not in heard
    assert "cookie" not in heard.casefold()
    assert "authorization" not in heard.casefold()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"body": announced(key=SigningKey.generate())}, "signature"),
        ({"body": announced("0.0.5")}, "older than this 0.1.0"),
        ({"body": announced(expires=NOW - timedelta(seconds=1))}, "expired"),
        ({"body": b"<html>Please sign in</html>"}, "web page"),
        ({"body": b"{" * 3000}, "form"),
        ({"body": b"x" * (LARGEST + 1)}, "large"),
        ({"body": b"", "endless": True}, "large"),
        ({"status": "404 Not Found"}, "404"),
        ({"status": "302 Found", "headers": "Location: https://evil.example/\r\n"}, "redirect"),
        ({"status": "500 Oops"}, "500"),
        ({"headers": "Content-Encoding: gzip\r\n", "body": b"\x1f\x8b" + b"\0" * 50}, "damaged"),
        ({"status": "nonsense"}, ""),
    ],
    ids=["key", "rollback", "expired", "html", "no form", "large", "endless", "404", "redirect",
         "500", "packed", "no http"],
)  # fmt: skip
async def test_what_does_not_count_is_logged_and_kept_as_the_reason(
    announcing, check, change, why, caplog
):
    """Quietly: nothing is raised, nothing is offered."""
    async with announcing() as server:
        vars(server).update(change)
        with caplog.at_level(logging.WARNING):
            standing = await check.ask(None)

    assert standing.release is None
    assert standing.problem
    assert why in standing.problem
    assert standing.problem in caplog.text


async def test_an_older_announcement_does_not_replace_a_newer_one(announcing, check):
    """It was signed, too; what was known stays known."""
    async with announcing() as server:
        server.body = announced("0.3.0", issued=NOW)
        await check.ask(None)
        server.body = announced("0.2.0")
        standing = await check.ask(None)

    assert "came before" in standing.problem
    assert standing.release.version == "0.3.0"


async def test_a_release_that_was_taken_back_is_offered_no_more(announcing, check):
    """By an announcement that was signed later."""
    async with announcing() as server:
        await check.ask(None)
        server.body = announced("0.1.0", issued=NOW)
        standing = await check.ask(None)

    assert (standing.release, standing.problem) == (None, "")


async def test_what_is_known_expires(announcing, check, clock):
    """Also while nobody can be asked."""
    async with announcing():
        await check.ask(None)
    clock.now += timedelta(days=31).total_seconds()

    assert check.standing().release is None


async def test_a_file_that_somebody_wrote_is_not_believed(announcing, check):
    """The signature is checked each time."""
    async with announcing():
        await check.ask(None)
    path = last_check.path()
    path.write_text(path.read_text().replace("0.2.0", "9.9.9"))

    assert check.standing().release is None


async def test_nobody_there_is_one_clause(policy_says, check):
    """And today's question was asked."""
    policy_says(address="http://127.0.0.1:1/", keys=[base64.b64encode(PUBLIC).decode()])
    standing = await check.ask(None)

    assert standing.release is None
    assert "127.0.0.1:1" in standing.problem
    assert standing.asked == NOW.timestamp()


async def test_the_sites_proxy_is_used(announcing, policy_says, check):
    """The whole address stands in the request line, as a proxy wants it."""
    async with announcing() as server:
        key = base64.b64encode(PUBLIC).decode()
        policy_says(address="http://localhost:9/updates.json", keys=[key])
        proxy = f"http://me:secret@127.0.0.1:{server.port}"
        standing = await check.ask(Access("http://127.0.0.1", proxy=proxy))

    assert server.heard[0].startswith("GET http://localhost:9/updates.json HTTP/1.1\r\n")
    assert standing.release.version == "0.2.0"


async def test_tls_is_verified_with_the_sites_authority_besides(tmp_path):
    """Who is not known to system or site is not listened to."""
    authority = Authority(tmp_path)
    site = Access("https://x", ca_bundle=str(authority.file))
    async with serving(lambda *_: response("200 OK", announced()), authority.context()) as port:
        address = f"https://localhost:{port}/updates.json"
        assert await fetch(address, site) == announced()
        with pytest.raises(Refused, match="certificate"):
            await fetch(address, None)


async def test_a_file_of_authorities_that_is_none_is_the_reason():
    """Not an exception."""
    with pytest.raises(Refused, match="CA file"):
        await fetch("https://127.0.0.1:1", Access("https://x", ca_bundle="/dev/null/none"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"allowed": False, "address": "https://x.example", "keys": []}, "administrator"),
        ({}, "no address"),
        ({"address": "http://x.example/updates.json"}, "no https"),
        ({"address": "file:///etc/passwd"}, "no https"),
        ({"address": 5}, "must be an https address"),
        ({"address": ""}, "must be an https address"),
        ({"address": "https://x.example"}, "key"),
        ({"address": "https://x.example", "keys": ["short", "ä"]}, "key"),
        ({"address": "https://x.example", "keys": ["short", 5]}, "must be a list of keys"),
        ({"keys": []}, "must be a list of keys"),
    ],
)
async def test_where_nobody_may_be_asked_nobody_is(policy_says, check, said, why):
    """The reason is a sentence."""
    policy_says(**said)
    standing = await check.ask(None)

    assert why in standing.place.barred
    assert standing.place.barred.endswith(".")
    assert (standing.asked, standing.release) == (0, None)


@pytest.mark.parametrize("written", ["{", "[]", '{"updates": false}'])
def test_a_policy_that_cannot_be_read_bars_it(policy_says, written):
    """It may forbid it."""
    policy.path().write_text(written)

    assert "cannot be read" in places.find().barred


def test_the_projects_place_counts_where_a_policy_says_nothing():
    """Address and keys can be replaced one by one."""
    project = {"address": "https://a.example", "keys": [base64.b64encode(PUBLIC).decode()]}

    assert places.within(project, {}).address == "https://a.example"
    mirrored = places.within(project, {"address": "https://mirror.example"})
    assert (mirrored.address, mirrored.keys) == ("https://mirror.example", (PUBLIC,))


def test_a_damaged_memory_counts_as_none(policy_says, check):
    """And a clock that was set back does not keep us from asking for years."""
    last_check.path().parent.mkdir()
    for damaged in (b'{"asked": "never"}', b'{"version": "\xff"}', b"[" * 9_000, b"\x00"):
        last_check.path().write_bytes(damaged)
        assert check.standing().asked == 0

    last_check.keep(last_check.LastCheck(asked=NOW.timestamp() + 1e9))
    assert check.standing().due <= NOW.timestamp() + EVERY
