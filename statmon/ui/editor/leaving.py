"""What becomes of what is unsaved when a person closes the window or opens something else."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from statmon.ui.background.answers import Start
from statmon.ui.editor.document import Document
from statmon.ui.editor.files import Drafts, Files
from statmon.ui.look.text import tr

_Role = QMessageBox.ButtonRole


class Leaving(QObject):
    """Asks once; whatever is answered, what was wanted is done by itself after that."""

    def __init__(
        self,
        document: Document,
        files: Files,
        drafts: Drafts,
        ask_where: Callable[[Callable[[Path], object]], object],
        start: Start,
        window: QWidget,
    ) -> None:
        """Ask for a window.

        Args:
            document: what is shown.
            files: what is unsaved, and where it is kept.
            drafts: puts what open editors hold into a workspace.
            ask_where: asks for a file to save in, and calls what it is given with it.
            start: starts work in the loop.
            window: is closed.
        """
        super().__init__(window)
        self._document = document
        self._files, self._drafts, self._ask_where = files, drafts, ask_where
        self._start, self._window = start, window
        self.demo = False
        """The centre that is shown ends with the window: what was made here fits nowhere later."""
        self.question: QMessageBox | None = None
        self._go_on: Callable[[], object] = window.close
        self._closes = True

    def may_leave(self) -> bool:
        """Whether the window may close at once; else somebody is asked."""
        if not self._files.unsaved:
            return True
        if self.question is None:
            self._go_on, self._closes = self._window.close, True
            self._ask()
        return False

    def then(self, go_on: Callable[[], object]) -> None:
        """Put another workspace in place of this one, once it is clear what becomes of this."""
        if not self._files.unsaved:
            go_on()
        elif self.question is None:
            self._go_on, self._closes = go_on, False
            self._ask()

    def _ask(self) -> None:
        box = self.question = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(tr("Unsaved changes"))
        box.setAccessibleName(tr("Unsaved changes"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("What you changed in “{name}” is not saved.").format(name=self._files.name))
        answers: dict[QPushButton, Callable[[], object]] = {
            box.addButton(tr("&Save"), _Role.AcceptRole): self._after_saving
        }
        if not self._closes:
            box.setInformativeText(tr("Another workspace takes its place."))
        elif self.demo:
            box.setInformativeText(
                tr("The demo's contact centre ends with this window: what you made here is lost "
                   "unless you save it in a file.")
            )  # fmt: skip
        else:
            box.setInformativeText(
                tr("What is kept for next time is here again when you open statmon; the file "
                   "stays as it is.")
            )  # fmt: skip
            keep = box.addButton(tr("&Keep for next time"), _Role.ActionRole)
            answers[keep] = self._keep
        answers[box.addButton(tr("&Discard"), _Role.DestructiveRole)] = self._discard
        stay = box.addButton(tr("&Cancel"), _Role.RejectRole)
        box.setDefaultButton(next(iter(answers)))
        box.setEscapeButton(stay)
        for each in (*answers, stay):
            each.setAccessibleName(each.text().replace("&", ""))

        def done() -> None:
            self.question = None
            answer = answers.get(box.clickedButton())  # type: ignore[call-overload]
            if answer is not None:
                answer()

        box.finished.connect(lambda _result: done())
        box.open()

    def _after_saving(self) -> None:
        document = self._document
        document.edit(tr("save what editors hold"), self._drafts)
        if document.path is None or self._files.laid_down:
            self._ask_where(lambda path: self._start(self._save(path), "save and close"))
        else:
            self._start(self._save(document.path), "save and close")

    async def _save(self, path: Path) -> None:
        document = self._document
        saved = await self._files.save(path) and not document.modified
        # Else somebody went on typing while it was written.
        if saved and self._drafts(document.workspace) == document.workspace:
            self._discard()  # what the editors hold is in the file

    def _keep(self) -> None:
        self._files.keep_on_purpose()
        self._go_on()

    def _discard(self) -> None:
        if self._closes:
            self._files.give_up()
        self._go_on()
