"""Signing in with the system's browser: what is opened and what comes back (RFC 8252). No I/O."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlencode

from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.sign_in.tokens import Code
from statmon.service.wire.errors import ServiceError, SignInRefused
from statmon.service.wire.masking import told

_CALL: Final = "sign in"
_CODE: Final = re.compile(r"[\x21-\x7e]{1,2000}")
"""RFC 6749 appendix A.11, and a bearable length."""
_RANDOM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class BrowserRequest:
    """One attempt to sign in with the browser; its state and proof key are used once."""

    access: Access
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def page(self) -> str:
        """The address that the browser opens."""
        query = {
            "response_type": "code",
            "client_id": self.access.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
        }
        if self.verifier:
            query |= {"code_challenge": challenge(self.verifier), "code_challenge_method": "S256"}
        return f"{self.access.base}/auth/v3/oauth/authorize?{urlencode(query)}"

    def code_in(self, target: str) -> Code:
        """Read the code from the address that the browser was sent back to.

        Raises:
            SignInRefused: the service says no; in its words.
            ServiceError: it is not the answer to this request.
        """
        query = _query(target)
        given = query.get("state", [""])[-1]
        if not hmac.compare_digest(given.encode(), self.state.encode()):
            raise ServiceError(
                _CALL, Problem("that page is not from this sign-in", "start it again")
            )
        if "error" in query:
            words = told(query.get("error_description", query["error"])[-1])
            raise SignInRefused(_CALL, Problem(f"the browser says no ({words})", "try again"))
        return self._code(query.get("code", [""])[-1])

    def pasted(self, text: str) -> Code:
        """Read the code from what the user pasted: the code, or the whole address.

        Raises:
            ServiceError: neither is in it.
        """
        text = text.strip()
        if "code=" not in text:
            return self._code(text)
        if "state=" in text:
            return self.code_in(text)
        return self._code(_query(text).get("code", [""])[-1])

    def _code(self, text: str) -> Code:
        if not _CODE.fullmatch(text):
            raise ServiceError(
                _CALL, Problem("there is no code in it", "paste the address or its code")
            )
        return Code(text, self.redirect_uri, self.verifier)


def _query(address: str) -> dict[str, list[str]]:
    """Return the fields of an address, or of what follows its question mark."""
    return parse_qs(address.rpartition("?")[2].partition("#")[0])


def browser_request(access: Access, redirect_uri: str) -> BrowserRequest:
    """Begin to sign in with the browser.

    Args:
        access: of the site.
        redirect_uri: where the browser shall be sent back to; the site has to know it.
    """
    verifier = secrets.token_urlsafe(_RANDOM_BYTES) if access.browser.pkce else ""
    return BrowserRequest(access, redirect_uri, secrets.token_urlsafe(_RANDOM_BYTES), verifier)


def challenge(verifier: str) -> str:
    """Return the proof key's challenge, method S256 (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
