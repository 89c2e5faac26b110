"""What a row of the table says in the columns of the tree, wherever in it the row stands."""

from collections.abc import Iterator

from statmon.ui.data import cells, goals
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.data.reasons import reason
from statmon.ui.look import signs
from statmon.ui.tree.columns import Column


def of_row(lens: Lens, row: int, column: int) -> str:
    """Return the text of a row's value, age, threshold, change or freshness."""
    match column:
        case Column.VALUE:
            return cells.of_row(lens, row).value
        case Column.AGE:
            return cells.of_row(lens, row).age
        case Column.ALERT:
            return str(signs.of_level(lens.level(row))).strip()
        case Column.CHANGE | Column.TREND:
            at_least = lens.counted_at_least(row)
            return cells.change_text(lens.change(row), lens.table.units[row], at_least=at_least)
        case _:
            return str(cells.of_row(lens, row).fresh)


def about(lens: Lens, row: int, names: Names) -> Iterator[str]:
    """Return what a hint tells of a row's value: its target, and why it is as fresh as it is."""
    if names.targets and (told := goals.of_row(lens, row, names, Knowledge())):
        yield told
    yield reason(lens, row)
