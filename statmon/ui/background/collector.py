"""Python's garbage collector, once the window is open: it looks at little, and seldom."""

import gc
from typing import Final

_FRESH: Final = 10_000
"""New objects after which it looks for cycles among them; Python's own number is 700.

20,000 readings a second each live for a moment. At 700 so many of them seem to stay that everything
is looked through every two seconds, which holds the window for 10 ms or more (measured:
tests/benchmarks/history_beat.py).
"""


def settle() -> None:
    """Pass over what lives now for good, and look for cycles less often; what is none is freed."""
    gc.freeze()
    gc.set_threshold(_FRESH, *gc.get_threshold()[1:])
