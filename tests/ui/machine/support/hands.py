"""Uses a window as a person does: finds what is there by walking the widgets, sends real events."""

import contextlib
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QMimeData, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QHeaderView,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QSplitterHandle,
    QTabBar,
    QTextEdit,
    QWidget,
)

from tests.ui.machine.support import virtual

_T = TypeVar("_T")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
_K = Qt.Key
KEYS = (
    _K.Key_Up, _K.Key_Down, _K.Key_Down, _K.Key_Left, _K.Key_Right, _K.Key_Home, _K.Key_End,
    _K.Key_PageUp, _K.Key_PageDown, _K.Key_Return, _K.Key_Return, _K.Key_Escape, _K.Key_Tab,
    _K.Key_Backtab, _K.Key_Space, _K.Key_Delete, _K.Key_Backspace, _K.Key_F2, _K.Key_F4,
    _K.Key_Plus, _K.Key_Minus, _K.Key_Asterisk, _K.Key_Menu,
)  # fmt: skip
"""Keys that lists, trees, tables, charts and fields know."""
WITH_CTRL = (
    _K.Key_A, _K.Key_C, _K.Key_V, _K.Key_X, _K.Key_Z, _K.Key_S, _K.Key_D, _K.Key_F, _K.Key_Home,
    _K.Key_End, _K.Key_Tab, _K.Key_Up, _K.Key_Down, _K.Key_Return,
)  # fmt: skip
WORDS = (
    "agent1", "agent2", "agent5", "agnet1", "agent9", "7001@SIP_Switch", "7003@SIP_Switch",
    "7001@SIP_Swich", "Queue", "Agent", "Calls", "wait", "-live", "alert:", "freshness:stale",
    "", " ", "0", "12", "-3", "99999999999", "1,5", "ü – «☎»", "<b>x</b>", "a" * 300, "[]",
    '{"x": 1}', "agent1\nagnet2\nagent3",
)  # fmt: skip


def walk() -> list[QWidget]:
    """Return every widget that a person can reach now."""
    popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
    if popup is not None:
        tops: Sequence[QWidget] = [popup]
    elif modal is not None:
        tops = [modal, *(w for w in modal.findChildren(QWidget) if w.isWindow() and w.isVisible())]
    else:
        tops = windows()
    found: list[QWidget] = []
    for top in tops:
        found.append(top)
        found += [part for part in top.findChildren(QWidget) if part.isVisible()]
    return list(dict.fromkeys(part for part in found if part.isEnabled() and on_view(part)))


def windows() -> list[QWidget]:
    """Return the windows on the screen, always in the same order: Qt keeps them by address."""
    found = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    return sorted(found, key=lambda each: (name_of(each), each.width(), each.height()))


def on_view(part: QWidget) -> bool:
    """Whether some of it can be seen: not scrolled away, not covered by a tab."""
    return not part.visibleRegion().isEmpty()


def of(kinds: Any) -> list[Any]:
    """Return the widgets of some kinds that can be reached."""
    return [part for part in walk() if isinstance(part, kinds)]


def name_of(part: Any) -> str:
    """Return what to call a widget in a list of steps."""
    if part is None or not shiboken6.isValid(part):
        return "nothing"
    words = part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")
    if isinstance(part, QTabBar) and part.parentWidget() is not None:
        words = words or part.parentWidget().accessibleName()
    words = words or part.objectName() or part.windowTitle()
    return f"{type(part).__name__} «{words[:40]}»"


class Within:
    """Goes on while Qt is in a loop of its own: a menu below a button, a drag of Qt's."""

    def __init__(self, hands: "Hands") -> None:
        self._hands = hands
        self._timer = virtual.real_timer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._go_on)
        self._turns = 0

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self._timer.deleteLater()

    def _go_on(self) -> None:
        self._turns += 1
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            actions = [one for one in popup.actions() if usable(one)]
            chosen = self._hands.chance.choice([*actions, None]) if self._turns < 3 else None
            popup.close()
            if chosen is not None:
                self._hands.said += f" → {chosen.text()}"
                chosen.trigger()
        elif popup is not None:
            popup.close()
        elif isinstance(modal, QDialog) and self._turns > 1:
            modal.reject()
        else:
            for window in QGuiApplication.topLevelWindows():
                if window.isVisible():
                    escape = QKeyEvent(QKeyEvent.Type.KeyPress, _K.Key_Escape, NONE)
                    QCoreApplication.sendEvent(window, escape)
                    break


