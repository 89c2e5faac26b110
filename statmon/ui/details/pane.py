"""What the Details dock shows: the chosen statistic, its head above all that is known of it."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.details.details import Details
from statmon.ui.details.details_header import DetailsHeader
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from statmon.history import History


class DetailsPane(QWidget):
    """Of one row of the table at a time."""

    def __init__(self, lens: Lens, names: Names, theme: Theme) -> None:
        super().__init__()
        self._lens = lens
        self.header = DetailsHeader(lens, names, theme)
        self.list = Details(lens, names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.list, 1)

    @property
    def row(self) -> int:
        """The table's row that is shown, or -1."""
        return self.list.row

    def show_row(self, row: int) -> None:
        """Show another row of the table, or nothing for -1."""
        self.list.show_row(row)
        self.header.show_row(row)

    def leave_row(self) -> None:
        """Tell no more of a statistic that the workspace does not have any more."""
        if self.row >= 0 and not self._lens.live.is_wanted(self.row):
            self.show_row(-1)

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        self.list.refresh()
        self.header.refresh()

    def refresh_if(self, dirty: set[int]) -> None:
        """Bring it up to date if its row is among those that have changed."""
        if self.row in dirty:
            self.refresh()

    def use_history(self, history: "History") -> None:
        """Tell lowest, mean and highest of the day from what is kept on this computer."""
        self.list.use_history(history)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.header.set_theme(theme)
