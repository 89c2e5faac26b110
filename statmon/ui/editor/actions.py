"""The menus: workspace files, subscriptions, undo."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from statmon.ui.look.text import tr

Do = Callable[[], object]


class Menus:
    """Adds a Workspace menu in front and a Subscription menu behind Edit."""

    def __init__(self, bar: QMenuBar, owner: QWidget) -> None:
        self._owner = owner
        first = bar.actions()[0] if bar.actions() else None
        self.workspace = QMenu(tr("&Workspace"), bar)
        self.subscription = QMenu(tr("S&ubscription"), bar)
        for menu in (self.workspace, self.subscription):
            menu.setAccessibleName(menu.title().replace("&", ""))
        if first is None:
            bar.addMenu(self.workspace)
        else:
            bar.insertMenu(first, self.workspace)
        places = bar.actions()
        bar.insertMenu(places[min(3, len(places) - 1)], self.subscription)
        self.recent = QMenu(tr("Open re&cent"), self.workspace)
        self.recent.setAccessibleName(tr("Open recent"))

    def add(self, menu: QMenu, text: str, do: Do, keys: str | QKeySequence = "") -> QAction:
        """Add an entry."""
        action = QAction(text, self._owner)
        action.setShortcut(keys)
        action.triggered.connect(lambda _checked=False: do())
        menu.addAction(action)
        return action

    def show_recent(
        self, paths: Iterable[Path], open_: Callable[[Path], object], forget: Do
    ) -> None:
        """List the files that were opened last."""
        self.recent.clear()
        for number, path in enumerate(paths, 1):
            name = f"{path.name} – {path.parent}".replace("&", "&&")
            action = self.recent.addAction(f"&{number % 10} {name}")
            action.triggered.connect(lambda _checked=False, p=path: open_(p))
        if self.recent.isEmpty():
            self.recent.addAction(tr("None yet")).setEnabled(False)
            return
        self.recent.addSeparator()
        self.recent.addAction(tr("&Forget them")).triggered.connect(lambda _checked=False: forget())
