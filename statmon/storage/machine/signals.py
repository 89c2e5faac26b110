"""What asks a program to end: Ctrl-C, the system, a terminal that was closed."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


def heard() -> list[signal.Signals]:
    """Return the signals that ask this program to end.

    One that whoever started it has it ignore is none: ``nohup`` means SIGHUP, a shell's
    background SIGINT.
    """
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP"):  # Windows has none
        numbers.append(signal.SIGHUP)
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]


@contextlib.contextmanager
def ending(act: Callable[[], object]) -> Iterator[bool]:
    """Call ``act`` in the running loop on the signals that are heard, while the context lasts.

    Gives whether the loop takes signals itself. Where it does not (Windows), Python notices one
    only while it runs: a loop that sleeps outside Python has to be woken now and then.
    """
    import asyncio  # the first frame does without

    loop = asyncio.get_running_loop()
    numbers = heard()
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
    loop: "asyncio.AbstractEventLoop", numbers: list[signal.Signals], act: Callable[[], object]
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
