"""The window's tasks: held, watched, and ended together (docs/reference/qt.md §2)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Tasks:
    """Owns every task that the window starts.

    asyncio itself holds tasks only weakly: a task without an owner can vanish in mid-work, and
    its error surfaces only when it is collected, if ever.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failed = failed

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start work in the running loop; an error in it is told to ``failed``."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def stop(self) -> None:
        """Cancel what is still running and wait for its end."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)
