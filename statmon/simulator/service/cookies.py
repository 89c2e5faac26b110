"""The two cookies: of the HTTP session, and CometD's own of the browser.

Not Secure by default, or clients would not return them over http.
"""

from starlette.responses import Response

from statmon.simulator.service.quirks import Quirks

SESSION_COOKIE = "STATISTICS_SESSIONID"
BROWSER_COOKIE = "BAYEUX_BROWSER"


def set_session_cookie(response: Response, value: str, quirks: Quirks) -> None:
    """Set the cookie that subscriptions are bound to."""
    _set(response, SESSION_COOKIE, value, "/statistics/v3", quirks)


def set_browser_cookie(response: Response, value: str, quirks: Quirks) -> None:
    """Set the cookie that CometD sessions are bound to."""
    _set(response, BROWSER_COOKIE, value, "/statistics/v3/notifications", quirks)


def session_cookie_header(value: str, quirks: Quirks) -> bytes:
    """Return the Set-Cookie line for an answer that is no Response: a websocket's."""
    response = Response()
    set_session_cookie(response, value, quirks)
    return response.headers["set-cookie"].encode()


def _set(response: Response, name: str, value: str, scope: str, quirks: Quirks) -> None:
    response.set_cookie(
        name,
        value,
        path=scope if "scoped-cookies" in quirks else "/",
        secure="secure-cookies" in quirks,
        httponly=True,
        samesite=None,
    )
