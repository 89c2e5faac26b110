"""The list of sites that the user has signed in to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from statmon.service.access import Access
from statmon.storage.user.sites import SavedSite, same
from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import label, tooltip, tr
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.listing import refilling


class SiteList(QWidget):
    """Sites by name; one can be chosen, removed, or a new one begun."""

    chosen = Signal(object)
    """A ``SavedSite``, or None for a new one."""
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sites: list[SavedSite] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        title = label(tr("S&ites"))
        self.list = QListWidget()
        self.list.setItemDelegate(RowHeight(self.list))
        self.list.setAccessibleName(tr("Sites"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        title.setBuddy(self.list)
        layout.addWidget(title)
        self._empty = label(tr("None yet: the sites that you sign in to are listed here."))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        words = tr("New site")
        self.new = button(tr("N&ew"), self._begin, words, name=words)
        words = tr("Remove the site and its secrets")
        self.remove = button(tr("Remo&ve"), self._remove, words, name=words)
        buttons.addWidget(self.new)
        buttons.addWidget(self.remove)
        layout.addLayout(buttons)
        self.list.currentRowChanged.connect(self._choose)
        self.show_sites([])

    @property
    def sites(self) -> list[SavedSite]:
        """The sites as they are listed."""
        return list(self._sites)

    def show_sites(self, sites: list[SavedSite]) -> None:
        """List these."""
        self._sites = list(sites)
        with refilling(self.list):
            self.list.clear()
            for site in sites:
                item = QListWidgetItem(site.title)
                who = " · ".join(filter(None, (site.access.base, site.access.who)))
                item.setToolTip(tooltip(who))
                self.list.addItem(item)
            self.list.setCurrentRow(-1)
        self._empty.setVisible(not sites)
        self.list.setVisible(bool(sites))
        self.remove.setEnabled(False)

    def select(self, access: Access) -> bool:
        """Mark the entry of a site, without choosing it; return whether there is one."""
        for row, site in enumerate(self._sites):
            if same(site.access, access):
                with refilling(self.list):
                    self.list.setCurrentRow(row)
                self.remove.setEnabled(True)
                return True
        return False

    def _choose(self, row: int) -> None:
        self.remove.setEnabled(row >= 0)
        if row >= 0:
            self.chosen.emit(self._sites[row])

    def _begin(self) -> None:
        self.list.setCurrentRow(-1)
        self.chosen.emit(None)

    def _remove(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            site = self._sites.pop(row)
            self.show_sites(self._sites)
            self.removed.emit(site)
            self.chosen.emit(None)
