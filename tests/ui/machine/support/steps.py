"""The steps of a sequence: what they are, how often each comes, and how each is done."""

import asyncio
import contextlib
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDockWidget,
    QHeaderView,
    QListWidget,
    QMenu,
    QSplitterHandle,
    QTabBar,
    QTreeWidget,
    QWidget,
)

from tests.ui.machine.support import virtual
from tests.ui.machine.support.hands import CLICKED, WORDS, Hands, name_of, of, usable, windows
from tests.ui.machine.support.service import DETECTED
from tests.ui.machine.support.session import Finding, Session, same, shown

WEIGHTS: Final[dict[str, float]] = {
    # The window, as hands use it.
    "click": 12, "double_click": 5, "context": 2, "drag": 3, "key": 7, "type": 4, "wheel": 2,
    "row": 6, "header": 2, "tab": 5, "away": 2, "button": 6, "menu": 5, "dock": 3,
    "resize": 1, "splitter": 1,
    # Documents.
    "open": 4, "new": 1, "save": 4, "undo": 3, "redo": 2, "there_and_back": 2, "others_write": 3,
    "answer": 5, "edit": 3, "compose": 5, "save_editor": 3, "chart": 3, "restart": 0.7,
    # The service.
    "move": 8, "odd_values": 2, "loud": 5, "calm": 5, "refuse": 2, "allow": 1, "cut": 3.5,
    "restore": 4, "unavailable": 1, "available": 2, "forget": 1, "slow": 0.7, "break": 0.7,
    "heal": 2,
    # Time.
    "wait": 8, "minutes": 3, "hours": 0.5, "sleep": 0.7, "set_clock": 0.5,
    # Looks.
    "theme": 1, "scale": 0.7,
}  # fmt: skip
"""The same with and without a fault that is put back."""
FOLLOWING: Final[dict[str, tuple[str, ...]]] = {
    # What is chosen goes or changes; what is hidden stays so for a while, and comes back.
    "loud": ("wait", "row", "row"), "row": ("calm", "calm", "move", "undo", "others_write"),
    "cut": ("chart", "chart", "chart", "open", "minutes"),
    "chart": ("away", "away", "away", "undo"), "open": ("away", "away", "restore", "save"),
    "restore": ("away", "minutes", "wait"),
    "minutes": ("tab", "tab", "row"), "tab": ("minutes", "wait"),
    # What is begun is gone on with.
    "edit": ("compose",), "compose": ("save_editor", "save_editor", "type"),
    "save_editor": ("minutes", "undo"), "others_write": ("answer", "save"),
    "undo": ("redo", "save"),
}  # fmt: skip
"""What people do next, mostly."""
OFTEN: Final = 0.5
"""The part of the steps that follow from the one before, where one has such."""
SETTLE: Final = 1.2
"""Seconds that go by after each step: all that follows the second has heard of it."""
MEASURED: Final = ("Agent state  (", "Inbound calls  (", "Calls waiting  (", "Service level  (")
"""What the workspaces measure already: two subscriptions may share it."""
TURN: Final = 0.65
"""Seconds of a turn of the loop while nothing is done: a busy computer's."""
Step = tuple[str, int | str]


def sequence(seed: int, length: int) -> list[Step]:
    """Return the steps of a seed."""
    chance = random.Random(f"steps {seed}")
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    steps: list[Step] = []
    for _ in range(length):
        after = FOLLOWING.get(steps[-1][0], ()) if steps else ()
        if after and chance.random() < OFTEN:
            name = chance.choice(after)
        else:
            (name,) = chance.choices(names, weights)
        steps.append((name, chance.getrandbits(32)))
    return steps


