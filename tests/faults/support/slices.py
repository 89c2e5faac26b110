"""Watches a loop's thread: how long each slice of it computes, and where it waits for something."""

import asyncio
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType

LOOK_EVERY = 0.02
LONG = 0.05
"""Seconds of computing from which on the stack is looked at."""
STILL = 25
"""Looks at which the same slice was found asleep: then it waits for something, half a second."""


class Slices:
    """Measures every callback of asyncio in this thread while the context lasts."""

    def __init__(self) -> None:
        self.longest = 0.0
        """Seconds of the thread's own CPU time in one slice."""
        self.what = ""
        self.blocked: list[str] = []
        """The stacks at which a slice waited."""
        self._count = 0
        self._inside = False
        self._seen = ""
        self._began = 0.0
        self._thread = threading.get_ident()
        self._state = Path(f"/proc/self/task/{threading.get_native_id()}/stat")
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Slices":
        inner = self._inner = asyncio.Handle._run

        def measured(handle: asyncio.Handle) -> None:
            self._count, self._inside = self._count + 1, True
            began = self._began = time.thread_time()
            try:
                inner(handle)
            finally:
                took, self._inside = time.thread_time() - began, False
                if took > self.longest:
                    self.longest, self.what = took, f"{_task_of(handle)} {self._seen}"
                self._seen = ""

        asyncio.Handle._run = measured  # type: ignore[method-assign]
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.Handle._run = self._inner  # type: ignore[method-assign]
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        seen = still = 0
        clock = time.pthread_getcpuclockid(self._thread)
        while not self._over.wait(LOOK_EVERY):
            asleep = self._inside and self._state.read_text().rpartition(")")[2].split()[0] in "SD"
            still = still + 1 if asleep and self._count == seen else 0
            seen = self._count
            if self._inside and not self._seen and time.clock_gettime(clock) - self._began > LONG:
                self._seen = self._stack()
            if still == STILL:
                self.blocked.append(self._stack())

    def _stack(self) -> str:
        frame: FrameType | None = sys._current_frames().get(self._thread)
        return "".join(traceback.format_stack(frame)[-8:])


def _task_of(handle: asyncio.Handle) -> str:
    """Name what a callback goes on with."""
    task = getattr(getattr(handle, "_callback", None), "__self__", None)
    return repr(task or handle)[:600]
