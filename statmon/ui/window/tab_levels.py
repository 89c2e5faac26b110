"""The tabs of the centre show the worst threshold state of what is on them."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

from statmon.ui.board.boards import Boards
from statmon.ui.data.lens import Lens
from statmon.ui.data.levels import worst
from statmon.ui.look import signs
from statmon.ui.look.level_icon import level_icon
from statmon.ui.look.theme import Theme


class TabLevels(QObject):
    """Asked each second; a tab is touched only if its state is another."""

    def __init__(
        self, tabs: QTabWidget, page: QWidget, boards: Boards, lens: Lens, theme: Theme
    ) -> None:
        """Show them on the tabs of the tree's page and of the boards."""
        super().__init__(tabs)
        self._tabs, self._page, self._boards = tabs, page, boards
        self._lens, self._theme = lens, theme
        self._shown: dict[QWidget, int] = {}

    def refresh(self) -> None:
        """Show the states of now."""
        found = {self._page: self._of_all(), **dict(self._boards.levels())}
        for tab, level in found.items():
            if self._shown.get(tab, 0) != level:
                self._show(self._tabs.indexOf(tab), level)
        self._shown = found

    def set_theme(self, theme: Theme) -> None:
        """Show them in another theme."""
        self._theme, self._shown = theme, {}
        for place in range(self._tabs.count()):
            self._tabs.setTabIcon(place, QIcon())
        self.refresh()

    def _of_all(self) -> int:
        return worst(self._lens.levels[self._lens.rows])

    def _show(self, place: int, level: int) -> None:
        if place < 0:
            return
        tabs, bar = self._tabs, self._tabs.tabBar()
        tabs.setTabIcon(place, level_icon(level, self._theme))
        word = signs.of_level(level).word
        title = tabs.tabText(place).replace("&&", "&")
        bar.setAccessibleTabName(place, f"{title}, {word}" if word else "")
        tabs.setTabToolTip(place, word)
