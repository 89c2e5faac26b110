"""What can be done in the window: one action each, for menu, toolbar and key alike."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from statmon.ui.look.text import tr


def new_action(owner: QObject, text: str, keys: str | QKeySequence = "") -> QAction:
    """Return an action that does nothing yet."""
    action = QAction(text, owner)
    shortcut = QKeySequence(keys) if isinstance(keys, str) else keys
    # As a list: to tell what a single one is, all of Qt's enumerations would be made.
    action.setShortcuts([] if shortcut.isEmpty() else [shortcut])
    return action


class Actions(QObject):
    """The main window's actions; who puts the window together says what each does."""

    def __init__(self, owner: QObject, quitting: QAction, before: Callable[[], object]) -> None:
        """Make them.

        Args:
            owner: whose they are.
            quitting: ends the window; it is there before the others.
            before: called before an action does anything, for all to be there that it may need.
        """
        super().__init__(owner)
        self._owner, self._before = owner, before
        standard = QKeySequence.StandardKey
        self.quitting = quitting
        self.connecting = self._new(tr("&Connect"), "Ctrl+Shift+C")
        self.disconnecting = self._new(tr("&Disconnect"), "Ctrl+Shift+D")
        self.signing_in = self._new(tr("Sign &in…"), "Ctrl+Shift+S")
        self.signing_out = self._new(tr("Sign &out"))
        self.pausing = self._new(tr("&Pause"), "Ctrl+P")
        self.pausing.setCheckable(True)
        self.copying = self._new(tr("&Copy rows"), QKeySequence(standard.Copy))
        self.filtering = self._new(tr("&Filter"), QKeySequence(standard.Find))
        self.charting = self._new(tr("Show in c&hart"), "Ctrl+Return")
        self.expanding = self._new(tr("&Expand all"), "Ctrl+E")
        self.collapsing = self._new(tr("C&ollapse all"), "Ctrl+Shift+E")
        self.pinning = self._new(tr("P&in or unpin"), "Ctrl+D")
        self.travelling = self._new(tr("&Time machine"), "Ctrl+Shift+T")
        self.travelling.setCheckable(True)
        self.travelling.setEnabled(False)
        self.wall = self._new(tr("&Wallboard"), "F11")
        self.ruling = self._new(tr("&Thresholds…"), "Ctrl+T")
        self.next_alert = self._new(tr("Next &alert"), "F8")
        self.about = self._new(tr("&About"))

    def does(self, action: QAction, do: Callable[..., object]) -> None:
        """Have an action do something."""
        action.triggered.connect(lambda _checked=False: self._do(do))

    def _new(self, text: str, keys: str | QKeySequence = "") -> QAction:
        return new_action(self._owner, text, keys)

    def _do(self, what: Callable[..., object]) -> None:
        self._before()
        what()

    def show_running(self, *, running: bool) -> None:
        """Offer to connect, or to disconnect."""
        self.connecting.setEnabled(not running)
        self.disconnecting.setEnabled(running)