def usable(action: QAction) -> bool:
    """Whether an entry of a menu may be chosen."""
    words = action.text().replace("&", "")
    return (
        action.isEnabled() and action.isVisible() and not action.isSeparator()
        and action.menu() is None and words not in {"Quit", ""}
    )  # fmt: skip


class Hands:
    """One step's hands: what they choose is decided by the step's number, or by a name."""

    def __init__(self, wish: int | str, place: Any) -> None:
        self.wish, self.place = wish, place
        """``place`` is the session: what is dragged goes through it."""
        self.chance = random.Random(wish)
        self.said = ""
        """What was done, for people."""

    def pick(self, found: Sequence[_T], name: Callable[[_T], str] = name_of) -> _T | None:
        """Choose one; by its name, where the step gives one: what is behind # decides the rest."""
        if isinstance(self.wish, str):
            found = [item for item in found if self.wish.partition("#")[0] in name(item)]
        chosen = self.chance.choice(found) if found else None
        if chosen is not None:
            self.said += f" {name(chosen)}"
        return chosen

    # Mouse.

    def spot(self, part: QWidget) -> tuple[QWidget, QPoint]:
        """Return where in a widget to click: on an item where it has some."""
        if isinstance(part, QAbstractItemView):
            return part.viewport(), self._item_spot(part)
        if isinstance(part, QTabBar) and part.count():
            return part, part.tabRect(self.chance.randrange(part.count())).center()
        if isinstance(part, QHeaderView) and part.count():
            return part.viewport(), self._section_spot(part)
        if isinstance(part, (QPlainTextEdit, QTextEdit)):
            return part.viewport(), part.viewport().rect().center()
        if isinstance(part, QAbstractButton):
            return part, part.rect().center()
        rect = part.visibleRegion().boundingRect()
        return part, self._within(rect if not rect.isEmpty() else part.rect())

    def _within(self, rect: QRect) -> QPoint:
        return QPoint(
            self.chance.randint(rect.left(), max(rect.left(), rect.right())),
            self.chance.randint(rect.top(), max(rect.top(), rect.bottom())),
        )

    def _item_spot(self, view: QAbstractItemView) -> QPoint:
        model, room = view.model(), view.viewport().rect()
        for _ in range(4):
            index = model.index(self.chance.randrange(max(1, model.rowCount())), 0)
            if model.rowCount(index) and self.chance.random() < 0.4:
                index = model.index(self.chance.randrange(model.rowCount(index)), 0, index)
            columns = 1 if isinstance(view, QListView) else model.columnCount(QModelIndex())
            if index.isValid() and columns > 1:
                index = index.siblingAtColumn(self.chance.randrange(columns))
            rect = view.visualRect(index) & room
            if not rect.isEmpty():
                self.said += f" row {index.row()}"
                return self._within(rect) if self.chance.random() < 0.5 else rect.center()
        return self._within(room)

    def _section_spot(self, header: QHeaderView) -> QPoint:
        section = self.chance.randrange(header.count())
        at = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
        self.said += f" section {section}"
        return (
            QPoint(at, header.height() // 2)
            if header.orientation() is Qt.Orientation.Horizontal
            else QPoint(header.width() // 2, at)
        )

    def click(self, part: QWidget, *, double: bool = False) -> None:
        """Click, as a mouse does: press, release, and for a double click both again."""
        where, at = self.spot(part)
        if where is not part and isinstance(part, QAbstractItemView):
            where.setFocus(Qt.FocusReason.MouseFocusReason)
        keys = self.chance.choice((NONE, NONE, NONE, NONE, SHIFT, CTRL))
        with Within(self):
            QTest.mouseClick(where, LEFT, keys, at)
            if double and shiboken6.isValid(where) and where.isVisible():
                QTest.mouseDClick(where, LEFT, keys, at)

    def context(self, part: QWidget) -> None:
        """Ask for a context menu."""
        where, at = self.spot(part)
        with Within(self):
            QTest.mouseClick(where, RIGHT, NONE, at)
            if not shiboken6.isValid(where):
                return
            reason = QContextMenuEvent.Reason.Mouse
            event = QContextMenuEvent(reason, at, where.mapToGlobal(at))
            QApplication.sendEvent(where, event)

    def wheel(self, part: QWidget) -> None:
        """Turn the wheel."""
        where, at = self.spot(part)
        turned = self.chance.choice((-120, 120, -720))
        event = QWheelEvent(
            QPointF(at), QPointF(where.mapToGlobal(at)), QPoint(), QPoint(0, turned),
            Qt.MouseButton.NoButton, self.chance.choice((NONE, NONE, CTRL)),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(where, event)

    def drag(self, part: QWidget) -> None:
        """Press, move and release somewhere else; what is carried away is dropped there."""
        where, at = self.spot(part)
        rect = where.rect()
        if isinstance(part, QSplitterHandle):
            way = QPoint(self.chance.randint(-300, 300), self.chance.randint(-300, 300))
            points = [at + way / 2, at + way]
        else:
            to = self._within(rect)
            points = [(at + to) / 2, to]
        self.place.carried = self._drop
        with Within(self), contextlib.ExitStack() as after:
            after.callback(setattr, self.place, "carried", None)
            self._mouse(QMouseEvent.Type.MouseButtonPress, where, at, LEFT)
            for point in points:
                if shiboken6.isValid(where):
                    self._mouse(QMouseEvent.Type.MouseMove, where, point, LEFT)
            if shiboken6.isValid(where):
                self._mouse(QMouseEvent.Type.MouseButtonRelease, where, points[-1], LEFT)

    def _mouse(
        self, kind: QMouseEvent.Type, where: QWidget, at: QPoint, button: Qt.MouseButton
    ) -> None:
        moves, ends = (
            kind is QMouseEvent.Type.MouseMove,
            kind is QMouseEvent.Type.MouseButtonRelease,
        )
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(
            kind, QPointF(at), QPointF(where.mapToGlobal(at)), none if moves else button,
            none if ends else button, NONE,
        )  # fmt: skip
        QApplication.sendEvent(where, event)

    def _drop(self, data: QMimeData, _source: object) -> None:
        targets = [part for part in of(QWidget) if part.acceptDrops()]
        target = self.chance.choice(targets) if targets else None
        if target is None:
            return
        self.said += f" onto {name_of(target)}"
        at, actions = self._within(target.rect()), Qt.DropAction.CopyAction
        keys = self.chance.choice((NONE, NONE, SHIFT))
        entering = QDragEnterEvent(at, actions, data, LEFT, keys)
        QApplication.sendEvent(target, entering)
        if not entering.isAccepted():
            return
        QApplication.sendEvent(target, QDragMoveEvent(at, actions, data, LEFT, keys))
        QApplication.sendEvent(target, QDropEvent(QPointF(at), actions, data, LEFT, keys))

    # Keys.

    def key(self) -> None:
        """Press a key where the focus is."""
        target = self._focus()
        if target is None:
            return
        with_ctrl = self.chance.random() < 0.25
        key = self.chance.choice(WITH_CTRL if with_ctrl else KEYS)
        keys = CTRL if with_ctrl else self.chance.choice((NONE, NONE, NONE, SHIFT))
        self.said += f" {keys.name} {key.name} in {name_of(target)}"
        self.press(target, key, keys)

    def press(self, target: QWidget, key: Qt.Key, keys: Any = NONE) -> None:
        """Press and release a key."""
        with Within(self):
            QTest.keyPress(target, key, keys)
            if shiboken6.isValid(target):
                QTest.keyRelease(target, key, keys)

    def type(self, target: QWidget, words: str) -> None:
        """Type words."""
        for letter in words:
            if not shiboken6.isValid(target):
                return
            if letter == "\n":
                self.press(target, _K.Key_Return)
                continue
            for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
                if shiboken6.isValid(target):
                    QCoreApplication.sendEvent(target, QKeyEvent(kind, 0, NONE, letter))

    def _focus(self) -> QWidget | None:
        popup = QApplication.activePopupWidget()
        target = popup or QApplication.focusWidget()
        if target is None or not target.isVisible():
            target = self.chance.choice(of(QWidget) or [None])
        return target

    def field(self) -> QWidget | None:
        """Choose a field that can be written in."""
        fields = of((QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox))
        return self.pick([part for part in fields if not _is_read_only(part)])


def _is_read_only(part: QWidget) -> bool:
    read_only = getattr(part, "isReadOnly", None)
    return bool(read_only()) if read_only is not None else False


CLICKED = (QAbstractItemView, QAbstractButton, QTabBar, QComboBox, QAbstractSpinBox, QLineEdit)
"""What is clicked on purpose; now and then something else is hit."""
__all__ = ["CLICKED", "Hands", "QDockWidget", "QMenu", "name_of", "of", "walk", "windows"]