class Doer:
    """Does steps in a session."""

    def __init__(self, session: Session) -> None:
        self.at = session
        self.said = ""

    async def do(self, step: Step) -> None:
        """Do a step, and let it settle."""
        name, wish = step
        hands = Hands(wish, self.at)
        act: Callable[[Hands], Awaitable[None] | None] = getattr(self, f"_{name}")
        done = act(hands)
        if done is not None:
            await done
        self.said = hands.said.strip()
        await self.settle(SETTLE)
        if self.at.closed:
            await self._reopen(hands)

    async def settle(self, seconds: float) -> None:
        """Let time go by until all have heard; the window is painted at the end of it."""
        with virtual.coarse(TURN), self._unpainted():
            await asyncio.sleep(seconds)
        await asyncio.sleep(0)

    @contextlib.contextmanager
    def _unpainted(self) -> Iterator[None]:
        """What nobody looks at need not be painted."""
        window = self.at.window
        if window is not None and shiboken6.isValid(window):
            window.setUpdatesEnabled(False)
        yield
        if window is not None and shiboken6.isValid(window):
            window.setUpdatesEnabled(True)

    # The window.

    def _clicked(self, hands: Hands) -> QWidget | None:
        if isinstance(hands.wish, int) and hands.chance.random() < 0.1:
            return hands.pick(of(QWidget))
        found = of(CLICKED)
        views = [part for part in found if isinstance(part, QAbstractItemView) and _rows(part)]
        many = views and isinstance(hands.wish, int) and hands.chance.random() < 0.6
        return hands.pick([part for part in (views if many else found) if _allowed(part)])

    def _click(self, hands: Hands) -> None:
        if (part := self._clicked(hands)) is not None:
            hands.click(part)

    def _row(self, hands: Hands) -> None:
        """Choose a row, mostly in a list whose rows come and go; every kind is as likely."""
        window = self.at.window
        docks = [] if window is None else window.findChildren(QDockWidget)
        behind = [dock for dock in docks if not dock.isHidden()]
        if behind and QApplication.activeModalWidget() is None and hands.chance.random() < 0.6:
            hands.chance.choice(behind).raise_()
            QApplication.processEvents()
        lists: Any = QTreeWidget if hands.chance.random() < 0.7 else QAbstractItemView
        views = [part for part in of(lists) if _rows(part)]
        kinds = sorted({type(part).__name__ for part in views})
        kind = hands.chance.choice(kinds) if kinds else ""
        if (
            part := hands.pick([part for part in views if type(part).__name__ == kind])
        ) is not None:
            hands.click(part)

    def _double_click(self, hands: Hands) -> None:
        if (part := self._clicked(hands)) is not None:
            hands.click(part, double=True)

    def _context(self, hands: Hands) -> None:
        if (part := self._clicked(hands)) is not None:
            hands.context(part)

    def _drag(self, hands: Hands) -> None:
        views = [part for part in of(QAbstractItemView) if _rows(part)]
        if (part := hands.pick(views)) is not None:
            hands.drag(part)

    def _key(self, hands: Hands) -> None:
        hands.key()

    def _type(self, hands: Hands) -> None:
        field = hands.field()
        if field is None:
            return
        hands.click(field)
        words = hands.chance.choice(WORDS)
        hands.said += f" {words[:30]!r}"
        target = QApplication.focusWidget() or field
        hands.type(target, words)

    def _wheel(self, hands: Hands) -> None:
        if (part := hands.pick(of(QWidget))) is not None:
            hands.wheel(part)

    def _header(self, hands: Hands) -> None:
        header = hands.pick([part for part in of(QHeaderView) if part.count()])
        if header is None:
            return
        hands.drag(header) if hands.chance.random() < 0.3 else hands.click(header)

    def _tab(self, hands: Hands) -> None:
        if (bar := hands.pick([part for part in of(QTabBar) if part.count() > 1])) is not None:
            hands.click(bar)

    async def _away(self, hands: Hands) -> None:
        """Be at other tabs for longer than a chart's span, with the line or without; return."""
        bars = [part for part in of(QTabBar) if part.count() > 1]
        before = [(bar, bar.currentIndex()) for bar in bars]
        for bar, place in before:
            _choose(bar, hands.chance.choice([n for n in range(bar.count()) if n != place]))
        if hands.chance.random() < 0.8:
            self.at.service.restore()
        await self._pass(hands.chance.choice((90, 1100, 1100)), 6.0)
        for bar, place in before:
            _choose(bar, place)

    def _button(self, hands: Hands) -> None:
        found = [part for part in of(QAbstractButton) if _allowed(part)]
        if (part := hands.pick(found)) is not None:
            hands.click(part)

    def _menu(self, hands: Hands) -> None:
        popup = QApplication.activePopupWidget()
        menus = [popup] if isinstance(popup, QMenu) else self._menus()
        actions = [one for menu in menus for one in menu.actions() if usable(one)]
        chosen = hands.pick(actions, lambda one: one.text().replace("&", ""))
        if isinstance(popup, QMenu):
            popup.close()
        if chosen is not None and QApplication.activeModalWidget() is None:
            chosen.trigger()

    def _menus(self) -> list[QMenu]:
        window = self.at.window
        return [] if window is None else window.menuBar().findChildren(QMenu)

    def _dock(self, hands: Hands) -> None:
        window = self.at.window
        dock = hands.pick(window.findChildren(QDockWidget)) if window is not None else None
        if dock is None:
            return
        lot = hands.chance.random()
        if dock.isHidden() or lot < 0.3:
            dock.toggleViewAction().trigger()
        elif lot < 0.5:
            dock.setFloating(not dock.isFloating())
        else:
            dock.raise_()

    def _resize(self, hands: Hands) -> None:
        top = hands.pick([part for part in windows() if not isinstance(part, QMenu)])
        if top is not None:
            room = top.screen().availableSize()
            wide = hands.chance.randint(min(800, room.width()), room.width())
            top.resize(wide, hands.chance.randint(min(600, room.height()), room.height()))
            top.move(0, 0)

    def _splitter(self, hands: Hands) -> None:
        if (part := hands.pick(of(QSplitterHandle))) is not None:
            hands.drag(part)

    # Documents.

    def _open(self, hands: Hands) -> None:
        path = hands.pick(sorted(self.at.folder.glob("*.statmon")), lambda one: one.name)
        desk = self.at.desk
        if desk is None or path is None or QApplication.activeModalWidget() is not None:
            return
        hands.chance.choice((desk.files.open, desk._take_file))(path)

    def _action(self, name: str) -> None:
        action = getattr(self.at.desk, name, None)
        free = QApplication.activeModalWidget() is None
        if free and isinstance(action, QAction) and action.isEnabled():
            action.trigger()

    def _new(self, _: Hands) -> None:
        self._action("new")

    def _save(self, hands: Hands) -> None:
        self._action("saving" if hands.chance.random() < 0.9 else "saving_as")

    def _undo(self, _: Hands) -> None:
        self._action("undoing")

    def _redo(self, _: Hands) -> None:
        self._action("redoing")

    async def _there_and_back(self, hands: Hands) -> None:
        """Undo some steps, do them again: nothing is different then."""
        document = self.at.document
        before, steps = document.workspace, 0
        passed = [before]
        for _ in range(hands.chance.randint(1, 4)):
            if not document.undoable or QApplication.activeModalWidget() is not None:
                break
            self._action("undoing")
            steps += 1
            passed.append(document.workspace)
        for there in reversed(passed[:-1]):
            self._action("redoing")
            if not same(document.workspace, there):
                raise Finding(f"undone and done again ({steps} steps), the workspace is another")

    def _others_write(self, hands: Hands) -> None:
        """Somebody else writes the file that is open."""
        path = self.at.document.path
        if path is None or not path.is_file():
            return
        try:
            data = json.loads(path.read_text("utf-8"))
        except ValueError:
            return
        change = hands.chance.choice(("name", "charts", "alerts", "subscriptions", "broken"))
        hands.said += f" {change}"
        if change == "broken":
            path.write_text("{", "utf-8")
        elif change == "name":
            data["name"] = f"{data.get('name', '')} theirs"
        elif data.get(change) and hands.chance.random() < 0.5:
            data[change] = data[change][1:]
        else:
            other = hands.chance.choice(("one", "two", "small"))
            from tests.ui.machine.support.workspaces import contents

            data[change] = [*data.get(change, []), *contents(0)[other].get(change, [])][:6]
        if change != "broken":
            path.write_text(json.dumps(data), "utf-8")
        self.at.outside.add(path)

    def _answer(self, hands: Hands) -> None:
        """Answer the question above the views."""
        desk = self.at.desk
        there = [] if desk is None or not shown(desk.question) else desk.question.answers
        if (button := hands.pick([each for each in there if shown(each)])) is not None:
            hands.click(button)

    def _edit(self, hands: Hands) -> None:
        """Open the editor, on one that there is or on a new one."""
        desk, window = self.at.desk, self.at.window
        if window is None or QApplication.activeModalWidget() is not None:
            return
        items = window.parts.subscriptions
        place = hands.chance.randrange(items.topLevelItemCount() + 1)
        item = items.topLevelItem(place)
        if item is None:
            desk.adding.trigger()
        else:
            items.setCurrentItem(item)
            hands.said += f" {item.text(0)}"
            desk.editing.trigger()

    def _editor(self, hands: Hands) -> Any:
        editors = [one for one in self.at.desk.editors if shown(one)]
        return hands.chance.choice(editors) if editors else None

    async def _compose(self, hands: Hands) -> None:
        """Choose objects and statistics in an editor, and add them."""
        editor = self._editor(hands)
        if editor is None:
            self._edit(hands)
            await asyncio.sleep(1.0)
            editor = self._editor(hands)
        if editor is None:
            return
        editor.tabs.setCurrentWidget(editor.choose)
        choose = editor.choose
        kind = hands.chance.choice(("Agent", "Queue"))
        choose.objects.kind.setCurrentText(kind)
        choose.objects.ids.setFocus()
        choose.objects.ids.selectAll()
        objects = [word for word in WORDS if word.startswith("ag" if kind == "Agent" else "70")]
        words = "\n".join(hands.chance.sample(objects, hands.chance.randint(1, 3)))
        hands.type(choose.objects.ids, words)
        rows = _boxes(choose.picker.list, alike=hands.chance.random() < 0.7)
        for row in hands.chance.sample(rows, min(len(rows), hands.chance.randint(1, 2))):
            choose.picker.list.setCurrentRow(row)
            hands.press(choose.picker.list, Qt.Key.Key_Space)
        hands.said += f" {words!r}"
        if choose.add.isEnabled() and hands.chance.random() < 0.8:
            hands.click(choose.add)

    def _save_editor(self, hands: Hands) -> None:
        editor = self._editor(hands)
        if editor is not None and editor.save.isEnabled():
            hands.said += f" {editor.windowTitle()}"
            hands.click(editor.save)

    def _chart(self, hands: Hands) -> None:
        """Chart some rows of the tree, by selecting them."""
        window = self.at.window
        if window is None or QApplication.activeModalWidget() is not None:
            return
        tree = window.parts.page.tree
        window.parts.page.tree.expand_all()
        rows = range(tree.model().rowCount())
        for row in hands.chance.sample(rows, len(rows)):  # an object alone is no line
            tree.selectRow(row)
            if window.parts.actions.charting.isEnabled():
                window.parts.actions.charting.trigger()
                return

    async def _restart(self, hands: Hands) -> None:
        """Close the window, and begin again with the file that was open."""
        path = self.at.document.path
        await self.at.end()
        await self.at.begin(path if path is not None and hands.chance.random() < 0.8 else None)

    async def _reopen(self, hands: Hands) -> None:
        await self.at.end()
        await self.at.begin(hands.pick(list(self.at.files.values())[:3], lambda one: one.name))

    # The service.

    def _move(self, hands: Hands) -> None:
        self.at.service.move(hands.chance.choice((0.2, 1.0)))

    def _odd_values(self, hands: Hands) -> None:
        self.at.service.move(0.5, odd=1.0)

    def _loud(self, _: Hands) -> None:
        self.at.service.loud = True
        self.at.service.move(0.7)

    def _calm(self, _: Hands) -> None:
        self.at.service.loud = False
        self.at.service.move(1.0)

    def _refuse(self, hands: Hands) -> None:
        service = self.at.service
        keys = sorted({key for one in service.open.values() for key in one.statistics.values()})
        service.refused.update(hands.chance.sample(keys, min(3, len(keys))))

    def _allow(self, _: Hands) -> None:
        self.at.service.refused.clear()

    async def _cut(self, hands: Hands) -> None:
        """Cut the line; what follows mostly is done when that is seen."""
        self.at.service.keeps = hands.chance.random() < 0.5
        self.at.service.cut(lose_session=hands.chance.random() < 0.5)
        if hands.chance.random() < 0.7:
            await asyncio.sleep(DETECTED)

    def _restore(self, _: Hands) -> None:
        self.at.service.restore()

    def _unavailable(self, _: Hands) -> None:
        self.at.service.be(available=False)

    def _available(self, _: Hands) -> None:
        self.at.service.be(available=True)

    def _forget(self, _: Hands) -> None:
        self.at.service.forget()

    def _slow(self, _: Hands) -> None:
        self.at.service.slow = True

    def _break(self, _: Hands) -> None:
        self.at.service.broken = True

    def _heal(self, _: Hands) -> None:
        self.at.heal()

    # Time.

    async def _wait(self, hands: Hands) -> None:
        with virtual.coarse(hands.chance.choice((0.1, TURN, TURN))):
            for _ in range(hands.chance.randint(1, 6)):
                await asyncio.sleep(hands.chance.choice((0.3, 1.0, 2.0)))
                if hands.chance.random() < 0.5:
                    self.at.service.move(0.3)

    async def _minutes(self, hands: Hands) -> None:
        """Let minutes go by, with values that come all the while."""
        await self._pass(hands.chance.choice((40, 90, 90, 200)), 4.0)

    async def _hours(self, hands: Hands) -> None:
        await self._pass(hands.chance.choice((1200, 4000)), 9.0)

    async def _pass(self, seconds: float, stride: float) -> None:
        """Let time go by; what nobody looks at need not be painted meanwhile."""
        end = virtual.clock.seconds + seconds
        with virtual.coarse(stride), self._unpainted():
            while virtual.clock.seconds < end:
                self.at.service.move(0.3)
                await asyncio.sleep(stride * 1.5)

    def _sleep(self, hands: Hands) -> None:
        """The computer sleeps."""
        virtual.clock.advance(hands.chance.choice((15, 600, 30_000)))

    def _set_clock(self, hands: Hands) -> None:
        """The computer's clock is set."""
        virtual.clock.wall += hands.chance.choice((-3600, -40, 30, 7200)) * 1_000_000_000
        self.at.clock_set()

    # Looks.

    def _theme(self, hands: Hands) -> None:
        if self.at.window is not None:
            look = hands.chance.choice(("light", "dark", "system"))
            hands.said += f" {look}"
            self.at.window.set_look(look)

    def _scale(self, hands: Hands) -> None:
        font = QApplication.font()
        font.setPointSizeF(hands.chance.choice((7.0, 9.0, 10.0, 13.0, 18.0)))
        QApplication.setFont(font)


def _boxes(items: QListWidget, *, alike: bool) -> list[int]:
    """Return the rows that can be ticked; ``alike``: that the workspaces measure already."""
    rows = range(min(12, items.count()))
    boxes = [row for row in rows if items.item(row).flags() & Qt.ItemFlag.ItemIsUserCheckable]
    found = [row for row in boxes if items.item(row).text().startswith(MEASURED)]
    return found if alike and found else boxes


def _choose(bar: QTabBar, place: int) -> None:
    """Choose a tab, if it is still there to be chosen."""
    if shiboken6.isValid(bar) and bar.isVisible() and 0 <= place < bar.count():
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())


def _rows(view: QAbstractItemView) -> int:
    model = view.model()
    return 0 if model is None else model.rowCount()


def _allowed(part: Any) -> bool:
    return not isinstance(part, QAbstractButton) or part.text() not in {"&Quit", "Quit"}


__all__ = ["WEIGHTS", "Doer", "Step", "name_of", "replace", "sequence"]
