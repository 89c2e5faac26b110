"""Whose midnight begins the day: the site's time zone, a setting of the workspace's site."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QWidget

from statmon.domain.editing import Edit
from statmon.domain.workspace import Workspace
from statmon.ui.background.futures import Courier
from statmon.ui.data.lens import Lens
from statmon.ui.look.text import tr

_log = logging.getLogger(__name__)


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone by its IANA name; None, this computer's, for none or an unknown one.

    It reads the disk, so not in the Qt loop.
    """
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        _log.warning("the time zone %r of the site is not known: this computer's counts", name)
        return None


class SiteZone(QObject):
    """Lets the day of what is shown begin at the site's midnight, and lets the user say where."""

    def __init__(
        self, workspace: Workspace, lens: Lens, edit: Edit, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._lens, self._edit, self._window = lens, edit, parent
        self._courier = Courier(self)
        self._name = ""
        self.action = QAction(self)
        self.action.triggered.connect(self._ask)
        self.take(workspace)

    def take(self, workspace: Workspace) -> None:
        """Take in which time zone a workspace's site has."""
        name = workspace.site.time_zone
        if name != self._name:
            self._name = name
            if name:
                self._courier.work(partial(zone_of, name), partial(self._use, name))
            else:
                self._lens.use_zone(None)
        self.action.setText(f"{tr('Midnight &of')} {self._name or tr('this computer')}…")

    def _use(self, name: str, zone: tzinfo | None) -> None:
        if name == self._name:  # else the site has another one meanwhile
            self._lens.use_zone(zone)

    def choose(self, name: str) -> None:
        """Let the site have another time zone; an empty name is this computer's."""

        def changed(workspace: Workspace) -> Workspace:
            return replace(workspace, site=workspace.site.in_time_zone(name))

        self._edit(tr("change the site's midnight"), changed)

    def _ask(self) -> None:
        self._courier.work(_all_names, self._open)

    def _open(self, names: Sequence[str]) -> None:
        here = tr("This computer's time zone")
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(tr("Midnight of the site"))
        dialog.setLabelText(tr("The site's day begins at the midnight of:"))
        dialog.setComboBoxItems([here, *names])
        dialog.setTextValue(self._name or here)
        dialog.textValueSelected.connect(lambda name: self.choose("" if name == here else name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _all_names() -> list[str]:
    from zoneinfo import available_timezones

    return sorted(available_timezones())
