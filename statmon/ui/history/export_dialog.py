"""The dialog that exports the history; it does the work of ``statmon export`` in a thread."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.statistic import Series
from statmon.domain.workspace import Workspace
from statmon.export import job
from statmon.export.job import ExportError, Kind, Period, Progress, Stopped
from statmon.export.table import Table
from statmon.export.workforce import counted_in
from statmon.history import History, Reader, SeriesInfo
from statmon.storage.user import library
from statmon.ui.background.answers import Answers, Start
from statmon.ui.history.export_choices import ExportChoices
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.copying import for_spreadsheets
from statmon.ui.widgets.dialog import Dialog

"""Starts work in the loop, under a name; whoever gives it says what failed."""
_WIDTH: Final = 560
_LOOK_MS: Final = 200
"""Milliseconds between two looks at how far the export is."""
_STEPS: Final = 1000


class ExportDialog(Dialog):
    """Shown with ``open``; it closes only while nothing is under way."""

    def __init__(
        self, history: History, selected: Sequence[Series], workspace: Workspace, start: Start,
        parent: QWidget,
    ) -> None:  # fmt: skip
        """Show what can be exported.

        Args:
            history: what is exported.
            selected: the series that are selected in the view in front.
            workspace: the window's, whose counters can be told per interval.
            start: starts work in the loop.
            parent: the window.
        """
        super().__init__(parent)
        self._history, self._workspace = history, workspace
        self._answers = Answers(self, start)
        self._under_way: Progress | None = None
        self._watching = QTimer(self, interval=_LOOK_MS)
        self._watching.timeout.connect(self._show_progress)
        self.setWindowTitle(tr("Export the history"))
        self.setMinimumWidth(_WIDTH)
        self._library = library.shipped()
        self.choices = ExportChoices(selected)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("How much is done"))
        self.bar.setRange(0, _STEPS)
        self.bar.hide()
        self.message = label(name=tr("Message"))
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.exporting = button(tr("&Export"), self.export)
        self.exporting.setDefault(True)
        self.closing = button(tr("Close"), self.reject)
        self._lay_out()
        self.choices.changed.connect(self._allow)
        self.finished.connect(self._end)
        self._allow()
        self._answers.ask(self._look, "export", lambda there: self.choices.offer(*there))

    def _lay_out(self) -> None:
        note = label(
            tr("Readings of agents are personal data: mind whom you give the file to."), tr("Note")
        )
        note.setWordWrap(True)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.exporting)
        below.addWidget(self.closing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(10)
        for part in (self.choices, note, self.bar, self.message):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(below)

    def _end(self) -> None:
        self.deleteLater()

    async def _look(self) -> tuple[list[SeriesInfo], tuple[int, int] | None, int]:
        """Look up what there is."""
        infos = await asyncio.wrap_future(self._history.series())
        span = await asyncio.wrap_future(self._history.span())
        self._library = await asyncio.to_thread(library.load)
        counted = await asyncio.to_thread(counted_in, self._workspace, self._library)
        return infos, span, len(counted)

    def _allow(self) -> None:
        self.exporting.setEnabled(self._under_way is None and self.choices.some)

    def export(self) -> None:
        """Export what is chosen, once nothing stands against it."""
        self.choices.bring_up_to_date()
        path, period = self.choices.path, self.choices.wanted
        if path is None:
            self._say(f"⚠ {tr('Name a file to write to.')}")
        elif period.start is not None and period.start >= period.end:
            self._say(f"⚠ {tr('The period ends before it begins: choose a later end.')}")
        elif path.exists() and path != self.choices.agreed:
            self._ask_to_replace(path)
        else:
            # The next one asks again: what is there then was just written.
            self.choices.agreed = None
            progress = Progress()
            self._show_running(progress)
            work = partial(self._export, self._writing(path, period), path, progress)
            self._answers.ask(work, "export", self._show_end)

    def _writing(self, path: Path, period: Period) -> Callable[[Progress], tuple[int, str]]:
        """Return what writes the file that is chosen now."""
        kind: Kind = self.choices.kind.currentData()
        table = (
            partial(job.counted_by, workspace=self._workspace, library=self._library, period=period)
            if self.choices.of_counters
            else partial(job.table_of, chosen=self.choices.chosen, period=period)
        )
        return partial(_write, self._history.folder, table, kind, path)

    def _ask_to_replace(self, path: Path) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Export the history"))
        box.setText(f"{path.name} {tr('is there already. Replace it?')}")
        replace = box.addButton(tr("&Replace"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        replace.clicked.connect(lambda: self._replace(path))
        box.open()

    def _replace(self, path: Path) -> None:
        self.choices.agreed = path
        self.export()

    async def _export(
        self, write: Callable[[Progress], tuple[int, str]], path: Path, progress: Progress
    ) -> str:
        """Write the file; return what is said of it."""
        try:
            await asyncio.wrap_future(self._history.flush())
            count, damage = await asyncio.to_thread(write, progress)
        except Stopped:
            return tr("Stopped: nothing was written.")
        except ExportError as error:
            return f"⚠ {error}"
        finally:
            progress.stop()  # the window is closing: the thread is not to go on by itself
        rows = tr("row is in") if count == 1 else tr("rows are in")
        said = f"✓ {numbers.count(count)} {rows} {path}"
        return f"{said}\n⚠ {damage}" if damage else said

    def _show_end(self, said: str) -> None:
        self._show_running(None)
        self._say(said)

    def _show_running(self, progress: Progress | None) -> None:
        self._under_way = progress
        running = progress is not None
        self.choices.setEnabled(not running)
        self.bar.setValue(0)
        self.bar.setVisible(running)
        self.closing.setText(tr("Stop") if running else tr("Close"))
        self.closing.setAccessibleName(self.closing.text())
        self._allow()
        if running:
            self._say(tr("Reading the history …"))
            self._watching.start()
            self.closing.setFocus()
        else:
            self._watching.stop()

    def _show_progress(self) -> None:
        if self._under_way is not None:
            self.bar.setValue(round(self._under_way.done * _STEPS))
            self._say(f"{numbers.count(self._under_way.rows)} {tr('rows so far')}")

    def _say(self, words: str) -> None:
        self.message.setText(words)

    def reject(self) -> None:
        """Stop what is under way; close where nothing is."""
        if self._under_way is None:
            super().reject()
        else:
            self._under_way.stop()
            self._say(tr("Stopping …"))


def _write(
    folder: Path, table: Callable[[Reader], Table], kind: Kind, path: Path, told: Progress
) -> tuple[int, str]:
    """Write the table; return how many rows it has, and what of the history is gone."""
    with job.history_in(folder) as (reader, damage):
        return job.write(table(reader), kind, path, told, for_spreadsheets()), damage
