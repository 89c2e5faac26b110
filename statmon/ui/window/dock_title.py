"""The title bar of a dock: its name, and buttons to float and to close it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from statmon.ui.look import icons
from statmon.ui.look.text import label, tr

_BUTTON = QSize(14, 14)


class DockTitle(QWidget):
    """Dragging and double clicks go through to the dock, as with Qt's own title bar."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._words = label(dock.windowTitle())
        font = self._words.font()
        font.setBold(True)
        self._words.setFont(font)
        dock.windowTitleChanged.connect(self._words.setText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 3, 3)
        layout.setSpacing(1)
        layout.addWidget(self._words, 1)
        title = dock.windowTitle()
        self.floating = self._button("float", f"{tr('Float or dock')} {title}")
        self.floating.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self.closing = self._button("close", f"{tr('Close')} {title}")
        self.closing.clicked.connect(dock.close)
        for button in (self.floating, self.closing):
            layout.addWidget(button)

    def _button(self, name: str, says: str) -> QToolButton:
        button = QToolButton()
        button.setIconSize(_BUTTON)
        button.setAccessibleName(says)
        button.setToolTip(says)
        icons.dress(button, name)
        return button
