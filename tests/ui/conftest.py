"""Windows on a fake engine, closed when the test ends."""

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from statmon.domain.workspace import parse
from statmon.service import clock
from statmon.storage.machine.appearance import Appearance
from statmon.ui.look import painting
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window
from statmon.ui.window.main_window import MainWindow
from tests.ui.fake_engine import FakeEngine, workspace


@pytest.fixture
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes: an age is what the test says, however busy the machine is."""
    at = clock.elapsed_ms()
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: at)


@pytest.fixture(autouse=True)
def _collector_as_it_was() -> Iterator[None]:
    """A window that has started settles the collector, for the whole process."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _all_was_painted() -> Iterator[None]:
    """What fails while it is painted is left out of the window; a test must not overlook it."""
    painting.failures.clear()
    yield
    assert painting.failures == {}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(workspace())


@pytest.fixture
def open_window(qapp: QApplication) -> Iterator[Callable[..., MainWindow]]:
    """Open windows that are closed when the test ends."""
    application("light")
    windows: list[MainWindow] = []

    def opened(engine: FakeEngine, choice: Appearance = "light") -> MainWindow:
        window = whole_window(engine, choice)
        windows.append(window)
        window.show()
        return window

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def empty_engine() -> FakeEngine:
    """An engine whose workspace wants nothing."""
    return FakeEngine(parse({"schema": 1, "name": "", "site": {"url": "http://127.0.0.1:1"}}))
