"""Buttons as dialogs and pages have them: named for a screen reader, with a plain hint."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QToolButton

from statmon.ui.look.text import tooltip


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
