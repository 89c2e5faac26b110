"""Puts the time machine into a window: its bar, its frame, its action."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QToolBar

from statmon.ui.chart.past import Store
from statmon.ui.data.pulse import Pulse
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.timemachine.bar import TimeBar
from statmon.ui.timemachine.bundling import Bundling
from statmon.ui.timemachine.frame import THICK, PastFrame
from statmon.ui.timemachine.machine import TimeMachine


class Travel(QObject):
    """The time machine of one window; it can go nowhere until it is given a history."""

    said = Signal(str)
    """A sentence for the user."""

    def __init__(self, window: QMainWindow, pulse: Pulse, theme: Theme, action: QAction) -> None:
        """Travel in a window; ``action`` leads there and back, and is off without a history."""
        super().__init__(window)
        self._window, self._pulse, self.action = window, pulse, action
        self.machine: TimeMachine | None = None
        self.saving = QAction(tr("Save as &bundle…"), window)
        self.saving.setEnabled(False)
        self.bar = TimeBar(theme)
        self._tools = QToolBar(tr("Time machine"), window)
        self._tools.setObjectName("timeMachine")
        self._tools.setMovable(False)
        self._tools.addWidget(self.bar)
        self._tools.toggleViewAction().setVisible(False)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._tools)
        self._tools.hide()
        self.frame = PastFrame(theme, window)

    def use_store(self, store: Store, limits: tuple[int, int] | None = None) -> None:
        """Travel through this history from now on, or through a part of it."""
        machine = TimeMachine(self._pulse, store, self, limits=limits)
        machine.moved.connect(self._show)
        machine.left.connect(self._show)
        machine.nothing.connect(
            lambda: self.said.emit(tr("Nothing is recorded yet: there is no past to go to."))
        )
        self.bar.wanted.connect(machine.go_to)
        self.bar.play_wanted.connect(machine.play)
        self.bar.speed_wanted.connect(machine.set_speed)
        self.bar.leave_wanted.connect(machine.leave)
        self.machine = machine
        self.action.setEnabled(True)

    def stay(self) -> None:
        """Offer no way back: there is no present to come back to."""
        self.action.setEnabled(False)
        self.bar.back.hide()

    def save_with(self, bundling: Bundling) -> None:
        """Offer to save the instant that is shown."""
        self.saving.triggered.connect(lambda _checked=False: self._save(bundling))

    def _save(self, bundling: Bundling) -> None:
        if self.machine is not None and self.machine.player is not None:
            bundling.ask(self.machine.player.at)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.bar.set_theme(theme)
        self.frame.set_theme(theme)

    def go_to(self, at: int) -> None:
        """Show an instant, epoch milliseconds, from wherever the window is."""
        if self.machine is None:
            return
        if self.machine.player is None:
            self.machine.enter(at)
        else:
            self.machine.go_to(at)

    def stop(self) -> None:
        """Stop for good."""
        if self.machine is not None:
            self.machine.stop()

    def toggle(self, *, on: bool) -> None:
        """Go to the past, or come back."""
        if self.machine is None:
            return
        if on:
            self.machine.enter()
        else:
            self.machine.leave()

    def _show(self) -> None:
        player = self.machine.player if self.machine is not None else None
        self.action.setChecked(player is not None)
        self.saving.setEnabled(player is not None)
        self._tools.setVisible(player is not None)
        if player is None or self.machine is None:
            self.frame.hide()
            self._window.setContentsMargins(0, 0, 0, 0)
            return
        gaps = [
            (gap.start, self.machine.gaps_upto if gap.end is None else gap.end)
            for gap in self.machine.gaps
            if gap.series is None
        ]
        self.bar.show_player(player, gaps)
        if self.frame.isHidden():
            self._window.setContentsMargins(THICK, THICK, THICK, THICK)
            self.frame.show_over(self._window)
