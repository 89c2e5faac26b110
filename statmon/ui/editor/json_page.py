"""What is sent, as JSON: to be read, and to be written by those who like that better."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from statmon.domain import request_text
from statmon.domain.cells import ExchangeError
from statmon.domain.request_text import RequestText
from statmon.domain.workspace import Subscription, WantedStatistic
from statmon.ui.background.debounce import Debounce
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr

_SETTLED_MS = 300
_AT_ONCE = 0.02
"""Seconds of writing at a time: 10,000 statistics are 150,000 lines."""
_BLOCK = 40
"""Statistics that are written before the clock is looked at."""


class JsonPage(QWidget):
    """All statistics that are switched on, as they stand in the request; valid text changes it."""

    changed = Signal(object)
    """The statistics that now stand in the text."""
    judged = Signal()
    """Whether the text can be taken is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: RequestText | None = None
        self._first: WantedStatistic | None = None
        self._said = ""
        self.error = ""
        """Why the text cannot be taken; empty if it can."""
        self.note = label(name=tr("About the JSON"))
        self.note.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("What is sent, as JSON"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.settled = Debounce(self._read, _SETTLED_MS, self)
        self.text.textChanged.connect(self.settled.ask)
        self._items: tuple[WantedStatistic, ...] = ()
        self._pieces: Iterator[str] = iter(())
        self._done: list[str] = []
        self._writing = QTimer(self)
        self._writing.setInterval(0)
        self._writing.timeout.connect(self._write_on)
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.text, 1)

    def stop(self) -> None:
        """The editor closes."""
        self.settled.stop()
        self._writing.stop()

    def show_subscription(self, subscription: Subscription, rows: Sequence[int] = ()) -> None:
        """Show what is sent for a subscription, from the first of the rows on."""
        everything = subscription.statistics
        items = tuple(item for item in everything if item.enabled)
        self._said = _about(len(items), len(everything) - len(items), on=subscription.enabled)
        chosen = next((everything[row] for row in rows if everything[row].enabled), None)
        moved, self._first = chosen is not self._first, chosen
        if items != self._items or (self._known is None and not self._writing.isActive()):
            self._write(items)
        elif self._known is not None and not self.error:
            self._say("")
            if moved and not self.text.hasFocus():
                self._go_to_first(self._known)  # never under the hands of who types

    def _write(self, items: tuple[WantedStatistic, ...]) -> None:
        """Write the text; of a long one what is seen first, the rest as the loop has time."""
        self._items, self._known = items, None
        self._pieces, self._done = request_text.pieces(items), []
        self.settled.stop()
        self.text.blockSignals(True)
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setPlainText(request_text.HEAD)
        self._say("")
        self._writing.start()
        self._write_on()

    def _write_on(self) -> None:
        began = time.perf_counter()
        end = QTextCursor(self.text.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        while block := list(islice(self._pieces, _BLOCK)):
            self._done += block
            end.insertText("".join(block))
            share = len(self._done) / len(self._items)
            if share < 1 and time.perf_counter() - began > _AT_ONCE:
                self.note.setText(f"{tr('Writing')} {share:.0%}")
                return
        end.insertText(request_text.TAIL)
        self._known = request_text.written(self._items, self._done)
        self._writing.stop()
        self.text.setUndoRedoEnabled(True)
        self.text.setReadOnly(False)
        self.text.blockSignals(False)
        self._say("")
        self._go_to_first(self._known)

    def _go_to_first(self, known: RequestText) -> None:
        row = next((row for row, item in enumerate(known.items) if item is self._first), None)
        start = 0 if row is None or not known.starts else known.starts[row]
        cursor = self.text.textCursor()
        cursor.setPosition(_units(known.text[:start]))
        self.text.setTextCursor(cursor)
        self.text.centerCursor()

    def _say(self, error: str) -> None:
        self.error = error
        self.note.setText(f"⚠ {error}" if error else self._said)
        self.judged.emit()

    def _read(self) -> None:
        known = self._known
        if known is None:
            return  # it is being written
        try:
            found = request_text.read(self.text.toPlainText(), known)
        except ExchangeError as error:
            self._say(str(error))
            return
        self._say("")
        self._known, self._items = found, found.items
        if found.items != known.items:
            self.changed.emit(found.items)


def _about(sent: int, off: int, *, on: bool) -> str:
    if not on:
        return tr("Nothing is sent: the subscription is switched off. This would be.")
    count = f"{numbers.count(sent)} " + (tr("statistic") if sent == 1 else tr("statistics"))
    words = f"{count}. {tr('They go to the service exactly like this, in chunks under new ids.')}"
    if off:
        words += f" {tr('Switched off, not sent and not shown')}: {numbers.count(off)}."
    return words


def _units(text: str) -> int:
    """Return the length of a text as Qt counts it, in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
