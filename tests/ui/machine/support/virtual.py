"""A process whose time is faked: clocks, timers, the loop and threads all go by one virtual clock.

``install`` has to be called before statmon is imported. Hours pass in a moment, nothing waits, and
the same steps have the same outcome: what would run in a thread runs in the loop, a while later.
"""

import asyncio
import concurrent.futures
import contextlib
import heapq
import random
import selectors
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

EPOCH_NS = 1_772_438_400_000_000_000
"""A Monday morning: when every sequence begins."""
_BEGIN = 1_000_000_000
_TURN = 0.003
"""Seconds of a turn of the loop: nothing is done in no time."""
_SLOWEST_THREAD = 0.3
_HANGING_THREAD = 3.0


class Clock:
    """The monotonic time of the process, and how far the computer's clock is from it."""

    def __init__(self) -> None:
        self.now = _BEGIN
        """Nanoseconds that only run on."""
        self.wall = EPOCH_NS
        self.stride = 0.0
        """Seconds that go by at least between two turns of the loop."""

    @property
    def seconds(self) -> float:
        return self.now / 1e9

    @property
    def epoch_ns(self) -> int:
        return self.now + self.wall

    def advance(self, seconds: float) -> None:
        self.now += max(0, round(seconds * 1e9))

    def begin(self) -> None:
        """Begin anew: a sequence is the same, whatever was before it in its process."""
        self.now, self.wall = _BEGIN, EPOCH_NS


clock = Clock()
real_timer: Any = None
"""Qt's own timer, for what must happen while Qt is in a loop within the loop."""
chance = random.Random(0)
"""How long disks and threads take; seeded for each sequence."""


class Selector(selectors.DefaultSelector):  # type: ignore[valid-type,misc]
    """Lets Qt do what is due and, when nothing is, lets time go by."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        clock.advance(_TURN)
        self.loop.let_qt_work()
        found = super().select(0)
        waits = timeout is None or timeout > 0
        if found or not waits or self.loop.busy:
            return found
        due = self.loop.next_due
        if due is None:
            raise RuntimeError("nothing is left that the loop could wait for")
        clock.advance(max(due - clock.seconds, clock.stride) + 1e-8)
        return found


class Task(asyncio.Task):  # type: ignore[type-arg]
    """A task whose place in a set does not depend on where in memory it happens to be."""

    made = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        Task.made += 1
        self._number = Task.made
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._number


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop in virtual time that Qt's events are dispatched from."""

    def __init__(self, qt: Callable[[], object]) -> None:
        selector = Selector()
        selector.loop = self
        self.let_qt_work = qt
        super().__init__(selector)
        self.slow_exception_handler: Any = None
        self.set_task_factory(lambda loop, work, **more: Task(work, loop=loop, **more))

    def time(self) -> float:
        return clock.seconds

    def forget(self) -> None:
        """Let nothing that waits, of a sequence before, come in the next one."""
        Task.made = 0
        self._scheduled.clear()  # type: ignore[attr-defined]
        self._timer_cancelled_count = 0

    @property
    def busy(self) -> bool:
        return bool(self._ready)  # type: ignore[attr-defined]

    @property
    def next_due(self) -> float | None:
        scheduled = self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
            self._timer_cancelled_count = max(0, self._timer_cancelled_count - 1)
        return scheduled[0]._when if scheduled else None

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Do it in the loop, a while later, as a thread would that somebody waits for."""
        future = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except BaseException as error:  # noqa: BLE001 # it belongs to who waits
                if not future.cancelled():
                    future.set_exception(error)
            else:
                if not future.cancelled():
                    future.set_result(result)

        self.call_later(thread_delay(), work)
        return future


def thread_delay() -> float:
    """Return how long a thread takes: mostly a moment, sometimes long."""
    lot = chance.random()
    if lot < 0.5:
        return 0.0
    return chance.uniform(0.0, _SLOWEST_THREAD if lot < 0.95 else _HANGING_THREAD)


def painted() -> str | None:
    """Return what is being painted by who called this, if anything: nothing may hold that up."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.endswith("painting.py"):
            return str(frame.f_locals["method"].__qualname__)
        frame = frame.f_back
    return None


def _later(delay: float, work: Callable[[], object]) -> None:
    asyncio.get_event_loop_policy().get_event_loop().call_later(delay, work)


class Executor:
    """In a pool's place."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._left: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._left.append((future, lambda: func(*args, **kwargs)))
        _later(thread_delay(), self._next)
        return future

    def _next(self) -> None:
        if not self._left:
            return
        future, work = self._left.popleft()
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 # it belongs to who waits
                future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        while self._left and not cancel_futures:
            self._next()
        self._left.clear()

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()


class Thread:
    """In a thread's place: its work is done in the loop, a while after it was started."""

    def __init__(
        self, group: None = None, target: Any = None, name: str = "", args: Any = (),
        kwargs: Any = None, *, daemon: bool | None = None,
    ) -> None:  # fmt: skip
        self.name, self.daemon = name, bool(daemon)
        self._work = lambda: target(*args, **(kwargs or {}))
        self._done = False

    def start(self) -> None:
        if (where := painted()) is not None:
            raise RuntimeError(f"{where} waits for the thread «{self.name}»")
        _later(thread_delay(), self._run)

    def _run(self) -> None:
        if not self._done:
            self._done = True
            self._work()

    def join(self, _timeout: float | None = None) -> None:
        self._run()

    def is_alive(self) -> bool:
        return not self._done


