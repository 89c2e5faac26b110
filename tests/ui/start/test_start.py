"""A window's first second: the last readings first, and nothing that is used then is missing."""

import asyncio
import gc
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from statmon.domain.reading import Reading
from statmon.history import History
from statmon.storage.machine import instance
from statmon.storage.machine.instance import Seat
from statmon.storage.user import workspace_file
from statmon.ui.start import run as running
from statmon.ui.start import surroundings
from statmon.ui.start.compose import Whole
from statmon.ui.start.opened_with import Opening
from statmon.ui.timemachine.machine import TimeMachine
from statmon.ui.window.main_window import MainWindow
from tests.ui.fake_engine import FakeEngine, now, workspace
from tests.waiting import until

LATER = (
    "pyqtgraph",
    "statmon.ui.alerts.alerts",
    "statmon.ui.chart.charts",
    "statmon.ui.connect.sign_in_controller",
    "statmon.ui.desktop.desktop",
    "statmon.ui.editor.editing_controller",
    "statmon.ui.start.surroundings",
    "statmon.ui.timemachine.travel",
    "zoneinfo",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
)
"""What the last readings can do without; each takes several milliseconds."""


async def act(what):
    """Do what a person does: outside of any task, since Qt's loop may go round meanwhile."""
    done = asyncio.get_running_loop().create_future()

    def do():
        try:
            done.set_result(what())
        except Exception as error:  # noqa: BLE001 # the test gets it
            done.set_exception(error)

    QTimer.singleShot(0, do)
    await done


@pytest.fixture
def start(qapp, engine, monkeypatch, tmp_path):
    """Start a window and take steps before anything but its views is there; return its exit code.

    The window is closed when the steps are done and all the rest has followed.
    """
    show_all = running._show_all

    def run(steps, **options):
        async def first(parts, keeper):
            try:
                await steps(parts.window)
                if parts.window.isVisible():
                    await show_all(parts, keeper)
            finally:
                parts.window.close()

        monkeypatch.setattr(running, "_show_all", first)
        return running.open_window(lambda: engine, Opening(choice="light", **options))

    return run


def test_nothing_that_can_come_later_is_imported_for_the_last_readings():
    """Else it holds them up."""
    code = (
        "import sys, qasync, statmon.ui.window.centre, statmon.ui.start.compose\n"
        "import statmon.ui.start.run\n"
        f"print([name for name in {LATER} if name in sys.modules])"
    )
    code = "import PySide6.QtWidgets\n" + code
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"


def test_the_last_readings_are_painted_before_what_is_around_them_is_made(
    qapp, engine, monkeypatch, tmp_path
):
    """The docks and the toolbar are in their places by then, the docks empty."""
    folder = tmp_path / "history"
    history = History(folder)
    then = now() - 60_000
    history.record([Reading(engine.table.series[1], 23, then, then, "update")])
    history.close()
    seen = []
    put_around = surroundings.put_around

    def look(parts):
        shown = engine.table.restored().any(), parts.page.tree.viewport().isVisible()
        docks = [dock.isVisible() for dock in (parts.docks.charts, parts.docks.details)]
        inside = parts.docks.charts.widget()
        seen.append((*map(bool, shown), docks, inside, parts.tools.isVisible()))
        put_around(parts)
        parts.window.close()

    monkeypatch.setitem(surroundings.STEPS, "all around", look)
    history = History(folder)
    assert running.open_window(lambda: engine, Opening(choice="light", history=history)) == 0

    assert seen == [(True, True, [True, True], None, True)]


def test_a_key_that_is_pressed_at_once_does_what_it_is_for(start):
    """Ctrl+N begins a new workspace, though the menu with that entry is not made yet."""

    async def steps(window):
        assert "New workspace" not in window.windowTitle()
        await until(window.isActiveWindow)
        keys = Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier
        await act(lambda: QTest.keyClick(window.windowHandle(), *keys))
        assert "New workspace" in window.windowTitle()

    assert start(steps) == 0


def test_a_menu_that_is_opened_at_once_has_its_entries(start):
    """The frame shows its title only."""

    async def steps(window):
        bar = window.menuBar()
        place = bar.mapTo(window, bar.actionGeometry(bar.actions()[0]).center())
        button = Qt.MouseButton.LeftButton
        await act(lambda: QTest.mouseClick(window.windowHandle(), button, pos=place))
        menu = QApplication.activePopupWidget()
        assert len(menu.actions()) > 5
        menu.close()

    assert start(steps) == 0


def test_a_button_that_a_screen_reader_presses_at_once_does_what_it_is_for(start):
    """It sends no key and no click."""

    async def steps(window):
        window.parts.tools.alerts.click()
        assert window.parts.alerts.dock.tabs.currentWidget() is window.parts.alerts.dock.open

    assert start(steps) == 0


def test_an_action_that_is_triggered_at_once_has_what_it_needs(start):
    """Its shortcut is one way; a screen reader knows others."""

    async def steps(window):
        window.parts.actions.ruling.trigger()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()

    assert start(steps) == 0


def test_the_time_machine_can_be_entered_at_once(start, tmp_path, monkeypatch):
    """With the history that the window was given before there was a time machine."""
    entered = []
    monkeypatch.setattr(TimeMachine, "enter", lambda machine, at=None: entered.append(machine))

    async def steps(window):
        window.later.finish()
        window.parts.actions.travelling.trigger()
        assert entered == [window.parts.travel.machine]

    assert start(steps, history=History(tmp_path / "history")) == 0


