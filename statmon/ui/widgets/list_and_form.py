"""What a dialog that edits a list consists of: the list, the form of the chosen item, OK."""

from collections.abc import Callable

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

from statmon.ui.look.text import tr
from statmon.ui.widgets.buttons import button


def lay_out(
    dialog: QDialog, items: QListWidget, form: QFormLayout, *, form_takes: int,
    add: Callable[[], object], remove: Callable[[], object],
) -> tuple[QWidget, QPushButton]:  # fmt: skip
    """Lay out a dialog; return the form, which can be disabled, and the OK button.

    Args:
        dialog: accepts or rejects when its buttons say so.
        items: the list, with the two buttons below.
        form: of the item that is chosen.
        form_takes: parts of the width, where the list takes two.
        add: what *Add* does.
        remove: what *Remove* does.
    """
    side, below = QVBoxLayout(), QHBoxLayout()
    side.addWidget(items, 1)
    below.addWidget(button(tr("Add"), add))
    below.addWidget(button(tr("Remove"), remove))
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
