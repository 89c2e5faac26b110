"""The log, as the help desk would read it: newest at the end, filtered, plain text."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from statmon.ui.background.answers import Answers, Start
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LEVEL: Final = re.compile(rf"^\d{{4}}-\S+ \S+ ({'|'.join(LEVELS)}) ")
_SIZE: Final = (980, 560)


def filtered(text: str, level: str, words: str) -> list[str]:
    """Return the entries from a level on that hold the words; lines after an entry belong to it."""
    wanted = LEVELS[LEVELS.index(level) :]
    sought = words.casefold()
    entries: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        found = _LEVEL.match(line)
        if found:
            entries.append((found[1], [line]))
        elif entries:
            entries[-1][1].append(line)
        else:
            entries.append(("INFO", [line]))
    return [
        line
        for kind, lines in entries
        if kind in wanted and sought in "\n".join(lines).casefold()
        for line in lines
    ]


class LogDialog(Dialog):
    """Shows what ``read`` gives; it is called in a thread."""

    def __init__(self, read: Callable[[], str], start: Start, parent: QWidget) -> None:
        super().__init__(parent)
        self._read, self._answers = read, Answers(self, start)
        self._text = ""
        self.setWindowTitle(tr("Log"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.words = QLineEdit()
        self.words.setAccessibleName(tr("Filter"))
        self.words.setPlaceholderText(tr("filter"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._show)
        self.level = QComboBox()
        self.level.setAccessibleName(tr("From which level on"))
        for name in LEVELS[1:-1]:
            self.level.addItem(tr(name.capitalize()), name)
        self.level.currentIndexChanged.connect(self._show)
        self.page = QPlainTextEdit()
        self.page.setAccessibleName(tr("Log"))
        self.page.setReadOnly(True)
        self.page.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(label(tr("from level"), tr("From which level on")))
        top.addWidget(self.level)
        below = QHBoxLayout()
        below.addStretch(1)
        for text, do in (
            (tr("&Refresh"), self.refresh),
            (tr("&Copy"), self._copy),
            (tr("Close"), self.reject),
        ):
            below.addWidget(button(text, do))
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.page, 1)
        layout.addLayout(below)

    def refresh(self) -> None:
        """Read the log anew."""
        self._answers.ask(partial(asyncio.to_thread, self._read), "log", self._take)

    def _take(self, text: str) -> None:
        self._text = text
        self._show()

    def _show(self) -> None:
        lines = filtered(self._text, self.level.currentData(), self.words.text())
        nothing = tr("Nothing was logged that fits.") if self._text else tr("The log is empty.")
        self.page.setPlainText("\n".join(lines) or nothing)
        bar = self.page.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.page.toPlainText())
