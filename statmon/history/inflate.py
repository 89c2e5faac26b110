"""Inflates what is kept, and no more than anything kept may hold: a history may be a stranger's."""

import zlib
from typing import Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one page, batch or keyframe; the largest that statmon writes has some ten million."""
MOST: Final = 1 << 21
"""Samples of one of them; a stretch has 600,000. Columns without bytes cost memory all the same."""


def inflate(data: bytes) -> bytes:
    """Return what was deflated.

    Raises:
        zlib.error: it is damaged, or holds more than anything of its kind.
    """
    machine = zlib.decompressobj()
    found = machine.decompress(data, LARGEST)
    if machine.unconsumed_tail or not machine.eof:
        raise zlib.error("it is cut off, or larger than any")
    return found
