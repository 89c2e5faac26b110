"""The statistics that the user pinned: they stay above the tree, whatever it shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame

from statmon.domain.workspace import Json
from statmon.ui.grid.density import Density
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.view import StatisticTree

_KEYS = ("objectType", "objectId", "measure")
_Key = tuple[str, str, str]
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
        self._kept: dict[_Key, Json] = {}
        """What is pinned, rows that are not there (yet) included."""
        self._row_of: dict[_Key, int] = {}
        self._seen = 0
        """Rows of the table that are in ``_row_of``."""
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
        series = [self.model.lens.table.series[row] for row in rows]
        chosen = {(item.object_type, item.object_id, item.measure) for item in series}
        if chosen <= self._kept.keys():
            self._kept = {key: item for key, item in self._kept.items() if key not in chosen}
        else:
            for item in series:
                key = item.object_type, item.object_id, item.measure
                self._kept.setdefault(key, dict(zip(_KEYS, key, strict=True)))
        self._show()
        self.changed.emit()

    def dump(self) -> list[Json]:
        """Return what is pinned, as a workspace file keeps it."""
        return list(self._kept.values())

    def restore(self, kept: object) -> None:
        """Pin what a workspace file says; it is shown as soon as it is there."""
        items = kept if isinstance(kept, list) else []
        self._kept = {_key(item): item for item in items if _is_kept(item)}
        self._show()

    def rebuild(self) -> None:
        """Take in that the set of statistics changed."""
        if not self._kept:
            self.model.rebuild()
        else:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.view.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        self.view.set_density(density)
        self._fit()

    def _show(self) -> None:
        self.model.show_only(self._found() if self._kept else ())
        self._fit()
        self._follow()

    def _found(self) -> list[int]:
        """Return the rows of what is pinned, as far as it is there."""
        statistics = self.model.lens.table.statistics
        for row in range(self._seen, len(statistics)):
            ref = statistics[row].ref
            self._row_of[ref.object_type, ref.object_id, statistics[row].measure] = row
        self._seen = max(self._seen, len(statistics))
        found = (self._row_of.get(key, len(statistics)) for key in self._kept)
        return [row for row in found if row < len(statistics)]

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


def _key(item: Json) -> _Key:
    return item["objectType"], item["objectId"], item["measure"]


def _is_kept(item: Any) -> bool:
    return isinstance(item, Mapping) and all(isinstance(item.get(key), str) for key in _KEYS)
