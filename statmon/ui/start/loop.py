"""asyncio in Qt's event loop: what qasync leaves out (docs/reference/qt.md §2), and a clean end."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from statmon.storage.machine import signals

# qasync takes the Qt binding that is imported already: PySide6 must come before it.
import qasync  # isort: skip

_T = TypeVar("_T")
_LAST_TURNS_S = 0.03
_SIGNAL_POLL_MS = 250
"""On Windows Python sees a Ctrl-C only while it runs: this often."""


class AppLoop(qasync.QEventLoop):  # type: ignore[misc] # qasync has no types
    """The Qt loop as an asyncio loop, with the asynchronous-generator hooks set.

    Without the hooks a cancelled ``async for`` never runs its ``finally``.
    """

    left_by_qt: Callable[[], object] | None = None
    """Called, once, when Qt has left its loop on its own."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="statmon"))

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Call after so many seconds.

        As qasync up to 0.28 does, which asks first in a way that Python 3.14 warns of and 3.16
        will not know (``asyncio.iscoroutinefunction``).
        """
        handle = asyncio.Handle(callback, args, self, context=context)
        self._add_callback(handle, delay)
        return handle

    def run_forever(self) -> None:
        """Run until ``stop``, with the hooks of this loop."""
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
        )
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*before)

    def run_to_end(self, work: Awaitable[object]) -> None:
        """Run until the work is done, however often Qt leaves its loop on its own meanwhile."""
        future = asyncio.ensure_future(work, loop=self)
        future.add_done_callback(lambda _: self.stop())
        while not future.done():
            self.run_forever()
            if not future.done() and self.left_by_qt is not None:
                self.call_soon(self.left_by_qt)
                self.left_by_qt = None  # without its display Qt leaves again and again


def run(app: QApplication, main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine in Qt's loop to its end, then close the loop in order.

    Qt may leave its loop on its own (end of the session, Cmd-Q, a display that is gone): who wants
    to end then is told, and the loop is entered again until the coroutine has come to its own end.
    """
    loop = AppLoop(app)
    asyncio.set_event_loop(loop)
    try:
        task = loop.create_task(main)
        loop.run_to_end(task)
        _cancel_rest(loop)
        result: _T = task.result()
        return result
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _cancel_rest(loop: AppLoop) -> None:
    # Generators that were just dropped close themselves in tasks of their own.
    loop.run_to_end(asyncio.sleep(_LAST_TURNS_S))
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_to_end(asyncio.gather(*left, return_exceptions=True))
    loop.run_to_end(loop.shutdown_asyncgens())
    # A closed transport lets go of its socket a few turns of the loop later.
    loop.run_to_end(asyncio.sleep(_LAST_TURNS_S))


@contextlib.contextmanager
def on_signals(stop: Callable[[], object]) -> Iterator[None]:
    """Call ``stop`` when the system wants an end, in the running loop, while the context lasts.

    It says so by a signal, or by Qt: its loop ends with the session, and when
    the display is gone.
    """
    loop = asyncio.get_running_loop()
    if isinstance(loop, AppLoop):
        loop.left_by_qt = stop
    with signals.ending(stop) as taken:
        timer = QTimer(interval=_SIGNAL_POLL_MS)
        timer.timeout.connect(lambda: None)
        if not taken:
            timer.start()
        try:
            yield
        finally:
            timer.stop()
            if isinstance(loop, AppLoop):
                loop.left_by_qt = None
