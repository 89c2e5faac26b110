"""What the answers of others mean, in the same words on REST, long-polling and websocket."""

import asyncio
import socket
import ssl

import pytest

from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.wire.errors import ServiceError, SignInRefused
from statmon.service.wire.http import Http
from statmon.service.wire.words import meaning_of
from tests.service.support.ways import HTTP_WAYS, WAYS, head, raw, said
from tests.service.support.wires import Authority, Proxy, response, serving, serving_plainly

BOTH = ("rest", "long-polling", "websocket")
PAGE = (
    b"<!DOCTYPE html><html><head><title>Gateway\x1b[31m \xe2\x80\xae Sign-in</title></head></html>"
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority that this computer does not trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
@pytest.mark.parametrize("way", BOTH)
async def test_a_gateways_page_says_nothing_of_our_credentials(way, status):
    """It is a page, by its title, and nobody has to sign in because of it."""
    async with serving(lambda *_: response(status, PAGE, Content_Type="text/html")) as port:
        words = await said(way, f"http://127.0.0.1:{port}")
    assert "«Gateway‹U+001B›[31m ‹U+202E› Sign-in»" in words
    assert "credentials" not in words


@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM", "Kerberos"])
async def test_a_gateway_that_wants_the_networks_own_sign_in_is_none_of_ours(scheme):
    """Whatever its body is: the service never asks so."""
    answer = response("401 Unauthorized", WWW_Authenticate=scheme)
    async with serving(lambda *_: answer) as port:
        http = Http(Access(f"http://127.0.0.1:{port}", token="t"))
        with pytest.raises(ServiceError) as caught:
            await http.call("read", "GET", "/", headers={})
        await http.close()
    assert not caught.value.unauthorized


async def test_a_page_in_place_of_the_sign_in_is_waited_for():
    """A refused sign-in ends the attempts and asks a person; a page does neither."""
    async with serving(lambda *_: response("403 Forbidden", PAGE)) as port:
        http = Http(Access(f"http://127.0.0.1:{port}", username="u", password="p"))
        with pytest.raises(ServiceError) as caught:
            await SignIn(http).sign_in()
        await http.close()
    assert not isinstance(caught.value, SignInRefused)


@pytest.mark.parametrize("body", [b"", b'{"status":{"code":603,"message":"No"}}', b'{"error":"x"}'])
async def test_a_refusal_of_the_services_still_is_one(body):
    """An empty one counts as well: that is what the real service sends."""
    async with serving(lambda *_: response("403 Forbidden", body)) as port:
        http = Http(Access(f"http://127.0.0.1:{port}", username="u", password="p"))
        with pytest.raises(SignInRefused):
            await SignIn(http).sign_in()
        await http.close()


@pytest.mark.parametrize("way", WAYS)
async def test_redirects_are_told_alike_and_never_followed(way):
    """To TLS on the same host, to a page elsewhere, to another page here."""
    heard = []

    async def elsewhere(reader, writer):
        heard.append(await head(reader))

    async with raw(elsewhere) as other:
        for location, words in (
            ("https://127.0.0.1/x", "write the address as https://127.0.0.1"),
            (f"{other}/login".replace("127.0.0.1", "localhost"), "to a page of localhost"),
            (f"{other}/login", "redirects to another page"),
        ):
            answer = response("302 Found", Location=location)
            async with serving(lambda *_, answer=answer: answer) as port:
                told = await said(way, f"http://127.0.0.1:{port}")
            if way != "doctor" or words != "redirects to another page":
                assert words in told
    assert heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_websocket_is_opened_where_it_was_asked_for_and_nowhere_else(status):
    """API key, token and cookies were handed to the host of a redirect, and its frames believed."""
    heard = []

    async def elsewhere(reader, writer):
        heard.append(await head(reader))

    async with raw(elsewhere) as other:
        target = other.replace("http", "ws").replace("127.0.0.1", "localhost") + "/x"
        answer = response(f"{status} Moved", Location=target, Set_Cookie="evil=1; Path=/")
        async with serving(lambda *_: answer) as port:
            http = Http(Access(f"http://127.0.0.1:{port}", "key-canary"))
            told = await said("websocket", http.access.url, http)
    assert heard == []
    assert "redirects" in told
    assert [cookie.name for cookie in http.cookies] == []


@pytest.mark.parametrize("way", BOTH)
async def test_a_dead_proxy_is_told_from_a_dead_service(way):
    """Whose address is wrong is what the user has to know."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    dead = await said(way, f"http://127.0.0.1:{closed}")
    assert f"nothing answers at http://127.0.0.1:{closed}" in dead.replace("Nothing", "nothing")
    proxied = await said(way, "http://service.example", proxy=f"http://127.0.0.1:{closed}")
    assert f"he proxy 127.0.0.1:{closed} does not answer" in proxied


@pytest.mark.parametrize("way", BOTH)
async def test_a_dead_proxy_of_the_environments_is_told_as_well(way, monkeypatch):
    """Nobody remembers that it is set."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://me:canary@127.0.0.1:{closed}")
    words = await said(way, "http://service.example")
    assert f"he proxy 127.0.0.1:{closed} does not answer" in words


