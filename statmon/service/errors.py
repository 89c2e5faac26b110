"""One error for every call that the service did not do, in the service's own words."""

import html
import json
import re
from typing import Any, Final

_LONGEST_WORDS: Final = 200


class ServiceError(Exception):
    """A call failed; ``str()`` is one sentence that says what happened and what to do."""

    def __init__(
        self,
        call: str,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{call}: {message}")
        self.call = call
        self.message = message
        self.status = status
        """HTTP status, or None when no answer came."""
        self.code = code
        """The API's own status code, or None."""
        self.retry_after = retry_after
        """Seconds after which the service asks to be tried again, or None."""

    @property
    def unauthorized(self) -> bool:
        """The service refuses who we are (401, 403, or code 603 in the same product family)."""
        return self.status in {401, 403} or self.code == 603

    @property
    def too_large(self) -> bool:
        """The request was more than the service takes at once."""
        return self.status == 413

    @property
    def unreachable(self) -> bool:
        """No answer came at all."""
        return self.status is None


class SignInRefused(ServiceError):
    """The sign-in itself was refused: trying again with the same secrets is no use."""


def words_of(body: bytes, status: int) -> tuple[str, int | None]:
    """Return the service's own words in the body of a failed call, and the API's code if any.

    Reads the API's envelope, OAuth errors, Spring's default body, and pages of HTML.
    """
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return _plain_words(body, status), None
    words, code = _words_in(data)
    return (words or f"HTTP status {status}"), code


def _words_in(data: Any) -> tuple[str, int | None]:
    if not isinstance(data, dict):
        return "", None
    status = data.get("status")
    if isinstance(status, dict):
        code = status.get("code")
        return str(status.get("message") or ""), code if isinstance(code, int) else None
    for key in ("error_description", "message", "error"):
        if isinstance(data.get(key), str) and data[key]:
            return str(data[key])[:_LONGEST_WORDS], None
    return "", None


def _plain_words(body: bytes, status: int) -> str:
    text = body[:65536].decode("utf-8", "replace")
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        page = " ".join(html.unescape(title.group(1)).split())[:_LONGEST_WORDS]
        return f"a web page came instead of data («{page}»); is a proxy or login page in between?"
    if "<html" in text.casefold():
        return "a web page came instead of data; is a proxy or login page in between?"
    return f"HTTP status {status}"
