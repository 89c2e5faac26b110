"""The main window: its frame, theme, place on the screen, and how it is closed.

It knows nothing of what is in it: that is put together in ``start/compose``. Importing this imports
nothing of that either, since the frame is painted first.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QSize, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow

from statmon.domain.outside import visible
from statmon.storage.machine.appearance import Appearance
from statmon.ui.look import theme as themes
from statmon.ui.look.text import tr
from statmon.ui.window.actions import new_action
from statmon.ui.window.deferred_steps import DeferredSteps

_SETTINGS_VERSION = 1
_SIZE = (1360, 860)
_FRAME = QSize(0, 40)
"""What the system's title bar takes, more or less: it is not known before the window is shown."""


class MainWindow(QMainWindow):
    """A window that shows, until it is filled, that the rest is on its way."""

    closing = Signal()
    themed = Signal(object)
    """It is shown in another theme."""

    def __init__(self, choice: Appearance = "system", settings: QSettings | None = None) -> None:
        """Make the frame of a window.

        Args:
            choice: light, dark, or as the system has it.
            settings: where its arrangement is kept; None to keep none.
        """
        super().__init__()
        self._settings, self._choice = settings, choice
        self.later = DeferredSteps(self)
        """What is done when the last readings are shown, or somebody uses the window."""
        self.parts: Any = None
        """What it consists of, once it is put together; only who does that reads this."""
        self._arranged = False
        self.may_leave: Callable[[], bool] = lambda: True
        """Whether a person may close it; else somebody is asked, and it closes after that."""
        keys = QKeySequence(QKeySequence.StandardKey.Quit)
        self.quitting = new_action(self, tr("&Quit"), keys)
        self.quitting.triggered.connect(lambda _checked=False: self._quit_with_all_there())
        self.resize(*_SIZE)
        self._restore_geometry()
        self._show_opening()

    def _show_opening(self) -> None:
        """Show that the rest is on its way: the menus' titles, and no view yet."""
        bar = self.menuBar()
        bar.setAccessibleName(tr("Menu"))
        for title in (
            tr("&Workspace"),
            tr("&Site"),
            tr("&Edit"),
            tr("S&ubscription"),
            tr("&View"),
            tr("His&tory"),
            tr("&Help"),
        ):
            bar.addAction(title).setEnabled(False)
        # Not a label: naming a text's format would have all of Qt's enumerations made for Python.
        self.statusBar().showMessage(tr("opening …"))
        self.addAction(self.quitting)

    def show_name(self, name: str) -> None:
        """Show a workspace's name in the title."""
        self.setWindowTitle(f"{visible(name) or tr('untitled')} – statmon")

    @property
    def theme(self) -> themes.Theme:
        """The colours of now."""
        return themes.current(self._choice)

    def set_look(self, choice: Appearance) -> None:
        """Show it light, dark, or as the desktop has it, from now on."""
        self._choice = choice
        self.look_again()

    def look_again(self) -> None:
        """Show it in the theme of now."""
        from statmon.ui.look import icons, sheet

        theme = self.theme
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, theme)
            sheet.dress(app, theme)
        self.themed.emit(theme)
        icons.redress(self)

    def fit_to_screen(self) -> None:
        """Become no larger than the room on the screen: a small laptop has less than is wanted."""
        if not self.isMaximized():
            self.resize(self.size().boundedTo(self.screen().availableSize() - _FRAME))

    def _restore_geometry(self) -> None:
        geometry = None if self._settings is None else self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def arrange(self, at_first: Callable[[], object]) -> None:
        """Arrange the docks as they were, or by ``at_first`` where nothing of that is kept."""
        state = None if self._settings is None else self._settings.value("state")
        known = isinstance(state, QByteArray) and self.restoreState(state, _SETTINGS_VERSION)
        if not known:
            at_first()
        self._arranged = True

    def keep_arrangement(self) -> None:
        """Write down where everything is."""
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
            if self._arranged:  # else closed at once: the last time's still holds
                self._settings.setValue("state", self.saveState(_SETTINGS_VERSION))
            self._settings.sync()

    def _quit_with_all_there(self) -> None:
        self.later.finish()
        self.quit()

    def quit(self) -> bool:
        """Close the window as a person wants it: what is unsaved is asked about first."""
        return self.may_leave() and self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Keep the arrangement, and say that it is over."""
        if event.spontaneous() and not self.may_leave():
            event.ignore()
            return
        if self.parts is not None:
            self.keep_arrangement()
        event.accept()
        self.closing.emit()
