"""What holds for every test: no leaked task, thread, timer or window, and no screen needed."""

import asyncio
import functools
import gc
import inspect
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.harness import needed, processes, skips

# Before Qt is imported: the slow short forms of enumerations raise (docs/reference/qt.md §3).
os.environ.setdefault("PYSIDE6_OPTION_PYTHON_ENUM", "0x11")
os.environ.setdefault("QT_FONT_DPI", "96")
# No notice of a test is shown on the desktop of whoever runs it.
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A suite in the background (nohup make test &) is deaf to SIGINT and SIGHUP and goes on. What it
# starts inherits that, unless it is a handler's doing: then it begins as in a terminal.
for _name in ("SIGINT", "SIGHUP"):
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

# How long an example takes says more of the machine than of the code. The short run is the same
# wherever and however often it is made; the long one looks for what it does not know yet.
settings.register_profile(
    "statmon",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("STATMON_TEST_LONG") != "1",
)
settings.load_profile("statmon")

_JOIN_SECONDS = 20.0
_LAST_TURNS = 5
"""Turns of the loop in which a cancelled task may come to its end."""

_PATIENCE_MS = 60_000
"""How long a window test waits for what it expects: only a failing test waits so long."""


def pytest_configure(config: pytest.Config) -> None:
    """Take in what a run's parts of its own watch: tools, skips, processes."""
    for part in (needed, skips, processes):
        config.pluginmanager.register(part)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name a failed test at once: a run that is ended from outside comes to no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stdout.write(f"\nFAILED ({report.when}): {report.nodeid}\n")


@pytest.fixture
def qtbot(qtbot: Any, qapp: Any) -> Any:
    """Wait longer than pytest-qt's 5 s, which a busy machine needs for a thread to begin.

    And wait at all: since an application was told to end, no loop but its own turns.
    """
    from PySide6.QtCore import QTimer  # not in the tests of what knows no Qt

    QTimer.singleShot(0, qapp.exit)
    qapp.exec()
    for name in ("waitUntil", "waitSignal"):
        setattr(qtbot, name, functools.partial(getattr(qtbot, name), timeout=_PATIENCE_MS))
    return qtbot


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        # A pool's threads end soon after their pool was shut down.
        thread.join(0 if thread.daemon else _JOIN_SECONDS)
    left = [thread for thread in left if thread.is_alive() and not thread.daemon]

    assert not left, f"threads left running: {left}"


@pytest.fixture(autouse=True)
def _no_task_lost(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A task that nobody holds, or whose error nobody saw, speaks only when it is collected."""
    yield
    if sys.modules.get("asyncio") is not None and _asyncio_spoke(caplog):
        pytest.fail("asyncio reported: " + "; ".join(_asyncio_spoke(caplog)))


def _asyncio_spoke(caplog: pytest.LogCaptureFixture) -> list[str]:
    signs = ("was destroyed but it is pending", "exception was never retrieved")
    return [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.name == "asyncio" and any(sign in record.getMessage() for sign in signs)
    ]


@pytest.fixture(autouse=True)
def _no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Windows and running timers are Qt's form of a leak; free of charge where Qt is not used."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    app = widgets.QApplication.instance() if widgets else None
    if app is None or "qapp" not in request.fixturenames:
        return
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    gc.collect()
    left = [widget for widget in app.topLevelWidgets() if not widget.isHidden()]
    for widget in left:
        widget.close()
        widget.deleteLater()

    assert not left, f"windows left open: {left}"


@pytest.fixture(autouse=True)
def _no_timer_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A timer that still runs keeps alive whatever it calls."""
    yield
    core = sys.modules.get("PySide6.QtCore")
    if core is None or "qapp" not in request.fixturenames:
        return
    is_valid = sys.modules["shiboken6"].isValid
    left = [
        timer
        for timer in gc.get_objects()
        if isinstance(timer, core.QTimer) and is_valid(timer) and timer.isActive()
    ]
    for timer in left:
        timer.stop()

    assert not left, f"timers left running: {[timer.parent() for timer in left]}"


def _ending_its_tasks(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Let an asynchronous test fail if a task that it started outlives it."""

    @functools.wraps(test)
    async def checked(*args: object, **kwargs: object) -> None:
        before = asyncio.all_tasks()
        await test(*args, **kwargs)
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - before

        assert not left, f"tasks left running: {left}"

    return checked


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Watch asynchronous tests for lost tasks, and let one warning of Qt's pass.

    The offscreen platform says that it cannot pass on a size hint; nothing else may warn.
    """
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = _ending_its_tasks(item.obj)
        item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))
