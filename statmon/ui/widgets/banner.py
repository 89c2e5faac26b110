"""A line above the views for what the user must know: an error, a refusal, a frozen view."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button

_LONGEST = 500


class Banner(QFrame):
    """One sentence on an amber ground; hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Notice"))
        self.setObjectName("banner")
        self._said = ""
        self._words = label(name=tr("Notice"))
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = button(tr("Dismiss"), self.hide, name=tr("Dismiss the notice"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._close)
        self.set_theme(theme)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, or nothing while it is hidden."""
        return "" if self.isHidden() else self._words.text()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.setStyleSheet(
            f"#banner {{ background: {theme.badge.name()}; border-radius: 3px }}"
            f"#banner QLabel {{ color: {theme.badge_text.name()} }}"
        )

    def say(self, words: str, *, dismissable: bool = True) -> None:
        """Show a sentence until it is dismissed or taken back."""
        self._said = words
        self._words.setText(words if len(words) <= _LONGEST else words[:_LONGEST] + "…")
        self._close.setVisible(dismissable)
        self.show()

    def take_back(self, words: str | None = None) -> None:
        """Say no more; of some words, only if nothing else was said since."""
        if words is None or words == self._said:
            self.hide()
