"""Pictures of the real window on the real demo: ``python packaging/screenshot.py FOLDER``.

Starts the simulator as a user's demo does, opens the window on it, and takes a picture of each
scene that the documents show. Needs a screen; ``make screenshot`` brings one.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from statmon.commands.demo import access_to, simulator
from statmon.engine import Engine
from statmon.history import History
from statmon.service.access import Access
from statmon.service.simulator import SimulatorControl
from statmon.storage.machine.appearance import Appearance
from statmon.storage.machine.leftovers import Leftovers
from statmon.storage.machine.resources import resource
from statmon.storage.user import workspace_file
from statmon.ui.desktop.welcome import Welcome
from statmon.ui.editor.editing_controller import EditingController
from statmon.ui.history.export_dialog import ExportDialog
from statmon.ui.history.keeper import Keeper
from statmon.ui.simulator.menu import SimulatorMenu
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.application import application
from statmon.ui.start.compose import Whole
from statmon.ui.start.furnishings import Furnishings
from statmon.ui.start.run import Life
from statmon.ui.window.main_window import MainWindow

_WINDOW, _WALL = (1360, 860), (1920, 1080)
_SETTLE = 0.5
"""Seconds after a change until it is painted."""
_OUTAGE = 8.0
"""Seconds after which everybody knows of an outage."""
_PREVIEW = 3.0
"""Seconds after which an editor shows the value of what is chosen, and a dialog what there is."""
_DAY = (
    "--seed", "3", "--scenario", str(Path(__file__).with_name("pictures.toml")),
    "--watched", str(resource("demo.statmon")),
)  # fmt: skip
"""A day on which something happens."""
_SERIES = 6
"""In a chart of its own."""


class Studio:
    """A window on a simulator, with all that one can do in it, and the camera before it."""

    def __init__(
        self,
        window: MainWindow,
        control: SimulatorControl,
        desk: EditingController,
        keeper: Keeper,
        folder: Path,
    ) -> None:
        self.window, self.control, self.desk, self.keeper = window, control, desk, keeper
        self._folder = folder

    async def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write the picture of the window, or of another widget."""
        await asyncio.sleep(_SETTLE)
        target = self._folder / f"{name}.png"
        if not (widget or self.window).grab().save(str(target)):
            raise OSError(f"could not write {target}")

    async def take_dialog(self, name: str, kind: type[QDialog] = QDialog) -> None:
        """Take the picture of the dialog that is open, and close it."""
        await asyncio.sleep(_SETTLE)
        shown = [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]
        await self.take(name, shown[-1])
        shown[-1].close()

    def choose(self, statistic: str) -> None:
        """Choose the first line of a statistic in the tree."""
        tree = self.window.parts.page.tree
        model = tree.model_
        lines = (n for n in range(model.rowCount()) if model.label(n) == statistic)
        tree.setCurrentIndex(model.index(next(lines), 0))

    def chart(self, statistic: str, most: int) -> None:
        """Open a chart of a statistic of several objects."""
        statistics = self.window.parts.pulse.lens.live.statistics
        rows = [row for row, item in enumerate(statistics) if item.title == statistic]
        self.window.parts.charts.show_rows(rows[:most])

    async def wallboard(self, name: str) -> None:
        """Take the picture of the wallboard's first board, on a usual screen."""
        self.window.parts.actions.wall.trigger()
        wall = self.window.parts.wallboard
        if wall is None:
            raise LookupError("there is no wallboard")
        wall.showNormal()
        wall.resize(*_WALL)
        await self.take(name, wall)
        wall.close()

    async def editor(self, name: str) -> None:
        """Take the picture of an editor in which somebody has chosen objects and a statistic."""
        self.desk.add()
        await asyncio.sleep(_PREVIEW)
        editor = self.desk.editors[0]
        page = editor.choose
        page.objects.ids.setPlainText("agent1\nagent2\nagent3")
        QTest.keyClicks(page.picker.search, "handling")
        page.picker.list.setCurrentRow(1)
        QTest.keyClick(page.picker.list, Qt.Key.Key_Space)
        await asyncio.sleep(_PREVIEW)
        await self.take(name, editor)
        # Nothing is left that the window would ask about.
        QTest.keyClick(page.picker.list, Qt.Key.Key_Space)
        page.objects.ids.clear()
        editor.is_saved(editor.edited)
        editor.close()


