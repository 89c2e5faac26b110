"""Sign-in: the calls of ``/auth/v3``."""

import base64
import binascii
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.auth import Denied, Token
from statmon.simulator.service.state import State, state_of

_FORM_LIMIT = 64 * 1024


async def token(request: Request) -> Response:
    """``POST /oauth/token``: password, code, client credentials and refresh token grants."""
    state = state_of(request)
    body = (await answers.read_body(request, _FORM_LIMIT)).decode("utf-8", "replace")
    form = dict(parse_qsl(body, keep_blank_values=True))
    if request.headers.get("x-api-key") != state.tokens.credentials.api_key:
        return state.unauthorized()
    try:
        return _granted(state, _grant(request, state, form))
    except Denied as denied:
        content = {"error": denied.error, "error_description": denied.description}
        return answers.json(content, denied.http)


def _grant(request: Request, state: State, form: dict[str, str]) -> Token:
    basic = _basic(request.headers.get("authorization"))
    client_id, secret = basic or (form.get("client_id"), None)
    kind = form.get("grant_type")
    if kind == "client_credentials" and secret is None:
        raise Denied(401, "unauthorized", "client_credentials needs the client's secret")
    state.tokens.check_client(client_id, secret)
    now = state.now()
    if kind == "password":
        return state.tokens.by_password(form.get("username", ""), form.get("password", ""), now)
    if kind == "refresh_token":
        return state.tokens.by_refresh(form.get("refresh_token", ""), now)
    if kind == "authorization_code":
        return state.tokens.by_code(form.get("code", ""), form.get("redirect_uri", ""), now)
    if kind == "client_credentials":
        return state.tokens.issue(str(client_id), now, renewable=False)
    raise Denied(400, "unsupported_grant_type", f"Unsupported grant type: {kind}")


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Denied(401, "invalid_client", "Bad client credentials") from None
    name, _, secret = text.partition(":")
    return name, secret


def _granted(state: State, token: Token) -> Response:
    content = {
        "access_token": token.access,
        "token_type": "bearer",
        "expires_in": int(state.tokens.lifetime),
        "scope": "*",
    }
    if token.refresh is not None:
        content["refresh_token"] = token.refresh
    return answers.json(content)


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>
<h1>Simulated contact centre</h1>
<form method="post"><p><label>User name <input name="username" autofocus></label>
<p><label>Password <input name="password" type="password"></label>
<p><button>Sign in</button> {message}</form></html>"""


async def authorize(request: Request) -> Response:
    """``/oauth/authorize``: a page to sign in on, then a redirect with a code or a token."""
    state = state_of(request)
    query = request.query_params
    uri = query.get("redirect_uri", "")
    if query.get("client_id") != state.tokens.credentials.client_id or not uri.startswith("http"):
        return answers.failure(400, "client_id or redirect_uri is not registered")
    if request.method == "GET":
        return HTMLResponse(_PAGE.format(message=""))
    body = (await answers.read_body(request, _FORM_LIMIT)).decode("utf-8", "replace")
    form = dict(parse_qsl(body))
    try:
        token = state.tokens.by_password(
            form.get("username", ""), form.get("password", ""), state.now()
        )
    except Denied:
        return HTMLResponse(_PAGE.format(message="Wrong user name or password."), 401)
    return _redirect(state, uri, token, query.get("response_type"), query.get("state"))


def _redirect(
    state: State, uri: str, token: Token, kind: str | None, client_state: str | None
) -> Response:
    extra = {"state": client_state} if client_state else {}
    if kind == "token":
        fields = {"access_token": token.access, "token_type": "bearer"}
        fragment = urlencode({**fields, "expires_in": int(state.tokens.lifetime), **extra})
        return RedirectResponse(f"{uri}#{fragment}", 302)
    state.tokens.revoke(token)
    query = urlencode({"code": state.tokens.code(uri, state.now()), **extra})
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{query}", 302)


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
            "dbid": 101,
            "contactCenterId": "simulated-contact-centre",
            "environmentId": "simulated-environment",
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
    return answers.json(
        {
            "sub": token.username,
            "aud": state.tokens.credentials.client_id,
            "user_name": token.username,
            "given_name": "Sam",
            "family_name": "Supervisor",
            "email": f"{token.username}@example.com",
            "contact_center_id": "simulated-contact-centre",
            "environment_id": "simulated-environment",
            "dbid": 101,
            "authorities": ["ROLE_SUPERVISOR"],
            "properties": {},
        }
    )


async def ping(request: Request) -> Response:
    """``GET /ping``: 200 for a good token, else 403."""
    state = state_of(request)
    return answers.success() if state.token(request) else Response(status_code=403)


async def sign_out(request: Request) -> Response:
    """``/sign-out``: ends the token; GET goes on to the redirect URI."""
    state = state_of(request)
    token = state.token(request)
    if token is None:
        return state.unauthorized()
    state.tokens.revoke(token)
    uri = request.query_params.get("redirectUri", "")
    if request.method == "GET" and uri.startswith("http"):
        return RedirectResponse(uri, 302)
    return answers.success()


async def auth_scheme(_request: Request) -> Response:
    """``POST /auth-scheme``: everybody signs in with a password."""
    return answers.success({"scheme": "basic"})


ROUTES = [
    Route("/oauth/token", token, methods=["POST"]),
    Route("/oauth/authorize", authorize, methods=["GET", "POST"]),
    Route("/userinfo", userinfo, methods=["GET"]),
    Route("/openid/userinfo", openid_userinfo, methods=["GET"]),
    Route("/ping", ping, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
    Route("/auth-scheme", auth_scheme, methods=["POST"]),
]
