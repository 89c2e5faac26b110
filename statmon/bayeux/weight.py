"""How much JSON may hold: what is small on the line may be large and slow to read."""

from typing import Final

MOST_CONTAINERS: Final = 200_000
"""Lists and objects of one answer; 50,000 values have 100,000."""
MOST_PARTS: Final = 700_000
"""Items and fields of one answer; 50,000 values have 300,000."""
LARGEST_ODD: Final = 2**20
"""Bytes of an answer that has to be read leniently: that is some ten times as slow."""
HOLDS_TOO_MUCH: Final = "holds more lists and fields than anybody has to say"


def too_heavy(body: bytes) -> bool:
    """Whether JSON holds so much that reading it would stop everything else."""
    if len(body) < MOST_CONTAINERS:
        return False
    containers = body.count(b"[") + body.count(b"{")
    return containers > MOST_CONTAINERS or containers + body.count(b",") > MOST_PARTS
