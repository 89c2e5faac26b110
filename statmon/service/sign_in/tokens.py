"""What a sign-in gives and what it is asked with (docs/reference/sign-in.md §1)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from statmon.bayeux.weight import TooMuch
from statmon.domain.problem import Problem
from statmon.service.access import Access, can_travel
from statmon.service.wire.errors import ServiceError, SignInRefused, json_in

RENEW_AT: Final = 0.8
"""The share of a token's life after which it is renewed."""
LONGEST_LIFE: Final = 366 * 86_400.0
"""Seconds; a life that is longer is as good as endless, and fits every timer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token and what is known of it. Times are monotonic seconds."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    expires: float | None = None
    renew_at: float | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code as it came back from the browser."""

    code: str = field(repr=False)
    redirect_uri: str = ""
    verifier: str = field(default="", repr=False)
    """The proof key that belongs to it (RFC 7636), or empty."""


def as_signed_in(access: Access, tokens: Tokens | None) -> Access:
    """Return an access with the present token in place of what renews it.

    For whoever only looks: a renewal may be the end of the refresh token that another goes on with.
    """
    if tokens is None or not tokens.access or not access.refresh_token:
        return access
    return replace(access, grant="token", token=tokens.access, refresh_token="")


def tokens_in(body: bytes, asked: float, before: Tokens) -> Tokens:
    """Read the answer to a sign-in.

    Args:
        body: the answer.
        asked: monotonic seconds at which it was asked for: its life counts from there.
        before: what there was; its refresh token lives on if none is given (RFC 6749 §6).

    Raises:
        ServiceError: it holds no token.
    """
    try:
        answer: Any = json_in(body)
    except TooMuch as error:
        raise ServiceError("sign in", f"the answer {error}") from None
    except ValueError:
        answer = None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token or not can_travel(token):
        raise ServiceError(
            "sign in",
            Problem("the answer holds no token", "is this a Genesys service, or a login page?"),
        )
    refresh = answer.get("refresh_token")
    life = _life(answer.get("expires_in"))
    return Tokens(
        token,
        refresh if isinstance(refresh, str) and refresh else before.refresh,
        None if life is None else asked + life,
        None if life is None else asked + life * RENEW_AT,
    )


def _life(raw: Any) -> float | None:
    """Read a life in seconds; some services write it as text."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        raw = int(raw[:12])
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not raw > 0:
        return None
    return float(min(raw, LONGEST_LIFE))


def client_headers(access: Access) -> dict[str, str]:
    """Return who the client says it is; a public client has no secret and sends no header."""
    headers = {"x-api-key": access.api_key} if access.api_key else {}
    if access.client_secret:
        pair = f"{access.client_id}:{access.client_secret}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return headers


def refresh_form(access: Access, refresh: str) -> Mapping[str, str]:
    """Return the form that renews a token."""
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": access.client_id,
        "scope": "*",
    }


def code_form(access: Access, code: Code) -> Mapping[str, str]:
    """Return the form that turns an authorization code into a token."""
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": code.redirect_uri,
        "code": code.code,
        "client_id": access.client_id,
    }
    return {**form, "code_verifier": code.verifier} if code.verifier else form


def secret_form(access: Access) -> Mapping[str, str] | None:
    """Return the form that signs in without asking anybody, or None where a person has to."""
    way = access.grant_used
    if way == "password" and access.username and access.password:
        return {
            "grant_type": "password",
            "username": access.username,
            "password": access.password,
            "client_id": access.client_id,
            "scope": "*",
        }
    if way == "client" and access.client_secret:
        return {"grant_type": "client_credentials", "scope": "*"}
    return None


def refusal(error: ServiceError, form: Mapping[str, str]) -> Problem:
    """Say which of the secrets the service does not accept, as far as it tells, and what to do.

    OAuth's error names tell client and user apart (RFC 6749 §5.2); a refusal in the API's own
    envelope, code 603, comes from the gate that looks at the API key before anything else.
    """
    words = error.message
    if error.code is not None:
        return Problem(f"the API key is not accepted ({words})", "check the API key")
    if error.reason in {"invalid_client", "unauthorized_client"}:
        return Problem(f"the client is not accepted ({words})", "check client id and client secret")
    if error.reason in {"unsupported_grant_type", "invalid_scope"}:
        return Problem(f"the site does not allow this way to sign in ({words})", "choose another")
    if error.reason == "invalid_grant":
        says, cure = _GRANT_REFUSALS.get(form["grant_type"], ("{}", "sign in again"))
        return Problem(says.format(words), cure)
    return Problem(
        f"the service refuses the sign-in ({words})",
        "check API key, user name, password and client",
    )


def token_refusal(error: ServiceError) -> SignInRefused:
    """Return what it means that a pasted token is refused: there is nothing to renew it with."""
    return SignInRefused(
        "sign in",
        Problem(
            f"the service does not accept the token ({error.message})",
            "check token and API key, or sign in with user name and password",
        ),
        status=error.status,
        code=error.code,
        reason=error.reason,
    )


_GRANT_REFUSALS: Final = {
    "password": (
        "user name or password is wrong ({})",
        r"check them, and whether the site wants tenant\user",
    ),
    "authorization_code": ("the code from the browser is no longer good ({})", "sign in again"),
}
