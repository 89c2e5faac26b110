"""The envelopes that the service answers in."""

import time
from typing import Any

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a request body that are read before it is refused."""


class TooLarge(Exception):
    """The request's body is longer than the service reads."""


def json(content: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(
        msgspec.json.encode(content), status, media_type="application/json;charset=UTF-8"
    )


def success(
    data: Any = None, errors: list[dict[str, Any]] | None = None, *, code: int = 0
) -> Response:
    """Answer with a success, perhaps only a partial one; code 0 is a synchronous success."""
    body: dict[str, Any] = {"status": {"code": code}}
    if data is not None:
        body["data"] = data
    if errors:
        body["errors"] = errors
    return json(body)


def failure(http: int, message: str, code: int | None = None, detail: Any = None) -> Response:
    """Answer with an error in the API's envelope; the code is the HTTP status if not known."""
    return json(error(message, http if code is None else code, detail), http)


def error(message: str, code: int, detail: Any = None) -> dict[str, Any]:
    """Return the envelope of one error."""
    status: dict[str, Any] = {"code": code, "message": message}
    if detail is not None:
        status["detail"] = detail
    return {"status": status}


def spring(http: int, title: str, message: str, path: str) -> Response:
    """Answer with Spring Boot's default error body, as the live service did for odd channels."""
    return json(
        {
            "timestamp": int(time.time() * 1000),
            "status": http,
            "error": title,
            "message": message,
            "path": path,
        },
        http,
    )


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Read the body, chunked or not. Raises TooLarge."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def cookies(request: HTTPConnection) -> dict[str, str]:
    """Read the cookies; some clients join them with a semicolon and no blank."""
    found = {}
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            found[name] = value.strip('"')
    return found
