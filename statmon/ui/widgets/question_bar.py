"""A question above the views, with answers as buttons: nothing stops meanwhile."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button

Answer = tuple[str, Callable[[], object]]
_LONGEST = 600


class QuestionBar(QFrame):
    """Hidden while there is nothing to ask; several questions are asked one after the other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setAccessibleName(tr("Question"))
        self._words = label(name=tr("Question"))
        self._words.setWordWrap(True)
        self.answers: list[QPushButton] = []
        self._waiting: list[tuple[str, str, Sequence[Answer]]] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 4, 6, 4)
        self._layout.addWidget(self._words, 1)
        self.setStyleSheet(
            f"#question {{ background: {theme.badge.name()}; border-radius: 3px }}"
            f"#question QLabel {{ color: {theme.badge_text.name()} }}"
        )
        self.hide()

    @property
    def text(self) -> str:
        """What it asks, or nothing while it is hidden."""
        return "" if self.isHidden() else self._words.text()

    def ask(self, about: str, words: str, answers: Sequence[Answer]) -> None:
        """Ask; the answer that is chosen is done and the question goes.

        A question about something takes the place of one about the same.
        """
        others = [item for item in self._waiting if item[0] != about]
        first = not self._waiting or self._waiting[0][0] == about
        asked = (about, words, answers)
        self._waiting = [asked, *others] if first else [*others, asked]
        self._show()

    def withdraw(self, about: str) -> None:
        """Do not ask about something any more."""
        self._waiting = [item for item in self._waiting if item[0] != about]
        self._show()

    def _show(self) -> None:
        if not self._waiting:
            self.hide()
            return
        _about, words, answers = self._waiting[0]
        for old in self.answers:
            self._layout.removeWidget(old)
            old.deleteLater()
        self._words.setText(words if len(words) <= _LONGEST else words[:_LONGEST] + "…")
        self.answers = [button(text, self._answering(do)) for text, do in answers]
        for each in self.answers:
            self._layout.addWidget(each)
        self.show()

    def _answering(self, do: Callable[[], object]) -> Callable[[], None]:
        def answer() -> None:
            del self._waiting[0]
            self._show()
            do()

        return answer
