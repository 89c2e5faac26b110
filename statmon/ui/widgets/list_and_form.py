"""What a dialog that edits a list consists of: the list, the form of the chosen item, OK."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.listing import refilling


class ItemList(QListWidget):
    """The items by their names. One of them is chosen, and stands in the form."""

    def __init__(
        self, title: str, items: list[Any], name_of: Callable[[Any], str],
        chosen: Callable[[int], object],
    ) -> None:  # fmt: skip
        """Be empty until ``begin``.

        Args:
            title: what the list is called by a screen reader.
            items: the dialog's own; they are added and removed here.
            name_of: what an item is called.
            chosen: is told which one is; below 0 without any.
        """
        super().__init__()
        self.setItemDelegate(RowHeight(self))
        self.setAccessibleName(title)
        self._items, self._name_of, self._chosen = items, name_of, chosen

    @property
    def place(self) -> int:
        """Which item is chosen, below 0 without any."""
        return self.currentRow()

    def begin(self, place: int) -> None:
        """Show the items and choose one; from now on it is told whenever another is."""
        self.currentRowChanged.connect(self._chosen)
        self.fill(place)

    def rename(self) -> None:
        """Show how the chosen item is called now."""
        self.currentItem().setText(self._name_of(self._items[self.place]))

    def add(self, item: Any) -> None:
        """Add an item and choose it."""
        self._items.append(item)
        self.fill(len(self._items) - 1)

    def remove(self) -> None:
        """Remove the chosen item and choose the one before."""
        if self.place >= 0:
            del self._items[self.place]
            self.fill(max(0, self.place - 1))

    def fill(self, place: int) -> None:
        """Show the items anew and choose one."""
        with refilling(self):
            self.clear()
            self.addItems([self._name_of(item) for item in self._items])
            self.setCurrentRow(min(place, len(self._items) - 1))
        self._chosen(self.place)


def lay_out(
    dialog: QDialog, items: ItemList, form: QFormLayout, *, form_takes: int,
    add: Callable[[], object],
) -> tuple[QWidget, QPushButton]:  # fmt: skip
    """Lay out a dialog; return the form, which can be disabled, and the OK button.

    Args:
        dialog: accepts or rejects when its buttons say so.
        items: the list, with the two buttons below.
        form: of the item that is chosen.
        form_takes: parts of the width, where the list takes two.
        add: what *Add* does.
    """
    side, below = QVBoxLayout(), QHBoxLayout()
    side.addWidget(items, 1)
    below.addWidget(button(tr("Add"), add))
    below.addWidget(button(tr("Remove"), items.remove))
    side.addLayout(below)
    chosen = QWidget()
    chosen.setLayout(form)
    both = QHBoxLayout()
    both.addLayout(side, 2)
    both.addWidget(chosen, form_takes)
    standard = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(standard.Ok | standard.Cancel)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addLayout(both)
    layout.addWidget(box)
    return chosen, box.button(standard.Ok)
