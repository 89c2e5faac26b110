"""The thread of the history: one job after the other, in the order in which they were given."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Job = Callable[[], None]


class Worker:
    """A thread that does jobs, and what is due between them."""

    def __init__(self, name: str, between: Callable[[], float | None]) -> None:
        """Make a worker; ``start`` it.

        Args:
            name: of the thread.
            between: called in the thread after each job, and when the seconds are over that it
                returned last; None: when there is a job.
        """
        self._between = between
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._closed = False
        self._giving = threading.Lock()
        """Nothing is given behind the end, where it would never be done."""

    @property
    def waiting(self) -> int:
        """Jobs that were not begun yet."""
        return self._jobs.qsize()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def post(self, job: _Job) -> None:
        """Have a job done; an error in it is logged."""
        self._give(job)

    def call(self, job: Callable[[], _T]) -> "Future[_T]":
        """Have a job done; the future has its result or error, or is cancelled after the end.

        To come too late is no error: whoever waited is at an end as well, or has to pass it over.
        """
        future: Future[_T] = Future()

        def perform() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job())
            except Exception as error:  # noqa: BLE001 # it belongs to who waits for the future
                future.set_exception(error)

        if not self._give(perform):
            future.cancel()
        return future

    def _give(self, job: _Job) -> bool:
        """Put a job behind the others; return whether it will be done."""
        with self._giving:
            if not self._closed:
                self._jobs.put(job)
            return not self._closed

    def close(self) -> None:
        """Do what was given, then end; returns when the thread has ended."""
        with self._giving:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        wait: float | None = 0.0
        while True:
            try:
                job = self._jobs.get(timeout=wait)
            except queue.Empty:
                pass
            else:
                if job is None:
                    return
                _do(job)
            wait = self._due()

    def _due(self) -> float | None:
        try:
            return self._between()
        except Exception:  # noqa: BLE001 # the thread must outlive it
            _log.exception("the history could not do what was due")
            return _AFTER_ERROR


_AFTER_ERROR: Final = 10.0
"""Seconds until it is tried again."""


def _do(job: _Job) -> None:
    try:
        job()
    except Exception:  # noqa: BLE001 # the thread must outlive it
        _log.exception("the history could not do a job")
