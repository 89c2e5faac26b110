"""Waiting for what has no event of its own: what happens in a loop, and in other processes."""

import asyncio
import time
from collections.abc import Callable

LOOK_EVERY = 0.2
"""Seconds between two looks at another process's windows and files, which tell nobody."""


async def until(holds: Callable[[], object], within: float | None = 60) -> None:
    """Wait in a loop until something holds, for so many seconds; None: as long as the test may."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def look_until(holds: Callable[[], object], alive: Callable[[], object] = lambda: True) -> None:
    """Look until something holds; the test's time limit ends a wait that is in vain.

    Args:
        holds: what is waited for.
        alive: whoever has to do it is still there.
    """
    while not holds():
        assert alive(), "it ended before"
        time.sleep(LOOK_EVERY)
