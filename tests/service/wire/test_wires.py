"""What goes wrong on the way to a service, on real sockets: each has a sentence of its own."""

import asyncio
import re
import socket
import ssl
import threading

import pytest

from statmon.bayeux.errors import Kind, TransportFailure
from statmon.bayeux.websocket import open_websocket
from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from tests.service.support.wires import Authority, Proxy, response, serving, serving_plainly

TOKEN = b'{"access_token": "given", "expires_in": 100}'


def token(_line, _headers):
    return response("200 OK", TOKEN, Content_Type="application/json")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Another authority, in which nobody here trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"))


async def said_by(url, **options):
    """Sign in and return the sentence, or nothing if it went well."""
    access = Access(url, "canary-key", username="u", password="canary-password", **options)
    http = Http(access)
    said = ""
    try:
        await SignIn(http).sign_in()
    except ServiceError as error:
        said = str(error)
    finally:
        await http.close()
    assert "canary" not in said
    assert "\n" not in said
    return said


async def test_a_named_authority_is_trusted(authority):
    """In addition to the system's own."""
    async with serving(token, authority.context()) as port:
        assert await said_by(f"https://localhost:{port}", ca_bundle=str(authority.file)) == ""


async def test_an_unknown_authority_asks_for_its_file(authority, stranger):
    """Named or not, the one that signed is not trusted."""
    async with serving(token, stranger.context()) as port:
        url = f"https://localhost:{port}"
        for options in ({}, {"ca_bundle": str(authority.file)}):
            said = await said_by(url, **options)
            assert f"the certificate of localhost:{port} comes from an authority that is" in said
            assert "--ca-bundle" in said


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_is_shown_where_it_is_asked_for(authority, tmp_path, newest):
    """Without one, and with a stranger's, there is a sentence for each."""
    mine = authority.client(tmp_path / "mine.pem")
    strangers = Authority(tmp_path).client(tmp_path / "strangers.pem")
    with serving_plainly(token, authority.asking(newest)) as port:
        url, ca = f"https://localhost:{port}", {"ca_bundle": str(authority.file)}
        assert await said_by(url, **ca, client_certificate=str(mine)) == ""
        assert "--client-certificate" in await said_by(url, **ca)
        refused = await said_by(url, **ca, client_certificate=str(strangers))
        assert "does not accept this client certificate" in refused


async def test_a_client_certificate_that_cannot_be_used_is_told(authority, tmp_path):
    """Nobody is asked for a password on a terminal that may not be there."""
    locked = authority.client(tmp_path / "locked.pem", b"canary-password")
    only = tmp_path / "only.pem"
    only.write_bytes(authority.file.read_bytes())
    for file, password, words in (
        (locked, "", "its key has a password); give that, too"),
        (locked, "canary-wrong", "the password of its key is wrong"),
        (only, "", "give a readable PEM file with the certificate and its key"),
        (tmp_path / "none.pem", "", "give a readable PEM file with the certificate and its key"),
    ):
        with pytest.raises(ServiceError) as caught:
            Http(
                Access(
                    "https://localhost", client_certificate=str(file), client_key_password=password
                )
            )
        assert words in str(caught.value)
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize("password", [b"pass word", "pässwörd".encode()])
async def test_the_key_of_a_client_certificate_may_have_a_password(authority, tmp_path, password):
    """Shown to a service that asks for it; the password stays here."""
    file = authority.client(tmp_path / "desk.pem", password)
    newest = ssl.TLSVersion.TLSv1_3
    async with serving(token, authority.asking(newest)) as port:
        said = await said_by(
            f"https://localhost:{port}",
            ca_bundle=str(authority.file),
            client_certificate=str(file),
            client_key_password=password.decode(),
        )

    assert said == ""


async def test_an_expired_certificate_is_the_services_fault_or_the_clocks(authority):
    """A CA file is no cure for that, and none is asked for."""
    async with serving(token, authority.context(ended=True)) as port:
        said = await said_by(f"https://localhost:{port}", ca_bundle=str(authority.file))

    assert f"the certificate of localhost:{port} has expired" in said
    assert "CA file" not in said


