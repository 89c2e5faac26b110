"""The range of a value axis: round, steady, and with zero in it where that is near."""

import math

_HEADROOM = 1.15
"""Room above the highest value, for the labels of gaps."""
_SMALLEST, _LARGEST = 1e-12, 1e300
"""A drawing cannot tell what is beyond; its arithmetic must not overflow."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


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


def _round_up(value: float) -> float:
    value = min(max(value, _SMALLEST), _LARGEST)
    magnitude = 10.0 ** math.floor(math.log10(value))
    return next(step * magnitude for step in _STEPS if step * magnitude >= value * (1 - 1e-12))
