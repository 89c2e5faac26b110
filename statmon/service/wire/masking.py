"""One function between what anybody else says and whoever reads it: ``told``.

Errors, reasons, titles of pages: whatever a service, a proxy or a library says passes here before
it stands in a window, on a terminal, in a log or in the clipboard. Secrets are masked by value, in
every form in which they travel, and by shape; what acts on a terminal is shown as what it is.

A statistic's value passes ``withheld`` on its way in: it holds none of our secrets from then on.
"""

import base64
import html
import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, quote_plus

from statmon.domain.outside import brief, visible

MASK: Final = "•••"
LONGEST: Final = 200
"""Signs of a sentence of somebody else's."""
_READ: Final = 20_000
"""Signs of a text that are looked at."""
_SHORTEST: Final = 4
_SHORTEST_PACKED: Final = 6
"""Signs of base64 that are taken for a secret's, not for a coincidence."""
_ORDINARY: Final = re.compile(
    "access|admin|agent|basic|bearer|client|code|hello|https?|key|login|name|none|null|password|"
    "refresh|secret|service|sign|site|statistics|statmon|test|token|true|false|user",
    re.IGNORECASE,
)
"""Words of sentences: as a secret none of them can be hidden, for masking it would tell it."""

_SHORTEST_IN_VALUE: Final = 8
_MISTAKABLE: Final = re.compile(r"[\W\d_]*|[^\W\d_]{,15}")
"""A number, a date, a word: as a secret they stay in values, where they say something else."""
_KEYS: Final = frozenset({"intValue", "stringValue", "stateValue", "timestamp", "dnStatuses"})
"""What is no secret, for speed."""

_NAMES: Final = (
    r"access_?token|refresh_?token|id_?token|client_?secret|code_?verifier|password|passwd|"
    r"x-api-key|api_?key|session_?id|token|secret"
)
_WORD: Final = r"(?![A-Za-z]?[a-z]{1,19}(?![\w.~+/=-]))"
"""What follows is no ordinary word: «password: wrong», «bearer token» say no secret."""
_QUOTE: Final = r"(?:\\*[\"'])"
_PATTERNS: Final = (
    (re.compile(rf"(?i:\b(bearer|basic))\s+{_WORD}[A-Za-z0-9._~+/=%-]+"), rf"\1 {MASK}"),
    # A value in quotes: whatever it is.
    (
        re.compile(rf"(?i)\b({_NAMES})({_QUOTE}?\s*[=:]\s*{_QUOTE})(?:(?!{_QUOTE}).)+"),
        rf"\1\2{MASK}",
    ),
    # Of a query or a form: whatever it is.
    (re.compile(rf"(?i)\b({_NAMES})(=)[^\s\"'&,;}}]+"), rf"\1\2{MASK}"),
    (re.compile(rf"(?i:\b({_NAMES}))(\s*[=:]\s*){_WORD}[^\s\"'&,;}}]+"), rf"\1\2{MASK}"),
    # Only in URLs: "code: 403" in a sentence is no secret.
    (re.compile(r"([?&](?:code|state))(=)[^\s\"'&]+"), rf"\1\2{MASK}"),
    (re.compile(r"(://)()[^\s/@]+(?=@)"), rf"\1\2{MASK}"),
    (re.compile(r"(?i)\b((?:set-)?cookie)(\s*:\s*)[^\r\n]+"), rf"\1\2{MASK}"),
)


class _Hidden:
    """What is masked, the longest first; replaced as a whole, since any thread may log."""

    secrets: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    in_values: re.Pattern[str] | None = None


def hide(secrets: Iterable[str]) -> None:
    """Mask these from now on in everything that is told: secrets come while statmon runs."""
    new = frozenset(secrets) - _Hidden.secrets
    if new:
        _Hidden.secrets |= new
        _Hidden.forms = _longest_first({*_Hidden.forms, *forms_of(new)})
        sure = (secret for secret in _Hidden.secrets if not _MISTAKABLE.fullmatch(secret))
        forms = (form for form in forms_of(sure) if len(form) >= _SHORTEST_IN_VALUE)
        _Hidden.in_values = re.compile("|".join(map(re.escape, forms)) or r"(?!)")


