"""Text from outside, made fit to be read: what acts instead of being read is shown as what it is.

A value, a label, a title or an error may hold ESC sequences that a terminal obeys, controls that
turn the direction of what follows (U+202E), and letters that nobody sees. Each is written as its
number, ``‹U+202E›``: nothing is hidden, and nothing acts.
"""

import re
from typing import Final

_ACTING: Final = re.compile(
    "["
    "\\x00-\\x1f\\x7f-\\x9f"  # controls; C1 holds a CSI of its own
    "\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"  # never seen
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0"
    "\\ufff0-\\uffff\\ud800-\\udfff"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
    "]"
)
_JOINERS: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""They change the form of the letter or picture before them, in scripts and emoji that need it."""
_JOINED_FROM: Final = "\u0590"
"""The first letter of the scripts that have them; before it there are none."""
_REPLACEMENT: Final = "\ufffd"


def visible(text: str, *, lines: bool = False) -> str:
    """Return a text whose every sign is seen.

    Args:
        text: from outside.
        lines: line breaks and tabs may stay, for a place that shows several lines.
    """
    if text.isascii() and text.isprintable():
        return text

    def shown(found: re.Match[str]) -> str:
        sign, at = found.group(), found.start()
        if sign == _REPLACEMENT or (lines and sign in "\n\t"):
            return sign
        before = text[at - 1] if at else ""
        if sign in _JOINERS and before >= _JOINED_FROM and before not in _JOINERS:
            return sign
        return f"‹U+{ord(sign):04X}›"

    return _ACTING.sub(shown, text)


def escaped(json: bytes) -> bytes:
    """Return a line of JSON in which what acts is escaped: programs read the same as before."""
    if json.isascii() and b"\x7f" not in json:
        return json

    def escape(found: re.Match[str]) -> str:
        units = found.group().encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))

    return _ACTING.sub(escape, json.decode("utf-8", "surrogatepass")).encode()


def brief(text: str, longest: int) -> str:
    """Return a text of at most so many signs; what was left out is marked."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
