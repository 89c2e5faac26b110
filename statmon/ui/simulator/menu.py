"""The Simulator menu: lets a trainer show an outage, and all the rest that can go wrong."""

from collections.abc import Coroutine, Iterable
from typing import Any, Final, Protocol

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from statmon.ui.background.answers import Start
from statmon.ui.look.text import tr

"""Starts work in the loop, under a name; whoever gives it says what failed."""


class Control(Protocol):
    """What the menu asks of the simulator; each call raises an error fit to be shown."""

    async def in_force(self) -> frozenset[str]:
        """Return the kinds of fault in force."""

    async def begin(self, kind: str, seconds: float | None = None) -> None:
        """Let a fault begin, for so many seconds or until it is ended."""

    async def end(self, kinds: Iterable[str]) -> None:
        """End these faults."""


LASTING: Final = (
    ("outage", "Service &unavailable"),
    ("drop", "&Connections cut"),
    ("failing", "Every call &fails (503)"),
    ("page", "A login page in &between"),
    ("slow", "&Slow answers (2 s)"),
    ("late", "Updates &late (5 s)"),
    ("duplicate", "Updates sent &twice"),
    ("clock", "Service's cloc&k an hour back"),
    ("refuse", "New st&atistics refused"),
)
"""Kinds of fault that last, and how the menu calls them."""
SUDDEN: Final = (
    ("lose-sessions", "For&get all sessions"),
    ("expire-tokens", "&Expire all tokens"),
    ("end-sign-ins", "E&nd all sign-ins"),
    ("restart", "&Restart the service"),
)
"""Kinds of fault that are over as soon as they happened."""
LENGTHS: Final = (
    (None, "&Until it is undone"),
    (10.0, "For &10 seconds"),
    (60.0, "For 1 &minute"),
    (300.0, "For &5 minutes"),
)
"""How long a lasting fault lasts: seconds, and how the menu calls it."""


class SimulatorMenu(QMenu):
    """Faults that last have a tick while they do; it is looked up whenever the menu opens."""

    def __init__(self, bar: QMenuBar, control: Control, start: Start) -> None:
        super().__init__(tr("Si&mulator"), bar)
        self.setAccessibleName(tr("Simulator"))
        self._control, self._start = control, start
        self._seconds: float | None = None
        self.lasting = {kind: self._add_lasting(kind, text) for kind, text in LASTING}
        self._add_lengths()
        self.addSeparator()
        self.sudden = {kind: self._add_sudden(kind, text) for kind, text in SUDDEN}
        self.addSeparator()
        self.mending = self.addAction(tr("Everything &well again"))
        self.mending.triggered.connect(self._mend)
        self.aboutToShow.connect(self.refresh)
        help_menu = bar.actions()[-1] if bar.actions() else None
        bar.insertMenu(help_menu, self) if help_menu else bar.addMenu(self)

    def refresh(self) -> None:
        """Look up what is in force, and tick it."""
        self._start(self._look(), "simulator")

    async def _look(self) -> None:
        in_force = await self._control.in_force()
        for kind, action in self.lasting.items():
            action.setChecked(kind in in_force)

    def _add_lasting(self, kind: str, text: str) -> QAction:
        action = self.addAction(tr(text))
        action.setCheckable(True)
        action.triggered.connect(lambda wanted: self._toggle(kind, wanted=wanted))
        return action

    def _add_sudden(self, kind: str, text: str) -> QAction:
        action = self.addAction(tr(text))
        action.triggered.connect(lambda _checked=False: self._do(self._control.begin(kind)))
        return action

    def _add_lengths(self) -> None:
        menu = self.addMenu(tr("How l&ong"))
        menu.setAccessibleName(tr("How long"))
        group = QActionGroup(menu)
        self.lengths: dict[float | None, QAction] = {}
        for seconds, text in LENGTHS:
            action = menu.addAction(tr(text))
            action.setCheckable(True)
            action.setChecked(seconds is None)
            action.triggered.connect(lambda _checked=False, one=seconds: self._last(one))
            group.addAction(action)
            self.lengths[seconds] = action

    def _last(self, seconds: float | None) -> None:
        self._seconds = seconds

    def _toggle(self, kind: str, *, wanted: bool) -> None:
        if wanted:
            self._do(self._control.begin(kind, self._seconds))
        else:
            self._do(self._control.end([kind]))

    def _mend(self) -> None:
        self._do(self._control.end(self.lasting))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._start(self._then_look(work), "simulator")

    async def _then_look(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            await self._look()
