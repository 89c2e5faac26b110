"""Signing in: getting a token, renewing it ahead of its end, once for all callers."""

import asyncio
import base64
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from statmon.service.errors import ServiceError, SignInRefused
from statmon.service.http import Http

_log = logging.getLogger(__name__)

RENEW_AT: Final = 0.8
"""The share of a token's life after which it is renewed."""


class SignIn:
    """The token of one site (Authentication API v3, reference §3).

    A pasted token is used as it is and cannot be renewed.
    """

    def __init__(self, http: Http, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._clock = clock
        self._token = http.access.token
        self._refresh_token = ""
        self._expires: float | None = None
        self._renew_at: float | None = None
        self._renewing: asyncio.Task[None] | None = None

    @property
    def signed_in(self) -> bool:
        """Whether there is a token."""
        return bool(self._token)

    @property
    def expires_in(self) -> float | None:
        """Seconds of life that the token has left, or None where that is not known."""
        return None if self._expires is None else self._expires - self._clock()

    @property
    def renew_in(self) -> float | None:
        """Seconds until the token ought to be renewed, or None where that is not known."""
        return None if self._renew_at is None else max(0.0, self._renew_at - self._clock())

    def headers(self) -> Mapping[str, str]:
        """Return what every request to the service carries."""
        headers = {}
        if self._http.access.api_key:
            headers["x-api-key"] = self._http.access.api_key
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    async def sign_in(self) -> None:
        """Get a token unless there is one.

        Raises:
            SignInRefused: the service does not accept these secrets.
            ServiceError: the service could not be asked; try again later.
        """
        if not self._token:
            await self.renew()

    async def renew(self) -> None:
        """Get a new token; callers at the same time share one request.

        Raises:
            SignInRefused: the service does not accept these secrets, or there are none.
            ServiceError: the service could not be asked; try again later.
        """
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name="renew token")
            self._renewing.add_done_callback(self._renewed)
        await asyncio.shield(self._renewing)

    async def user(self) -> str:
        """Return the name of who is signed in, for people (``GET /userinfo``).

        Raises:
            ServiceError: the service does not say.
        """
        body = await self._http.call(
            "who is signed in", "GET", "/auth/v3/userinfo", headers=self.headers()
        )
        try:
            data = json.loads(body)
        except ValueError:
            raise ServiceError("who is signed in", "the answer is not JSON") from None
        for key in ("cmeUserName", "loginName", "username"):
            if isinstance(data, dict) and isinstance(data.get(key), str):
                return str(data[key])
        return ""

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # each caller gets it; with none left it must not be reported

    async def _renew(self) -> None:
        access = self._http.access
        if self._refresh_token:
            try:
                await self._request(
                    grant_type="refresh_token",
                    refresh_token=self._refresh_token,
                    client_id=access.client_id,
                    scope="*",
                )
            except SignInRefused as error:
                _log.info("the refresh token was refused, signing in anew: %s", error.message)
                self._refresh_token = ""
            else:
                return
        if access.username and access.password:
            await self._request(
                grant_type="password",
                username=access.username,
                password=access.password,
                client_id=access.client_id,
                scope="*",
            )
        elif access.client_secret:
            await self._request(grant_type="client_credentials", scope="*")
        else:
            raise SignInRefused(
                "sign in", "the token is refused and cannot be renewed: sign in again"
            )

    async def _request(self, **form: str) -> None:
        call = "sign in"
        asked = self._clock()
        try:
            body = await self._http.call(
                call,
                "POST",
                "/auth/v3/oauth/token",
                headers=self._client_headers(),
                data=form,
            )
        except ServiceError as error:
            # A limit or an overload (429, 5xx) passes; every other refusal is final.
            if error.status in {400, 401, 403}:
                raise SignInRefused(
                    call,
                    f"the service refuses it ({error.message}); "
                    "check API key, user name, password and client",
                    status=error.status,
                    code=error.code,
                ) from None
            raise
        self._accept(call, body, asked)

    def _client_headers(self) -> dict[str, str]:
        access = self._http.access
        headers = {"x-api-key": access.api_key} if access.api_key else {}
        if access.client_secret:
            pair = f"{access.client_id}:{access.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return headers

    def _accept(self, call: str, body: bytes, asked: float) -> None:
        try:
            answer: Any = json.loads(body)
        except ValueError:
            answer = None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise ServiceError(
                call, "the answer holds no token; is this a Genesys service, or a login page?"
            )
        self._token = token
        refresh = answer.get("refresh_token")
        if isinstance(refresh, str):  # else the old one lives on (RFC 6749 §6)
            self._refresh_token = refresh
        life = answer.get("expires_in")
        known = isinstance(life, int | float) and life > 0
        self._expires = asked + life if known else None
        self._renew_at = asked + life * RENEW_AT if known else None
