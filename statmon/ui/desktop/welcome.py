"""How to begin, at the first start or where a file cannot be opened: demo, site, or a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCommandLinkButton, QVBoxLayout

from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.file_dialog import ask_for_file

Way = Literal["last", "demo", "connect", "open"]
_SIZE: Final = (520, 380)
_WAYS: Final[tuple[tuple[Way, str, str], ...]] = (
    (
        "demo",
        "Look at the &demo",
        "A simulated contact centre on this computer. No account is needed, nothing is sent.",
    ),
    (
        "connect",
        "&Connect to a contact centre",
        "Sign in to your Genesys site; your administrator knows its address and the API key.",
    ),
    ("open", "&Open a workspace…", "A .statmon file that somebody gave you."),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants to begin with."""

    way: Way
    file: Path | None = None


class Welcome(Dialog):
    """Asks once; ``choice`` stays None if it is closed."""

    def __init__(self, reason: str = "", last: Path | None = None) -> None:
        """Make the dialog.

        Args:
            reason: why what was asked for cannot be done; empty if nothing was.
            last: a workspace to go on with.
        """
        super().__init__()
        self.choice: Choice | None = None
        self.setWindowTitle(tr("This cannot be opened") if reason else tr("Welcome to statmon"))
        self.resize(*_SIZE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        self.reason = label(f"⚠ {reason}" if reason else "", tr("Why"))
        self.reason.setWordWrap(True)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason.setVisible(bool(reason))
        layout.addWidget(self.reason)
        asked = tr("How do you want to go on?") if reason else tr("How do you want to begin?")
        title = label(asked, tr("Question"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        title.setFont(font)
        layout.addWidget(title)
        self.buttons: dict[Way, QCommandLinkButton] = {}
        ways = [(way, tr(text), tr(description)) for way, text, description in _WAYS]
        if reason:
            ways.reverse()  # another file comes first
        if last is not None:
            ways.insert(0, ("last", tr("Go on with the &last workspace"), str(last)))
        for way, text, description in ways:
            button = QCommandLinkButton(text, description)
            button.setIcon(QIcon())  # the style's own is dark on dark
            button.setAccessibleName(text.replace("&", ""))
            button.setAccessibleDescription(description)
            button.clicked.connect(lambda _checked=False, one=way: self.choose(one))
            layout.addWidget(button)
            self.buttons[way] = button
        self._last = last
        layout.addStretch(1)
        note = label(tr("You can do the others later."), tr("Note"))
        layout.addWidget(note)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)

    def choose(self, way: Way) -> None:
        """Take a way; a file is asked for first where one is needed."""
        if way == "open":
            kinds = (tr("Workspace (*.statmon)"),)
            ask_for_file(self, tr("Open a workspace"), kinds, self._chosen, saves=False)
            return
        if way == "last" and self._last is not None:
            self._chosen(self._last)
            return
        self.choice = Choice(way)
        self.accept()

    def _chosen(self, path: Path) -> None:
        self.choice = Choice("open", path)
        self.accept()


def ask(reason: str = "", last: Path | None = None) -> Choice | None:
    """Ask how to begin (``Welcome``), before there is any window; None if the user wants nothing.

    Nothing else runs yet, so the dialog may have a loop of its own.
    """
    dialog = Welcome(reason, last)
    dialog.exec()
    dialog.deleteLater()
    return dialog.choice
