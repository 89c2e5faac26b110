"""What is copied of selected lines: all the statistics that they stand for, folded or not."""

from collections.abc import Iterable, Iterator

from statmon.domain.cells import written
from statmon.domain.outside import visible
from statmon.ui.look.text import tr
from statmon.ui.tree import texts
from statmon.ui.tree.columns import Column
from statmon.ui.tree.model import TreeModel

_NAMED = (Column.STATISTIC, Column.OBJECT)
"""Columns that are copied in any case, as id and name."""


def rows(model: TreeModel, lines: Iterable[int], columns: Iterable[int]) -> Iterator[list[str]]:
    """Yield the headings, then a row for each statistic of some lines; each once.

    Args:
        model: the tree's.
        lines: the selected lines, from top to bottom.
        columns: what is seen, from left to right. Freshness goes with a number in any case.
    """
    shown = [column for column in columns if column not in _NAMED]
    if Column.FRESHNESS not in shown:
        shown.append(Column.FRESHNESS)
    titles = [model.columns[column].title for column in shown]
    yield [tr("Type"), tr("Object"), tr("Name"), tr("Statistic"), *titles]
    copied: set[object] = set()
    for line in lines:
        if model.is_field(line):
            if (key := (model.row_of(line), model.text(line, Column.STATISTIC))) not in copied:
                copied.add(key)
                yield [*_names(model, key[0]), *(model.text(line, column) for column in shown)]
            continue
        for row in model.rows_under(line):
            if row not in copied:
                copied.add(row)
                yield [*_names(model, row), *(_text(model, row, column) for column in shown)]


def _text(model: TreeModel, row: int, column: int) -> str:
    if column == Column.GROUPS:
        return ", ".join(map(visible, model.names.groups(model.lens.table.statistics[row].ref)))
    return written(texts.of_row(model.lens, row, column))


def _names(model: TreeModel, row: int) -> list[str]:
    statistic = model.lens.table.statistics[row]
    return [*statistic.ref, model.names.name(statistic.ref), statistic.title]
