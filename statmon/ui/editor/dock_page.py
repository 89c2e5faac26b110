"""The page of the subscriptions' dock: the list, what it costs, and what can be done with it."""

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def page_of(listed: QWidget, meter: QWidget, buttons: Iterable[QWidget]) -> QWidget:
    """Put buttons below a list: what can be done is to be seen."""
    page, row = QWidget(), QHBoxLayout()
    for each in buttons:
        row.addWidget(each)
    row.addStretch(1)
    row.setContentsMargins(4, 0, 4, 4)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(listed, 1)
    layout.addWidget(meter)
    layout.addLayout(row)
    return page
