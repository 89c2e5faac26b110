"""Who is signed in, and what they may do about it: the rest of ``/auth/v3``."""

import base64
import hashlib
import hmac
import time
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.auth import Denied, Token
from statmon.simulator.service.login import BROWSER_COOKIE, FORM_LIMIT
from statmon.simulator.service.state import State, state_of

CENTRE = {
    "dbid": 101,
    "contactCenterId": "simulated-contact-centre",
    "environmentId": "simulated-environment",
}


async def userinfo(request: Request) -> Response:
    """``GET /userinfo``: who the token belongs to."""
    state = state_of(request)
    token = state.token(request)
    if token is None:
        return state.unauthorized()
    return answers.json(
        {
            "username": f"{token.username}_101_simulated",
            "loginName": token.username,
            "cmeUserName": token.username,
            **CENTRE,
            "authorities": [{"name": "ROLE_SUPERVISOR", "privileges": []}],
            "properties": {},
        }
    )


async def openid_userinfo(request: Request) -> Response:
    """``GET /openid/userinfo``: the same as OpenID claims."""
    state = state_of(request)
    token = state.token(request)
    if token is None:
        return state.unauthorized()
    return answers.json(_claims(state, token))


def _claims(state: State, token: Token) -> dict[str, Any]:
    return {
        "sub": token.username,
        "aud": state.tokens.credentials.client_id,
        "user_name": token.username,
        "given_name": "Sam",
        "family_name": "Supervisor",
        "email": f"{token.username}@example.com",
        "contact_center_id": CENTRE["contactCenterId"],
        "environment_id": CENTRE["environmentId"],
        "dbid": CENTRE["dbid"],
        "authorities": ["ROLE_SUPERVISOR"],
        "properties": {},
    }


async def jwt_userinfo(request: Request) -> Response:
    """``GET /jwt-userinfo``: the claims as a JWT in the header ``X-GWS-User``.

    Signed with the client's secret (HS256); how the real one signs is not documented.
    """
    state = state_of(request)
    token = state.token(request)
    if token is None:
        return state.unauthorized()
    now = int(time.time())
    left = int(token.expires - state.now())
    claims = _claims(state, token) | {"iat": now, "exp": now + left}
    response = answers.success()
    response.headers["X-GWS-User"] = _jwt(claims, state.tokens.credentials.client_secret)
    return response


def _jwt(claims: dict[str, Any], secret: str) -> str:
    parts = [_base64(msgspec.json.encode(one)) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = ".".join(parts)
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(signature)}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def ping(request: Request) -> Response:
    """``GET /ping``: 200 for a good token, else 403."""
    state = state_of(request)
    return answers.success() if state.token(request) else Response(status_code=403)


async def sign_out(request: Request) -> Response:
    """``/sign-out``: ends the token, with ``global=true`` every one of this user.

    A browser (GET) is signed out by its cookie, too, and goes on to the redirect URI.
    """
    state = state_of(request)
    token = state.token(request)
    cookie = answers.cookies(request).get(BROWSER_COOKIE, "")
    username = token.username if token else state.browsers.users.get(cookie)
    if request.method == "POST" and token is None:
        return state.unauthorized()
    if token is not None:
        state.tokens.revoke(token)
    state.browsers.users.pop(cookie, None)
    query = request.query_params
    if username is not None and query.get("global", "").lower() == "true":
        state.tokens.revoke_all(username)
        state.browsers.forget(username)
    uri = query.get("redirectUri", "")
    if request.method == "GET" and state.tokens.registered(uri):
        return RedirectResponse(uri, 302)
    return answers.success()


async def change_password(request: Request) -> Response:
    """``POST /change-password``: needs the API key and the old password, no token."""
    state = state_of(request)
    if request.headers.get("x-api-key") != state.tokens.credentials.api_key:
        return state.unauthorized()
    if not state.subscriptions.available:
        return answers.failure(503, "Service unavailable")
    try:
        body = msgspec.json.decode(await answers.read_body(request, FORM_LIMIT), type=_Passwords)
        wish = body.data
        state.tokens.change_password(wish.userName, wish.oldPassword, wish.newPassword)
    except (msgspec.DecodeError, UnicodeError) as error:
        return answers.failure(400, str(error))
    except Denied:
        return answers.failure(403, "Unable to update password")
    return answers.success()


class _Change(msgspec.Struct):
    userName: str  # noqa: N815 - the API's own spelling
    oldPassword: str  # noqa: N815
    newPassword: str  # noqa: N815


class _Passwords(msgspec.Struct):
    data: _Change


async def auth_scheme(_request: Request) -> Response:
    """``POST /auth-scheme``: everybody signs in with a password."""
    return answers.success({"scheme": "basic"})


ROUTES = [
    Route("/userinfo", userinfo, methods=["GET"]),
    Route("/openid/userinfo", openid_userinfo, methods=["GET"]),
    Route("/jwt-userinfo", jwt_userinfo, methods=["GET"]),
    Route("/ping", ping, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
    Route("/change-password", change_password, methods=["POST"]),
    Route("/auth-scheme", auth_scheme, methods=["POST"]),
]