async def _light(studio: Studio) -> None:
    window = studio.window
    welcome = Welcome()
    welcome.show()
    await studio.take("welcome-light", welcome)
    welcome.close()
    studio.choose("ServiceLevel")
    await studio.take("window-light")
    window.parts.views.tabs.setCurrentIndex(2)
    await studio.take("board-light")
    window.parts.views.tabs.setCurrentIndex(0)
    await _charts(studio)
    await studio.editor("editor-light")
    window.parts.actions.ruling.trigger()
    await studio.take_dialog("thresholds-light")
    if studio.keeper.menu is None:
        raise LookupError("there is no History menu")
    studio.keeper.menu.exporting.trigger()
    for dialog in window.findChildren(ExportDialog):
        dialog.choices.file.setText("statmon-2026-03-29.csv")  # not this computer's folders
    await asyncio.sleep(_PREVIEW)
    await studio.take_dialog("export-light", ExportDialog)
    await studio.control.begin("outage")
    await asyncio.sleep(_OUTAGE)
    await studio.take("outage-light")
    await studio.control.end(["outage"])
    window.parts.travel.action.trigger()
    await asyncio.sleep(1)
    await studio.take("time-machine-light")


async def _charts(studio: Studio) -> None:
    charts = studio.window.parts.charts
    for name, statistic, kind in (
        ("chart-states-light", "CurrentAgentState", "states"),
        ("chart-multiples-light", "ServiceLevel", "multiples"),
        ("chart-bars-light", "InboundCalls", "bars"),
    ):
        studio.chart(statistic, _SERIES)
        charts.tools.kind_wanted.emit(kind)
        await asyncio.sleep(1)
        await studio.take(name, studio.window.parts.docks.charts)
        charts.close_current()
    charts.tabs.setCurrentIndex(0)


async def _dark(studio: Studio) -> None:
    studio.choose("ServiceLevel")
    await studio.take("window-dark")
    studio.window.parts.views.tabs.setCurrentIndex(2)
    await studio.take("board-dark")
    studio.window.parts.views.tabs.setCurrentIndex(0)
    await studio.editor("editor-dark")
    await studio.wallboard("wallboard-dark")


Scenes = Callable[[Studio], Awaitable[None]]


def main() -> int:
    """Write all pictures; return 1 if one did not come about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--after", type=float, default=240.0, metavar="SECONDS")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    shows: tuple[tuple[Appearance, Scenes], ...] = (("light", _light), ("dark", _dark))
    for look, scenes in shows:
        with TemporaryDirectory(prefix="statmon-pictures-") as history, simulator(*_DAY) as said:
            app = application(look)
            access = access_to(said)
            work = _show(access, look, scenes, args.folder, History(Path(history)), args.after)
            qt_loop.run(app, work)
    return 0


async def _show(
    access: Access, look: Appearance, scenes: Scenes, folder: Path, history: History, after: float
) -> None:
    workspace = workspace_file.read(resource("demo.statmon")).at(access.base)
    source = Engine(workspace, access, Leftovers("pictures", access.base))
    window = MainWindow(choice=look)
    window.resize(*_WINDOW)
    window.show()
    keeper = Keeper(source, history)
    Whole(window, source).finish()
    life, control = Life(window.parts), SimulatorControl(access)
    window.parts.keep(keeper, life.start)
    desk = window.parts.edit(life.start)
    window.closing.connect(desk.end)
    window.parts.tools.offer_subscriptions(desk.menus.subscription)
    SimulatorMenu(window.menuBar(), control, life.start)
    Furnishings(window.parts, life.start, desk.files.open)
    desk.begin(None, recover=False)
    living = asyncio.create_task(life.live())
    try:
        await asyncio.sleep(after)
        await scenes(Studio(window, control, desk, keeper, folder))
    finally:
        window.close()
        await living
        await keeper.end()
        window.deleteLater()


if __name__ == "__main__":
    sys.exit(main())
