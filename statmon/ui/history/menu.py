"""The History menu: what is kept, exporting, not recording for a while, and erasing."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox

from statmon.domain.statistic import ObjectRef, Series
from statmon.history import History, Status
from statmon.recording import Recording
from statmon.ui.background.answers import Start
from statmon.ui.history.words import words_of
from statmon.ui.look import numbers
from statmon.ui.look.text import tr

"""Starts work in the loop, under a name; whoever gives it says what failed."""
_NAMED: Final = 5
"""Objects that are named in a question; more are counted."""
_MEGABYTE: Final = 1_000_000


class HistoryMenu(QMenu):
    """What is in it is looked up whenever it opens."""

    def __init__(
        self,
        window: QMainWindow,
        history: History,
        recording: Recording,
        selected: Callable[[], list[Series]],
        say: Callable[[str], object],
        start: Start,
    ) -> None:
        """Put it into a window's menu bar.

        Args:
            window: in front of which it asks.
            history: what is kept.
            recording: what is being recorded.
            selected: the series that the user has selected.
            say: tells the user a sentence.
            start: starts work in the loop.
        """
        super().__init__(tr("His&tory"), window)
        self.setAccessibleName(tr("History"))
        self._window, self._history, self._start = window, history, start
        self._selected, self._say = selected, say
        self._recording = recording
        self._span: tuple[int, int] | None = None
        self.kept = self.addAction("")
        self.kept.setEnabled(False)
        self.addSeparator()
        self.exporting = self.addAction(tr("E&xport…"))
        self.exporting.triggered.connect(self._export)
        self.pausing = self.addAction(tr("&Do not record for a while"))
        self.pausing.setCheckable(True)
        self.pausing.toggled.connect(recording.pause)
        self.addSeparator()
        self.erasing = self.addAction(tr("&Erase the history of the selected objects…"))
        self.erasing.triggered.connect(lambda: self._ask(self._selected_objects()))
        self.erasing_all = self.addAction(tr("Erase &all history…"))
        self.erasing_all.triggered.connect(lambda: self._ask(None))
        self.question: QMessageBox | None = None
        self.aboutToShow.connect(self.refresh)
        bar = window.menuBar()
        bar.insertMenu(bar.actions()[-1], self)

    def refresh(self) -> None:
        """Look up what there is."""
        status = self._history.status
        able = status.state == "recording"
        self.kept.setText(kept_words(status, self._span))
        self.pausing.setEnabled(able)
        self.erasing.setEnabled(able and bool(self._selected_objects()))
        self.erasing_all.setEnabled(able and status.samples > 0)
        self.exporting.setEnabled(status.state not in {"off", "failed"})
        self._start(self._look(), "history")

    async def _look(self) -> None:
        self._span = await asyncio.wrap_future(self._history.span())
        self.kept.setText(kept_words(self._history.status, self._span))

    def _selected_objects(self) -> list[ObjectRef]:
        return list(dict.fromkeys(series.ref for series in self._selected()))

    def _export(self) -> None:
        from statmon.ui.history.export_dialog import ExportDialog  # not before somebody exports

        workspace = self._recording.workspace
        ExportDialog(self._history, self._selected(), workspace, self._start, self._window).open()

    def _ask(self, refs: list[ObjectRef] | None) -> None:
        """Ask before anything is erased: it cannot be undone."""
        box = self.question = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Erase history"))
        box.setText(question_words(refs))
        box.setInformativeText(
            tr("It is deleted from this computer for good. What arrives from now on is recorded.")
        )
        erase = box.addButton(tr("&Erase"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        erase.clicked.connect(lambda: self._start(self._erase(refs), "erase"))
        box.open()

    async def _erase(self, refs: list[ObjectRef] | None) -> None:
        chosen = None if refs is None else frozenset(refs)

        def among(series: Series) -> bool:
            return chosen is None or series.ref in chosen

        self._say(tr("Erasing …"))
        count = await asyncio.wrap_future(self._history.erase(among))
        self._say(f"{tr('Erased from the history')}: {numbers.count(count)} {tr('series')}")


def kept_words(status: Status, span: tuple[int, int] | None) -> str:
    """Return in a line how the history is doing, how much there is and since when."""
    parts = [words_of(status)[0]]
    if status.samples:
        parts.append(f"{numbers.count(status.samples)} {tr('readings')}")
        parts.append(f"{status.size / _MEGABYTE:,.1f} MB")
    if span is not None:
        begun = datetime.fromtimestamp(span[0] / 1000, UTC).astimezone()
        parts.append(f"{tr('since')} {begun:%Y-%m-%d %H:%M}")
    return "  ·  ".join(parts)


def question_words(refs: list[ObjectRef] | None) -> str:
    """Return the question that stands before erasing."""
    if refs is None:
        return tr("Erase the whole history, of all sites and objects?")
    names = ", ".join(str(ref) for ref in refs[:_NAMED])
    if len(refs) > _NAMED:
        names += f" {tr('and')} {numbers.count(len(refs) - _NAMED)} {tr('more')}"
    return f"{tr('Erase the history of')} {names}?"
