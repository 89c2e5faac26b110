"""What asks a program to end: Ctrl-C, the system, a terminal that was closed."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def ending(act: Callable[[], object]) -> Iterator[bool]:
    """Call ``act`` in the running loop on SIGINT, SIGTERM and SIGHUP, while the context lasts.

    Gives whether the loop takes signals itself. Where it does not (Windows), Python notices one
    only while it runs: a loop that sleeps outside Python has to be woken now and then.
    """
    loop = asyncio.get_running_loop()
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP"):  # Windows has none
        numbers.append(signal.SIGHUP)
    try:
        for number in numbers:
            loop.add_signal_handler(number, act)
    except NotImplementedError:
        with _handled_by_python(loop, numbers, act):
            yield False
        return
    try:
        yield True
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def _handled_by_python(
    loop: asyncio.AbstractEventLoop, numbers: list[signal.Signals], act: Callable[[], object]
) -> Iterator[None]:
    before = {
        number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))
        for number in numbers
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
