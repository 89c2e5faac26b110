"""``POST /auth/v3/oauth/token``: a token for a password, a code, a refresh token or a client."""

import base64
import binascii
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from statmon.simulator.service import answers, login, people
from statmon.simulator.service.auth import Denied, Token
from statmon.simulator.service.login import FORM_LIMIT
from statmon.simulator.service.state import State, state_of


async def token(request: Request) -> Response:
    """Grant a token, or refuse it in OAuth's words."""
    state = state_of(request)
    body = (await answers.read_body(request, FORM_LIMIT)).decode("utf-8", "replace")
    form = dict(parse_qsl(body, keep_blank_values=True))
    if request.headers.get("x-api-key") != state.tokens.credentials.api_key:
        return state.unauthorized()
    try:
        return _granted(state, _grant(request, state, form))
    except Denied as denied:
        if state.tokens.policy.bad_credentials == "empty-403":
            return Response(status_code=403)
        content = {"error": denied.error, "error_description": denied.description}
        return answers.json(content, denied.http)


def _grant(request: Request, state: State, form: dict[str, str]) -> Token:
    basic = _basic(request.headers.get("authorization"))
    client_id, secret = basic or (form.get("client_id"), form.get("client_secret"))
    kind = form.get("grant_type")
    if kind == "client_credentials" and secret is None:
        raise Denied(401, "unauthorized", "client_credentials needs the client's secret")
    if not kind:
        raise Denied(400, "invalid_request", "Missing grant type")
    tokens = state.tokens
    tokens.check_client(client_id, secret)
    now = state.now()
    if kind == "password":
        name = tokens.check_password(form.get("username", ""), form.get("password", ""))
        return tokens.issue(name, now)
    if kind == "refresh_token":
        return tokens.by_refresh(form.get("refresh_token", ""), now)
    if kind == "authorization_code":
        verifier = form.get("code_verifier", "")
        return tokens.by_code(form.get("code", ""), form.get("redirect_uri", ""), verifier, now)
    if kind == "client_credentials":
        return tokens.issue(str(client_id), now, renewable=False)
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


def _granted(state: State, granted: Token) -> Response:
    content = {
        "access_token": granted.access,
        "token_type": "bearer",
        "expires_in": int(state.tokens.policy.lifetime),
        "scope": "*",
    }
    if granted.refresh is not None:
        content["refresh_token"] = granted.refresh
    return answers.json(content)


ROUTES = [Route("/oauth/token", token, methods=["POST"]), *login.ROUTES, *people.ROUTES]
