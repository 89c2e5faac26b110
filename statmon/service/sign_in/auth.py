"""Signing in: getting a token, renewing it ahead of its end, once for all callers."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from statmon.bayeux.backoff import Backoff
from statmon.bayeux.weight import TooMuch
from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.clock import elapsed_ms
from statmon.service.sign_in.renewal_policy import RenewalPolicy
from statmon.service.sign_in.tokens import (
    Code,
    Tokens,
    client_headers,
    code_form,
    refresh_form,
    refusal,
    secret_form,
    token_refusal,
    tokens_in,
)
from statmon.service.wire.errors import ServiceError, SignInRefused, json_in, page_in
from statmon.service.wire.masking import told

if TYPE_CHECKING:
    from statmon.service.wire.http import Http

_log = logging.getLogger(__name__)
_CALL: Final = "sign in"
WHO: Final = "who is signed in"
"""The call that asks for the name; not every service offers it."""
_LONGEST_NAME: Final = 100
RETRY: Final = 10.0
"""Seconds between two attempts to renew a token ahead of its end; near it, as a service is asked
that is not there."""


Newer = Callable[[str], Awaitable[str]]
"""Gives the refresh token that another program of the user's has in place of a refused one."""


def elapsed() -> float:
    """Return monotonic seconds: tokens grow old while the computer sleeps, too."""
    return elapsed_ms() / 1000


