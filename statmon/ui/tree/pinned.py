"""The statistics that the user pinned: they stay above the tree, whatever it shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame

from statmon.domain.statistic import ObjectRef
from statmon.ui.grid.density import Density
from statmon.ui.text import tr
from statmon.ui.theme import Theme
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.view import StatisticTree

_MOST_LINES = 8
"""Lines that are seen at once; more are scrolled."""


class Pinned(QObject):
    """A flat tree of a few rows, with the columns of the tree below it."""

    changed = Signal()

    def __init__(self, tree: StatisticTree, theme: Theme) -> None:
        super().__init__(tree)
        main = tree.model_
        self._tree = tree
        self.model = TreeModel(main.workspace, main.lens, main.names, self, main.catalogue, only=())
        self.model.group_by(Grouping.FLAT)
        self.view = StatisticTree(self.model, theme)
        self.view.setAccessibleName(tr("Pinned statistics"))
        self.view.setFrameShape(QFrame.Shape.StyledPanel)
        self.view.horizontalHeader().hide()
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.hide()
        header = tree.horizontalHeader()
        for signal in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            signal.connect(self._follow)
        tree.horizontalScrollBar().valueChanged.connect(self.view.horizontalScrollBar().setValue)

    @property
    def rows(self) -> tuple[int, ...]:
        """The pinned rows of the table."""
        return self.model.only or ()

    def toggle(self, rows: Iterable[int]) -> None:
        """Pin rows; those that all are pinned already are taken off."""
        chosen = list(rows)
        if set(chosen) <= set(self.rows):
            self._show(row for row in self.rows if row not in chosen)
        else:
            self._show(dict.fromkeys((*self.rows, *chosen)))
        self.changed.emit()

    def state(self) -> list[dict[str, str]]:
        """Return what is pinned, as a workspace file keeps it."""
        series = [self.model.lens.table.series[row] for row in self.rows]
        return [
            {"objectType": item.object_type, "objectId": item.object_id, "measure": item.measure}
            for item in series
        ]

    def restore(self, kept: object) -> None:
        """Pin what a workspace file says, as far as it is there."""
        table = self.model.lens.table
        row_of = {
            (statistic.ref, statistic.measure): row
            for row, statistic in enumerate(table.statistics)
        }
        items = [item for item in (kept if isinstance(kept, list) else []) if _is_kept(item)]
        keys = [
            (ObjectRef(item["objectType"], item["objectId"]), item["measure"]) for item in items
        ]
        self._show(row_of[key] for key in keys if key in row_of)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.view.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        self.view.set_density(density)
        self._fit()

    def _show(self, rows: Iterable[int]) -> None:
        self.model.show_only(rows)
        self._fit()
        self._follow()

    def _fit(self) -> None:
        lines = min(_MOST_LINES, self.model.rowCount())
        self.view.setFixedHeight(lines * self.view.verticalHeader().defaultSectionSize() + 4)
        self.view.setVisible(bool(lines))

    def _follow(self) -> None:
        own, main = self.view.horizontalHeader(), self._tree.horizontalHeader()
        for place in range(main.count()):
            column = main.logicalIndex(place)
            own.moveSection(own.visualIndex(column), place)
            own.setSectionHidden(column, main.isSectionHidden(column))
            if not main.isSectionHidden(column):
                own.resizeSection(column, main.sectionSize(column))


def _is_kept(item: Any) -> bool:
    keys = ("objectType", "objectId", "measure")
    return isinstance(item, Mapping) and all(isinstance(item.get(key), str) for key in keys)
