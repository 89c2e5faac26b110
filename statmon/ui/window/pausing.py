"""Pausing the views: they stand still, behind an amber frame, while values go on coming."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from statmon.ui.data.pulse import Pulse
from statmon.ui.look import numbers
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.banner import Banner
from statmon.ui.window.amber_frame import AmberFrame


class Pausing(QObject):
    """Follows an action that is switched on and off."""

    def __init__(
        self,
        action: QAction,
        pulse: Pulse,
        frame: AmberFrame,
        banner: Banner,
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(action)
        self._action, self._pulse, self._frame = action, pulse, frame
        self._banner, self._theme = banner, theme

    def toggle(self) -> None:
        """Pause or go on, as the action says."""
        paused = self._action.isChecked()
        self._pulse.set_paused(paused)
        self._frame.set_color(self._theme().badge if paused else None)
        if paused:
            self._say()
        else:
            self._banner.take_back()

    def refresh(self) -> None:
        """Say how long it has been, and how much has come meanwhile."""
        if self._pulse.paused_at is not None:
            self._say()

    def _say(self) -> None:
        self._banner.say(
            f"‖ {tr('paused')} {self._pulse.paused_for}, "
            f"{numbers.count(self._pulse.lens.behind)} {tr('updates behind')}",
            dismissable=False,
        )