class SignIn:
    """The token of one site (Authentication API v3, docs/reference/sign-in.md).

    A pasted token is used as it is and cannot be renewed.
    """

    def __init__(
        self,
        http: "Http",
        *,
        tokens: Tokens | None = None,
        needed: Callable[[str | None], None] = lambda _: None,
        renewed: Callable[[Tokens], None] = lambda _: None,
        newer: Newer | None = None,
        clock: Callable[[], float] = elapsed,
    ) -> None:
        """Prepare to sign in.

        Args:
            http: how the site is reached and as whom.
            tokens: from a sign-in that has just been done, if there was one.
            needed: called once when a person has to sign in, with the reason; with None when
                that has passed.
            renewed: called with every new token.
            newer: asked for another refresh token when one was refused.
            clock: monotonic seconds that go on while the computer sleeps.
        """
        self._http = http
        self._clock = clock
        self._needed = needed
        self._renewed, self._newer = renewed, newer
        self._told: str | None = None
        self._changed = asyncio.Event()
        self._backoff = Backoff(random.random)
        self._start(tokens)

    def _start(self, tokens: Tokens | None) -> None:
        access = self._http.access
        self._tokens = tokens or Tokens(access.token, access.refresh_token)
        self.proved = False
        """A call was done with a token of this sign-in."""
        self._renewals = RenewalPolicy()
        self._renewing: asyncio.Task[None] | None = None

    @property
    def signed_in(self) -> bool:
        """Whether there is a token."""
        return bool(self._tokens.access)

    @property
    def token(self) -> str:
        """The present token, or empty."""
        return self._tokens.access

    @property
    def tokens(self) -> Tokens:
        """The present token and what is known of it."""
        return self._tokens

    @property
    def needed(self) -> str | None:
        """Why a person has to sign in, or None while all is well."""
        return self._renewals.needed

    @property
    def expires_in(self) -> float | None:
        """Seconds of life that the token has left, or None where that is not known."""
        return None if self._tokens.expires is None else self._tokens.expires - self._clock()

    @property
    def renew_in(self) -> float | None:
        """Seconds until the token ought to be renewed, or None where that is not known."""
        at = self._tokens.renew_at
        return None if at is None else max(0.0, at - self._clock())

    def headers(self) -> Mapping[str, str]:
        """Return what every request to the service carries."""
        headers = {}
        if self._http.access.api_key:
            headers["x-api-key"] = self._http.access.api_key
        if self._tokens.access:
            headers["Authorization"] = f"Bearer {self._tokens.access}"
        return headers

    async def sign_in(self) -> None:
        """Get a token unless there is one.

        Raises:
            SignInRefused: the service does not accept these secrets, or a person is needed.
            ServiceError: the service could not be asked; try again later.
        """
        if not self._tokens.access:
            await self.renew()

    async def by_code(self, code: Code) -> None:
        """Get a token for the code that the browser brought.

        Raises:
            SignInRefused: the service does not accept it.
            ServiceError: the service could not be asked.
        """
        await self._request(code_form(self._http.access, code))

    async def renew(self, refused: str | None = None, words: str = "") -> None:
        """Get a new token; callers at the same time share one request.

        Args:
            refused: the token that the service refused to the caller. If there is another one
                by now, nothing is asked: the caller tries again with that.
            words: the service's own, when it refused.

        Raises:
            SignInRefused: the service does not accept these secrets, or there are none.
            ServiceError: the service could not be asked; try again later.
        """
        if refused is not None and refused != self._tokens.access:
            return
        if self._renewing is None:
            objection = self._renewals.objection(
                None if refused is None else words or "no reason is given", self._clock()
            )
            self._tell()
            if objection is not None:
                raise SignInRefused(_CALL, objection)
            work = self._renew(refused=refused is not None)
            self._renewing = self._http.share(work, "renew token")
            self._renewing.add_done_callback(self._ended)
        await asyncio.shield(self._renewing)

    def accepted(self, token: str) -> None:
        """Note that the service did a call for this token."""
        if token == self._tokens.access:
            self.proved = True
            self._renewals.accepted()
            self._tell()

    def go_on_as(self, access: Access, tokens: Tokens) -> None:
        """Go on with what a person has just signed in with, in the same session."""
        self._http.access = access
        self._start(tokens)
        self._have(tokens)
        self._tell()

    async def keep(self) -> None:
        """Renew the token ahead of its end, again and again, until cancelled."""
        pause = 0.0
        while True:
            wait = None if self.renew_in is None else max(self.renew_in, pause)
            pause = 0.0
            self._changed.clear()
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                pause = await self._renew_ahead()

    async def _renew_ahead(self) -> float:
        """Try to renew; return the seconds before another attempt makes sense."""
        try:
            await self.renew()
        except ServiceError as error:
            _log.info("the token could not be renewed: %s", error)
            life = self.expires_in or 0.0
            near = life < 2 * RETRY and not isinstance(error, SignInRefused)
            pause = self._backoff.failed(self._clock()) if near else RETRY
            return max(pause, error.retry_after or 0.0)
        self._backoff.forget()
        return 0.0

    async def user(self) -> str:
        """Return the name of who is signed in, for people (``GET /userinfo``).

        Raises:
            ServiceError: the service does not say.
        """
        body = await self._http.call(WHO, "GET", "/auth/v3/userinfo", headers=self.headers())
        try:
            data = json_in(body)
        except TooMuch as error:
            raise ServiceError(WHO, f"the answer {error}") from None
        except ValueError:
            raise ServiceError(WHO, page_in(body) or "the answer is not JSON") from None
        for key in ("cmeUserName", "loginName", "username"):
            if isinstance(data, dict) and isinstance(data.get(key), str):
                return told(data[key], longest=_LONGEST_NAME)
        return ""

    async def doubted(self) -> SignInRefused | None:
        """Return the refusal of a pasted token that nobody ever accepted, or None.

        A refusal of the notifications alone says little: they may be forbidden to everybody, and
        then values are fetched with the same token. So who knows its owner is asked as well.
        """
        if self.proved or self._http.access.grant_used != "token":
            return None
        try:
            await self.user()
        except ServiceError as error:
            return token_refusal(error) if error.unauthorized and not self.proved else None
        return None

    async def sign_out(self) -> None:
        """End the token at the service and forget it, also where the service cannot be told.

        Raises:
            ServiceError: the service could not be told.
        """
        headers = self.headers()
        self._tokens = Tokens()
        await self._http.call("sign out", "POST", "/auth/v3/sign-out?global=false", headers=headers)

    def _have(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._changed.set()
        self._renewed(tokens)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._renewing is task:
            self._renewing = None
        if not task.cancelled():
            task.exception()  # each caller gets it; with none left it must not be reported

    def _tell(self) -> None:
        """Tell of a need when it arises and when it has passed."""
        if self.needed != self._told:
            self._told = self.needed
            self._needed(self.needed)

    async def _renew(self, *, refused: bool) -> None:
        renewals = self._renewals
        try:
            await self._by_refresh_or_secrets()
        except SignInRefused as error:
            final = secret_form(self._http.access) is None
            renewals.need(error.message, self._clock(), final=final, of_token=refused)
            raise
        else:
            renewals.renewed(self._clock(), refused=refused)
        finally:
            self._tell()

    async def _by_refresh_or_secrets(self) -> None:
        access = self._http.access
        refused = {""}
        while (refresh := self._tokens.refresh) not in refused:
            try:
                await self._request(refresh_form(access, refresh))
            except SignInRefused as error:
                if error.code is not None:
                    raise  # the gate at the API key: it says nothing of the refresh token
                _log.info("the refresh token was refused: %s", error.message)
            else:
                return
            refused.add(refresh)
            newer = await self._newer(refresh) if self._newer else ""
            if self._tokens.refresh != refresh:
                return  # a person has signed in meanwhile
            self._tokens = replace(self._tokens, refresh="" if newer in refused else newer)
        form = secret_form(access)
        if form is None:
            words = "the sign-in has ended" if self.proved else "the token is not accepted"
            words = words if self.signed_in else "nobody is signed in"
            raise SignInRefused(_CALL, Problem(f"{words} and cannot be renewed", "sign in again"))
        await self._request(form)

    async def _request(self, form: Mapping[str, str]) -> None:
        asked = self._clock()
        before = self._tokens
        try:
            body = await self._http.call(
                _CALL,
                "POST",
                "/auth/v3/oauth/token",
                headers=client_headers(self._http.access),
                data=form,
            )
        except ServiceError as error:
            raise self._meaning(error, form) from None
        if page := page_in(body):
            raise ServiceError(_CALL, page)
        if self._tokens is before:  # else a person has signed in meanwhile
            self._have(tokens_in(body, asked, before))

    def _meaning(self, error: ServiceError, form: Mapping[str, str]) -> ServiceError:
        """Tell a final refusal from what passes: a limit or an overload (429, 5xx)."""
        if error.ours and error.status in {400, 401, 403}:
            return SignInRefused(
                _CALL,
                refusal(error, form),
                status=error.status,
                code=error.code,
                reason=error.reason,
            )
        if error.status == 404:
            where = f"{self._http.access.base}/auth/v3"
            problem = Problem(f"there is no sign-in at {where}", "check the address")
            return ServiceError(_CALL, problem, status=404)
        return error


class Bearer:
    """The notifications' share in the sign-in: remembers which token they showed last."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._shown = ""

    def headers(self) -> Mapping[str, str]:
        """Return what a request carries."""
        self._shown = self._sign_in.token
        return self._sign_in.headers()

    def accepted(self) -> None:
        """The service did what was asked with the token that was shown."""
        self._sign_in.accepted(self._shown)

    async def renew(self) -> bool:
        """The service refused the token; return whether there is another one to try."""
        try:
            await self._sign_in.renew(self._shown)
        except ServiceError as error:
            _log.info("the token could not be renewed: %s", error)
            return False
        return True
