"""Numbers written as text, as the service and its configurations write them."""

import math
import re

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def parsed(text: str) -> float | None:
    """Return the number that a text is, or None.

    Python's own reading would also take ``1_000``, ``nan`` and the digits of every script.
    """
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None
