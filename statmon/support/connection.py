"""Looking at the service: reachable, trusted, signed in, of one mind about the time."""

import email.utils
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx2

from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.sign_in.auth import WHO, SignIn
from statmon.service.sign_in.tokens import token_refusal
from statmon.service.wire.errors import ServiceError, page_in
from statmon.service.wire.http import Http
from statmon.service.wire.network_errors import PROXY_REFUSES, is_of_tls, redirect
from statmon.storage.user.shared_token import SharedToken
from statmon.support import notifications, verdicts
from statmon.support.finding import Finding, failed_with, ok, skipped

_ASKED: Final = "/statistics/v3"
_NOT_THERE: Final = 404
_SECONDS_A_DAY: Final = 86_400
_NAMES: Final = ("reachable", "tls", "clock", "sign-in", "notifications")
_LOOK_AT_IT: Final = (
    "open any page in a browser: if a login page or a proxy stands in between, sign in there"
)
_NOT_REACHED: Final = "the service was not reached"
_FINE: Final = 200
_WITHOUT_PROXY_PASSWORD: Final = 407
_SIGN_IN_TO_NETWORK: Final = 511
"""HTTP's own status for a network that wants a sign-in first (RFC 6585)."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one answer of the service, whatever it said, tells."""

    status: int
    took: float
    date: float | None
    tls: ssl.SSLObject | None
    stranger: Problem | None
    """Why it is somebody else's answer; None if it may be the service's."""


async def examine(
    access: Access | None, now: Callable[[], float] = time.time, *, proxy_fails: bool = False
) -> AsyncIterator[Finding]:
    """Ask the service, one finding after the other.

    Args:
        access: how to reach it; None where no service is named.
        now: this computer's clock, epoch seconds.
        proxy_fails: the proxy on the way is known not to answer.
    """
    if access is None or proxy_fails:
        why = "no service is named: give --url URL or a workspace"
        first = _all_but("", "the proxy comes first" if proxy_fails else why)
    elif problem := access.place_problem():
        first = _beginning("reachable", problem, "the address comes first")
    else:
        async for finding in _reach(access, now):
            yield finding
        return
    for finding in first:
        yield finding


def _beginning(found: str, problem: Problem, why: str) -> list[Finding]:
    """Return what failed, and that therefore nothing else was looked at."""
    return [failed_with(found, problem, "try again later"), *_all_but(found, why)]


def _all_but(found: str, why: str) -> list[Finding]:
    """Return that nothing else was looked at, since what was found comes first."""
    return [skipped(name, why) for name in _NAMES if name != found]


async def _reach(access: Access, now: Callable[[], float]) -> AsyncIterator[Finding]:
    try:
        http = Http(access)
    except ServiceError as error:
        for finding in _beginning("tls", error.problem, "TLS comes first"):
            yield finding
        return
    try:
        async for finding in _ask(http, access, now):
            yield finding
    finally:
        await http.close()


async def _ask(http: Http, access: Access, now: Callable[[], float]) -> AsyncIterator[Finding]:
    try:
        answer = await _answer(http)
    except Exception as error:  # noqa: BLE001 # whatever it is, it is a finding
        found, problem = "tls" if is_of_tls(error) else "reachable", http.reason_of(error)
        for finding in _beginning(found, problem, _NOT_REACHED):
            yield finding
        return
    if answer.stranger is not None:
        for finding in _beginning("reachable", answer.stranger, _NOT_REACHED):
            yield finding
        return
    yield ok("reachable", f"{access.base} answers in {answer.took * 1000:.0f} ms")
    yield _tls(access, answer, now())
    ahead = None if answer.date is None else now() - answer.date
    # The header has whole seconds, and the answer was on its way for a while.
    yield verdicts.clock(ahead, 1.0 + answer.took)
    async for finding in _signed_in(http, access):
        yield finding


async def _answer(http: Http) -> _Answer:
    """Ask for anything; every answer proves that the service is reached."""
    began = time.monotonic()
    async with http.client() as client:
        response = await client.get(http.access.base + _ASKED)
        stream = response.extensions.get("network_stream")
        tls = stream.get_extra_info("ssl_object") if stream is not None else None
    took = time.monotonic() - began
    return _Answer(response.status_code, took, _date(response), tls, _stranger(response))


def _stranger(response: httpx2.Response) -> Problem | None:
    """Tell a proxy's or a login page's answer from the service's, which may be any error."""
    status, url = response.status_code, str(response.request.url)
    if status == _WITHOUT_PROXY_PASSWORD:
        return PROXY_REFUSES
    if response.is_redirect:
        target = response.headers.get("Location", "")
        elsewhere = urlsplit(urljoin(url, target))
        own = urlsplit(url)
        same = (elsewhere.scheme, elsewhere.hostname) == (own.scheme, own.hostname)
        return None if same else redirect(url, target)
    page = page_in(response.content) if status in {_FINE, _SIGN_IN_TO_NETWORK} else None
    return page and Problem(page.says, _LOOK_AT_IT)


def _date(response: httpx2.Response) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return None


def _tls(access: Access, answer: _Answer, now: float) -> Finding:
    if not access.url.startswith("https:"):
        if access.loopback:
            return ok("tls", "not needed: the service is on this computer")
        return verdicts.unencrypted()
    if answer.tls is None:
        return ok("tls", "trusted")
    certificate = answer.tls.getpeercert() or {}
    ends = certificate.get("notAfter")
    days = (
        (ssl.cert_time_to_seconds(ends) - now) / _SECONDS_A_DAY if isinstance(ends, str) else None
    )
    return verdicts.certificate(answer.tls.version() or "", days, _issuer(certificate))


def _issuer(certificate: object) -> str:
    names = certificate.get("issuer", ()) if isinstance(certificate, dict) else ()
    found = {key: value for name in names for key, value in name}
    return str(found.get("organizationName") or found.get("commonName") or "")


async def _signed_in(http: Http, access: Access) -> AsyncIterator[Finding]:
    """Look at the sign-in, and at what only who is signed in may ask for."""
    if problem := access.problem():
        yield skipped("sign-in", problem.says, problem.cure)
        yield skipped("notifications", "the sign-in comes first")
        return
    shared = SharedToken(access)
    sign_in = SignIn(http, renewed=shared.renewed, newer=shared.newer)
    found = await _sign_in(sign_in, shared, access)
    yield found
    if found.outcome == "failed":
        yield skipped("notifications", "the sign-in comes first")
    else:
        yield await notifications.examine(http, sign_in)


async def _sign_in(sign_in: SignIn, shared: SharedToken, access: Access) -> Finding:
    try:
        await sign_in.sign_in()
        await shared.written()
        who = await sign_in.user()
    except ServiceError as error:
        if error.call == WHO and error.status == _NOT_THERE:
            if access.grant_used == "token":
                return skipped("sign-in", "the service does not say whether it takes the token")
            return ok("sign-in", "accepted")
        if error.unauthorized and access.grant_used == "token":
            error = token_refusal(error)
        return failed_with(
            "sign-in", error.problem, "check API key, user name, password and client"
        )
    return ok("sign-in", f"as {who}" if who else "accepted")
