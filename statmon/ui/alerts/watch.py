"""Watches the live table for numbers beyond their thresholds, also while the view is frozen."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from statmon.alerts import rules as rule_files
from statmon.alerts.evaluator import Evaluator
from statmon.alerts.life import Alert, Phase
from statmon.alerts.limits import Limits
from statmon.alerts.rules import Rule
from statmon.domain.editing import Edit
from statmon.domain.workspace import Workspace
from statmon.engine.alerting import Alerting
from statmon.live.freshness import KNOWN
from statmon.service.event_log import EventLog
from statmon.service.wire.events import ConnectionChanged, Event, ServiceChanged
from statmon.ui.data.pulse import Pulse, now_ms
from statmon.ui.data.source import Source
from statmon.ui.look.text import tr

if TYPE_CHECKING:
    from statmon.live.table import LiveTable


class AlertWatch(QObject):
    """What becomes of the alerts of now, and on which level what is shown is."""

    changed = Signal()
    """Alerts, or their numbers, are others now."""
    told = Signal(object)
    """What happened to alerts (``telling.AlertsTold``)."""

    def __init__(
        self, source: Source, workspace: Workspace, edit: Edit, pulse: Pulse,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._source, self._pulse, self._edit = source, pulse, edit
        self.table = source.table
        self.alerting = Alerting(source, workspace, now_ms)
        self._evaluator = self.alerting.evaluator
        self._past: LiveTable | None = None
        pulse.changed.connect(self._publish)
        pulse.second.connect(self.look_at_all)
        self.alerting.listen(self.told.emit)
        self.alerting.start()
        source.listen(self._heard)
        self._watching = True

    def stop(self) -> None:
        """Watch no more."""
        if self._watching:
            self._watching = False
            self.alerting.stop()
            self._source.unlisten(self._heard)

    @property
    def rules(self) -> list[Rule]:
        """The rules that count."""
        return list(self._evaluator.rules)

    @property
    def limits(self) -> Limits:
        """Which rule counts for which row."""
        return self._evaluator.limits

    @property
    def open(self) -> list[Alert]:
        """The alerts that are open and have lasted long enough to be told of."""
        alerts = self._evaluator.open.values()
        return [alert for alert in alerts if alert.phase is not Phase.PENDING]

    @property
    def closed(self) -> list[Alert]:
        """The last ones that ended, the newest first."""
        return list(reversed(self._evaluator.closed))

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Let other rules count from now on: the workspace has them."""
        dumped = tuple(map(rule_files.dump, rules))

        def change(workspace: Workspace) -> Workspace:
            others = (item for item in workspace.alerts if item.get("kind") != rule_files.KIND)
            return replace(workspace, alerts=(*others, *dumped))

        self._edit(tr("change the thresholds"), change)

    def take(self, workspace: Workspace) -> None:
        """Let the rules and groups of a workspace count from now on."""
        if self.alerting.take(workspace):
            self._past = None
            self._publish()
            self.changed.emit()

    def rule_of(self, row: int) -> Rule | None:
        """Return the rule that counts for a row, or None."""
        return self._evaluator.rule_of(row)

    def acknowledge(self, ids: Iterable[str], words: str = "") -> None:
        """Note that the user has seen some alerts, and what was done."""
        self.alerting.acknowledge(ids, self._who, words)
        self.changed.emit()

    def shelve(self, ids: Iterable[str], until: int | None, words: str = "") -> None:
        """Let some alerts be quiet until a time; None: until their level is another."""
        self.alerting.shelve(ids, until, self._who, words)
        self.changed.emit()

    @property
    def _who(self) -> str:
        return self._source.signed_in_as or ""

    @property
    def travelling(self) -> bool:
        """Whether the views show the past, while alerts are of the present."""
        return self._pulse.travelling

    def count(self) -> int:
        """Return how many alerts ask for attention."""
        return sum(alert.loud and not alert.unknown for alert in self.open)

    def worst(self) -> int:
        """Return the level of the worst alert that asks for attention, 0 without one."""
        loud = [alert.level for alert in self.open if alert.loud and not alert.unknown]
        return max(loud, key=lambda level: (abs(level), level), default=0)

    @property
    def event_log(self) -> EventLog:
        """When the feed was down."""
        return self._source.event_log

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell: the feed is down, or nothing that came is of now."""
        if self.event_log.feed_down:
            return True
        rows = np.array(self.table.rows(), np.intp)
        return bool(len(rows)) and not np.isin(self.table.freshness(now_ms())[rows], KNOWN).any()

    @property
    def unjudged(self) -> int:
        """How many values of now cannot be compared with their limits: they are no numbers."""
        return self._evaluator.unjudged(now_ms())

    def look_at_all(self) -> None:
        """Evaluate every row that a rule counts for."""
        self.alerting.look()
        self._publish()
        self.changed.emit()

    def _publish(self) -> None:
        lens = self._pulse.lens
        if lens.table is self.table:
            assert self.limits is not None  # noqa: S101 - there is a level for every row
            lens.levels = self._evaluator.levels
        elif lens.table is not self._past:
            # A frozen or former table is judged by itself, once.
            self._past = lens.table
            past = Evaluator(lens.table, self.rules, self.alerting.groups_of)
            past.look(lens.now)
            lens.levels = past.levels

    def _heard(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged | ServiceChanged):
            self.changed.emit()
