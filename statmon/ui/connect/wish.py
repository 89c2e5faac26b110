"""The question about a way to the site that only a workspace file wishes for."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.domain.workspace import Workspace
from statmon.service.sign_in.way import Parts, in_words
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.question_bar import QuestionBar

_ABOUT = "the way"
_LONGEST_NAME = 60


class WishQuestion(QObject):
    """Asked above the views; nothing goes that way before the user has said yes."""

    def __init__(self, theme: Theme, window: QWidget, centre: QWidget | None) -> None:
        super().__init__(window)
        self.bar = QuestionBar(theme)
        column = centre.layout() if centre is not None else None
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, self.bar)

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.bar.text)

    def ask(
        self, workspace: Workspace, url: str, wishes: Parts, answered: Callable[[bool], object]
    ) -> None:
        """Ask whether what a workspace wishes shall be.

        Args:
            workspace: whose wishes they are.
            url: the site to which the way leads.
            wishes: what the user has not said of the way.
            answered: called with the answer.
        """
        listed = ", ".join(in_words(part, value) for part, value in wishes.items())
        name = workspace.name[:_LONGEST_NAME] or tr("untitled")
        words = tr(
            "The workspace “{name}” wants a way of its own to {url}: {listed}. Password, keys and "
            "tokens for this site would go that way. Say yes only if you know who set it up."
        ).format(name=name, url=url, listed=listed)
        answers = (
            (tr("&Use this way"), lambda: answered(True)),
            (tr("&Stay with mine"), lambda: answered(False)),
        )
        self.bar.ask(_ABOUT, words, answers)

    def withdraw(self) -> None:
        """Do not ask any more."""
        self.bar.withdraw(_ABOUT)
