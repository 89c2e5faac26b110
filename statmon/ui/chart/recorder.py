"""Keeps a track of every row that stands in a chart, whatever the window shows meanwhile.

Every reading is taken, not only the newest of a tick, so that a chart that fills live shows the
same extremes as one that is read from the history. It goes on while the view is paused or shows
the past: nothing of what it keeps depends on what is on screen.
"""

from collections.abc import Iterable

from statmon.domain.unit import Unit
from statmon.domain.value import state_of, usable_of
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable
from statmon.service.wire.events import (
    ClockStepped,
    ConnectionChanged,
    Event,
    ReadingsArrived,
    Slept,
)
from statmon.ui.chart.spec import Note
from statmon.ui.chart.track import Track
from statmon.ui.data.steps import step_in_words

BROKEN = {Freshness.STALE, Freshness.NO_DATA, Freshness.ERROR}
"""A line stops there: what it last showed may not be taken for now."""


class Recorder:
    """Fed with the engine's events, and asked once a second to look at the freshness."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self.tracks: dict[int, Track] = {}
        self.steps: list[Note] = []
        """When the service's clock was set, in words."""

    def watch(self, rows: Iterable[int], now: int) -> None:
        """Keep tracks of these rows from now on, local epoch milliseconds."""
        table = self._table
        for row in rows:
            if row in self.tracks:
                continue
            track = self.tracks[row] = Track(now)
            # What is stale may be from another day: its line is not drawn on to now. What was
            # missing before then, the history tells: from here on nobody but the track does.
            if table.freshness_of(row, now) in BROKEN:
                track.break_off(now)
            else:
                self._push(row, table.raw[row], table.arrived(row))

    def told(self, event: Event) -> None:
        """Take in the readings of the rows that are watched."""
        if isinstance(event, ReadingsArrived):
            for reading in (one.reading for one in event.arrivals):
                row = self._table.row_of(reading.series)
                if row in self.tracks:
                    self._push(row, reading.value, reading.arrived)
        elif isinstance(event, Slept):
            for track in self.tracks.values():
                track.break_off(event.since)
        else:
            if isinstance(event, ClockStepped):
                self.steps.append(Note(event.at, step_in_words(event.by)))
            self._break_off(event.since if isinstance(event, ConnectionChanged) else event.at)

    def look(self, now: int) -> None:
        """Note which rows went stale, and which are known again, local epoch milliseconds."""
        for row, fresh in self._break_off(now).items():
            # What did not change meanwhile is not sent again, where the session has survived.
            if self.tracks[row].broken and fresh not in BROKEN:
                self._push(row, self._table.raw[row], now)

    def _break_off(self, at: int) -> dict[int, Freshness]:
        """Let the lines of what is not known end; return how fresh each row is.

        Each ends at its last reading at the earliest: what was received is known.
        """
        if not self.tracks:
            return {}
        all_rows = self._table.freshness(at)
        fresh = {row: Freshness(int(all_rows[row])) for row in self.tracks}
        for row, track in self.tracks.items():
            if fresh[row] in BROKEN:
                track.break_off(at)
        return fresh

    def _push(self, row: int, raw: object, arrived: int) -> None:
        track, number = self.tracks[row], usable_of(raw)
        track.mend(arrived)
        # A state may carry a number besides, which means nothing.
        is_state = number is None or self._table.units[row] is Unit.STATE
        state = state_of(raw) if is_state else None
        number = None if state else number
        track.push(arrived, float("nan") if number is None else number, state.name if state else "")