class Worker:
    """In place of the history's thread: its jobs are done in the loop, in their order."""

    def __init__(self, _name: str, between: Callable[[], float | None]) -> None:
        self._between = between
        self._jobs: deque[Callable[[], None]] = deque()
        self._closed = False
        self._due: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def start(self) -> None:
        self._wake(0.0)

    def post(self, job: Callable[[], None]) -> None:
        if not self._closed:
            self._jobs.append(job)
            self._wake(0.0)

    def call(self, job: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()

        def perform() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(job())
                except Exception as error:  # noqa: BLE001 # it belongs to who waits
                    future.set_exception(error)

        if self._closed:
            future.cancel()
        else:
            self.post(perform)
        return future

    def close(self) -> None:
        self._closed = True
        if self._due is not None:
            self._due.cancel()
        while self._jobs:
            self._jobs.popleft()()

    def _wake(self, delay: float) -> None:
        if self._due is not None:
            self._due.cancel()
        loop = asyncio.get_event_loop_policy().get_event_loop()
        self._due = None if loop.is_closed() else loop.call_later(delay, self._go_on)

    def _go_on(self) -> None:
        self._due = None
        for _ in range(len(self._jobs)):
            self._jobs.popleft()()
        wait = self._between()
        if self._due is None and not self._closed and wait is not None:
            self._wake(wait)


class Random(random.Random):
    """In place of a source of chance that nobody gives a seed: each sequence repeats it."""

    def __init__(self, seed: Any = None) -> None:
        super().__init__(random.random() if seed is None else seed)


class ElapsedTimer:
    """Qt's stop watch, going by the virtual clock."""

    def __init__(self) -> None:
        self._began = clock.now

    def start(self) -> None:
        self._began = clock.now

    def elapsed(self) -> int:
        return (clock.now - self._began) // 1_000_000

    def restart(self) -> int:
        gone = self.elapsed()
        self.start()
        return gone


def install(qtcore: Any) -> None:
    """Put the virtual clock in the place of the real one, in this process, for good."""
    global real_timer
    real_timer = qtcore.QTimer
    time.time = lambda: clock.epoch_ns / 1e9  # type: ignore[assignment]
    time.time_ns = lambda: clock.epoch_ns  # type: ignore[assignment]
    time.monotonic = time.perf_counter = lambda: clock.seconds  # type: ignore[assignment]
    time.monotonic_ns = time.perf_counter_ns = lambda: clock.now  # type: ignore[assignment]
    time.clock_gettime = lambda _clock: clock.seconds  # type: ignore[assignment]
    time.clock_gettime_ns = lambda _clock: clock.now  # type: ignore[assignment]
    time.sleep = clock.advance  # type: ignore[assignment]
    concurrent.futures.ThreadPoolExecutor = Executor  # type: ignore[assignment,misc]
    threading.Thread = Thread  # type: ignore[assignment,misc]
    random.Random = Random  # type: ignore[misc]
    qtcore.QTimer = _timer_class(qtcore)
    qtcore.QElapsedTimer = ElapsedTimer


def _timer_class(qtcore: Any) -> type:
    import shiboken6

    class Timer(qtcore.QObject):  # type: ignore[misc,name-defined]
        """Qt's timer, going by the virtual clock."""

        timeout = qtcore.Signal()

        def __init__(
            self, parent: Any = None, *, interval: int = 0, singleShot: bool = False,  # noqa: N803
            timerType: Any = None,  # noqa: N803
        ) -> None:  # fmt: skip
            super().__init__(parent)
            self._interval, self._single = int(interval), singleShot
            self._handle: asyncio.TimerHandle | None = None

        def start(self, interval: object = None) -> None:
            if isinstance(interval, int):  # else a signal's argument, which Qt drops
                self._interval = interval
            self.stop()
            self._wait()

        def _wait(self) -> None:
            here = weakref.ref(self)

            def fire() -> None:
                timer = here()
                if timer is not None and shiboken6.isValid(timer):
                    timer._fire()

            loop = asyncio.get_event_loop_policy().get_event_loop()
            self._handle = loop.call_later(max(self._interval / 1000, 0.0), fire)

        def _fire(self) -> None:
            self._handle = None
            if not self._single:
                self._wait()
            self.timeout.emit()

        def stop(self) -> None:
            if self._handle is not None:
                self._handle.cancel()
                self._handle = None

        def isActive(self) -> bool:  # noqa: N802
            return self._handle is not None

        def interval(self) -> int:
            return self._interval

        def setInterval(self, interval: int) -> None:  # noqa: N802
            self._interval = int(interval)
            if self.isActive():
                self.start()

        def setSingleShot(self, single: bool) -> None:  # noqa: N802
            self._single = single

        def isSingleShot(self) -> bool:  # noqa: N802
            return self._single

        def setTimerType(self, _type: Any) -> None:  # noqa: N802
            """All are precise."""

        def remainingTime(self) -> int:  # noqa: N802
            if self._handle is None:
                return -1
            return max(0, round((self._handle.when() - clock.seconds) * 1000))

        @staticmethod
        def singleShot(delay: int, *rest: Any) -> None:  # noqa: N802
            context, what = (rest[0], rest[1]) if len(rest) == 2 else (None, rest[0])

            def fire() -> None:
                if context is None or shiboken6.isValid(context):
                    what()

            _later(delay / 1000, fire)

    return Timer


@contextlib.contextmanager
def coarse(stride: float) -> Any:
    """Let time go by in strides, as on a computer that is busy: every timer is as late."""
    clock.stride = stride
    try:
        yield
    finally:
        clock.stride = 0.0
