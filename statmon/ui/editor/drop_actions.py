"""What becomes of what was dropped on a subscription, or beside all of them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from statmon.domain import editing
from statmon.domain.cells import ExchangeError
from statmon.domain.editing import Combined
from statmon.domain.tables import Sheet, read_table
from statmon.domain.workspace import ObjectLabel, Subscription, WantedStatistic, Workspace
from statmon.ui.background.answers import Start
from statmon.ui.editor import exchange
from statmon.ui.editor.drop_targets import Dropped
from statmon.ui.look import numbers
from statmon.ui.look.text import tr


class Dropping(QObject):
    """Adds what was dropped; asks in a menu where it could mean two things."""

    changed = Signal(str, object)
    """What was done, and the workspace after it."""
    editor_wanted = Signal(object, object)
    """Objects (Sheet) for which statistics are to be chosen, for a subscription (None: new)."""
    said = Signal(str)

    def __init__(self, workspace: Callable[[], Workspace], start: Start, owner: QWidget) -> None:
        super().__init__(owner)
        self._workspace, self._start, self._owner = workspace, start, owner
        self.menu: QMenu | None = None

    def take(self, name: str | None, found: Dropped, at: QPoint) -> None:
        """Take a drop on the subscription of a name; None for a drop beside all of them."""
        if found.statistics:
            self._take_statistics(name, found.statistics, at)
        else:
            self._start(self._read(name, found.text, found.file), "read what was dropped")

    async def _read(self, name: str | None, text: str, file: Path | None) -> None:
        target = self._find(name)
        kinds = [item.statistic.ref.object_type for item in target.statistics] if target else []
        kind = kinds[0] if kinds else "Agent"
        try:
            if file is None:
                sheet, title = await asyncio.to_thread(read_table, text, kind), ""
            else:
                sheet, title = await asyncio.to_thread(exchange.read, file, kind)
        except ExchangeError as error:
            self.said.emit(f"⚠ {error}")
            return
        self._take_sheet(name, sheet, title)

    def _take_sheet(self, name: str | None, sheet: Sheet, title: str) -> None:
        target = self._find(name)
        if sheet.remarks and not sheet.statistics:
            self.editor_wanted.emit(target, sheet)  # what was understood is seen there first
            return
        if sheet.statistics:
            done = editing.add_new(target or self._new(title), sheet.statistics)
            self._put(target, done, sheet.objects)
            return
        done = editing.measure_alike(target or self._new(title), sheet.refs)
        if done.added + done.already:
            self._put(target, done, sheet.objects)
        else:
            self.editor_wanted.emit(target, sheet)

    def _take_statistics(
        self, name: str | None, statistics: Sequence[WantedStatistic], at: QPoint
    ) -> None:
        target = self._find(name)
        these = editing.add_new(target or self._new(""), statistics)
        refs = list(dict.fromkeys(item.statistic.ref for item in statistics))
        alike = None if target is None else editing.measure_alike(target, refs)
        if alike is None or not alike.added or not these.added:
            better = these if these.added or alike is None else alike
            self._put(target, better, ())
            return
        menu = self.menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("What to add"))
        add = menu.addAction(f"{tr('&Add')} {_counted(these.added)}")
        add.triggered.connect(lambda _checked=False: self._put(target, these, ()))
        objects = str(refs[0]) if len(refs) == 1 else f"{numbers.count(len(refs))} {tr('objects')}"
        words = f"{objects} {tr('like the others here')}: {_counted(alike.added)}"
        others = menu.addAction(words.replace("&", "&&"))
        others.triggered.connect(lambda _checked=False: self._put(target, alike, ()))
        menu.addSeparator()
        menu.addAction(tr("&Cancel"))
        menu.popup(at)

    def _find(self, name: str | None) -> Subscription | None:
        found = (item for item in self._workspace().subscriptions if item.name == name)
        return next(found, None)

    def _new(self, title: str) -> Subscription:
        return Subscription(editing.free_name(self._workspace(), title or tr("New subscription")))

    def _put(
        self, target: Subscription | None, done: Combined, labels: Sequence[ObjectLabel]
    ) -> None:
        name = done.subscription.name
        already = f"{_counted(done.already)} {tr('were there already')}" if done.already else ""
        if not done.added:
            self.said.emit(f"“{name}”: {already or tr('nothing to add')}.")
            return
        workspace = self._workspace()
        now = self._find(None if target is None else target.name)
        if target is not None and now is not target:
            # A menu was open meanwhile: what was added goes onto what the subscription is now.
            fresh = done.subscription.statistics[-done.added :]
            done = replace(editing.add_new(now or self._new(name), fresh), already=done.already)
        changed = editing.put(workspace, done.subscription, None if target is None else name)
        words = tr("add to {name}").format(name=name)
        self.changed.emit(words, editing.label(changed, labels))
        told = f"“{name}”: {_counted(done.added)} {tr('added')}"
        self.said.emit(f"{told}, {already}." if already else f"{told}.")


def _counted(count: int) -> str:
    return f"{numbers.count(count)} " + (tr("statistic") if count == 1 else tr("statistics"))
