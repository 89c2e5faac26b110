"""Numbers as the service and its configurations write them, and which can be reckoned with."""

import math
import re
from typing import Final

LARGEST: Final = 1e30
"""What is larger, either side of zero, is shown and handed on, and not reckoned with: sums, means
and squares of such would not be finite, and 32 bits would not hold it."""

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def parsed(text: str) -> float | None:
    """Return the number that a text is, or None.

    Python's own reading would also take ``1_000``, ``nan`` and the digits of every script.
    """
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def is_usable(number: float) -> bool:
    """Whether it is a number that can be summed up, averaged and drawn; NaN is none."""
    return -LARGEST <= number <= LARGEST
