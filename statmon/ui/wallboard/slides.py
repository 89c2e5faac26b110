"""Which part of which board stands on the wall: pure figures."""

from collections.abc import Sequence
from typing import NamedTuple

_FEWEST, _MOST = 7, 15
"""Lines that a board's height is divided into: what is read from five metres is high."""
_CHAR = 0.56
"""A character's width, as a part of its font's pixels."""
_TEXT = 0.62
"""The font's pixels, as a part of a line's height."""


class Slide(NamedTuple):
    """A part of a board that fits the screen."""

    board: int
    first: int
    """The first line that is shown."""
    number: int
    """Which part it is, from 1."""
    parts: int
    """How many parts the board has."""


def line_height(height: int, lines: int) -> int:
    """Return how many pixels high a line is, of a board on so many pixels."""
    return max(1, height // min(max(lines, _FEWEST), _MOST))


def font_pixels(line: int, width: int, chars: int) -> int:
    """Return the pixels of a font that fits a line and lets so many characters stand in it."""
    return max(8, min(round(line * _TEXT), int(width / max(1, chars) / _CHAR)))


def slides(lines: Sequence[int], fit: Sequence[int]) -> list[Slide]:
    """Return all slides in their order.

    Args:
        lines: how many lines each board has; one without any is left out.
        fit: how many of them fit the screen.
    """
    found = []
    for board, (count, fitting) in enumerate(zip(lines, fit, strict=True)):
        room = max(1, fitting)
        parts = -(-count // room)
        # The last part is filled up: nobody wonders why the wall is half empty.
        found += [
            Slide(board, max(0, min(part * room, count - room)), part + 1, parts)
            for part in range(parts)
        ]
    return found


def following(shown: Slide | None, all_: Sequence[Slide], step: int = 1) -> Slide | None:
    """Return the slide that comes so many after one; the first where that one is gone."""
    if not all_:
        return None
    if shown is None:
        return all_[0]
    same = [place for place, slide in enumerate(all_) if slide[:2] == shown[:2]]
    near = same or [place for place, slide in enumerate(all_) if slide.board == shown.board]
    return all_[((near[-1] if near else -step) + step) % len(all_)]
