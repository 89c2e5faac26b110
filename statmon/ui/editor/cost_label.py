"""What the whole workspace asks of the service: one line below the subscriptions."""

import asyncio
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from statmon.domain.cost import Cost, cost_of, duplicates
from statmon.domain.workspace import Workspace
from statmon.ui.background.answers import Answers, Start
from statmon.ui.background.debounce import Debounce
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tooltip, tr

_SETTLED_MS = 300
_NAMED = 10
"""Duplicates that the tooltip names."""


class CostLabel(QWidget):
    """Counts in a thread: a workspace may want 100,000 statistics."""

    def __init__(self, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers = Answers(self, start)
        self._workspace: Workspace | None = None
        self._counted: Workspace | None = None
        self.words = label(name=tr("Cost of the workspace"))
        self.words.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 2)
        layout.addWidget(self.words)
        self._settled = Debounce(self._begin, _SETTLED_MS, self)

    def show_cost(self, workspace: Workspace) -> None:
        """Show the cost of a workspace soon, if its subscriptions are others than those counted."""
        known = self._counted
        if known is None or known.subscriptions is not workspace.subscriptions:
            self._workspace = workspace
            self._settled.ask()

    def stop(self) -> None:
        """Count no more."""
        self._settled.stop()

    def _begin(self) -> None:
        if self._workspace is not None:
            work = partial(asyncio.to_thread, _counts, self._workspace)
            self._answers.ask(work, "count the cost", partial(self._show, self._workspace))

    def _show(self, workspace: Workspace, counts: tuple[Cost, list[str]]) -> None:
        cost, twice = counts
        self._counted = workspace
        self.words.setText(sentence(cost))
        self.words.setToolTip(tooltip("\n".join(twice)))


def sentence(cost: Cost) -> str:
    """Return what a workspace costs, in words; nothing for an empty one."""
    if not cost.statistics:
        return ""
    per_minute = (
        f"{tr('about')} {numbers.count(round(cost.per_minute))} {tr('notifications a minute')}"
    )
    again = (
        f" · {numbers.count(cost.duplicates)} {tr('wanted twice, asked once')}"
        if cost.duplicates
        else ""
    )
    return f"{numbers.count(cost.asked)} {tr('statistics')} · {per_minute}{again}"


def _counts(workspace: Workspace) -> tuple[Cost, list[str]]:
    found = duplicates(workspace)
    lines = [f"{series.ref} {series.measure}: {', '.join(names)}" for series, names in found]
    return cost_of(workspace), lines[:_NAMED]
