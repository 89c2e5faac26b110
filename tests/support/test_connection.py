"""Looking at a service, over real sockets."""

import asyncio
import ssl
import subprocess
import time
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest

from statmon.service.access import Access
from statmon.support import connection
from tests.harness.needed import require


def answering(status="200 OK", date=None, body="{}"):
    """A service that always says the same."""

    async def answer(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        head += f"Date: {date}\r\n" if date else ""
        writer.write(f"{head}\r\n{body}".encode())
        await writer.drain()
        writer.close()

    return answer


@asynccontextmanager
async def serving(answer, tls=None):
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def findings(access, now=time.time):
    return {found.name: found async for found in connection.examine(access, now)}


async def test_without_a_service_all_is_skipped():
    """And it says how to name one."""
    found = await findings(None)

    assert {finding.outcome for finding in found.values()} == {"skipped"}
    assert "--url" in found["reachable"].says


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("service", "write it as https://host"),
        ("https://me:CANARY@service.example", "give them where you sign in"),
    ],
)
async def test_an_address_that_cannot_be_one_is_told_without_the_secret_in_it(url, cure):
    """Nothing is asked."""
    found = await findings(Access(url, token="t"))

    assert found["reachable"].outcome == "failed"
    assert cure in found["reachable"].cure
    assert [finding.outcome for finding in found.values()].count("skipped") == 4
    assert "CANARY" not in "".join(finding.line for finding in found.values())


async def test_any_answer_proves_that_the_service_is_reached():
    """Even a refusal; the sign-in is another line."""
    async with serving(answering("403 Forbidden", formatdate(usegmt=True))) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}", username="a", password="b"))

    assert found["reachable"].outcome == found["clock"].outcome == "ok"
    assert found["sign-in"].outcome == "failed"
    assert "user name" in found["sign-in"].cure


async def test_what_the_service_says_is_not_cut_apart():
    """Its own words may hold what our sentences are made with; what to do was cut from them."""
    body = '{"error":"invalid_grant","error_description":"Locked: 3 attempts; call the desk"}'
    async with serving(answering("400 Bad Request", body=body)) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}", username="a", password="b"))

    assert "(Locked: 3 attempts; call the desk)" in found["sign-in"].says
    assert found["sign-in"].cure.startswith("check them")


async def test_what_failed_is_told_by_the_failure_not_by_a_word_in_the_address():
    """Nothing answers: that is no fault of TLS, whatever the path is called."""
    async with serving(answering()) as port:
        pass
    found = await findings(Access(f"http://127.0.0.1:{port}/TLS-certificate", token="t"))

    assert [name for name, one in found.items() if one.outcome == "failed"] == ["reachable"]


async def test_a_service_that_does_not_say_who_is_signed_in_is_no_failure():
    """Whether it takes a token stays open then; nobody is sent to look for a wrong password."""
    async with serving(answering("404 Not Found")) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}", token="t"))

    assert found["sign-in"].outcome == "skipped"
    assert "does not say" in found["sign-in"].says


async def test_without_credentials_the_sign_in_is_skipped():
    """With what would do."""
    async with serving(answering()) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}"))

    assert found["sign-in"].outcome == "skipped"
    assert "--token" in found["sign-in"].cure


async def test_a_wrong_clock_is_found_by_the_answers_date():
    """An hour apart."""
    an_hour_ago = formatdate(time.time() - 3600, usegmt=True)
    async with serving(answering(date=an_hour_ago)) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}"))

    assert found["clock"].outcome == "failed"
    assert "ahead" in found["clock"].says
    assert "NTP" in found["clock"].cure


@pytest.mark.parametrize("date", [None, "yesterday"])
async def test_a_service_that_does_not_say_the_time_is_no_failure(date):
    """Nor one that says nonsense."""
    async with serving(answering(date=date)) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}"))

    assert found["clock"].outcome == "skipped"


async def test_nothing_there_fails_in_one_line_with_the_cure():
    """The rest is skipped: it could only repeat it."""
    async with serving(answering()) as port:
        pass
    found = await findings(Access(f"http://127.0.0.1:{port}", token="t"))

    assert found["reachable"].outcome == "failed"
    assert "check the address" in found["reachable"].cure
    assert [finding.outcome for finding in found.values()].count("skipped") == 4


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody vouches for but itself, with 3 days to live."""
    require("openssl")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {folder}/key.pem -out {folder}/ca.pem"
        " -days 3 -subj /O=Test-CA/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return folder


def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    return context


async def test_an_authority_that_nobody_knows_fails_with_the_way_to_name_it(certificate):
    """Nothing is sent to such a service, hence the rest is skipped."""
    async with serving(answering(), server_tls(certificate)) as port:
        found = await findings(Access(f"https://127.0.0.1:{port}", token="t"))

    assert found["tls"].outcome == "failed"
    assert "--ca-bundle" in found["tls"].cure
    assert found["sign-in"].outcome == "skipped"


async def test_with_its_authority_named_it_is_trusted_and_its_end_foreseen(certificate):
    """Three days are few."""
    async with serving(answering(), server_tls(certificate)) as port:
        access = Access(
            f"https://127.0.0.1:{port}", token="t", ca_bundle=str(certificate / "ca.pem")
        )
        found = await findings(access)

    assert found["tls"].outcome == "warning"
    assert "Test-CA" in found["tls"].says
    assert "days" in found["tls"].says


async def test_a_bad_file_of_authorities_is_told_by_its_name(tmp_path):
    """Before anything is asked."""
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate")
    found = await findings(Access("https://127.0.0.1:1", token="t", ca_bundle=str(bad)))

    assert found["tls"].outcome == "failed"
    assert "bad.pem" in found["tls"].says


async def test_a_service_elsewhere_without_tls_is_a_warning(monkeypatch):
    """Token and numbers could be read on the way."""
    monkeypatch.setattr(Access, "loopback", property(lambda _: False))
    monkeypatch.setenv("no_proxy", "*")
    async with serving(answering()) as port:
        found = await findings(Access(f"http://127.0.0.1:{port}"))

    assert found["tls"].outcome == "warning"
