"""A board with its bar: filter, grouping, and how many lines of zeros are hidden."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.unit import Unit
from statmon.live.catalogue import Catalogue
from statmon.ui.background.debounce import Debounce
from statmon.ui.board.frozen_columns import FrozenColumns
from statmon.ui.board.header import BoardHeader
from statmon.ui.board.model import BoardModel
from statmon.ui.board.spec import BoardSpec, By
from statmon.ui.board.view import BoardView
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.grid.density import Density
from statmon.ui.grid.filter_edit import FilterEdit
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme

_TYPING_MS = 120
_TOTALS_MS = 500
"""Groups' numbers are added up again at most this often."""


class BoardPage(QWidget):
    """One board of the workspace."""

    changed = Signal(object)
    """The spec was changed here."""

    def __init__(
        self, spec: BoardSpec, pulse: Pulse, catalogue: Catalogue, names: Names,
        knowledge: Knowledge, theme: Theme, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._pulse = pulse
        self.model = BoardModel(spec, pulse.lens, catalogue, names, knowledge, self)
        self.view = BoardView(self.model, theme)
        self.frozen = FrozenColumns(self.view)
        self.view.keep_place()
        self.header = BoardHeader(self.view)
        self.header.attach(self.frozen.over.horizontalHeader())
        self.filter = FilterEdit()
        self.filter.setText(spec.filter)
        self.by = QComboBox()
        self.by.setAccessibleName(tr("Group by"))
        for by, words in ((By.GROUP, tr("Group")), (By.NOTHING, tr("Nothing"))):
            self.by.addItem(words, by)
        self.by.setCurrentIndex(self.by.findData(spec.by))
        self.zero = QCheckBox(tr("Hide zeros"))
        self.zero.setChecked(spec.hide_zero)
        self.hidden = label(name=tr("Hidden"))
        self.empty = label(name=tr("Nothing to show"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._seen: tuple[bytes, bytes] | None = None
        self._typing = Debounce(self.apply_filter, _TYPING_MS, self)
        self._adding = Debounce(self._add_up, _TOTALS_MS, self)
        self._lay_out()
        self._connect()
        self.frozen.freeze(spec.frozen)
        self._show_state()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        by = label(tr("Group by"))
        by.setBuddy(self.by)
        bar = QHBoxLayout()
        bar.addWidget(self.filter, 1)
        for part in (self.hidden, self.zero, by, self.by):
            bar.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._typing.ask)
        self.filter.left.connect(self.view.setFocus)
        self.by.activated.connect(
            lambda _: self._change(replace(self.model.spec, by=By(self.by.currentData())))
        )
        self.zero.toggled.connect(lambda on: self._change(replace(self.model.spec, hide_zero=on)))
        self.header.changed.connect(self._changed)
        self._pulse.changed.connect(self._show_changes)
        self._pulse.second.connect(self._each_second)

    def apply_filter(self) -> None:
        """Show only the objects that the typed words find."""
        self._typing.stop()
        self._change(replace(self.model.spec, filter=self.filter.text().strip()))

    def rebuild(self) -> None:
        """Take in that the set of statistics, or the names, are others."""
        self.model.rebuild()
        self._show_state()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.view.set_theme(theme)
        self.frozen.over.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        for view in (self.view, self.frozen.over):
            view.set_density(density)
        self.header.show_spec()
        self.frozen.place()

    def _change(self, spec: BoardSpec) -> None:
        self.model.set_spec(spec)
        self._changed(spec)

    def _changed(self, spec: BoardSpec) -> None:
        self.frozen.freeze(spec.frozen)
        self._show_state()
        self.changed.emit(spec)

    def _show_changes(self, dirty: set[int]) -> None:
        if self.isVisible():
            self.view.show_changes(dirty)
            self.frozen.over.show_changes(dirty)
            self._add_up_soon()

    def _add_up_soon(self) -> None:
        self._adding.ask_once()

    def _add_up(self) -> None:
        self.model.add_up()
        self.view.painter_.forget()
        self.view.show_groups()

    def _each_second(self) -> None:
        if not self.isVisible():
            return
        # Numbers of groups grow stale without a value; not in the tick that draws everything.
        self._add_up_soon()
        held = self.view.is_held() or self.frozen.over.is_held()
        if not held and self.model.look_again():
            self._show_state()
        if Unit.STATE in self.model.units or self._looks_other():
            for view in (self.view, self.frozen.over):
                view.viewport().update()
        else:
            self.view.show_groups()

    def _looks_other(self) -> bool:
        """Return whether freshness or thresholds on screen changed since the last look."""
        lens = self._pulse.lens
        rows = [row for line in self.view.on_screen() for row in line.rows]
        before = self._seen
        self._seen = lens.fresh[rows].tobytes(), lens.levels[rows].tobytes()
        return self._seen != before

    def showEvent(self, event: object) -> None:  # noqa: N802
        """Look again at what happened while the board was not to be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.model.touch()
        self.model.look_again()
        self._show_state()

    def _show_state(self) -> None:
        hidden = self.model.hidden
        self.hidden.setText(f"{numbers.count(hidden)} {tr('hidden')}")
        self.hidden.setVisible(bool(hidden))
        if self.model.rowCount():
            self._stack.setCurrentIndex(0)
            return
        if self.model.spec.filter:
            self.empty.setText(tr("Nothing matches the filter.\n\nPress Esc in it to see all."))
        else:
            kind = self.model.spec.object_type
            words = tr("Nothing of this type is subscribed yet. Add a subscription with objects of")
            self.empty.setText(f"{words} {kind}.")
        self._stack.setCurrentIndex(1)
