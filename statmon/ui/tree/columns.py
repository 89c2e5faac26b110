"""The columns that a tree can show."""

from enum import IntEnum
from typing import NamedTuple

from statmon.ui.look.text import tr


class Column(IntEnum):
    """A column, by its number in the model."""

    STATISTIC = 0
    VALUE = 1
    AGE = 2
    FRESHNESS = 3
    OBJECT = 4
    GROUPS = 5
    ALERT = 6
    TREND = 7
    CHANGE = 8


FIRST_ORDER = (
    Column.STATISTIC, Column.VALUE, Column.CHANGE, Column.TREND, Column.AGE, Column.FRESHNESS,
    Column.ALERT, Column.OBJECT, Column.GROUPS,
)  # fmt: skip
"""The order in which the columns stand at first."""


class Spec(NamedTuple):
    """How a column is at first."""

    key: str
    """Its name in a workspace file."""
    title: str
    chars: int
    """Its width, in average characters."""
    shown: bool = True
    right: bool = False
    tip: str = ""


def specs() -> list[Spec]:
    """Return all columns by their numbers."""
    return [
        Spec("statistic", tr("Statistic"), 40),
        Spec("value", tr("Value"), 16, right=True),
        Spec("age", tr("Age"), 9, right=True),
        Spec("freshness", tr("Freshness"), 13),
        Spec("object", tr("Object"), 20, shown=False),
        Spec("groups", tr("Groups"), 18, shown=False),
        Spec("alert", tr("Threshold"), 16, shown=False),
        Spec("trend", tr("Last hour"), 23, tip=tr("The numbers of the last sixty minutes")),
        Spec("change", tr("Change"), 13, right=True, tip=tr("Choose its span in the View menu")),
    ]
