"""Moves the views through recorded time: asks the history, fills tables, hands them over.

A seek is three questions to the history; the table is filled in its thread and only then shown.
While one seek is under way only the newest wish is kept, so that dragging a slider never piles
work up.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from statmon.history.model import Gap as Outage
from statmon.live.asof import LOOK_BACK, Rows, advance, fill
from statmon.live.table import LiveTable
from statmon.ui.chart.past import Store
from statmon.ui.futures import Courier
from statmon.ui.pulse import Pulse, now_ms
from statmon.ui.timemachine.player import Player

if TYPE_CHECKING:
    from statmon.domain.reading import Reading

_STEP_MS = 100
_AHEAD = 10_000
"""Milliseconds of the present that are read ahead while playing."""
_GAPS_BACK = 7 * 86_400_000
"""Milliseconds before an instant in which a gap may have begun that matters to it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is shown at an instant."""

    when: int
    table: LiveTable
    gaps: Sequence[Outage]

    @property
    def stale_since(self) -> int | None:
        """When the gap began that stands at the instant."""
        begun = [
            gap.start
            for gap in self.gaps
            if gap.start <= self.when and (gap.end is None or gap.end > self.when)
        ]
        return min(begun, default=None)


class TimeMachine(QObject):
    """Shows the past through the pulse's lens until it is told to come back."""

    moved = Signal()
    """Instant, speed or playing changed."""
    left = Signal()
    """The views show the present again."""
    nothing = Signal()
    """There is no time to travel in: nothing is recorded."""

    def __init__(
        self,
        pulse: Pulse,
        store: Store,
        parent: QObject | None = None,
        *,
        limits: tuple[int, int] | None = None,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        super().__init__(parent)
        self._pulse, self._store, self._clock = pulse, store, clock
        self._limits = limits
        self._courier = Courier(self)
        self.player: Player | None = None
        """None while the views show the present."""
        self.gaps: Sequence[Outage] = ()
        """Of all recorded time, for the slider."""
        self._scene: Scene | None = None
        self._seeking = False
        self._ahead: list[Reading] = []
        self._read_upto = 0
        self._reading = False
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=_STEP_MS)
        self._timer.timeout.connect(self._step)

    # What the user does.

    def enter(self, at: int | None = None) -> None:
        """Leave the present, for an instant or for a minute ago."""
        self._courier.bring(self._store.span(), lambda span: self._enter(span, at))

    def _enter(self, span: tuple[int, int] | None, at: int | None) -> None:
        if span is None:
            self.left.emit()
            self.nothing.emit()
            return
        begin, end = self._limits or span
        end = max(end, self._clock()) if self._recording else end
        self.player = Player(begin, end, begin).moved_to(end - LOOK_BACK if at is None else at)
        self._courier.bring(self._store.gaps(begin, end), self._keep_gaps)
        self.moved.emit()
        self._seek()

    @property
    def _recording(self) -> bool:
        if self._limits is not None:
            return False
        return self._pulse.lens.live.healthy or self._pulse.lens.live.applied > 0

    def _keep_gaps(self, gaps: Sequence[Outage]) -> None:
        self.gaps = gaps
        self.moved.emit()

    def leave(self) -> None:
        """Come back to the present."""
        self._timer.stop()
        self.player = self._scene = None
        self._pulse.show_present()
        self.left.emit()

    def go_to(self, at: int) -> None:
        """Show another instant."""
        if self.player is not None:
            self.player = self.player.moved_to(at)
            self.moved.emit()
            self._seek()

    def play(self, playing: bool) -> None:
        """Let time go on, or stop it."""
        if self.player is None:
            return
        self.player = replace(self.player, playing=playing)
        if playing:
            self._elapsed.start()
            self._timer.start()
        else:
            self._timer.stop()
        self.moved.emit()

    def set_speed(self, speed: int) -> None:
        """Play so many times as fast as it was."""
        if self.player is not None:
            self.player = replace(self.player, speed=speed)
            self.moved.emit()

    def stop(self) -> None:
        """Stop for good; the views stay as they are."""
        self._timer.stop()

    # Seeking.

    def _seek(self) -> None:
        player = self.player
        if player is None or self._seeking:
            return
        self._seeking = True
        self._ahead, self._read_upto = [], player.at + 1
        when, rows = player.at, Rows.of(self._pulse.lens.live)
        before = when - LOOK_BACK
        asked: tuple[Future[Any], ...] = (
            self._store.gaps(when - _GAPS_BACK, when + 1),
            self._store.as_of(before),
            self._store.read_many(rows.series, before + 1, when + 1),
        )
        built: Future[Scene] = Future()
        self._courier.bring(built, self._show)

        def build(_: "Future[Any]") -> None:
            # In the history's thread: it answers in order, so all three are done.
            gaps, base, recent = (future.result() for future in asked)
            readings = [*base, *(reading for samples in recent for reading in samples.readings())]
            table = rows.blank()
            fill(table, readings, gaps, when)
            built.set_result(Scene(when, table, gaps))

        asked[-1].add_done_callback(build)

    def _show(self, scene: Scene) -> None:
        self._seeking = False
        player = self.player
        if player is None:
            return
        self._scene = scene
        self._pulse.show_past(scene.table, scene.when, scene.stale_since)
        if player.at != scene.when and not player.playing:
            self._seek()

    # Playing.

    def _step(self) -> None:
        player, scene = self.player, self._scene
        if player is None or scene is None or self._seeking:
            return
        if self._recording:
            player = player.until(self._clock())
        self._read_ahead(player)
        player = player.played(int(self._elapsed.restart()), self._read_upto - 1)
        self.player = player
        if player.at > scene.when:
            self._play_to(player.at, scene)
        if not player.playing:
            self._timer.stop()
        self.moved.emit()

    def _play_to(self, at: int, scene: Scene) -> None:
        place = 0
        while place < len(self._ahead) and self._ahead[place].arrived <= at:
            place += 1
        readings, self._ahead = self._ahead[:place], self._ahead[place:]
        advance(scene.table, readings, scene.gaps, scene.when, at)
        self._scene = replace(scene, when=at)
        self._pulse.show_past(scene.table, at, self._scene.stale_since)

    def _read_ahead(self, player: Player) -> None:
        wanted = min(player.at + _AHEAD * player.speed, player.end + 1)
        if self._reading or self._read_upto >= wanted - _AHEAD * player.speed // 2:
            return
        self._reading = True
        begin, at = self._read_upto, player.at
        series = tuple(self._pulse.lens.live.series)
        gaps = self._store.gaps(at - _GAPS_BACK, wanted)
        self._courier.bring(gaps, self._take_gaps)
        read = self._store.read_many(series, begin, wanted)
        self._courier.bring(read, lambda found: self._take_ahead(found, begin, wanted))

    def _take_gaps(self, gaps: Sequence[Outage]) -> None:
        if self._scene is not None:
            self._scene = replace(self._scene, gaps=gaps)

    def _take_ahead(self, found: Sequence[Any], begin: int, end: int) -> None:
        self._reading = False
        if begin != self._read_upto or self.player is None:
            return  # it has moved elsewhere meanwhile
        readings = [reading for samples in found for reading in samples.readings()]
        self._ahead += sorted(readings, key=lambda reading: reading.arrived)
        self._read_upto = end
