"""The range of a value axis: round, steady, and with zero in it where that is near."""

import math
from collections.abc import Sequence

_HEADROOM = 1.15
"""Room above the highest value, for the labels of gaps."""
_SMALLEST, _LARGEST = 1e-12, 1e300
"""A drawing cannot tell what is beyond; its arithmetic must not overflow."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
ROOM_PIXELS = 8
"""Beyond both ends: half a line's sign, and half the height of the axis' number there."""
_TICK_PIXELS = 22
_PERCENT_STEPS, _COUNT_STEPS = (10.0, 25.0, 50.0, 100.0), (1.0, 2.0, 5.0, 10.0)
"""All steps of per cent divide 100, and all but the last one 50."""


def nice_range(extremes: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range to show for the lowest and highest value in view.

    Steps are coarse on purpose: a range that changes with every value makes lines jump. Zero is
    always in it: a small change must not look like a large one.
    """
    if extremes is None:
        return 0.0, 1.0
    low, high = extremes
    top = _round_up(high * _HEADROOM) if high > 0 else 0.0
    bottom = -_round_up(-low * _HEADROOM) if low < 0 else 0.0
    return (bottom, top) if top > bottom else (0.0, 1.0)


def percent_range(extremes: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range to show for per cent: 0 to 100, and more only where a value needs it."""
    low, high = extremes or (0.0, 100.0)
    beyond = nice_range((min(low, 0.0), max(high, 100.0)))
    return (beyond[0] if low < 0 else 0.0, beyond[1] if high > 100 else 100.0)


def with_room(
    ends: tuple[float, float], pixels: float, above: float = ROOM_PIXELS
) -> tuple[float, float]:
    """Return a range that is some pixels longer at both ends, where it is ``pixels`` long.

    What lies on an end is drawn whole then, and the number there has room.

    Args:
        ends: the lowest and the highest value.
        pixels: how long the whole range is drawn.
        above: pixels beyond the highest value, where more than a line's sign stands there.
    """
    low, high = ends
    inner = max(pixels - ROOM_PIXELS - above, 2 * ROOM_PIXELS)
    return (
        low - (high / inner - low / inner) * ROOM_PIXELS,
        high + (high / inner - low / inner) * above,
    )


def percent_ticks(low: float, high: float, pixels: float) -> tuple[float, list[float]]:
    """Return the step, and the ticks, of an axis of per cent that is ``pixels`` long."""
    return _ticks(low, high, pixels, _PERCENT_STEPS)


def count_ticks(low: float, high: float, pixels: float) -> tuple[float, list[float]]:
    """Return the same of an axis of counts: there are no half calls."""
    return _ticks(low, high, pixels, _COUNT_STEPS)


def _ticks(
    low: float, high: float, pixels: float, first_steps: Sequence[float]
) -> tuple[float, list[float]]:
    """Return the first step that leaves room for the numbers; further ones are tenfold."""
    least = (high / pixels - low / pixels) * _TICK_PIXELS if pixels >= 1 else _LARGEST
    steps = (step * 10.0**power for power in range(302) for step in first_steps)
    step = next((step for step in steps if step >= least * (1 - 1e-9)), _LARGEST)
    first, last = math.ceil(low / step), math.floor(high / step)
    return step, [number * step for number in range(first, last + 1)]


def _round_up(value: float) -> float:
    value = min(max(value, _SMALLEST), _LARGEST)
    magnitude = 10.0 ** math.floor(math.log10(value))
    return next(step * magnitude for step in _STEPS if step * magnitude >= value * (1 - 1e-12))