def forms_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every form in which secrets travel, the longest first."""
    return _longest_first(
        {
            form
            for secret in secrets
            if len(secret) >= _SHORTEST and not _ORDINARY.fullmatch(secret)
            for form in _forms(secret)
        }
    )


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(forms, key=len, reverse=True))


def _forms(secret: str) -> set[str]:
    """Return a secret as it is, in JSON, in a form, in an address, in a page and in base64."""
    spoken = secret.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    written = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    written |= {form.replace("/", "\\/") for form in written}
    written |= {json.dumps(form)[1:-1] for form in written}  # JSON within JSON
    quoted = {quote(spoken, safe=""), quote(spoken), quote_plus(spoken)}
    quoted |= {re.sub("%[0-9A-F]{2}", lambda hex_: hex_.group().lower(), form) for form in quoted}
    packed = {
        form
        for lead in range(3)  # whatever stands before it: a client and a colon, for one
        if len(form := _packed(spoken.encode(), lead)) >= _SHORTEST_PACKED
    }
    packed |= {form.replace("+", "-").replace("/", "_") for form in packed}
    in_page = {html.escape(spoken), html.escape(spoken, quote=False)}
    return {secret, *in_page, *written, *quoted, *packed}


def _packed(secret: bytes, lead: int) -> str:
    """Return the signs of base64 that are a secret's alone, with so many bytes before it."""
    first = -(-lead * 8 // 6)
    last = (lead + len(secret)) * 8 // 6
    return base64.b64encode(bytes(lead) + secret).decode()[first:last]


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text with what is hidden, and what looks like a secret, masked.

    Args:
        text: any.
        secrets: what is to be hidden here besides.
    """
    forms = _Hidden.forms
    if more := forms_of(secrets):
        forms = _longest_first({*forms, *more})
    for form in forms:
        if form in text:
            text = text.replace(form, MASK)
    for pattern, mask in _PATTERNS:
        text = pattern.sub(mask, text)
    return text


def withheld(value: Any) -> Any:
    """Return a statistic's value without the secrets that are hidden.

    Only by value, only those that cannot be an ordinary number or word: what a service counts
    and says of people stays.

    Args:
        value: as it came, nested within reason (``bayeux/weight.py``).
    """
    secrets = _Hidden.in_values
    if secrets is None:
        return value
    if type(value) is dict and len(value) == 2:
        text = value.get("stringValue")
        if (
            type(text) is str
            and len(text) < _SHORTEST_IN_VALUE
            and type(value.get("intValue")) is int
        ):
            return value  # a number with its short text, as nearly every value is
    return _without(value, secrets) if _holds(value, secrets) else value


def _holds(value: Any, secrets: re.Pattern[str]) -> bool:
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if key not in _KEYS and len(key) >= _SHORTEST_IN_VALUE and secrets.search(key):
                return True
            kind = type(item)
            if kind is str:
                if len(item) >= _SHORTEST_IN_VALUE and secrets.search(item):
                    return True
            elif (kind is dict or kind is list) and _holds(item, secrets):
                return True
        return False
    if kind is list:
        return any(_holds(item, secrets) for item in value)
    return kind is str and len(value) >= _SHORTEST_IN_VALUE and secrets.search(value) is not None


def _without(value: Any, secrets: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return secrets.sub(MASK, value)
    if isinstance(value, list):
        return [_without(item, secrets) for item in value]
    if isinstance(value, dict):
        return {secrets.sub(MASK, key): _without(item, secrets) for key, item in value.items()}
    return value


def told(text: str, *, secrets: Iterable[str] = (), longest: int = LONGEST) -> str:
    """Return what somebody else said, fit for every output: on one line, masked, seen, short."""
    words = " ".join(masked(text[:_READ], secrets).split())
    return brief(visible(words), longest)
