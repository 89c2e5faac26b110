"""What statmon is, which version, and what it stands on."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from statmon import __version__
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog


class About(Dialog):
    """A small dialog; shown with ``open``, never with ``exec``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About statmon"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(8)
        title = label(f"statmon {__version__}", tr("Version"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        layout.addWidget(title)
        layout.addWidget(label(tr("A desktop monitor for contact-centre statistics."), tr("What")))
        stands_on = f"Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
        words = label(stands_on, tr("Stands on"))
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addSpacing(8)
        layout.addWidget(buttons)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        close.setAccessibleName(tr("Close"))
        close.setIcon(QIcon())  # the style's own is dark on dark
