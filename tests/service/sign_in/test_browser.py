"""The sign-in in the browser: what is opened, what may come back, and who may bring it."""

import asyncio
import re
import socket
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from statmon.service.access import Access, BrowserSignIn
from statmon.service.sign_in.browser import browser_request, challenge
from statmon.service.sign_in.loopback import listening
from statmon.service.wire.errors import ServiceError, SignInRefused

ACCESS = Access("https://site.example", "key", client_id="client", grant="browser")
URI = "http://127.0.0.1:7/callback"


def query_of(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page).query).items()}


async def visit(target, port):
    """Call the page as a browser does; return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()


def test_the_challenge_is_that_of_the_standard():
    """RFC 7636, appendix B."""
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_the_page_carries_proof_and_state_that_are_never_used_again():
    """Two attempts share neither."""
    one, two = (browser_request(ACCESS, URI) for _ in range(2))
    query = query_of(one.page)

    assert one.page.startswith("https://site.example/auth/v3/oauth/authorize?")
    assert query["response_type"] == "code"
    assert query["client_id"] == "client"
    assert query["redirect_uri"] == URI
    assert query["code_challenge"] == challenge(one.verifier)
    assert (one.state, one.verifier) != (two.state, two.verifier)
    assert len(one.verifier) >= 43
    assert one.verifier not in repr(one)


def test_a_site_that_refuses_proof_keys_gets_none():
    """A site setting, since redirects are registered site by site."""
    access = replace(ACCESS, browser=BrowserSignIn(pkce=False))
    request = browser_request(access, URI)

    assert "code_challenge" not in request.page
    assert request.code_in(f"/?code=a&state={request.state}").verifier == ""


@pytest.mark.parametrize("state", ["", "state=wrong", "state=é"])
def test_a_code_from_another_sign_in_is_refused(state):
    """Whoever sent the browser here, it was not us."""
    with pytest.raises(ServiceError, match="not from this sign-in") as caught:
        browser_request(ACCESS, URI).code_in(f"/callback?code=abc&{state}")
    assert not isinstance(caught.value, SignInRefused)


def test_what_the_service_says_in_the_browser_is_told():
    """The user pressed Cancel there, or may not sign in."""
    request = browser_request(ACCESS, URI)
    with pytest.raises(SignInRefused, match="User denied access"):
        request.code_in(
            f"/?error=access_denied&error_description=User+denied%0Aaccess&state={request.state}"
        )


@pytest.mark.parametrize(
    "text", ["abc", " abc\n", "code=abc", "https://site/done?code=abc", "{page}"]
)
def test_a_code_may_be_pasted_alone_or_with_its_page(text):
    """Users copy what they see."""
    request = browser_request(ACCESS, "https://site/done")
    page = f"https://site/done?code=abc&state={request.state}"

    assert request.pasted(text.format(page=page)).code == "abc"


@pytest.mark.parametrize(
    "text", ["", "two words", "https://site/done?code=abc&state=x", "code=", "http://[?code="]
)
def test_what_holds_no_code_is_refused_when_it_is_pasted(text):
    """Also a page of another sign-in."""
    with pytest.raises(ServiceError):
        browser_request(ACCESS, "https://site/done").pasted(text)


async def test_the_browser_brings_the_code_once():
    """The first answer to our request counts; then the page is over."""
    async with listening(ACCESS) as waiting:
        port = urlsplit(waiting.request.redirect_uri).port
        first = await visit(f"/callback?code=abc&state={waiting.request.state}", port)
        second = await visit(f"/callback?code=evil&state={waiting.request.state}", port)
        code = await waiting.code()

    assert "Signed in" in first
    assert " 410 " in second
    assert (code.code, code.redirect_uri) == ("abc", f"http://127.0.0.1:{port}/callback")
    assert code.verifier == waiting.request.verifier


async def test_strangers_change_nothing():
    """Other paths, other states, other methods, and no request at all."""
    async with listening(ACCESS) as waiting:
        port = urlsplit(waiting.request.redirect_uri).port
        assert " 404 " in await visit("/favicon.ico", port)
        assert " 400 " in await visit("/callback?code=evil&state=guess", port)
        assert " 400 " in await visit("/callback", port)
        idle = await asyncio.open_connection("127.0.0.1", port)
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /callback?code=evil HTTP/1.1\r\n\r\n" + b"x" * 100_000)
        writer.close()
        await visit(f"/callback?code=good&state={waiting.request.state}", port)

        assert (await waiting.code()).code == "good"
    idle[1].close()


async def test_the_page_writes_out_what_it_was_sent():
    """Words of a stranger are no markup."""
    async with listening(ACCESS) as waiting:
        port = urlsplit(waiting.request.redirect_uri).port
        words = "error_description=%3Cscript%3Ealert(1)%3C/script%3E"
        page = await visit(f"/callback?error=x&{words}&state={waiting.request.state}", port)
        with pytest.raises(SignInRefused):
            await waiting.code()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_a_browser_that_never_comes_back_is_given_up():
    """With a sentence, not with an endless wait."""
    async with listening(ACCESS) as waiting:
        with pytest.raises(ServiceError, match="did not come back"):
            await waiting.code(patience=0.01)


async def test_the_ports_that_the_site_registered_are_tried_in_turn():
    """One may be in use; if all are, the sentence names them."""
    with socket.create_server(("127.0.0.1", 0)) as busy, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        taken, port = busy.getsockname()[1], free.getsockname()[1]
        free.close()
        both = replace(ACCESS, browser=BrowserSignIn((taken, port), host="localhost", path="/cb"))
        async with listening(both) as waiting:
            assert waiting.request.redirect_uri == f"http://localhost:{port}/cb"
        one = replace(ACCESS, browser=BrowserSignIn((taken,)))
        with pytest.raises(ServiceError, match=re.escape(f"port {taken} of this computer")):
            async with listening(one):
                pass


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


six = pytest.mark.skipif(not has_ipv6(), reason="this computer has no ::1")
AT_LOCALHOST = replace(ACCESS, browser=BrowserSignIn(host="localhost"))


@six
async def test_localhost_is_heard_on_both_loopbacks():
    """A browser takes the name for either; who listens at the other one would get the code."""
    async with listening(AT_LOCALHOST) as waiting:
        uri = urlsplit(waiting.request.redirect_uri)
        assert uri.hostname == "localhost"
        reader, writer = await asyncio.open_connection("::1", uri.port)
        query = f"code=abc&state={waiting.request.state}"
        writer.write(f"GET {uri.path}?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert b"200 OK" in await reader.read()
        writer.close()
        assert (await waiting.code()).code == "abc"
        assert "404" in await visit("/favicon.ico", uri.port)


@six
async def test_a_port_that_somebody_has_on_one_loopback_is_not_taken():
    """The next registered one is; with none left it is said."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as found:
            free = found.getsockname()[1]
        access = replace(ACCESS, browser=BrowserSignIn(ports=(port, free), host="localhost"))
        async with listening(access) as waiting:
            assert urlsplit(waiting.request.redirect_uri).port == free
        alone = replace(ACCESS, browser=BrowserSignIn(ports=(port,), host="localhost"))
        with pytest.raises(ServiceError, match="in use"):
            async with listening(alone):
                pass


async def test_a_computer_without_ipv6_hears_localhost_on_the_other(monkeypatch):
    """Nobody can come by a loopback that is not there."""
    start = asyncio.start_server

    async def without_ipv6(serve, address, port, **options):
        if ":" in address:
            raise OSError(99, "Cannot assign requested address")
        return await start(serve, address, port, **options)

    monkeypatch.setattr(asyncio, "start_server", without_ipv6)
    async with listening(AT_LOCALHOST) as waiting:
        assert "404" in await visit("/x", urlsplit(waiting.request.redirect_uri).port)
