"""Deleting subscriptions: done at once, said, and taken back as easily."""

from collections.abc import Collection

from statmon.domain import editing
from statmon.domain.workspace import Workspace
from statmon.ui.editor.document import Document
from statmon.ui.look import numbers
from statmon.ui.look.text import tr
from statmon.ui.widgets.question_bar import QuestionBar

_ABOUT = "deleted"


class Deleting:
    """Says what was deleted, for as long as nothing else was done."""

    def __init__(self, document: Document, question: QuestionBar) -> None:
        self._document, self._question = document, question
        self._after: Workspace | None = None
        document.changed(self._told)

    def delete(self, names: Collection[str]) -> None:
        """Delete the subscriptions of these names."""
        gone = [item for item in self._document.workspace.subscriptions if item.name in names]
        if not gone:
            return
        statistics = sum(len(item.statistics) for item in gone)
        one = len(gone) == 1
        what = f"“{gone[0].name}”" if one else tr("{n} subscriptions").format(n=len(gone))
        self._document.edit(
            tr("delete {what}").format(what=what), lambda now: editing.drop(now, names)
        )
        self._after = self._document.workspace
        words = (
            tr("{what} with {n} statistics was deleted.")
            if one
            else tr("{what} with {n} statistics were deleted.")
        )
        self._question.ask(
            _ABOUT,
            words.format(what=what, n=numbers.count(statistics)),
            ((tr("&Undo"), self._document.undo), (tr("&OK"), lambda: None)),
        )

    def _told(self, workspace: Workspace, _by: object) -> None:
        if workspace is not self._after:
            self._question.withdraw(_ABOUT)
