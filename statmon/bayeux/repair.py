"""A second reading of JSON that a strict reader refuses as a whole.

One value that is no JSON (NaN, a text in another encoding) must not cost its neighbours.
"""

import json
import math
import re
from typing import Final

from statmon.bayeux.weight import LARGEST_ODD

_LONGEST_INTEGER: Final = 400
"""Digits; what is longer is no number of anybody's."""


_DEEPEST: Final = 200
"""Objects and lists within each other; what lies deeper is left out."""
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def repaired(body: bytes) -> bytes:
    """Return a body as strict JSON.

    What is no number (NaN, infinities, thousands of digits) and what is nested beyond reason
    becomes null, what is no character becomes a replacement character, and a byte order mark
    is passed over.

    Raises:
        ValueError: it is not JSON by any reading, or too large for this one.
    """
    if len(body) > LARGEST_ODD:
        raise ValueError("too large to be mended")
    raw = json.loads(
        _shallow(body.decode("utf-8-sig", "replace")),
        parse_constant=lambda _: None,
        parse_float=_finite,
        parse_int=_integer,
    )
    return json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace")


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _integer(text: str) -> int | None:
    return int(text) if len(text) <= _LONGEST_INTEGER else None


def _shallow(text: str) -> str:
    """Return JSON with null in place of what is nested too deep to be read."""
    parts: list[str] = []
    depth = kept = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "[{":
            depth += 1
            if depth == _DEEPEST:
                parts += (text[kept : token.start()], "null")
                kept = len(text)
        elif sign in "]}":
            if depth == _DEEPEST:
                kept = token.end()
            depth -= 1
    return "".join((*parts, text[kept:]))
