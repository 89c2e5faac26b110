"""Columns that stay at the left while the others scroll: a second view over the first."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame

from statmon.ui.board.view import BoardView


class FrozenColumns(QObject):
    """Lays a view of the first columns over a board; both share lines, selection and place."""

    def __init__(self, board: BoardView) -> None:
        super().__init__(board)
        self._board = board
        self._count = 1
        over = self.over = BoardView(board.board, board.painter_.theme, board)
        own = over.selectionModel()
        over.setSelectionModel(board.selectionModel())
        own.deleteLater()
        over.setAccessibleName(board.accessibleName())
        over.setFocusProxy(board)
        over.setFrameShape(QFrame.Shape.NoFrame)
        for policy in (over.setVerticalScrollBarPolicy, over.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        over.horizontalHeader().setSectionsMovable(False)
        board.verticalScrollBar().valueChanged.connect(over.verticalScrollBar().setValue)
        over.verticalScrollBar().valueChanged.connect(board.verticalScrollBar().setValue)
        header = board.horizontalHeader()
        header.sectionResized.connect(self._resized)
        header.geometriesChanged.connect(self.place)
        over.horizontalHeader().sectionResized.connect(self._resized_here)
        board.board.modelReset.connect(self.place)
        board.installEventFilter(self)

    def freeze(self, columns: int) -> None:
        """Let so many columns stay."""
        self._count = columns
        self.place()

    def place(self) -> None:
        """Lay the view where it belongs."""
        board, over = self._board, self.over
        count = board.board.columnCount()
        over.columns = self._count
        over.forget_layout()
        for column in range(count):
            over.setColumnHidden(column, column >= self._count)
            if column < self._count:
                over.setColumnWidth(column, board.columnWidth(column))
        width = sum(board.columnWidth(column) for column in range(min(self._count, count)))
        edge = board.frameWidth()
        height = board.viewport().height() + board.horizontalHeader().height()
        over.horizontalHeader().setFixedHeight(board.horizontalHeader().height())
        over.setGeometry(edge, edge, min(width, board.viewport().width()), height)
        over.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the board's size and looks."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.FontChange):
            self.place()
        return super().eventFilter(watched, event)

    def _resized(self, column: int, _: int, size: int) -> None:
        if column < self._count:
            self.over.setColumnWidth(column, size)
        self.place()

    def _resized_here(self, column: int, _: int, size: int) -> None:
        if column < self._count and size != self._board.columnWidth(column) and size:
            self._board.setColumnWidth(column, size)
