"""Signing in with a browser: the page, the way back, PKCE, registered addresses, sign-out."""

import base64
import contextlib
import hashlib
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

AUTHORIZE = "/auth/v3/oauth/authorize"
TOKEN = "/auth/v3/oauth/token"
CALLBACK = "http://127.0.0.1:1/callback"
USER = {"username": "tenant\\supervisor", "password": "supervisor-password"}
BASIC = ("statmon-client", "statmon-secret")
VERIFIER = "a-verifier-of-the-forty-three-characters-or-so"
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CHALLENGE = {"code_challenge": S256, "code_challenge_method": "S256"}


def query(**fields):
    wish = {"client_id": "statmon-client", "redirect_uri": CALLBACK, "response_type": "code"}
    return wish | {"state": "x&z"} | fields


class Form(HTMLParser):
    """The one form of a page: its method, its action, its fields and their labels."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.names = {}, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.attributes = given
        elif tag in ("input", "button") and "name" in given:
            self.names.append(given["name"])


class Browser:
    """Does what a browser does with the page: follows, fills in, sends."""

    def __init__(self, http):
        self.http = http

    async def go(self, url, **keywords):
        """Follow redirects within the service; return where it ended or left to."""
        answer = await self.http.get(url, **keywords)
        while answer.status_code == 302 and answer.headers["location"].startswith("/"):
            answer = await self.http.get(answer.headers["location"])
        return answer

    async def submit(self, page, **fields):
        form = Form(page.text)
        assert form.attributes["method"] == "post"
        assert set(fields) <= set(form.names)
        return await self.http.post(
            urljoin(str(page.url), form.attributes.get("action", "")), data=fields
        )

    async def sign_in(self, **fields):
        return await self.submit(await self.go(AUTHORIZE, params=query(**fields)), **USER)


def came_back(answer, part="query"):
    """What the redirect to the client's own address says."""
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert location._replace(query="", fragment="").geturl() == CALLBACK
    return {key: value for key, (value,) in parse_qs(getattr(location, part)).items()}


@pytest.fixture
def browse(simulator):
    """Return a function that starts a simulator and gives a browser without an API key."""

    @contextlib.asynccontextmanager
    async def start(*arguments):
        async with (
            simulator("--agents", "1", *arguments) as running,
            running.client() as http,
            running.client() as window,
        ):
            del window.headers["x-api-key"]
            yield Browser(window), http

    return start


async def redeem(http, code, **fields):
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return await http.post(TOKEN, data=grant | {"client_id": "statmon-client"} | fields)


async def test_a_code_is_good_once_and_the_state_comes_back(browse):
    async with browse() as (browser, http):
        back = came_back(await browser.sign_in())
        assert back["state"] == "x&z"
        granted = (await redeem(http, back["code"])).json()
        assert {"access_token", "refresh_token"} <= set(granted)
        assert (await redeem(http, back["code"])).json()["error"] == "invalid_grant"


async def test_a_code_is_good_for_its_redirect_uri_alone(browse):
    async with browse() as (browser, http):
        code = came_back(await browser.sign_in())["code"]
        answer = await redeem(http, code, redirect_uri="http://127.0.0.1:2/")
        assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("challenge", "verifier", "status"),
    [
        (CHALLENGE, {"code_verifier": VERIFIER}, 200),
        (CHALLENGE, {"code_verifier": VERIFIER + "x"}, 400),
        (CHALLENGE, {}, 400),
        ({"code_challenge": VERIFIER}, {"code_verifier": VERIFIER}, 200),
        ({"code_challenge": VERIFIER}, {"code_verifier": "other"}, 400),
        ({}, {}, 200),
    ],
)
async def test_a_challenge_must_be_met_when_the_code_is_redeemed(
    browse, challenge, verifier, status
):
    async with browse() as (browser, http):
        code = came_back(await browser.sign_in(**challenge))["code"]
        assert (await redeem(http, code, **verifier)).status_code == status


async def test_required_pkce_sends_the_browser_back_with_an_error(browse):
    async with browse("--pkce", "require") as (browser, http):
        back = came_back(await browser.go(AUTHORIZE, params=query()))
        assert (back["error"], back["state"]) == ("invalid_request", "x&z")
        code = came_back(await browser.sign_in(**CHALLENGE))["code"]
        assert (await redeem(http, code, code_verifier=VERIFIER)).status_code == 200


async def test_a_service_that_ignores_pkce_asks_for_no_verifier(browse):
    async with browse("--pkce", "ignore") as (browser, http):
        code = came_back(await browser.sign_in(**CHALLENGE))["code"]
        assert (await redeem(http, code)).status_code == 200


