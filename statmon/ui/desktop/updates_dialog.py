"""What is known of a newer statmon, and why nothing is known where that is so."""

from typing import Final

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from statmon import __version__
from statmon.ui.look.text import label, tr
from statmon.ui.widgets import links
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog
from statmon.updates.check import Standing

_SIZE: Final = (520, 340)
_SIZE_WITHOUT_NOTES: Final = (520, 150)


class UpdatesDialog(Dialog):
    """Tells and links; installs nothing. Shown with ``open``."""

    asked = Signal()
    """The user wants the question asked now."""

    def __init__(self, standing: Standing, *, wanted: bool, parent: QWidget) -> None:
        """Show what is known; ``wanted``: whether it is asked for every day."""
        super().__init__(parent)
        self._wanted, self._page = wanted, ""
        self.setWindowTitle(tr("Updates"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.headline = label("", tr("Newer version"))
        font = self.headline.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.headline.setFont(font)
        self.words = label("", tr("How it is known"))
        self.words.setWordWrap(True)
        self.notes = QPlainTextEdit(readOnly=True)
        self.notes.setAccessibleName(tr("What is new"))
        self.address = label("", tr("Its page"))
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address.setWordWrap(True)
        self._lay_out()
        self.show_standing(standing)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(8)
        for part in (self.headline, self.words, self.notes, self.address):
            layout.addWidget(part)
        layout.addStretch()
        self.opening = button(tr("&Open its page"), self._open_page)
        self.asking = button(tr("&Ask now"), self._ask)
        below = QHBoxLayout()
        below.addWidget(self.opening)
        below.addWidget(self.asking)
        below.addStretch()
        below.addWidget(button(tr("Close"), self.reject))
        layout.addLayout(below)

    def show_standing(self, standing: Standing) -> None:
        """Show what is known now."""
        release = standing.release
        self._page = "" if release is None else release.page
        if release is None:
            self.headline.setText(f"{tr('This is statmon')} {__version__}")
        else:
            self.headline.setText(f"statmon {release.version} {tr('is available')}")
            self.notes.setPlainText(release.notes or tr("Nothing is said about what is new."))
            self.address.setText(release.page)
        for part in (self.notes, self.address, self.opening):
            part.setVisible(release is not None)
        self.words.setText(self._how(standing))
        self.asking.setEnabled(not standing.place.barred)
        self.resize(*(_SIZE_WITHOUT_NOTES if release is None else _SIZE))

    def _how(self, standing: Standing) -> str:
        if standing.place.barred:
            return f"{tr('Nobody is asked for updates.')} {tr(standing.place.barred)}"
        sentences = []
        if standing.asked:
            asked = QDateTime.fromSecsSinceEpoch(int(standing.asked))
            when = QLocale().toString(asked, QLocale.FormatType.ShortFormat)
            came = (
                f"{tr('the answer does not count:')} {standing.problem}"
                if standing.problem
                else tr("a newer one is announced")
                if standing.release is not None
                else tr("nothing newer is announced")
            )
            sentences.append(f"{tr('Last asked')} {when}: {came}.")
        if standing.release is not None:
            sentences.append(
                f"{tr('This is')} {__version__}. {tr('statmon never installs anything itself.')}"
            )
        sentences.append(
            tr("Asked once a day, as you have set.")
            if self._wanted
            else tr("It is not asked by itself; that can be switched on in the settings.")
        )
        return " ".join(sentences)

    def _ask(self) -> None:
        self.asking.setEnabled(False)
        self.words.setText(tr("asking …"))
        self.asked.emit()

    def _open_page(self) -> None:
        if not links.open_page(self._page):
            self.words.setText(tr("No browser could be opened; copy the address below."))
