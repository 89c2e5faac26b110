"""Small parts that the editor's pages share."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QPushButton, QToolButton

from statmon.ui.text import tooltip


def button(text: str, do: Callable[[], object], hint: str = "") -> QPushButton:
    """Return a push button that never takes Enter away from others."""
    result = QPushButton(text)
    result.setAccessibleName(text.replace("&", "").rstrip("…"))
    result.setAutoDefault(False)
    result.setToolTip(tooltip(hint))
    result.clicked.connect(lambda _checked=False: do())
    return result


def tool_button(text: str, hint: str = "") -> QToolButton:
    """Return a button with a menu behind it."""
    result = QToolButton()
    result.setText(f"{text} ▾")
    result.setAccessibleName(text.replace("&", "").rstrip("…"))
    result.setToolTip(tooltip(hint))
    result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return result


class Debounce:
    """Calls once, a while after the last time it was asked to."""

    def __init__(self, do: Callable[[], object], after: int, parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after)
        self._timer.timeout.connect(do)
        self._do = do

    def ask(self) -> None:
        """Call later; a call that is due already is put off."""
        self._timer.start()

    def now(self) -> None:
        """Call at once if a call is due."""
        if self._timer.isActive():
            self._timer.stop()
            self._do()

    def stop(self) -> None:
        """Call no more."""
        self._timer.stop()
