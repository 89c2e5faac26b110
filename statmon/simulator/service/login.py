"""Signing in with a browser: ``/oauth/authorize``, the page it leads to, and the way back.

A browser that has signed in is known by a cookie and passes without the form until it signs
out. ``/auth/v3/code`` shows a code for the user to copy, where no address of the client's own
is registered.
"""

import html
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.auth import PKCE_METHODS, Challenge, Denied
from statmon.simulator.service.state import State, state_of

BROWSER_COOKIE = "SIMULATOR_SIGN_IN"
FORM_LIMIT = 64 * 1024

_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Simulated contact centre</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem;
color-scheme:light dark}label{display:block;margin:.75rem 0}input{display:block;width:100%;
box-sizing:border-box;font:inherit;padding:.4rem}button{font:inherit;padding:.4rem 1rem}
h1{font-size:1.5rem}code{font-size:1.25rem;overflow-wrap:anywhere}</style>
<h1>Simulated contact centre</h1>
"""
_TENANT = '<label>Tenant <input name="tenant" autocomplete="organization"></label>'
_FORM = """<form method="post">{message}{tenant}
<label>User name <input name="username" autocomplete="username" autofocus required></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<p><button>Sign in</button> <button name="cancel" value="1" formnovalidate>Cancel</button></p>
</form><p>Nothing here is real: sign in as <b>{username}</b> with <b>{password}</b>.</p></html>"""
_WRONG = '<p role="alert">Wrong user name or password.</p>'


@dataclass(frozen=True)
class _Wish:
    """What a client asks the authorization endpoint for."""

    redirect_uri: str
    kind: str
    challenge: Challenge | None
    state: str | None


async def authorize(request: Request) -> Response:
    """``GET /oauth/authorize``: on to the sign-in page, or back with a code or token."""
    state = state_of(request)
    wish = _wish(request, state)
    if isinstance(wish, Response):
        return wish
    username = state.browsers.users.get(answers.cookies(request).get(BROWSER_COOKIE, ""))
    if username is None:
        return RedirectResponse(f"/auth/v3/sign-in?{request.url.query}", 302)
    return _back(state, wish, username)


async def sign_in(request: Request) -> Response:
    """The page to sign in on; its form leads back to the client with a code or token."""
    state = state_of(request)
    wish = _wish(request, state)
    if isinstance(wish, Response):
        return wish
    if request.method == "GET":
        return _page(request, "")
    body = (await answers.read_body(request, FORM_LIMIT)).decode("utf-8", "replace")
    form = dict(parse_qsl(body))
    if "cancel" in form:
        return _error_back(wish, "access_denied", "The user cancelled")
    name = form.get("username", "")
    try:
        username = state.tokens.check_password(name, form.get("password", ""))
    except Denied:
        return _page(request, _WRONG, 401)
    response = _back(state, wish, username)
    cookie = state.browsers.welcome(username)
    response.set_cookie(BROWSER_COOKIE, cookie, path="/auth/v3", httponly=True, samesite="lax")
    return response


def _page(request: Request, message: str, status: int = 200) -> Response:
    hidden = request.query_params.get("hideTenant", "").lower() == "true"
    known = state_of(request).tokens.credentials
    form = _FORM.format(
        message=message,
        tenant="" if hidden else _TENANT,
        username=known.username,
        password=known.password,
    )
    return HTMLResponse(_HEAD + form, status)


def _wish(request: Request, state: State) -> "_Wish | Response":
    """Read the query. Where the client or its address is unknown, nobody is sent anywhere."""
    query = request.query_params
    uri = query.get("redirect_uri", "")
    own = uri == str(request.base_url).rstrip("/") + "/auth/v3/code"
    known = query.get("client_id") == state.tokens.credentials.client_id
    if not known or not (own or state.tokens.registered(uri)):
        return answers.failure(400, "client_id or redirect_uri is not registered")
    kind, method = query.get("response_type", ""), query.get("code_challenge_method", "plain")
    value = query.get("code_challenge")
    policy = state.tokens.policy.pkce
    challenge = Challenge(value, method) if value and policy != "ignore" else None
    wish = _Wish(uri, kind, challenge, query.get("state"))
    if kind not in ("code", "token"):
        return _error_back(wish, "unsupported_response_type", "response_type is code or token")
    if challenge is None and policy == "require" and kind == "code":
        return _error_back(wish, "invalid_request", "code_challenge is missing")
    if challenge is not None and method not in PKCE_METHODS:
        return _error_back(wish, "invalid_request", "code_challenge_method is S256 or plain")
    return wish


def _back(state: State, wish: _Wish, username: str) -> Response:
    """Return to the client with what it asked for."""
    if wish.kind == "token":
        token = state.tokens.issue(username, state.now(), renewable=False)
        lifetime = int(state.tokens.policy.lifetime)
        fields = {"access_token": token.access, "token_type": "bearer", "expires_in": lifetime}
        return _redirect(wish, fields, "#")
    code = state.tokens.code(wish.redirect_uri, username, wish.challenge, state.now())
    return _redirect(wish, {"code": code})


def _error_back(wish: _Wish, error: str, description: str) -> Response:
    return _redirect(wish, {"error": error, "error_description": description})


def _redirect(wish: _Wish, fields: dict[str, object], separator: str = "?") -> Response:
    extra = {"state": wish.state} if wish.state is not None else {}
    if separator == "?" and "?" in wish.redirect_uri:
        separator = "&"
    return RedirectResponse(f"{wish.redirect_uri}{separator}{urlencode(fields | extra)}", 302)


async def show_code(request: Request) -> Response:
    """``GET /code``: the code in writing, for the user to copy into the client."""
    query = request.query_params
    if "error" in query:
        text = html.escape(query.get("error_description", query["error"]))
        return HTMLResponse(f'{_HEAD}<p role="alert">{text}</p></html>', 400)
    code = html.escape(query.get("code", ""))
    return HTMLResponse(f"{_HEAD}<p>Copy this code into the program:</p><p><code>{code}</code></p>")


ROUTES = [
    Route("/oauth/authorize", authorize, methods=["GET"]),
    Route("/oauth/authorize", sign_in, methods=["POST"]),
    Route("/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/code", show_code, methods=["GET"]),
]