@pytest.mark.parametrize(
    ("wish", "error"),
    [({"response_type": "magic"}, "unsupported_response_type"),
     (CHALLENGE | {"code_challenge_method": "S512"}, "invalid_request")],
)  # fmt: skip
async def test_a_wish_that_cannot_be_granted_comes_back_as_an_error(browse, wish, error):
    async with browse() as (browser, _):
        assert came_back(await browser.go(AUTHORIZE, params=query(**wish)))["error"] == error


async def test_the_page_can_be_cancelled_and_a_wrong_password_shows_it_again(browse):
    async with browse() as (browser, _):
        page = await browser.go(AUTHORIZE, params=query())
        again = await browser.submit(page, username="supervisor", password="wrong")
        assert again.status_code == 401
        assert "Wrong user name or password" in again.text
        back = came_back(await browser.submit(again, cancel="1"))
        assert (back["error"], back["state"]) == ("access_denied", "x&z")


async def test_the_tenant_is_asked_for_unless_it_is_hidden(browse):
    async with browse() as (browser, _):
        shown = await browser.go(AUTHORIZE, params=query())
        hidden = await browser.go(AUTHORIZE, params=query(hideTenant="true"))
        assert "tenant" in Form(shown.text).names
        assert "tenant" not in Form(hidden.text).names


@pytest.mark.parametrize(
    "uri",
    ["https://example.com/", "", "http://127.0.0.1.example.com/", "http://127.0.0.1:9/#there"],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(browse, uri):
    async with browse() as (browser, _):
        assert (await browser.go(AUTHORIZE, params=query(redirect_uri=uri))).status_code == 400
        assert (await browser.go(AUTHORIZE, params=query(client_id="x"))).status_code == 400


async def test_registered_addresses_alone_are_good_when_there_are_any(browse):
    async with browse("--redirect-uri", "https://desk.example/cb") as (browser, _):
        assert (await browser.go(AUTHORIZE, params=query())).status_code == 400
        wish = query(redirect_uri="https://desk.example/cb")
        answer = await browser.submit(await browser.go(AUTHORIZE, params=wish), **USER)
        assert answer.headers["location"].startswith("https://desk.example/cb?code=")


async def test_the_services_own_page_shows_the_code_to_copy(browse):
    async with browse("--redirect-uri", "https://desk.example/cb") as (browser, http):
        own = str(http.base_url).rstrip("/") + "/auth/v3/code"
        page = await browser.go(AUTHORIZE, params=query(redirect_uri=own))
        answer = await browser.submit(page, **USER)
        shown = (await browser.http.get(answer.headers["location"])).text
        code = shown.split("<code>")[1].split("</code>")[0]
        assert (await redeem(http, code, redirect_uri=own)).status_code == 200
        hostile = (await browser.http.get("/auth/v3/code?code=<script>")).text
        assert "<script>" not in hostile


async def test_a_browser_that_signed_in_passes_without_the_form_until_it_signs_out(browse):
    async with browse() as (browser, http):
        came_back(await browser.sign_in())
        assert "code" in came_back(await browser.go(AUTHORIZE, params=query()))
        left = await browser.go(f"/auth/v3/sign-out?redirectUri={CALLBACK}")
        assert left.headers["location"] == CALLBACK
        page = await browser.go(AUTHORIZE, params=query())
        assert "password" in Form(page.text).names
        assert (await http.get("/auth/v3/ping")).status_code == 403


async def test_signing_out_globally_ends_every_grant_and_browser_of_the_user(browse):
    async with browse() as (browser, http):
        one = (await redeem(http, came_back(await browser.sign_in())["code"])).json()
        other = (
            await redeem(http, came_back(await browser.go(AUTHORIZE, params=query()))["code"])
        ).json()
        http.headers["Authorization"] = f"Bearer {one['access_token']}"
        await http.post("/auth/v3/sign-out?global=true")
        http.headers["Authorization"] = f"Bearer {other['access_token']}"
        assert (await http.get("/auth/v3/ping")).status_code == 403
        refresh = {"grant_type": "refresh_token", "refresh_token": other["refresh_token"]}
        assert (await http.post(TOKEN, data=refresh, auth=BASIC)).status_code == 400
        assert "password" in Form((await browser.go(AUTHORIZE, params=query())).text).names


async def test_the_implicit_grant_puts_the_token_into_the_fragment(browse):
    async with browse() as (browser, http):
        fragment = came_back(await browser.sign_in(response_type="token"), "fragment")
        http.headers["Authorization"] = f"Bearer {fragment['access_token']}"
        assert (await http.get("/auth/v3/ping")).status_code == 200