@pytest.mark.parametrize("done", [0, 3, 8])
def test_a_window_that_is_closed_at_once_ends(start, engine, caplog, done):
    """However much of it is there, without a word; the engine has not run."""

    async def steps(window):
        for _ in range(done):
            window.later.go_on()
        window.close()

    assert start(steps) == 0
    assert engine.log == []
    assert engine.listeners == []
    assert caplog.text == ""


def test_a_window_closed_while_the_rest_is_made_ends(qapp, engine, monkeypatch, caplog):
    """By a signal, say, which no event of the window tells of."""
    make = surroundings.make_alerts

    def close(parts):
        make(parts)
        parts.window.closeEvent(QCloseEvent())
        parts.window.hide()

    monkeypatch.setitem(surroundings.STEPS, "alerts", close)

    assert running.open_window(lambda: engine, Opening(choice="light")) == 0
    assert engine.log == []
    assert caplog.text == ""


def test_a_file_that_is_double_clicked_meanwhile_is_opened(start, engine, tmp_path, monkeypatch):
    """A second start waits until the first has an ear for it."""
    monkeypatch.setattr(instance, "_STARTS_WITHIN", 100.0)
    monkeypatch.setattr(instance, "_ANSWERS_WITHIN", 100.0)
    other = tmp_path / "other.statmon"
    workspace_file.write(other, workspace(agents=1))
    seat = Seat(tmp_path / "seat")
    assert seat.take()
    answers = []
    ringing = threading.Thread(target=lambda: answers.append(seat.hand_over(other)))

    async def steps(window):
        ringing.start()
        window.raise_ = lambda: None  # which the offscreen platform cannot
        window.later.finish()
        await until(lambda: engine.workspace.subscriptions == workspace(agents=1).subscriptions)

    try:
        assert start(steps, seat=seat.address) == 0
    finally:
        ringing.join()
        seat.release()
    assert answers == [True]


def test_a_disk_that_does_not_answer_keeps_nothing_away(qapp, engine, monkeypatch):
    """Menus and docks are there when it connects, without the last readings."""
    monkeypatch.setattr(running, "FIRST_WITHIN", 0.0)
    whole = []

    async def never(parts, _keeper):
        engine.listen(lambda _: (whole.append(parts.charts.isVisible()), parts.window.close()))
        await asyncio.Event().wait()

    monkeypatch.setattr(running, "_show_all", never)
    assert running.open_window(lambda: engine, Opening(choice="light")) == 0

    assert whole[0]


def test_the_collector_works_again_when_the_start_is_over(qapp, engine, monkeypatch):
    """It waits for that only; before it connects."""
    run, collecting = engine.run, []

    async def look():
        collecting.append(gc.isenabled())
        await run()

    monkeypatch.setattr(engine, "run", look)

    async def main(parts, _keeper):
        engine.listen(lambda _: parts.window.close())

    monkeypatch.setattr(running, "_show_all", main)
    gc.disable()
    try:
        assert running.open_window(lambda: engine, Opening(choice="light")) == 0
    finally:
        gc.enable()

    assert collecting == [True]


@pytest.mark.parametrize("size", [(1280, 720), (900, 700)])
def test_what_comes_into_the_docks_moves_none_of_them(engine, tmp_path, qtbot, size):
    """They were given their places, those of the last time, before there was anything in them."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = MainWindow(choice="light", settings=settings)
    first.resize(*size)
    first.show()
    Whole(first, engine).finish()
    qtbot.waitUntil(lambda: first._arranged)
    first.parts.docks.changes.raise_()
    first.parts.docks.connection.show()
    QApplication.processEvents()
    left = places(first)
    first.close()

    settings.remove("geometry")  # the offscreen screen is smaller
    again = MainWindow(choice="light", settings=settings)
    again.resize(first.size())
    again.show()
    Whole(again, engine)
    qtbot.waitUntil(lambda: again._arranged)
    QApplication.processEvents()
    before = places(again)
    again.parts.finish()
    QApplication.processEvents()
    QApplication.processEvents()

    assert places(again) == before == left
    for window in (first, again):
        window.close()
        window.deleteLater()


def test_at_the_first_start_the_docks_stay_where_they_are_too(engine, qtbot):
    """As large as they are at first, whatever comes into them."""
    window = MainWindow(choice="light")
    window.resize(1280, 720)
    window.show()
    Whole(window, engine)
    qtbot.waitUntil(lambda: window._arranged)
    QApplication.processEvents()
    before = places(window)
    window.parts.finish()
    QApplication.processEvents()
    QApplication.processEvents()

    assert places(window) == before
    window.close()
    window.deleteLater()


def places(window):
    """Where the docks and the views are, and which of the docks in tabs is in front."""
    parts = [(dock.objectName(), dock) for dock in window.parts.docks] + [
        ("views", window.parts.views.tabs)
    ]
    return {
        name: (part.mapTo(window, QPoint(0, 0)).toTuple(), part.size().toTuple())
        for name, part in parts
        if part.isVisible() and not part.visibleRegion().isEmpty()
    }


def test_charts_that_wait_are_not_lost(qapp, open_window):
    """By whoever opens or closes one before they are open."""
    engine = FakeEngine(workspace())
    kept = engine.workspace.charts
    window = open_window(engine)
    window.parts.charts.close_current()
    assert engine.workspace.charts == kept
    window.parts.charts.show_rows([0])

    assert engine.workspace.charts[: len(kept)] == kept
    assert len(engine.workspace.charts) == len(kept) + 1
