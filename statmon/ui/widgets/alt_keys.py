"""Alt with a letter is a shortcut and never a letter, also where the shortcut is switched off.

Qt's text fields insert the letter of Alt+S where no enabled control answers to it. On a Mac
the Option key writes letters on purpose, so there nothing is done.
"""

import sys

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_ALT = Qt.KeyboardModifier.AltModifier
_ALT_SHIFT = _ALT | Qt.KeyboardModifier.ShiftModifier


class AltKeys(QObject):
    """Watches the widget that has the keyboard, and no other: a filter on all costs every event."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        if sys.platform != "darwin":
            app.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, now: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if now is not None and now.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take Alt with a letter away from a text that would write it."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        # AltGr comes as Ctrl+Alt, or without Alt: what it writes is meant.
        return (
            event.modifiers() in (_ALT, _ALT_SHIFT)
            and event.text().isprintable()
            and bool(event.text())
        )
