"""What it means that no answer came, or one that is no success: one meaning for every transport."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from statmon.bayeux.errors import Verdict, Words
from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.wire.errors import said_in
from statmon.service.wire.masking import masked, told
from statmon.service.wire.network_errors import PROXY_REFUSES, reason_of, redirect

_PROXY_WANTS_A_PASSWORD: Final = 407
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REFUSALS: Final = frozenset({401, 403})
_LONGEST_SENTENCE: Final = 400
"""Signs of a sentence of ours in which the service is quoted."""
_NETWORKS_OWN: Final = ("negotiate", "ntlm", "kerberos")
"""How a company's gateway asks who we are; the service never does.

See docs/reference/sign-in.md §4.
"""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer that is no success says."""

    problem: Problem
    """Fit to be shown."""
    code: int | None = None
    """The API's own status code."""
    reason: str = ""
    """OAuth's name for the error."""
    ours: bool = True
    """Whether it may be the service's; else somebody in between speaks."""


def meaning_of(
    url: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    secrets: Iterable[str] = (),
) -> Meaning:
    """Say what an answer that is no success means.

    Args:
        url: what was asked.
        status: its HTTP status.
        headers: its headers; names in any case are found in those of the HTTP library.
        body: as much of it as came.
        secrets: what was sent and must not be repeated.
    """
    if status in _REDIRECTS:
        return Meaning(redirect(url, headers.get("Location", "")), ours=False)
    if status == _PROXY_WANTS_A_PASSWORD:
        return Meaning(PROXY_REFUSES, ours=False)
    said = said_in(body, status)
    asks = headers.get("WWW-Authenticate", "").lstrip().casefold()
    ours = said.ours and not asks.startswith(_NETWORKS_OWN)
    problem = Problem(told(said.words, secrets=secrets), said.cure)
    return Meaning(problem, said.code, said.reason, ours)


class ServiceWords(Words):
    """The notifications' sentences: those of the calls."""

    def __init__(self, access: Access, proxy: Callable[[], str]) -> None:
        """Speak of a site.

        Args:
            access: the site.
            proxy: gives the address of the proxy that stands in between now, or nothing.
        """
        self._access, self._proxy = access, proxy
        self._url = access.base

    def error(self, error: BaseException) -> str:
        """Say why there is no answer."""
        return str(reason_of(error, self._url, self._proxy()))

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Say what an answer that is no success means."""
        meaning = meaning_of(self._url, status, headers, body, self._access.secrets)
        words = str(meaning.problem)
        if status in _REDIRECTS or status == _PROXY_WANTS_A_PASSWORD:
            return Verdict(words, ours=False)
        if not words.startswith("HTTP"):
            words = f"HTTP {status}: {words}"
        if not meaning.ours:
            return Verdict(words, ours=False)
        if status in _REFUSALS:
            return Verdict(f"the credentials are not accepted ({words.rstrip('.')})")
        return Verdict(f"the service answers {words}")

    def said(self, text: str) -> str:
        """Return a text of the service's as it may be shown."""
        return told(text, secrets=self._access.secrets, longest=_LONGEST_SENTENCE)

    def masked(self, text: str) -> str:
        """Return a text without secrets."""
        return masked(text, self._access.secrets)
