"""The one tick on which everything is drawn, however fast values come.

It sleeps while nothing happens: what changes in the table wakes it, and each second does. While
nobody can see the window, only the seconds do.
"""

from collections import deque
from collections.abc import Callable, Set

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from statmon.domain.value import format_duration
from statmon.live.table import LiveTable
from statmon.service.clock import epoch_ms
from statmon.ui.data.lens import Lens

TICK_MS = 100
"""From the first change to the tick that tells of it, and of all that changed by then."""
_SECOND = 1000
_AFTER_MS = 2
"""A timer may be early by less than one: a second shall have begun when it is told."""
_RATE_OVER = 10
"""Seconds over which the rate is an average: many statistics come in one burst a period."""


class Pulse(QObject):
    """Collects what changed in a table and tells the views, at most ten times a second."""

    changed = Signal(object)
    """A set of the table's rows that changed since the last tick; only while not paused."""
    structured = Signal()
    """Rows were added to the table that is shown, or removed."""
    second = Signal()
    """A second went by: ages, times in state and rates moved on."""
    settled = Signal()
    """Everybody has heard of the second: what it changes can be drawn."""

    def __init__(
        self,
        table: LiveTable,
        parent: QObject | None = None,
        in_sight: Callable[[], bool] = lambda: True,
    ) -> None:
        """Stand still until ``start``.

        Args:
            table: whose changes are told.
            parent: ends with it.
            in_sight: whether anybody can see what is drawn.
        """
        super().__init__(parent)
        self.lens, self.in_sight = Lens(table, now_ms()), in_sight
        self.rate = 0.0
        """Readings a second, of late."""
        self.paused_at: int | None = None
        self._observer = table.observe(self._wake)
        self._structure = table.structure
        self._healthy = table.healthy
        self._last_second = now_ms() // _SECOND * _SECOND
        self._counts = deque([(now_ms(), table.applied)], maxlen=_RATE_OVER + 1)
        self._missed: set[int] = set()
        self._travelling = False
        precise = Qt.TimerType.PreciseTimer
        self._soon = QTimer(self, timerType=precise, interval=TICK_MS, singleShot=True)
        self._soon.timeout.connect(self.tick)
        self._seconds = QTimer(self, timerType=precise, singleShot=True)
        self._seconds.timeout.connect(self._each_second)

    @property
    def paused_for(self) -> str:
        """How long the view has been frozen, as people read it."""
        return format_duration((now_ms() - (self.paused_at or now_ms())) / _SECOND)

    @property
    def behind(self) -> bool:
        """Whether the set of rows is another one than was told last."""
        return self.lens.live.structure != self._structure

    def start(self) -> None:
        """Begin to tick."""
        self._seconds.start(self._until_second())
        self._soon.start()

    def stop(self) -> None:
        """Stop for good."""
        if self._seconds.isActive():
            self._seconds.stop()
            self._soon.stop()
            self.lens.live.unobserve(self._observer)

    def _wake(self) -> None:
        """Something changed: tell of it soon, or with the next second where nobody looks."""
        if self._seconds.isActive() and not self._soon.isActive() and self.in_sight():
            self._soon.start()

    def _each_second(self) -> None:
        """Tick as a second begins, with all that is due then."""
        self._seconds.start(self._until_second())
        self.tick()

    def _until_second(self) -> int:
        return _SECOND - now_ms() % _SECOND + _AFTER_MS

    def set_paused(self, paused: bool) -> None:
        """Freeze the view, or show the present again."""
        if paused:
            self.tick()
            self.lens.pause()
            self.paused_at = self.lens.now
        else:
            self.lens.resume(now_ms())
            self.paused_at = None
            self._tell_rows()
            missed, self._missed = self._missed, set()
            self.changed.emit(missed)
        self._tell_second()

    @property
    def travelling(self) -> bool:
        """Whether the views show the past."""
        return self._travelling

    def show_past(
        self,
        table: LiveTable,
        when: int,
        stale_since: int | None,
        dirty: Set[int] | None = None,
    ) -> None:
        """Let the views show a table of the past, as of local epoch milliseconds.

        Time that flows there names the rows that changed (``dirty``); their ages and all that
        only grows older follow each second, as in the present.
        """
        if not self._travelling:
            self.tick()
            self._travelling, self.paused_at = True, None
        self.lens.travel(table, when, stale_since)
        self._tell_rows()
        self.changed.emit(set(range(len(table))) if dirty is None else dirty)
        if dirty is None:
            self._tell_second()

    def show_present(self) -> None:
        """Let the views show the present again."""
        if self._travelling:
            self._travelling = False
            self._missed = set(range(len(self.lens.live)))
            self.set_paused(False)

    def tick(self) -> None:
        """Tell the views what changed."""
        now = now_ms()
        self._soon.stop()
        dirty: Set[int] = self._observer.take()
        # The clock may be set back: seconds must go by all the same.
        a_second = not 0 <= now - self._last_second < _SECOND
        if a_second:
            self.lens.refresh(now)
        if self.lens.paused:
            self._missed |= dirty
            self._tell_rows()
        else:
            self._tell(dirty, now)
        if a_second:
            self._last_second = now - (now - self._last_second) % _SECOND
            self._count(now)
            self.lens.note_minute(now)
            self._tell_second()

    def _tell_second(self) -> None:
        self.second.emit()
        self.settled.emit()

    def _count(self, now: int) -> None:
        applied = self.lens.live.applied
        then, before = self._counts[0]
        self.rate = (applied - before) / max(1, now - then) * _SECOND
        self._counts.append((now, applied))

    def _tell(self, dirty: Set[int], now: int) -> None:
        table = self.lens.live
        moved = table.healthy != self._healthy or table.structure != self._structure
        self._healthy = table.healthy
        if moved:
            self.lens.refresh(now)
        else:
            self.lens.take(dirty, now)
        self._tell_rows()
        if moved:
            self._tell_second()
        if dirty:
            self.changed.emit(dirty)

    def _tell_rows(self) -> None:
        """Tell the views, before anything else, if the table that they look at has other rows."""
        if self.lens.table.structure != self._structure:
            self._structure = self.lens.table.structure
            self.structured.emit()


def now_ms() -> int:
    """Return this computer's time in epoch milliseconds."""
    return epoch_ms()
