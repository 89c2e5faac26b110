"""Remarks of lint, each with its cure."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from statmon.domain.lint import Remark, Severity
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.listing import refilling

GLYPHS: Final = {Severity.REFUSED: "✖", Severity.SURPRISE: "▲", Severity.NOTE: "ℹ"}
_TONES: Final = {
    Severity.REFUSED: Tone.BAD, Severity.SURPRISE: Tone.WARN, Severity.NOTE: Tone.PLAIN
}  # fmt: skip
_WORDS: Final = {
    Severity.REFUSED: "will be refused", Severity.SURPRISE: "may surprise", Severity.NOTE: "note"
}  # fmt: skip


class Remarks(QWidget):
    """The list, and a button that mends the chosen one."""

    cure_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._remarks: tuple[Remark, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Remarks"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.mending = button(tr("&Mend it"), self._mend, tr("Change the definition so"))
        self.summary = label(name=tr("Remarks"))
        self.summary.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.mending)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        layout.addStretch()
        self.list.currentRowChanged.connect(lambda _row: self._offer())
        self.show_remarks(())

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.show_remarks(self._remarks)

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show these, gravest first."""
        row = self.list.currentRow()
        self._remarks = tuple(remarks)
        count = len(self._remarks)
        with refilling(self.list):
            self.list.clear()
            for remark in self._remarks:
                item = QListWidgetItem(f"{GLYPHS[remark.severity]}  {tr(remark.words)}", self.list)
                item.setForeground(QBrush(self._theme.tones[_TONES[remark.severity]]))
                words = f"{tr(_WORDS[remark.severity])}: {tr(remark.words)}"
                item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            self.list.setCurrentRow(min(max(row, 0), count - 1))
        self.list.setVisible(bool(count))
        words = tr("Nothing to remark on.") if not count else f"{count} " + (
            tr("remark") if count == 1 else tr("remarks"))  # fmt: skip
        self.summary.setText(words)
        self._offer()

    def _offer(self) -> None:
        row = self.list.currentRow()
        self.mending.setEnabled(0 <= row < len(self._remarks) and bool(self._remarks[row].cure))

    def _mend(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._remarks) and self._remarks[row].cure:
            self.cure_wanted.emit(self._remarks[row].cure)
