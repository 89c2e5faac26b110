"""How much JSON of others may hold, and how deep: what is small on the line may be slow to read.

The one place for every answer and every frame, whoever reads it: nothing else nests or weighs.
"""

import re
from typing import Final

MOST_CONTAINERS: Final = 200_000
"""Lists and objects of one answer; 50,000 values have 100,000."""
MOST_PARTS: Final = 700_000
"""Items and fields of one answer; 50,000 values have 300,000."""
LARGEST_ODD: Final = 2**20
"""Bytes of an answer that has to be read leniently: that is some ten times as slow."""
_MOST_MENDED: Final = 50_000
"""Lists and objects among which those that lie too deep are looked for."""
DEEPEST: Final = 64
"""Lists and objects within each other; the API has seven, and its values a handful more."""
TOO_DEEP: Final = f"is nested more than {DEEPEST} levels deep"
_OTHERS: Final = bytes(sign for sign in range(256) if sign not in b'"[]{}')
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_BEFORE: Final = b"\xef\xbb\xbf \t\r\n"
"""What may stand before JSON: a mark of the byte order, and blanks."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[]{}[]', re.DOTALL)
"""A text or a bracket: each sign of a body is looked at once, however the body ends."""


class TooMuch(ValueError):
    """The answer holds more, or is nested deeper, than can be read; ``str()`` follows its name."""


def bearable(body: bytes) -> bytes:
    """Return JSON that can be read without an end of the stack, or of everybody's patience.

    What lies deeper than ``DEEPEST`` is null, so that it costs its own value and no other.

    Raises:
        TooMuch: it holds too much, or is nested too deep and too large to be mended.
    """
    if body.lstrip(_BEFORE)[:1] not in (b"[", b"{"):
        return body  # a page, a word, a number: no list of anything
    bare = _brackets(body)
    containers = (len(bare) - bare.count(b'"')) // 2
    if containers > MOST_CONTAINERS or containers + body.count(b",") > MOST_PARTS:
        raise TooMuch("holds more lists and fields than anybody has to say")
    if b'"' in bare:
        bare = b"".join(bare.split(b'"')[::2])
    for _ in range(DEEPEST):
        if not bare:
            return body
        bare = bare.replace(b"[]", b"")  # what holds nothing; then its holder holds nothing
    if len(body) > LARGEST_ODD or containers > _MOST_MENDED:
        raise TooMuch(TOO_DEEP)
    return _shallow(body)


def _brackets(body: bytes) -> bytes:
    """Return the brackets of JSON alone, in a fraction of the time that reading it takes.

    Texts that hold some, which nearly none do, stand among them in their quotes.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return body.translate(_ALIKE, _OTHERS).replace(b'""', b"")


def _shallow(body: bytes) -> bytes:
    """Return JSON with null in place of what is nested too deep."""
    parts: list[bytes] = []
    depth = kept = 0
    for found in _TOKEN.finditer(body):
        sign = found[0]
        if sign in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST + 1:
                parts += (body[kept : found.start()], b"null")
                kept = len(body)
        elif sign in (b"]", b"}"):
            if depth == DEEPEST + 1:
                kept = found.end()
            depth -= 1
    return b"".join((*parts, body[kept:]))
