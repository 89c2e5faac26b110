"""The window among others."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QSystemTrayIcon, QWidget

from statmon.storage.machine import autostart
from statmon.storage.machine.instance import Seat
from statmon.storage.machine.resources import resource
from statmon.storage.user import settings
from statmon.storage.user.preferences import Preferences
from statmon.ui.desktop.desktop import Desktop
from statmon.ui.desktop.preferences_dialog import Choices, PreferencesDialog
from statmon.ui.desktop.second_starts import InstanceServer
from statmon.ui.desktop.tray import Tray
from statmon.ui.start import loop as qt_loop


@pytest.fixture
def window(qapp):
    """A window that ends with the test."""
    made = QMainWindow()
    made.menuBar().addMenu("Site").addAction("Quit")
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def tray(window, monkeypatch):
    """A tray on a desktop that has one."""
    monkeypatch.setattr(Tray, "there_is_one", staticmethod(lambda: True))
    # The offscreen platform can neither show an icon nor raise a window, and warns of both.
    monkeypatch.setattr(QSystemTrayIcon, "setVisible", lambda *_: None)
    monkeypatch.setattr(QSystemTrayIcon, "hide", lambda *_: None)
    monkeypatch.setattr(window, "raise_", lambda: None)
    return Tray(window, QIcon(str(resource("icons/statmon.svg"))), lambda: "connected")


def pressed_x(window: QWidget) -> None:
    """Close it as the window manager does."""
    event = QCloseEvent()
    event.spontaneous = lambda: True
    if not any(
        child.eventFilter(window, event) for child in window.children() if isinstance(child, Tray)
    ):
        window.close()


def test_with_the_tray_on_a_closed_window_is_only_hidden(window, tray):
    """And comes back as it was."""
    tray.switch(on=True)
    pressed_x(window)
    assert window.isHidden()

    tray.bring_back()
    assert not window.isHidden()


def test_without_the_tray_closing_closes(window, tray):
    """There would be no way back."""
    tray.switch(on=False)
    pressed_x(window)

    assert window.isHidden()
    assert not tray.on


def test_quit_quits_whatever_the_tray_says(window, tray):
    """From the icon's menu."""
    closed = []
    window.closeEvent = lambda event: closed.append(event.type())
    tray.switch(on=True)
    tray.quitting.trigger()

    assert closed == [QEvent.Type.Close]


def test_switching_the_tray_off_brings_a_hidden_window_back(window, tray):
    """Else it would be lost."""
    tray.switch(on=True)
    pressed_x(window)
    tray.switch(on=False)

    assert not window.isHidden()


def test_a_second_start_is_heard_with_its_file(qapp, window, tmp_path):
    """Nonsense on the same socket is passed over."""
    seat = Seat(tmp_path)
    heard = []

    async def main():
        server = InstanceServer(seat.address, window)
        server.started_again.connect(heard.append)
        if reader_writer := await asyncio.open_unix_connection(seat.address):
            reader_writer[1].write(b"nonsense\n")
            assert await reader_writer[0].read() == b""
            reader_writer[1].close()
        first = await asyncio.to_thread(Seat(tmp_path).hand_over, Path("/x/floor.statmon"))
        second = await asyncio.to_thread(Seat(tmp_path).hand_over, None)
        server.stop()
        return first, second

    assert qt_loop.run(qapp, main()) == (True, True)
    assert heard == [Path("/x/floor.statmon"), None]


def test_a_socket_that_a_crash_left_is_no_hindrance(qapp, window, tmp_path):
    """Who holds the lock listens."""
    seat = Seat(tmp_path)
    Path(seat.address).write_text("left")

    async def main():
        server = InstanceServer(seat.address, window)
        taken = await asyncio.to_thread(seat.hand_over, None)
        server.stop()
        return taken

    assert qt_loop.run(qapp, main())


def test_the_settings_dialog_gives_back_what_was_chosen(window):
    """And shows where it is kept."""
    chosen = []
    dialog = PreferencesDialog(
        Choices(Preferences(), autostart=False), has_tray=True, kept_in="/x", parent=window
    )
    dialog.chosen.connect(chosen.append)
    dialog.open()
    dialog.look.setCurrentIndex(2)
    dialog.tray.setChecked(True)
    dialog.autostart.setChecked(True)
    dialog._accept()

    assert chosen == [Choices(Preferences(look="dark", tray=True), autostart=True)]


def test_without_a_tray_the_dialog_says_so(window):
    """A switch that would do nothing cannot be moved."""
    dialog = PreferencesDialog(
        Choices(Preferences(), autostart=False), has_tray=False, kept_in="/x", parent=window
    )
    dialog.open()

    assert not dialog.tray.isEnabled()
    dialog.reject()


class Face:
    def __init__(self):
        self.look = ""

    def set_look(self, look):
        self.look = look

    def quit(self):
        return True


class Quiet:
    """Asks nobody for updates."""

    def begin(self):
        pass

    def reconsider(self):
        pass


@pytest.fixture
def run_desktop(qapp, window, tmp_path, monkeypatch):
    """A desktop with settings of its own; give what it opened and said."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    face, opened, said = Face(), [], []

    def run(steps):
        async def main():
            tasks = []
            desktop = Desktop(
                window,
                face,
                lambda work, _: tasks.append(asyncio.ensure_future(work)),
                opened.append,
                said.append,
                lambda: "",
                Quiet(),
            )
            desktop.begin(None)
            await steps(desktop, tasks)
            await asyncio.gather(*tasks)
            desktop.end()

        qt_loop.run(qapp, main())
        return face, opened, said

    return run


def test_choices_are_in_force_at_once_and_kept(run_desktop, monkeypatch):
    """What the system refuses is said; the rest is kept all the same."""

    def refuse(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(autostart, "switch", refuse)

    async def steps(desktop, _):
        desktop.use(Choices(Preferences(look="dark"), autostart=True), started=False)

    face, _, said = run_desktop(steps)

    assert face.look == "dark"
    assert settings.load()["theme"] == "dark"
    assert "Read-only" in said[0]


def test_settings_stand_above_quit_and_open_from_the_keyboard(run_desktop, window):
    """With the shortcut of other programs."""

    async def steps(desktop, tasks):
        menu = window.menuBar().actions()[0].menu()
        action = desktop.add_to(menu)
        assert menu.actions()[-1].text() == "Quit"
        assert action.shortcut().toString() == "Ctrl+,"
        action.trigger()
        await asyncio.gather(*tasks)
        dialog = window.findChild(PreferencesDialog)
        assert dialog.isVisible()
        dialog.reject()

    run_desktop(steps)


def test_when_the_session_may_end_all_is_kept_and_the_window_stays(run_desktop, window):
    """It may be called off, or be a checkpoint only; the end itself is another message."""
    kept = []

    async def steps(desktop, _):
        desktop.last_call.connect(lambda: kept.append(window.isVisible()))
        desktop.session_may_end()

    run_desktop(steps)

    assert kept == [True]
    assert window.isVisible()


@pytest.mark.parametrize("hidden", [False, True])
def test_when_the_session_ends_the_tray_holds_no_window_back(window, tray, qapp, hidden):
    """Qt closes what is visible and leaves; what is hidden is closed by who is told of that."""
    closed = []
    window.closeEvent = lambda event: closed.append(event.spontaneous())
    tray.switch(on=True)
    if hidden:
        pressed_x(window)
        window.close()
    else:
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.Quit))

    assert closed == [False]
