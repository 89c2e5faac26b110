"""Everything about alerts that the main window needs: one object that it puts in a dock."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from statmon.alerts.rules import Rule, rule_of_object, suggested
from statmon.domain.editing import Edit
from statmon.domain.workspace import Workspace
from statmon.ui.alerts.dock import AlertDock
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.data.source import Source
from statmon.ui.look import numbers
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from statmon.ui.alerts.rehearsing import Store


class Alerts(QObject):
    """The watch, the dock and the dialog of thresholds."""

    def __init__(
        self, source: Source, workspace: Workspace, edit: Edit, pulse: Pulse, names: Names,
        theme: Theme, parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._window, self._names, self._knowledge = parent, names, Knowledge()
        self._store: Store | None = None
        self.watch = AlertWatch(source, workspace, edit, pulse, self)
        self.dock = AlertDock(self.watch, names, theme)
        self.dock.rules_wanted.connect(self.edit)
        self.watch.changed.connect(self._show_count)

    def use_store(self, store: "Store") -> None:
        """Rehearse thresholds by a history."""
        self._store = store

    def set_theme(self, theme: Theme) -> None:
        """Show them in another theme."""
        self.dock.set_theme(theme)

    def take(self, workspace: Workspace) -> None:
        """Let the rules of a workspace count from now on."""
        self.watch.take(workspace)

    def stop(self) -> None:
        """Watch no more."""
        self.watch.stop()

    def edit(self, row: int = -1) -> None:
        """Open the dialog of thresholds, on the rule of a row of the table if there is one."""
        from statmon.ui.alerts.dialog import ThresholdDialog  # not before somebody asks

        rule = self.suggestion(row) if row >= 0 else None
        ThresholdDialog(self.watch, self._names, rule, self._store, self._window).open()

    def suggestion(self, row: int) -> Rule:
        """Return the rule that counts for a row, else one with the library's limits."""
        known = self.watch.rule_of(row)
        if known is not None:
            return known
        statistic = self.watch.table.statistics[row]
        entry = self._knowledge.entry(statistic)
        if entry is None:
            return rule_of_object(statistic.ref, statistic.title, Rule().levels)
        return suggested(entry.title, statistic.title, statistic.ref.object_type, entry.thresholds)

    def _show_count(self) -> None:
        parent = self.dock.parentWidget()
        if isinstance(parent, QDockWidget):
            count = self.watch.count()
            title = f"{tr('Alerts')} ({numbers.count(count)})" if count else tr("Alerts")
            if parent.windowTitle() != title:
                parent.setWindowTitle(title)
