"""Moves the views through recorded time: asks the history, fills tables, hands them over.

A seek is three questions to the history; the table is filled in its thread and only then shown.
While one seek is under way only the newest wish is kept, so that dragging a slider never piles
work up.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from statmon.history.model import Gap as Outage
from statmon.live.asof import LOOK_BACK, advance, crossed, fill, settle
from statmon.live.dirty import DirtyRows
from statmon.live.table import LiveTable
from statmon.ui.background.futures import Courier
from statmon.ui.chart.past import Store
from statmon.ui.data.pulse import Pulse, now_ms
from statmon.ui.timemachine.player import Player

if TYPE_CHECKING:
    from statmon.domain.reading import Reading

_STEP_MS = 100
_AHEAD = 2_000
"""Milliseconds of the present that are read ahead while playing."""
_PORTION = 1_500
"""Readings that arrive in one go while playing: some milliseconds of the Qt loop."""
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
        """Of all recorded time, for the slider; one that lasted when they were read has no end."""
        self.gaps_upto = 0
        """Up to when they are read, epoch milliseconds."""
        self._reading_gaps = False
        self._scene: Scene | None = None
        self._seeking = False
        self._ahead: deque[Reading] = deque()
        self._changes = DirtyRows()
        self._since = 0
        """The instant that was shown last."""
        self._read_upto = 0
        self._reading = False
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=_STEP_MS)
        self._timer.timeout.connect(self._step)
        self._advancing = QTimer(self, interval=0)
        self._advancing.timeout.connect(self._advance)

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
        self._read_gaps(end)
        self.moved.emit()
        self._seek()

    @property
    def _recording(self) -> bool:
        if self._limits is not None:
            return False
        return self._pulse.lens.live.healthy or self._pulse.lens.live.applied > 0

    def _read_gaps(self, end: int) -> None:
        """Read on: what came since they were read, and what became of those that lasted then."""
        if self._reading_gaps or end <= self.gaps_upto:
            return
        self._reading_gaps = True
        since = min([gap.start for gap in self.gaps if gap.end is None], default=self.gaps_upto)
        asked = self._store.gaps(since, end)
        self._courier.bring(asked, lambda gaps: self._keep_gaps(gaps, since, end))

    def _keep_gaps(self, gaps: Sequence[Outage], since: int, end: int) -> None:
        over = [gap for gap in self.gaps if gap.end is not None and gap.end <= since]
        self.gaps, self.gaps_upto, self._reading_gaps = [*over, *gaps], end, False
        self.moved.emit()

    def leave(self) -> None:
        """Come back to the present."""
        self.stop()
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
            if self._advancing.isActive() and self._scene is not None:
                self.player = self.player.moved_to(self._scene.when)
                self._show_advanced()
        self.moved.emit()

    def set_speed(self, speed: int) -> None:
        """Play so many times as fast as it was."""
        if self.player is not None:
            self.player = replace(self.player, speed=speed)
            self.moved.emit()

    def stop(self) -> None:
        """Stop for good; the views stay as they are."""
        self._timer.stop()
        self._advancing.stop()

    # Seeking.

    def _seek(self) -> None:
        player = self.player
        if player is None or self._seeking:
            return
        self._seeking = True
        self._ahead, self._read_upto = deque(), player.at + 1
        when, table = player.at, self._pulse.lens.live.blank()
        before = when - LOOK_BACK
        asked: tuple[Future[Any], ...] = (
            self._store.gaps(when - _GAPS_BACK, when + 1),
            self._store.as_of(before),
            self._store.arrived(tuple(table.series), before + 1, when + 1),
        )
        built: Future[Scene] = Future()
        self._courier.bring(built, self._show)

        def build(_: "Future[Any]") -> None:
            # In the history's thread: it answers in order, so all three are done.
            if any(future.cancelled() for future in asked):
                built.cancel()  # it was closed meanwhile
                return
            gaps, base, recent = (future.result() for future in asked)
            fill(table, [*base, *recent], gaps, when)
            built.set_result(Scene(when, table, gaps))

        asked[-1].add_done_callback(build)

    def _show(self, scene: Scene) -> None:
        self._seeking = False
        player = self.player
        if player is None:
            return
        self._scene, self._changes = scene, scene.table.observe()
        self._pulse.show_past(scene.table, scene.when, scene.stale_since)
        if player.at != scene.when and not player.playing:
            self._seek()

    # Playing.

    def _step(self) -> None:
        player, scene = self.player, self._scene
        if player is None or scene is None or self._seeking:
            return
        elapsed = int(self._elapsed.restart())
        if self._advancing.isActive():
            return  # more came then than can be shown at this speed: time goes slower
        if self._recording:
            player = player.until(self._clock())
            self._read_gaps(player.end)
        self._read_ahead(player)
        player = player.played(elapsed, self._read_upto - 1)
        self.player = player
        self._since = scene.when
        if player.at > scene.when:
            self._advancing.start()
        if not player.playing:
            self._timer.stop()
        self.moved.emit()

    def _advance(self) -> None:
        """Let the next readings arrive; when the instant is reached show it."""
        player, scene = self.player, self._scene
        if player is None or scene is None or self._seeking:
            self._advancing.stop()
            return
        readings: list[Reading] = []
        ahead = self._ahead
        while ahead and ahead[0].arrived <= player.at:
            # What arrived at one time is never parted: an instant is shown whole.
            if len(readings) >= _PORTION and ahead[0].arrived > readings[-1].arrived:
                break
            readings.append(ahead.popleft())
        there = not ahead or ahead[0].arrived > player.at
        at = player.at if there else readings[-1].arrived
        advance(scene.table, readings, scene.gaps, scene.when, at)
        self._scene = replace(scene, when=at)
        if there:
            self._show_advanced()

    def _show_advanced(self) -> None:
        self._advancing.stop()
        if (scene := self._scene) is not None:
            dirty = self._changes.take()
            whole = crossed(scene.gaps, self._since, scene.when)
            rows = None if whole else dirty
            self._pulse.show_past(scene.table, scene.when, scene.stale_since, rows)

    def _read_ahead(self, player: Player) -> None:
        wanted = min(player.at + _AHEAD * player.speed, player.end + 1)
        if self._reading or self._read_upto >= wanted - _AHEAD * player.speed // 2:
            return
        self._reading = True
        begin, at = self._read_upto, player.at
        series = tuple(self._pulse.lens.live.series)
        gaps = self._store.gaps(at - _GAPS_BACK, wanted)
        self._courier.bring(gaps, self._take_gaps)
        read = self._store.arrived(series, begin, wanted)
        self._courier.bring(read, lambda found: self._take_ahead(found, begin, wanted))

    def _take_gaps(self, gaps: Sequence[Outage]) -> None:
        scene = self._scene
        if scene is not None and gaps != scene.gaps:
            # One that lasted when it was read may have ended before this instant.
            settle(scene.table, gaps, scene.when)
            self._scene = replace(scene, gaps=gaps)

    def _take_ahead(self, found: "Sequence[Reading]", begin: int, end: int) -> None:
        self._reading = False
        if begin != self._read_upto or self.player is None:
            return  # it has moved elsewhere meanwhile
        self._ahead.extend(found)
        self._read_upto = end
