"""What is sent, as JSON: to be read, and to be written by those who like that better."""

import json
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from statmon.domain.exchange import ExchangeError, read_request, request_item
from statmon.domain.workspace import Subscription, WantedStatistic
from statmon.ui import numbers
from statmon.ui.editor.parts import Debounce
from statmon.ui.text import label, tr

_SETTLED_MS = 300
MOST = 150
"""Statistics that are shown at once: more are chosen on the other page."""


class JsonPage(QWidget):
    """The chosen statistics, or all, as they stand in the request; valid text changes them."""

    changed = Signal(object, object)
    """The rows that were shown, and the statistics that now stand in their place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[int] = []
        self._items: tuple[WantedStatistic, ...] = ()
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
        self.text.textChanged.connect(self._typed)
        layout = QVBoxLayout(self)
        layout.addWidget(self.note)
        layout.addWidget(self.text, 1)

    def show_rows(self, subscription: Subscription, rows: Sequence[int]) -> None:
        """Show these rows of a subscription, all without any; of very many only the first."""
        all_rows = rows or range(len(subscription.statistics))
        self._rows = list(all_rows[:MOST])
        items = tuple(subscription.statistics[row] for row in self._rows)
        total = len(subscription.statistics)
        shown = f"{numbers.count(len(items))} {tr('of')} {numbers.count(total)} {tr('statistics')}"
        hint = tr("These go to the service exactly like this, in chunks under new ids.")
        more = (
            "" if len(items) == total else f" {tr('Choose rows on the page before to see them.')}"
        )
        self._said = f"{shown}. {hint}{more}"
        if items != self._items or not self.text.toPlainText():
            self._items = items
            self._write(items)
        self._say("")

    def _write(self, items: Sequence[WantedStatistic]) -> None:
        data = {"data": {"statistics": [request_item(item) for item in items]}}
        self.text.blockSignals(True)
        self.text.setPlainText(json.dumps(data, indent=2, ensure_ascii=False))
        self.text.blockSignals(False)

    def _say(self, error: str) -> None:
        self.error = error
        self.note.setText(f"⚠ {error}" if error else self._said)

    def _typed(self) -> None:
        self.settled.ask()

    def _read(self) -> None:
        try:
            found = read_request(self.text.toPlainText()).statistics
        except ExchangeError as error:
            self._say(str(error))
            return
        self._say("")
        known = {item.statistic.id: item for item in self._items}
        # What is ours alone, such as being switched off, does not stand in the request.
        items = tuple(
            replace(item, extra={**known[item.statistic.id].extra, **item.extra})
            if item.statistic.id in known
            else item
            for item in found
        )
        if items != self._items:
            rows, self._items = self._rows, items
            start = rows[0] if rows else 0
            self.changed.emit(rows, items)
            self._rows = list(range(start, start + len(items)))