async def test_a_certificate_for_another_name_asks_for_the_right_address(authority):
    """The name that was written is the one that counts."""
    async with serving(token, authority.context("elsewhere.example")) as port:
        said = await said_by(f"https://localhost:{port}", ca_bundle=str(authority.file))

    assert f"is not for localhost:{port}; check the address" in said


async def test_tls_to_a_plain_text_port(authority):
    """The port is wrong, or the s is."""
    async with serving(token) as port:
        said = await said_by(f"https://localhost:{port}", ca_bundle=str(authority.file))

    assert f"https://localhost:{port} does not speak TLS; is the port right" in said


async def test_plain_text_to_a_tls_port(authority):
    """The other way round."""
    async with serving(token, authority.context()) as port:
        said = await said_by(f"http://localhost:{port}")

    assert "https://" in said


async def test_what_speaks_something_else():
    """A mail server, say."""
    async with serving(lambda *_: b"220 mail.example ESMTP\r\n") as port:
        said = await said_by(f"http://localhost:{port}")

    assert "without an HTTP answer; if it goes on, is the port right" in said


async def test_nothing_listens_and_nobody_is_called_that():
    """A closed port and a name that does not exist are two different mistakes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert "nothing answers" in await said_by(f"http://127.0.0.1:{port}")
    assert "the name no.such.invalid is not known here" in await said_by("http://no.such.invalid")


async def test_a_page_of_the_hotel():
    """A captive portal answers everything with 200 and a page."""
    page = b"<!DOCTYPE html><html><head><title>Grand Hotel\n Wi-Fi</title></head></html>"
    async with serving(lambda *_: response("200 OK", page, Content_Type="text/html")) as port:
        said = await said_by(f"http://127.0.0.1:{port}")

    assert "a web page came instead of data («Grand Hotel Wi-Fi»)" in said
    assert "login page in between" in said


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://login.hotel.example/?from=x", "a page of login.hotel.example: a login page"),
        ("/login", "redirects to another page; is a login page in between?"),
        ("https://127.0.0.1/", "write the address as https://127.0.0.1"),
        ("", "redirects to another page"),
        ("http://[", "redirects to another page"),
    ],
)
async def test_a_redirect_to_a_login_page(location, words):
    """The host is named, so that the user knows whose page it is."""
    async with serving(lambda *_: response("302 Found", Location=location)) as port:
        assert words in await said_by(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            response("403 Forbidden", b'{"status": {"code": 603, "message": "Unauthorized"}}'),
            "the API key is not accepted (Unauthorized); check the API key",
        ),
        (
            response("400 Bad Request", b'{"error": "invalid_grant", "error_description": "No"}'),
            "user name or password is wrong (No)",
        ),
        (response("404 Not Found"), "/auth/v3; check the address"),
    ],
    ids=["key", "password", "address"],
)
async def test_key_password_and_address_are_told_apart(answer, words):
    """Each has a sentence of its own."""
    async with serving(lambda *_: answer) as port:
        assert words in await said_by(f"http://127.0.0.1:{port}")


async def test_a_proxy_with_a_password_lets_us_through(authority):
    """Plain requests and tunnels; odd characters of the password are quoted in its address."""
    async with Proxy().running() as proxy:
        right = f"http://proxyuser:p%40ss%3Aw%2Frd@127.0.0.1:{proxy.port}"
        async with serving(token, authority.context()) as port:
            ca = str(authority.file)
            assert await said_by(f"https://localhost:{port}", proxy=right, ca_bundle=ca) == ""
        async with serving(token) as port:
            assert await said_by(f"http://localhost:{port}", proxy=right) == ""

    assert [line.split()[0] for line in proxy.asked] == ["CONNECT", "POST"]


async def test_a_proxy_that_wants_a_password_says_so(authority):
    """And ours, if it is wrong, is not in the sentence."""
    async with Proxy().running() as proxy:
        for user in ("", "proxyuser:canary@"):
            address = f"http://{user}127.0.0.1:{proxy.port}"
            said = await said_by("https://service.example", proxy=address)
            assert "the proxy wants a user name and password" in said

    assert len(proxy.refused) == 2


async def test_a_proxy_that_is_not_there():
    """It is the proxy's address that is wrong, not the service's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = await said_by("https://service.example", proxy=f"http://127.0.0.1:{port}")

    assert "proxy" in said


