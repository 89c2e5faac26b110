"""One error for every call that the service did not do, in the service's own words."""

import html
import json
import re
from typing import Any, Final, NamedTuple

from statmon.bayeux.weight import TOO_DEEP, TooMuch, bearable
from statmon.domain.problem import Problem
from statmon.service.wire.masking import told


class ServiceError(Exception):
    """A call failed; ``str()`` is one sentence that says what happened and what to do."""

    def __init__(
        self,
        call: str,
        problem: Problem | str,
        *,
        status: int | None = None,
        code: int | None = None,
        reason: str = "",
        retry_after: float | None = None,
        ours: bool = True,
    ) -> None:
        super().__init__(f"{call}: {problem}")
        self.call = call
        self.problem = problem if isinstance(problem, Problem) else Problem(problem)
        self.message = str(self.problem)
        """The same in one sentence."""
        self.status = status
        """HTTP status, or None when no answer came."""
        self.code = code
        """The API's own status code, or None."""
        self.reason = reason
        """OAuth's name for the error, for instance ``invalid_grant``, or empty."""
        self.retry_after = retry_after
        """Seconds after which the service asks to be tried again, or None."""
        self.ours = ours
        """The answer may be the service's; else somebody in between speaks."""

    @property
    def unauthorized(self) -> bool:
        """The service refuses who we are (401, 403, or code 603 in the same product family).

        A gateway's page with such a status says nothing of our credentials.
        """
        return self.ours and (self.status in {401, 403} or self.code == 603)

    @property
    def final(self) -> bool:
        """The service understood the call and says no to its content."""
        return self.ours and self.status in {200, 400, 409, 422} and not self.unauthorized

    @property
    def gone(self) -> bool:
        """As the end of a peek: the service does not know the subscription."""
        return (self.ours and self.status == 404) or self.final

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


class Said(NamedTuple):
    """What the body of a failed call says."""

    words: str
    """As they came: to be shown ``told``."""
    cure: str = ""
    """What to do, in words of ours."""
    code: int | None = None
    """The API's own status code."""
    reason: str = ""
    """OAuth's name for the error."""
    ours: bool = True
    """Whether it may be the service's: no page."""


def said_in(body: bytes, status: int) -> Said:
    """Return the service's own words in the body of a failed call.

    Reads the API's envelope, OAuth errors, Spring's default body, and pages of HTML.
    """
    try:
        data = json_in(body)
    except TooMuch as error:
        return Said(f"HTTP status {status}, and its answer {error}")
    except ValueError:
        page = page_in(body)
        return Said(_named(status)) if page is None else Said(page.says, page.cure, ours=False)
    said = _said_in(data)
    return said if said.words else said._replace(words=_named(status))


def _named(status: int) -> str:
    """Return what is said of a status that comes without a word."""
    more = " (it is asked too often; it is asked again, more slowly)" if status == 429 else ""
    return f"HTTP status {status}{more}"


def json_in(body: bytes) -> Any:
    """Read JSON of somebody's that is no list of values.

    Raises:
        TooMuch: it holds, or nests, more than is read.
        ValueError: it is none.
    """
    if bearable(body) is not body:
        raise TooMuch(TOO_DEEP)
    return json.loads(str(body, "utf-8-sig"))


def _said_in(data: Any) -> Said:
    if not isinstance(data, dict):
        return Said("")
    status = data.get("status")
    if isinstance(status, dict):
        code = status.get("code")
        code = code if isinstance(code, int) else None
        return Said(_text(status.get("message")), code=code)
    texts = [data.get(key) for key in ("error_description", "message", "error")]
    words = next((text for text in map(_text, texts) if text), "")
    # Spring's default body has "error", too, but beside a numeric status.
    error = data.get("error") if "status" not in data else None
    return Said(words, reason=error if isinstance(error, str) else "")


def _text(raw: Any) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def page_in(body: bytes) -> Problem | None:
    """Say that a web page came where data was expected; None if it is none."""
    text = body[:65536].decode("utf-8", "replace")
    # Bounded: what is none of ours may be thousands of titles that never end.
    title = _TITLE.search(text)
    if title:
        name = told(html.unescape(title.group(1)))
        return Problem(f"a web page came instead of data («{name}»)", IN_BETWEEN)
    if "<html" in text.casefold() or text.lstrip("\ufeff \t\r\n")[:1] == "<":
        return Problem("a web page came instead of data", IN_BETWEEN)
    return None


_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)
IN_BETWEEN: Final = "is a proxy or login page in between?"
