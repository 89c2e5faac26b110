import asyncio
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from statmon.ui.start import loop as qt_loop
from statmon.ui.start.loop import AppLoop


def test_coroutines_run_in_qts_own_loop(qapp):
    """The guard of all asynchronous tests here: a Qt timer wakes a coroutine."""

    async def main():
        loop = asyncio.get_running_loop()
        fired = loop.create_future()
        QTimer.singleShot(0, lambda: fired.set_result("by Qt"))
        return type(loop), await fired

    assert qt_loop.run(qapp, main()) == (AppLoop, "by Qt")


def test_what_python_3_16_takes_away_is_not_called(qapp, monkeypatch):
    """Python 3.14 warns of it for each callback, and a warning is an error here."""

    def gone(_):
        raise AttributeError("asyncio has no iscoroutinefunction any more")

    monkeypatch.setattr(asyncio, "iscoroutinefunction", gone)
    order = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.call_later(0.01, order.append, "later")
        loop.call_soon(order.append, "soon")
        await loop.run_in_executor(None, loop.call_soon_threadsafe, order.append, "from a thread")
        await asyncio.sleep(0.02)

    qt_loop.run(qapp, main())

    assert order[0] == "soon"
    assert sorted(order) == ["from a thread", "later", "soon"]


def test_a_cancelled_async_generator_runs_its_finally(qapp):
    """Qasync alone sets no asyncgen hooks, and the generator would never be closed."""
    closed = []

    async def numbers():
        try:
            while True:
                yield 1
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    async def main():
        async for _ in numbers():
            break

    qt_loop.run(qapp, main())

    assert closed == [True]


def test_qt_leaving_its_loop_does_not_cut_the_end_short(qapp):
    """``QApplication.quit`` (end of the session, Cmd-Q) leaves time for a clean end."""

    async def main():
        QTimer.singleShot(0, QApplication.quit)
        await asyncio.sleep(0.02)
        return "ended in order"

    assert qt_loop.run(qapp, main()) == "ended in order"


def test_who_wants_to_end_is_told_that_qt_leaves_and_once_only(qapp):
    """Without a display Qt leaves again and again, also while the end is on its way."""
    told = []

    async def main():
        done = asyncio.Event()

        def end():
            told.append(True)
            again.start()
            done.set()

        again = QTimer(interval=0)
        again.timeout.connect(QApplication.quit)
        QTimer.singleShot(0, QApplication.quit)
        with qt_loop.on_signals(end):
            await done.wait()
            await asyncio.sleep(0.05)
        again.timeout.connect(again.stop, type=Qt.ConnectionType.QueuedConnection)
        return "ended in order"

    assert qt_loop.run(qapp, main()) == "ended in order"
    assert told == [True]


def test_an_error_of_the_main_coroutine_is_raised(qapp):
    """Nothing is swallowed on the way out."""

    async def main():
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        qt_loop.run(qapp, main())


def test_tasks_left_behind_are_cancelled(qapp):
    """What main forgot does not survive it."""
    seen = []

    async def forgotten():
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cancelled")

    async def main():
        task = asyncio.create_task(forgotten())
        await asyncio.sleep(0)
        return task

    assert qt_loop.run(qapp, main()).cancelled()
    assert seen == ["cancelled"]


def test_blocking_work_goes_to_a_pool_of_our_own(qapp):
    """``to_thread`` works and its threads end with the loop (see the leak checks)."""

    async def main():
        return await asyncio.to_thread(sum, (1, 2))

    assert qt_loop.run(qapp, main()) == 3


@pytest.mark.skipif(os.name == "nt", reason="signals are polled there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_without_a_word(number):
    """Clean even with every warning an error and asyncio in debug mode."""
    program = textwrap.dedent(f"""
        import asyncio, os
        from PySide6.QtWidgets import QApplication
        from statmon.ui.start import loop

        async def main():
            # In debug mode asyncio remarks on what takes long, which says more of the machine.
            asyncio.get_running_loop().slow_callback_duration = 3600
            done = asyncio.Event()
            with loop.on_signals(done.set):
                os.kill(os.getpid(), {int(number)})
                await done.wait()
            return 0

        raise SystemExit(loop.run(QApplication([]), main()))
    """)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="sends itself a signal the Unix way")
def test_where_the_loop_takes_no_signals_they_are_polled(qapp, monkeypatch):
    """As on Windows; the handlers that were there come back."""

    def refuse(*_):
        raise NotImplementedError

    monkeypatch.setattr(AppLoop, "add_signal_handler", refuse)
    before = signal.getsignal(signal.SIGTERM)

    async def main():
        done = asyncio.Event()
        with qt_loop.on_signals(done.set):
            os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(60):
                await done.wait()

    qt_loop.run(qapp, main())

    assert signal.getsignal(signal.SIGTERM) == before
