"""Every button of the window is made here: named for a screen reader, with a plain hint."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QToolButton

from statmon.ui.look import icons
from statmon.ui.look.text import tooltip


def button(text: str, do: Callable[[], object], hint: str = "", *, name: str = "") -> QPushButton:
    """Return a push button that never takes Enter away from others.

    Args:
        text: on it, with a mnemonic.
        do: called when it is clicked.
        hint: shown on hover.
        name: for a screen reader, where the text does not say enough.
    """
    result = QPushButton(text)
    result.setAccessibleName(name or _spoken(text))
    result.setAutoDefault(False)
    result.setToolTip(tooltip(hint))
    result.clicked.connect(lambda _checked=False: do())
    return result


def small_button(
    says: str, do: Callable[[], object] | None = None, *, text: str = "", icon: str = ""
) -> QToolButton:
    """Return a button of a bar, with a picture or a short text; ``says`` is its name and hint."""
    result = QToolButton()
    result.setText(text)
    if icon:
        icons.dress(result, icon)
    result.setAccessibleName(says)
    result.setToolTip(says)
    if do is not None:
        result.clicked.connect(lambda _checked=False: do())
    return result


def menu_button(text: str, hint: str = "") -> QToolButton:
    """Return a button with a menu behind it."""
    result = small_button(_spoken(text), text=f"{text} ▾")
    result.setToolTip(tooltip(hint))
    result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return result


def bare_menu_button(sign: str, says: str) -> QToolButton:
    """Return one that is nothing but a sign."""
    result = small_button(says, text=sign)
    result.setAutoRaise(True)
    result.setStyleSheet("QToolButton::menu-indicator { image: none }")
    result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return result


def _spoken(text: str) -> str:
    return text.replace("&", "").rstrip("…")
