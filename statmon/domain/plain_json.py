"""What JSON may hold so that it can be sent, stored and shown again: a workspace is data of others.

Python reads more than it can write: lone surrogates, numbers beyond 64 bits, infinity, nesting
that exhausts the stack.
"""

import json
import math
from typing import Any, Final

DEEPEST: Final = 64
"""Levels of lists and objects; what people write has a dozen."""


class NotPlain(ValueError):
    """The data cannot be passed on; the message is one sentence for the user."""


def loads(text: str | bytes) -> Any:
    """Decode JSON of others, whatever it is.

    Raises:
        ValueError: it is no JSON, or Python cannot hold it: nested beyond its stack, numbers of
            thousands of digits.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise NotPlain(f"it is nested deeper than {DEEPEST} levels") from None


def check(data: Any, levels: int = DEEPEST) -> None:
    """Make sure that decoded JSON can be written again.

    Raises:
        NotPlain: it cannot; says what is wrong.
    """
    if levels < 0:
        raise NotPlain(f"it is nested deeper than {DEEPEST} levels")
    if isinstance(data, dict):
        for key, value in data.items():
            _check_text(key)
            check(value, levels - 1)
    elif isinstance(data, list):
        for value in data:
            check(value, levels - 1)
    elif isinstance(data, str):
        _check_text(data)
    elif isinstance(data, float):
        if not math.isfinite(data):
            raise NotPlain("it holds a number that is not finite")
    elif isinstance(data, int) and not -(2**63) <= data < 2**64:
        raise NotPlain(f"the number {str(data)[:12]}… is too large")


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NotPlain("it holds a text with half a character (a lone surrogate)") from None
