"""What a service, or what stands before it, may answer in place of what was asked for."""

import json
from dataclasses import dataclass
from typing import Any

from tests.faults.support.fault_proxy import http


@dataclass(frozen=True)
class CallError:
    """One raw answer, and what a client must make of it."""

    raw: bytes | None
    """None: no answer at all."""
    words: str
    """What has to be in the error's sentence."""
    status: int | None = None
    code: int | None = None
    retry_after: float | None = None


def answer(status: str, body: Any, *headers: str) -> bytes:
    """Return a raw answer of JSON."""
    return http(status, json.dumps(body).encode(), "Content-Type: application/json", *headers)


def envelope(code: int, message: str, **fields: Any) -> dict[str, Any]:
    """Return the API's envelope."""
    return {"status": {"code": code, "message": message}, **fields}


def spring(status: int, error: str, message: str) -> dict[str, Any]:
    """Return the body of an error that nobody handled in a Spring service.

    See docs/reference/statistics-api.md §3.
    """
    return {"timestamp": 1, "status": status, "error": error, "message": message, "path": "/x"}


PAGE = b"<html><head><title>Corporate Proxy &amp; Login</title></head></html>"
HTML = "Content-Type: text/html"

ERRORS: dict[str, CallError] = {
    "code 5 in a 200": CallError(
        answer("200 OK", envelope(5, "no such thing")), "no such thing", 200, 5
    ),
    "only errors[] in a 200": CallError(
        answer("200 OK", envelope(7, "all failed", errors=[envelope(8, "bad")])),
        "all failed", 200, 7,
    ),
    "400 with an envelope": CallError(
        answer("400 Bad Request", envelope(9, "operationId is bad")), "operationId is bad", 400, 9
    ),
    "401 without a body": CallError(http("401 Unauthorized"), "401", 401),
    "403 with code 603": CallError(
        answer("403 Forbidden", envelope(603, "Unauthorized")), "Unauthorized", 403, 603
    ),
    "404 of Spring": CallError(
        answer("404 Not Found", spring(404, "Not Found", "No message available")), "No message", 404
    ),
    "429 with Retry-After": CallError(
        answer("429 Too Many Requests", envelope(3, "slow down"), "Retry-After: 1"),
        "slow down", 429, 3, 1.0,
    ),
    "500 of Spring": CallError(
        answer("500 Internal Server Error", spring(500, "Internal Server Error", "java.lang.Oops")),
        "java.lang.Oops", 500,
    ),
    "502 with a page": CallError(
        http("502 Bad Gateway", PAGE, HTML), "Corporate Proxy & Login", 502
    ),
    "503 with Retry-After": CallError(
        http("503 Service Unavailable", b"", "Retry-After: 1"), "503", 503, None, 1.0
    ),
    "200 with a page": CallError(http("200 OK", PAGE, HTML), "web page"),
    "200 with nothing": CallError(http("200 OK"), "what came is not data"),
    "200 with half a document": CallError(
        http("200 OK", b'{"status":'), "not what the API describes"
    ),
    "200 with a list": CallError(answer("200 OK", [1]), "not what the API describes"),
    "302 to a login page": CallError(http("302 Found", b"", "Location: /login"), "redirect", 302),
    "cut in the middle": CallError(http("200 OK", b"{", length=500), "broke"),
    "no answer in time": CallError(None, "did not answer in time"),
}  # fmt: skip
