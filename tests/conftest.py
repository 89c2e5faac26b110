"""What holds for every test: no leaked task, thread, timer or window, and no screen needed."""

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Iterator

import pytest

# Before Qt is imported: the slow short forms of enumerations raise (reference: 3 µs a look-up).
os.environ.setdefault("PYSIDE6_OPTION_PYTHON_ENUM", "0x11")
os.environ.setdefault("QT_FONT_DPI", "96")
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_JOIN_SECONDS = 2.0


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


@pytest.fixture
def running_tasks() -> Iterator[None]:
    """Fail if the test leaves a task of its own loop running (for tests inside a loop)."""
    yield
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    left = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]

    assert not left, f"tasks left running: {left}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns about a size hint that it cannot pass on; nothing else may."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))
