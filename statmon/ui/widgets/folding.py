"""A row of controls that stays readable in any width: what does not fit is in a menu behind »."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from statmon.ui.look.text import tr
from statmon.ui.widgets.buttons import bare_menu_button

_SPACING = 2
_LOOKS = (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PolishRequest)


class FoldingRow(QWidget):
    """Controls from left to right, the first being those that are shown longest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[QWidget, ...] = ()
        self._last: QWidget | None = None
        self.more = bare_menu_button("»", tr("More tools"))
        menu = QMenu(self.more)
        menu.setAccessibleName(tr("More tools"))
        menu.aboutToShow.connect(self._fill)
        self.more.setMenu(menu)
        self.more.hide()

    def hold(self, parts: Sequence[QWidget], last: QWidget) -> None:
        """Show these, and one at the right end that never goes; each with an accessible name."""
        self._parts, self._last = tuple(parts), last
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for part in (*parts, self.more):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(last)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def fold(self) -> None:
        """Show as many as there is room for; to be called when one says something else."""
        if self._last is None:
            return
        room = self.width() - _wide(self._last)
        wide = [_wide(part) for part in self._parts]
        if sum(wide) > room:
            room -= _wide(self.more)
        used = 0
        for part, width in zip(self._parts, wide, strict=True):
            used += width
            part.setVisible(used <= room)
        self.more.setVisible(used > room)

    @property
    def folded(self) -> list[QWidget]:
        """The controls that are in the menu now."""
        return [part for part in self._parts if part.isHidden()]

    def _fill(self) -> None:
        menu = self.more.menu()
        menu.clear()
        for part in self.folded:
            if isinstance(part, QComboBox):
                menu.addMenu(_choices(part, menu))
            elif isinstance(part, QAbstractButton):
                menu.addAction(_deed(part, menu))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fold what does not fit any more."""
        super().resizeEvent(event)
        self.fold()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Fold by the font in which it is shown."""
        super().showEvent(event)
        self.fold()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fold by another font."""
        super().changeEvent(event)
        if event.type() in _LOOKS:
            self.fold()


def _wide(part: QWidget) -> int:
    return part.sizeHint().width() + _SPACING


def _deed(button: QAbstractButton, menu: QMenu) -> QAction:
    """Return what does as the button does; one with a menu of its own opens that."""
    own = button.menu() if isinstance(button, QToolButton) else None
    if own is not None:
        action = own.menuAction()
        action.setText(button.accessibleName())
        return action
    action = QAction(button.accessibleName().replace("&", "&&"), menu)
    action.setCheckable(button.isCheckable())
    action.setChecked(button.isChecked())
    action.setEnabled(button.isEnabled())
    action.triggered.connect(lambda _checked=False: button.click())
    return action


def _choices(combo: QComboBox, menu: QMenu) -> QMenu:
    """Return a menu of what a combo box offers."""
    offered = QMenu(combo.accessibleName().replace("&", "&&"), menu)
    offered.setAccessibleName(combo.accessibleName())
    offered.setEnabled(combo.isEnabled())
    group = QActionGroup(offered)
    for place in range(combo.count()):
        words = combo.itemText(place).replace("&", "&&")
        action = offered.addAction(words, partial(_take, combo, place))
        action.setCheckable(True)
        action.setChecked(place == combo.currentIndex())
        index = combo.model().index(place, 0)
        action.setEnabled(bool(combo.model().flags(index) & Qt.ItemFlag.ItemIsEnabled))
        group.addAction(action)
    return offered


def _take(combo: QComboBox, place: int) -> None:
    combo.setCurrentIndex(place)
    combo.activated.emit(place)
