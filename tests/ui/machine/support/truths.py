"""What holds after every step, whatever was done: each check says in a sentence what does not."""

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QTabBar,
    QToolBar,
    QWidget,
)

from statmon.alerts.rules import rules_in
from statmon.domain.statistic import Series
from statmon.live.catalogue import NO_ROW
from statmon.live.freshness import Freshness
from statmon.service.clock import epoch_ms
from statmon.storage.user import workspace_file
from statmon.ui.board import spec as board_specs
from statmon.ui.chart import spec as specs
from statmon.ui.chart.charts import MOST_CHARTS
from statmon.ui.look import signs
from statmon.ui.look.times import clock_time
from tests.ui.machine.support import virtual
from tests.ui.machine.support.session import Finding, Session, same, shown

_NOW = frozenset({Freshness.LIVE, Freshness.QUIET, Freshness.LATE})
"""What says of a number that it may be taken for now."""
_SLACK = 4.0
"""Seconds after which all has heard of what has happened."""
_TOLD_MS = 6_000
"""How late an outage may be told to have begun: a turn of a loop that is busy, and a second."""
_SAVED_WITHIN = 40.0
"""Seconds within which an editor has saved at a service that answers."""
_STRIDE = 2.0
"""Seconds between two looks that count, at most: more is a computer that sleeps, or a stride."""
OPEN_WITHIN = 700
"""Seconds within which all is open again at a service that answers: it is not asked too often."""
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)


_HEADS = 40
"""Lines of the tree that are looked at for what is under them."""
PASSED = os.environ.get("STATMON_MACHINE_PASSED", "")
"""A pattern of findings that are known, so that others can be looked for behind them."""


