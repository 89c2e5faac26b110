"""A second reading of JSON that a strict reader refuses as a whole.

One value that is no JSON (NaN, a text in another encoding) must not cost its neighbours.
"""

import json
import math
from typing import Final

from statmon.bayeux.weight import LARGEST_ODD

_LONGEST_INTEGER: Final = 400
"""Digits; what is longer is no number of anybody's."""


def repaired(body: bytes) -> bytes:
    """Return a body as strict JSON.

    What is no number (NaN, infinities, thousands of digits) becomes null, what is no character
    becomes a replacement character, and a byte order mark is passed over.

    Args:
        body: as ``weight.bearable`` gives it.

    Raises:
        ValueError: it is not JSON by any reading, or too large for this one.
    """
    if len(body) > LARGEST_ODD:
        raise ValueError("too large to be mended")
    raw = json.loads(
        body.decode("utf-8-sig", "replace"),
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
