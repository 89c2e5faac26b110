"""How far saving has come, and the button that cancels it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button


class Saving(QWidget):
    """Hidden while nothing is being saved."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self.words = label(name=tr("Saving"))
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress of saving"))
        self.bar.setMaximumWidth(180)
        tip = tr("Wait no longer: what you have changed stays, and Undo takes it back")
        self.stop = button(tr("Stop sa&ving"), self.cancelled.emit, tip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.words, self.bar, self.stop):
            layout.addWidget(widget)
        self.hide()

    def show_progress(self, words: str, done: int = 0, of: int = 0) -> None:
        """Show a step; without ``of`` nobody knows how long it takes."""
        self.busy = True
        self.words.setText(words)
        self.bar.setRange(0, of)
        self.bar.setValue(done)
        self.show()

    def end(self) -> None:
        """It is saved, or not."""
        self.busy = False
        self.hide()