class Checks:
    """The checks of one session."""

    def __init__(self, session: Session) -> None:
        self.at = session
        self._busy: dict[int, float] = {}
        self._looked = virtual.clock.seconds

    def cheap(self) -> None:
        """After each step."""
        self._each(self._log)
        if not self.at.closed:
            self._each(
                self._document, self._parts, self._freshness, self._subscriptions, self._feed,
                self._gaps, self._risen,
            )  # fmt: skip

    def thorough(self) -> None:
        """Every tenth step and at the end."""
        if not self.at.closed:
            self._each(self._in_a_pause, self._file, self._screen)

    def _each(self, *checks: Callable[[], None]) -> None:
        """Check; what is known, and to be passed over while others are looked for, is."""
        for check in checks:
            try:
                check()
            except Finding as finding:
                if not (PASSED and re.search(PASSED, str(finding))):
                    raise
                self.at.log.found.clear()

    def _log(self) -> None:
        if self.at.log.found:
            raise Finding("it was logged: " + "\n".join(self.at.log.found[:3]))

    # The document.

    def _document(self) -> None:
        document, window = self.at.document, self.at.window
        title = window.windowTitle()  # type: ignore[union-attr]
        if (" •" in title) != document.modified:
            raise Finding(f"the title is {title!r}, and modified is {document.modified}")
        if document.workspace.name and not title.startswith(document.workspace.name):
            raise Finding(f"the title is {title!r}, the workspace's {document.workspace.name!r}")
        here: Any = self.at.source
        if not same(document.workspace, here.workspace, views=False):
            raise Finding("the document is another workspace than the one in force")
        for action, what in (
            (self.at.desk.undoing, document.undoable),
            (self.at.desk.redoing, document.redoable),
        ):
            if action.isEnabled() != bool(what):
                raise Finding(f"{action.text()!r} is not offered as {what!r} demands")

    def _parts(self) -> None:
        window: Any = self.at.window
        workspace = self.at.document.workspace
        finder = specs.Finder(window.parts.pulse.lens.live.statistics)
        parsed = [spec for item in workspace.charts if (spec := specs.parse(item)) is not None]
        wanted = [_chart(spec) for spec in parsed if finder.rows(spec.series)]
        there = [_chart(chart.spec) for chart in window.parts.charts.charts]
        _differ("charts", wanted[-MOST_CHARTS:], there)
        tree = window.parts.subscriptions
        items = (tree.topLevelItem(place) for place in range(tree.topLevelItemCount()))
        names = {item.text(0) for item in items if not item.isDisabled()}
        _differ("subscriptions", {one.name for one in workspace.subscriptions}, names)
        _differ("rules", rules_in(workspace.alerts), window.parts.alerts.watch.rules)
        labels = {item.ref: (item.label, item.groups) for item in workspace.objects}
        for ref, (label, groups) in labels.items():
            shown_as = window.parts.views.names.label(ref), window.parts.views.names.groups(ref)
            _differ(f"names of {ref}", (label, groups), shown_as)
        table = window.parts.pulse.lens.live
        rows = {table.series[row] for row in table.rows()}
        if not self.at.source.taking_over:  # type: ignore[union-attr]
            _differ("rows", _series(workspace), rows)

    def _risen(self) -> None:
        """No head of the tree hides what is beyond a threshold under it, folded or not."""
        window: Any = self.at.window
        model, lens = window.parts.page.model, window.parts.pulse.lens
        for line in range(min(len(model.shown), _HEADS)):
            if not (model.is_field(line) or model.is_statistic(line)):
                rows = {*model.rows_under(line), model.row_of(line)} - {NO_ROW}
                worst = max((abs(lens.level(row)) for row in rows), default=0)
                _differ(f"the worst under line {line}", worst, abs(model.worst(line)))

    def _in_a_pause(self) -> None:
        """Boards are handed over when there is a pause; a time zone is read from a disk."""
        window: Any = self.at.window
        workspace = self.at.document.workspace
        boards = [
            board_specs.parse(view)
            for view in workspace.views
            if view.get("kind") == board_specs.KIND
        ]
        if boards:
            state = window.parts.views.boards.dump()
            _differ("boards", list(map(board_specs.dump, boards)), state)

        zone = window.parts.pulse.lens.zone
        _differ("time zone", workspace.site.time_zone, "" if zone is None else str(zone))

    # What may be taken for now.

    def _freshness(self) -> None:
        lens, truth = self.at.window.parts.pulse.lens, self.at.service.truth  # type: ignore[union-attr]
        if lens.paused or lens.travelling:
            return
        silent = _for_long(truth.silent_since) or _for_long(truth.down_since)
        for row in lens.rows:
            if lens.freshness(int(row)) not in _NOW:
                continue
            series = lens.table.series[row]
            key = series.object_type, series.object_id, series.measure
            last = truth.last.get(key)
            if silent or last is None or last < truth.unproved_since:
                word = lens.freshness(int(row)).name
                raise Finding(f"{series.ref} {series.measure} is shown as {word} and is not of now")

    def _subscriptions(self) -> None:
        truth, window = self.at.service.truth, self.at.window
        if not (_for_long(truth.silent_since) or _for_long(truth.down_since)):
            return
        tree: Any = window.parts.subscriptions  # type: ignore[union-attr]
        well = str(signs.of_subscription("open", 0))
        for place in range(tree.topLevelItemCount()):
            item = tree.topLevelItem(place)
            if item.text(1) == well:
                raise Finding(f"the subscription {item.text(0)!r} is called open in an outage")

    def _feed(self) -> None:
        window: Any = self.at.window
        said = [window.parts.feed.text]
        if window.parts.wallboard is not None and shown(window.parts.wallboard):
            said.append(window.parts.wallboard.feed.text)
        said = [words for words in said if words.startswith("⚠ No connection")]
        truth = self.at.service.truth
        if truth.silent_since is None or not truth.silent_at or truth.down_since is not None:
            return  # what is shown is old since the service went, before the line was cut
        if len(set(said)) > 1:
            raise Finding(f"window and wallboard differ about the outage: {said}")
        times = {clock_time(truth.silent_at + late) for late in range(-1000, _TOLD_MS, 500)}
        for words in said:
            if not any(f"{time})" in words for time in times):
                raise Finding(f"{words!r}, but it began at {clock_time(truth.silent_at)}")

    def _gaps(self) -> None:
        window: Any = self.at.window
        chart, lens = window.parts.charts.current, window.parts.pulse.lens
        frame = getattr(getattr(chart, "view", None), "frame", None)
        if frame is None or not chart.isVisible() or lens.paused or lens.travelling:
            return
        truth = self.at.service.truth
        slack = 2_500 + 2 * frame.width
        keys = [(s.object_type, s.object_id, s.measure) for s in getattr(chart, "series", ())]
        for gap in frame.gaps:
            if gap.begin < truth.certain_from or "paused" in gap.why or "not running" in gap.why:
                continue
            begin, end = gap.begin + slack, (gap.end or frame.now) - slack
            came = [any(begin < at < end for at in truth.arrived.get(key, ())) for key in keys]
            if any(came) if "not connected" in gap.why else came and all(came):
                raise Finding(
                    f"a gap of {(gap.end or frame.now) - gap.begin} ms ({gap.why}) is drawn "
                    f"where readings came"
                )

    # What has to come to an end.

    def watch(self) -> None:
        """Look every second of virtual time whether something hangs."""
        service, desk = self.at.service, self.at.desk
        if desk is None:
            return
        busy = [one for one in desk.editors if shiboken6.isValid(one) and one.saving.busy]
        now = virtual.clock.seconds
        # Where time goes by in strides a turn of the loop takes one: it is the turns that count.
        gone = min(now - self._looked, _STRIDE)
        self._looked = now
        served = service.well and service.truth.silent_since is None
        self._busy = {
            id(one): self._busy.get(id(one), 0.0) + gone if served else 0.0 for one in busy
        }
        for since in self._busy.values():
            if since > _SAVED_WITHIN:
                self.at.log.found.append(f"an editor has been saving for {since:.0f} s")

    @property
    def busy(self) -> bool:
        """Whether an editor is saving."""
        return bool(self._busy)

    def all_open(self) -> str:
        """Return what is not open although all is well, or nothing."""
        source, service = self.at.source, self.at.service
        if source is None or not source.running:
            return ""
        heard = {
            key for one in service.open.values() if one.heard for key in one.statistics.values()
        }
        for series in _series(self.at.document.workspace):
            key = series.object_type, series.object_id, series.measure
            if key not in heard and not service.refusal(key):
                return f"{series.ref} {series.measure} is not open at the service"
        return ""

    # Files and screen.

    def _file(self) -> None:
        document, files = self.at.document, self.at.desk.files
        path, stamp = document.path, document.stamp
        if path is None or stamp is None or document.modified or files._lock.locked():
            return
        if workspace_file.changed(path, stamp) or not path.is_file():
            return  # somebody else wrote it
        kept = workspace_file.read(path)
        if not same(kept, document.to_keep(), views=not document.arranged):
            raise Finding(f"{path.name} holds something else than what counts as saved")

    def _screen(self) -> None:
        for top in QApplication.topLevelWidgets():
            if not top.isVisible() or top.windowType() in (
                Qt.WindowType.ToolTip, Qt.WindowType.Popup, Qt.WindowType.SplashScreen,
            ):  # fmt: skip
                continue
            room = top.screen().availableGeometry()
            size = top.size()
            if size.width() > room.width() or size.height() > room.height():
                raise Finding(
                    f"{type(top).__name__} {top.windowTitle()!r} is {size.width()}×{size.height()},"
                    f" the screen {room.width()}×{room.height()}"
                )
            for part in _controls(top):
                place = QRect(part.mapTo(top, part.rect().topLeft()), part.size())
                if not top.rect().contains(place.center()):
                    raise Finding(
                        f"{type(part).__name__} «{part.accessibleName()}» of "
                        f"{type(top).__name__} is off its window, at {place}"
                    )


