"""The doctor in a window: one line a check, as ``statmon doctor`` prints it."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHeaderView,
    QVBoxLayout,
    QWidget,
)

from statmon.support.finding import Finding, Outcome
from statmon.ui.background.answers import Answers, Start
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.listing import Line, Listing

Examine = Callable[[], AsyncIterator[Finding]]

_SIGNS: Final[dict[Outcome, tuple[str, str, Tone]]] = {
    "ok": ("✓", "ok", Tone.GOOD),
    "warning": ("!", "warning", Tone.WARN),
    "failed": ("✗", "failed", Tone.BAD),
    "skipped": ("–", "skipped", Tone.MUTED),
}
_SIZE: Final = (1200, 380)


def summary(findings: Sequence[Finding]) -> str:
    """Return in a sentence how an installation is."""
    failed = sum(finding.outcome == "failed" for finding in findings)
    warned = sum(finding.outcome == "warning" for finding in findings)
    if failed:
        return f"{tr('Failed checks:')} {failed}. {tr('See what to do.')}"
    if warned:
        return f"{tr('Nothing failed. Warnings:')} {warned}. {tr('See what to do.')}"
    return tr("Everything that was checked works.")


class DoctorDialog(Dialog):
    """Looks as soon as it opens; shown with ``open``, never with ``exec``."""

    def __init__(self, examine: Examine, start: Start, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._examine, self._theme = examine, theme
        self._answers = Answers(self, start)
        self.findings: list[Finding] = []
        self.setWindowTitle(tr("Check this installation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.said = label(name=tr("Result"))
        self.said.setWordWrap(True)
        headers = (tr("Outcome"), tr("Check"), tr("Found"), tr("What to do"))
        self.list = Listing(tr("Findings"), headers)
        self.list.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.addWidget(self.said)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._buttons())
        self.look()

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.again = button(tr("Check &again"), self.look)
        self.copying = button(tr("&Copy"), self._copy)
        box.addButton(self.again, role.ActionRole)
        box.addButton(self.copying, role.ActionRole)
        box.addButton(button(tr("Close"), self.reject), role.RejectRole)
        return box

    def look(self) -> None:
        """Look at everything anew."""
        self.again.setEnabled(False)
        self.findings.clear()
        self.list.show_lines([])
        self.said.setText(tr("Checking…"))
        self._answers.ask(self._look, "doctor", lambda _: self._show_end())

    async def _look(self) -> None:
        async for finding in self._answers.each(self._examine()):
            self.findings.append(finding)
            self.list.show_lines([self._line(found) for found in self.findings])

    def _show_end(self) -> None:
        self.said.setText(summary(self.findings))
        self.again.setEnabled(True)

    def _line(self, finding: Finding) -> Line:
        sign, word, tone = _SIGNS[finding.outcome]
        texts = (f"{sign} {tr(word)}", finding.name, finding.says, finding.cure)
        return Line(finding, texts, {0: self._theme.tones[tone]})

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(found.line for found in self.findings))
