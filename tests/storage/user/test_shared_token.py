"""Several statmons with one refresh token that each renewal replaces."""

import asyncio
from urllib.parse import parse_qs

import httpx2
import pytest

from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.sign_in.tokens import Tokens
from statmon.service.sign_in.way import parts_of
from statmon.service.wire.errors import SignInRefused
from statmon.service.wire.http import Http
from statmon.storage.machine.keyring import Keyring
from statmon.storage.user import shared_token
from statmon.storage.user.secrets import Vault
from statmon.storage.user.shared_token import SharedToken

BARE = Access("http://site", api_key="key", client_id="client", grant="browser")


class Backend:
    """A keyring in a dictionary."""

    def __init__(self):
        self.items = {}

    def get_password(self, service, username):
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        self.items[service, username] = password

    def delete_password(self, service, username):
        del self.items[service, username]


class Site:
    """Gives a new refresh token with each token, and refuses those that were used."""

    def __init__(self, first="r0"):
        self.good, self.asked = first, []

    def answer(self, request):
        refresh = parse_qs(request.content.decode())["refresh_token"][0]
        self.asked.append(refresh)
        if refresh != self.good:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        self.good = f"r{len(self.asked)}"
        answer = {"access_token": f"t{len(self.asked)}", "refresh_token": self.good}
        return httpx2.Response(200, json={**answer, "expires_in": 100})


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(shared_token, "PAUSES", (0.0, 0.01, 0.01))
    return Site()


@pytest.fixture
def backend():
    backend = Backend()
    access = Access("http://site", "key", client_id="client", refresh_token="r0")
    Vault(lambda: Keyring("a keyring", backend)).keep(access, parts_of(access))
    return backend


def statmon(site, backend):
    """A process: its sign-in, and what it shares."""
    vault = Vault(lambda: Keyring("a keyring", backend))
    access = vault.fill(BARE)
    shared = SharedToken(access, vault)
    http = Http(access)
    http._client = httpx2.AsyncClient(transport=httpx2.MockTransport(site.answer))
    return SignIn(http, renewed=shared.renewed, newer=shared.newer), shared


async def test_what_one_has_renewed_the_next_start_goes_on_with(site, backend):
    """A peek must not cost the window its sign-in."""
    for _ in range(3):
        sign_in, shared = statmon(site, backend)
        await sign_in.sign_in()
        await shared.written()

    assert site.asked == ["r0", "r1", "r2"]


async def test_two_at_work_take_turns(site, backend):
    """Who is refused takes what the other has written down."""
    both = [statmon(site, backend) for _ in range(2)]
    for _ in range(3):
        for sign_in, shared in both:
            await sign_in.renew()
            await shared.written()

    assert [sign_in.needed for sign_in, _ in both] == [None, None]


async def test_two_at_the_same_moment_both_get_through(site, backend):
    """Also where the other's token is written only after the refusal."""
    both = [statmon(site, backend) for _ in range(2)]
    await asyncio.gather(*(sign_in.renew() for sign_in, _ in both))

    assert [sign_in.signed_in for sign_in, _ in both] == [True, True]


async def test_where_nobody_has_a_newer_one_a_person_is_asked(site, backend):
    """And each token is shown once."""
    site.good = "somebody else's"
    sign_in, _ = statmon(site, backend)
    with pytest.raises(SignInRefused, match="sign in again"):
        await sign_in.renew()

    assert site.asked == ["r0"]


async def test_a_token_that_was_not_in_the_keyring_is_not_put_there(backend):
    """What was given by options stays where it was."""
    backend.items.clear()
    shared = SharedToken(
        Access("http://site", "key", username="sue", password="pass"),
        Vault(lambda: Keyring("a keyring", backend)),
    )
    shared.renewed(Tokens("access", "refresh"))
    await shared.written()

    assert backend.items == {}
    assert await shared.newer("refresh") == ""
