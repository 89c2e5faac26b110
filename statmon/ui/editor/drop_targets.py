"""Dropping on the window: statistics and objects onto a subscription, files anywhere.

From tree and board come statistics; from a spreadsheet or a mail come objects, one a line; from the
desktop come tables, request bodies and workspaces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QRubberBand, QWidget

from statmon.domain.workspace import WantedStatistic
from statmon.storage.user.workspace_file import SUFFIX
from statmon.ui.data import drag
from statmon.ui.editor.subscription_list import SubscriptionList

TABLES: Final = frozenset({".csv", ".tsv", ".txt", ".json"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped: one of the three."""

    statistics: tuple[WantedStatistic, ...] = ()
    text: str = ""
    file: Path | None = None


def dropped(data: QMimeData) -> Dropped | None:
    """Return what a drop carries, or None where it is nothing that we take."""
    if statistics := drag.unpack_statistics(data):
        return Dropped(statistics=tuple(statistics))
    return _file_or_text(data)


def takes(data: QMimeData) -> bool:
    """Tell whether a drop would be taken: at every move, so the statistics are not read for it."""
    return data.hasFormat(drag.STATISTICS_MIME) or _file_or_text(data) is not None


def file_of(data: QMimeData) -> Path | None:
    """Return the one file that a drop carries, if it is of a kind that we take."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    taken = len(paths) == 1 and paths[0].suffix.casefold() in TABLES | {SUFFIX}
    return paths[0] if taken else None


def _file_or_text(data: QMimeData) -> Dropped | None:
    if data.hasUrls():
        file = file_of(data)
        return None if file is None else Dropped(file=file)
    return Dropped(text=data.text()) if data.hasText() and data.text().strip() else None


class OnSubscriptions(QObject):
    """Lets the list of subscriptions take drops, and frames the one that would take it."""

    taken = Signal(object, object, QPoint)
    """The subscription's name (None beside all of them), what was dropped, and where on screen."""

    def __init__(self, subscriptions: SubscriptionList) -> None:
        super().__init__(subscriptions)
        self._list = subscriptions
        self._frame = QRubberBand(QRubberBand.Shape.Rectangle, subscriptions.viewport())
        subscriptions.setAcceptDrops(True)
        subscriptions.viewport().setAcceptDrops(True)
        subscriptions.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow a drag over the list."""
        if event.type() == QEvent.Type.DragLeave:
            self._frame.hide()
        if not isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return super().eventFilter(watched, event)
        data = event.mimeData()
        file = file_of(data)
        if not takes(data) or (file is not None and file.suffix.casefold() == SUFFIX):
            event.ignore()  # a workspace is for the whole window
            return True
        point = event.position().toPoint()
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._frame.hide()
            place = self._list.viewport().mapToGlobal(point)
            if (found := dropped(data)) is not None:
                self.taken.emit(self._list.name_at(point), found, place)
        else:
            self._show_frame(point)
        return True

    def _show_frame(self, point: QPoint) -> None:
        rect = self._list.rect_at(point)
        self._frame.setGeometry(rect if rect.isValid() else self._list.viewport().rect())
        self._frame.show()


class OnWindow(QObject):
    """Lets a window take files that are dropped anywhere on it."""

    def __init__(self, window: QWidget, do: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._do = do
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take a file."""
        if isinstance(event, QDragEnterEvent | QDropEvent):
            file = file_of(event.mimeData())
            if file is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self._do(file)
                return True
        return super().eventFilter(watched, event)