@pytest.mark.parametrize("way", BOTH)
async def test_a_proxy_that_wants_a_password_is_told(way):
    """407, of a tunnel and of a plain request."""
    async with Proxy().running() as proxy:
        for url in ("http://service.example", "https://service.example"):
            words = await said(way, url, proxy=f"http://127.0.0.1:{proxy.port}")
            assert "he proxy wants a user name and password" in words


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("way", BOTH)
async def test_a_missing_client_certificate_is_told(way, newest, authority):
    """Under TLS 1.3 the refusal comes after the handshake, with the first answer."""
    with serving_plainly(lambda *_: response("200 OK"), authority.asking(newest)) as port:
        words = await said(way, f"https://localhost:{port}", ca_bundle=str(authority.file))
    assert "by a client certificate; give its file" in words


@pytest.mark.parametrize("way", BOTH)
async def test_an_unknown_authority_is_told(way, authority):
    """With its cure."""
    async with serving(lambda *_: response("200 OK"), authority.context()) as port:
        words = await said(way, f"https://localhost:{port}")
    assert "from an authority that is not trusted here" in words


@pytest.mark.parametrize("way", WAYS)
async def test_what_nobody_foresaw_is_a_sentence_without_a_type(way, monkeypatch):
    """The types that were seen or may come; each has a sentence, none has Python's name."""
    import httpcore2
    import httpx2
    from websockets.asyncio import client as websocket

    for error in (
        OverflowError("canary"),
        ssl.SSLError(1, "canary"),
        httpx2.CookieConflict("canary"),
        UnicodeEncodeError("ascii", "canary", 0, 1, "canary"),
        RecursionError("canary"),
        MemoryError("canary"),
        KeyError("canary"),
        AssertionError("canary"),
        RuntimeError("canary"),
        httpcore2.ConnectionNotAvailable("canary"),
        ExceptionGroup("canary", [ValueError("canary")]),
    ):

        async def fail(*_, error=error, **__):
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", fail)
            patch.setattr(websocket.connect, "open_tcp_connection", fail)
            words = await said(way, "http://127.0.0.1:9")
        assert words
        assert type(error).__name__ not in words
        assert "canary" not in words
        assert words.count("\n") == 0


def _quick(init):
    def quickly(self, largest=1, within=0.3):
        init(self, largest, within)

    return quickly


@pytest.mark.parametrize("way", HTTP_WAYS)
async def test_an_endless_reading_of_interim_answers_has_its_time(way, monkeypatch):
    """``100 Continue`` again and again is no answer."""
    from statmon.bayeux.bounds import LARGEST, Bounds
    from statmon.service.wire import http as https
    from statmon.updates import fetch as updates

    if way == "long-polling":
        monkeypatch.setattr(https, "NOTIFICATIONS", Bounds(LARGEST, 0.3))
    monkeypatch.setattr(https, "CALLS", Bounds(LARGEST, 0.3))
    monkeypatch.setattr(updates, "BOUNDS", Bounds(64_000, 0.3))
    init = Bounds.__init__
    monkeypatch.setattr(
        Bounds, "__init__", lambda self, largest=1, within=0.3: init(self, largest, within)
    )

    async def serve(reader, writer):
        await head(reader)
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with raw(serve) as url:
        assert "was not all there within" in await said(way, url)


def test_a_status_without_a_word_says_what_it_means_and_what_is_done():
    """Too many requests are the one status that is ours to mend, and that is told."""
    for body in (b"", b"{}", b"[]"):
        words = str(meaning_of("https://host", 429, {}, body).problem)
        assert words == "HTTP status 429 (it is asked too often; it is asked again, more slowly)"
    assert str(meaning_of("https://host", 503, {}, b"").problem) == "HTTP status 503"
