"""Writes in a thread of its own: a disk or reader that is slow must not stop the loop."""

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """Items that wait to be written, and the thread that writes them in order."""

    def __init__(
        self, name: str, write: Callable[[list[T]], None], failed: Callable[[OSError], None]
    ) -> None:
        """Start writing.

        Args:
            name: the thread's name.
            write: writes what waits, in the thread; may block or raise OSError.
            failed: called once, in the thread, if it raises; nothing is written after that.
        """
        self._write, self._failed = write, failed
        self._queue: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def behind(self) -> int:
        """Items that wait."""
        return self._queue.qsize()

    def put(self, item: T) -> None:
        """Have an item written, soon."""
        self._queue.put(item)

    def close(self, within: float) -> bool:
        """Write what waits; return False if that takes more than so many seconds."""
        self._queue.put(None)
        self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                self._write([item, *self._waiting()])
            except OSError as error:
                self._failed(error)
                return

    def _waiting(self) -> list[T]:
        """Take what waits behind the first, up to the end's mark, which is put back."""
        items: list[T] = []
        for _ in range(self._queue.qsize()):
            item = self._queue.get()
            if item is None:
                self._queue.put(None)
                break
            items.append(item)
        return items