async def test_the_first_client_is_not_built_in_the_loop(monkeypatch):
    """It takes a tenth of a second, and the window would stand still."""
    import threading

    where = []
    build = Http.client

    def noting(self, *bounds):
        where.append(threading.current_thread())
        return build(self, *bounds)

    monkeypatch.setattr(Http, "client", noting)
    async with serving(token) as port:
        await asyncio.gather(*(said_by(f"http://127.0.0.1:{port}") for _ in range(2)))

    assert threading.main_thread() not in where
    assert len(where) == 2


@pytest.mark.parametrize(
    ("cookie", "sent"),
    [
        ("STATISTICS_SESSIONID=a", True),
        ("STATISTICS_SESSIONID=a; Path=/", True),
        ("STATISTICS_SESSIONID=a; Path=/statistics/v3; HttpOnly", True),
        ("BAYEUX_BROWSER=a; Path=/statistics/v3/notifications", False),
    ],
)
async def test_the_sessions_cookie_reaches_the_calls(cookie, sent):
    """As with the official clients: without a path everywhere, with one where it says."""
    seen = []

    def answer(line, headers):
        seen.append(headers.get("cookie", ""))
        extra = {"Set_Cookie": cookie} if "handshake" in line else {}
        return response("200 OK", b"{}", **extra)

    async with serving(answer) as port:
        http = Http(Access(f"http://127.0.0.1:{port}"))
        async with http.client() as notifications:
            await notifications.post(
                f"{http.access.base}/statistics/v3/notifications/handshake", content=b"[]"
            )
        await http.call("open", "POST", "/statistics/v3/subscriptions", headers={})
        await http.close()

    assert bool(re.search("=a", seen[1])) is sent


async def said_by_websocket(url, ca_bundle=""):
    """Open a websocket as the notifications do and return the sentence."""
    http = Http(Access(url, ca_bundle=ca_bundle))
    with pytest.raises(TransportFailure) as caught:
        await open_websocket(
            f"{url}/statistics/v3/notifications",
            {},
            http.cookies,
            ssl_context=http.ssl_context if url.startswith("https:") else None,
            proxy=None,
            words=http.words,
        )
    assert caught.value.failure.kind in (Kind.UNREACHABLE, Kind.UPGRADE)
    return caught.value.failure.reason


@pytest.mark.parametrize("trouble", ["unknown", "expired", "name", "plain"])
async def test_a_websocket_says_what_is_wrong_with_tls(authority, stranger, trouble):
    """In the words of the calls: one cure, whichever transport met it first."""
    context = {
        "unknown": stranger.context(),
        "expired": authority.context(ended=True),
        "name": authority.context("elsewhere.example"),
        "plain": None,
    }[trouble]
    async with serving(token, context) as port:
        url = f"https://localhost:{port}"
        said = await said_by_websocket(url, str(authority.file))
        called = await said_by(url, ca_bundle=str(authority.file))

    assert called.removeprefix("sign in: ") in said


async def test_a_websocket_to_a_tls_port_without_tls(authority):
    """Nothing is left open, and it is said that it could not be opened."""
    async with serving(token, authority.context()) as port:
        assert "could not be opened" in await said_by_websocket(f"http://localhost:{port}")


async def test_the_client_is_made_away_from_the_loop(monkeypatch):
    """It takes 0.1 s, in which a window would stand still; and once for all calls."""
    http, made_by = Http(Access("http://127.0.0.1:9")), []
    make = http.client

    def client(*bounds):
        made_by.append(threading.current_thread())
        return make(*bounds)

    monkeypatch.setattr(http, "client", client)
    one, two = await asyncio.gather(http._ready(), http._ready())
    await http.close()

    assert one is two
    assert len(made_by) == 1
    assert threading.main_thread() not in made_by