def _controls(top: QWidget) -> Iterator[QWidget]:
    for part in top.findChildren(QWidget):
        seen = part.isVisible() and part.window() is top and isinstance(part, _CONTROLS)
        if seen and not _may_be_hidden(part, top):
            yield part


def _may_be_hidden(part: QWidget, top: QWidget) -> bool:
    """Whether what is around it can be scrolled, or has a button for what has no room."""
    around = part.parentWidget()
    while around is not None and around is not top:
        if isinstance(around, (QAbstractScrollArea, QTabBar, QToolBar)):
            return True
        if isinstance(around, QDockWidget) and around.visibleRegion().isEmpty():
            return True  # behind the tab of another one: Qt puts it aside
        around = around.parentWidget()
    return False


def _series(workspace: Any) -> set[Series]:
    return {
        item.statistic.series(workspace.site.url)
        for subscription in workspace.subscriptions
        if subscription.enabled
        for item in subscription.statistics
        if item.enabled
    }


def _chart(spec: Any) -> str:
    return json.dumps(specs.dump(spec), sort_keys=True)


def _for_long(since: float | None) -> bool:
    return since is not None and virtual.clock.seconds - since > _SLACK


def _differ(what: str, wanted: Any, found: Any) -> None:
    if wanted != found:
        raise Finding(f"{what}: the document has {_few(wanted)}, the window {_few(found)}")


def _few(items: Any) -> str:
    words = str(sorted(items, key=str) if isinstance(items, set) else items)
    return words if len(words) < 700 else words[:700] + "…"


__all__ = ["OPEN_WITHIN", "Checks", "epoch_ms"]
