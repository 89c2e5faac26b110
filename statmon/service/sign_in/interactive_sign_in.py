"""One attempt of a person to sign in, by whichever grant."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.sign_in.browser import browser_request
from statmon.service.sign_in.loopback import Visit, listening
from statmon.service.sign_in.tokens import Code, Tokens, token_refusal
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.make_http import reach

Paste = Callable[[], Awaitable[str]]
"""Waits for what the user pastes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign-in that went well."""

    access: Access
    tokens: Tokens = field(repr=False)
    user: str
    """The name for people, or empty where the service does not say."""


async def attempt(access: Access, show_page: Callable[[str], None], pasted: Paste) -> Entry:
    """Sign in and find out as whom.

    Args:
        access: everything that the user has filled in.
        show_page: opens an address in the system's browser.
        pasted: waits for a code that the user pastes; cancelled when it is no longer needed.

    Raises:
        SignInRefused: the service does not accept it.
        ServiceError: it could not be asked, or something essential is missing.
    """
    if problem := access.place_problem() or _missing(access):
        raise ServiceError("sign in", problem)
    http = await reach(access)
    sign_in = SignIn(http)
    try:
        if access.grant_used == "browser":
            await sign_in.by_code(await _by_browser(access, show_page, pasted))
        else:
            await sign_in.sign_in()
        return Entry(access, sign_in.tokens, await _user(sign_in, access))
    finally:
        await http.close()


def _missing(access: Access) -> Problem | None:
    wanted = {
        "password": [("user name", access.username), ("password", access.password)],
        "client": [("client id", access.client_id), ("client secret", access.client_secret)],
        "browser": [("client id", access.client_id)],
        "token": [("token", access.token)],
    }
    missing = [name for name, value in wanted[access.grant_used or "password"] if not value]
    return Problem(f"the {missing[0]} is missing", "fill it in") if missing else None


async def _by_browser(access: Access, show_page: Callable[[str], None], pasted: Paste) -> Code:
    if access.browser.pasted:
        request = browser_request(access, access.browser.pasted)
        show_page(request.page)
        return request.pasted(await pasted())
    async with listening(access) as visit:
        show_page(visit.request.page)
        return await _first(visit, pasted)


async def _first(visit: Visit, pasted: Paste) -> Code:
    """Wait for the browser, or for the user who pastes what it shows, whichever comes first."""

    async def by_hand() -> Code:
        return visit.request.pasted(await pasted())

    ways = [asyncio.create_task(visit.code()), asyncio.create_task(by_hand())]
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _user(sign_in: SignIn, access: Access) -> str:
    try:
        return await sign_in.user()
    except ServiceError as error:
        if access.grant_used == "token" and error.unauthorized:
            raise token_refusal(error) from None
        return ""


async def leave(access: Access, tokens: Tokens) -> None:
    """Sign out: end a token at the service.

    Raises:
        ServiceError: the service could not be told; the token ends by itself later.
    """
    http = await reach(access)
    try:
        await SignIn(http, tokens=tokens).sign_out()
    finally:
        await http.close()
