"""The title bar of a dock: its name, and buttons to float and to close it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import small_button

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
        self.floating = small_button(
            f"{tr('Float or dock')} {title}",
            lambda: dock.setFloating(not dock.isFloating()),
            icon="float",
        )
        self.closing = small_button(f"{tr('Close')} {title}", dock.close, icon="close")
        for button in (self.floating, self.closing):
            button.setIconSize(_BUTTON)
            layout.addWidget(button)
