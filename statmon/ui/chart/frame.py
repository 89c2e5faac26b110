"""What a chart is given to draw: its lines, and all that it shows at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass

from statmon.analysis.buckets import NOTHING, Columns, Floats
from statmon.analysis.spans import Span
from statmon.domain.unit import Unit
from statmon.ui.chart.gaps import Gap
from statmon.ui.chart.spec import Note

RESTART = "↺"
"""Stands where a counter began anew."""


@dataclass(frozen=True, slots=True)
class LineView:
    """A line to show: its name for people and its unit."""

    name: str
    unit: Unit
    counter: bool = False
    """It only grows until it begins anew."""


@dataclass(frozen=True, slots=True)
class LineFrame:
    """What is to be drawn of a line."""

    columns: Columns = NOTHING
    known: bool = False
    """It goes up to the right edge's now: its sign stands at its end."""
    other: Columns = NOTHING
    """At the time that it is compared with, not shifted."""
    hull: tuple[Floats, Floats, Floats] | None = None
    """What is usual: epoch seconds, lowest, highest."""
    spans: Sequence[Span] = ()
    """Of a series of states."""


@dataclass(frozen=True, slots=True)
class Frame:
    """All that a chart shows at an instant; times in epoch milliseconds."""

    begin: int
    end: int
    now: int
    width: int
    """Milliseconds of a column."""
    lines: Sequence[LineFrame]
    gaps: Sequence[Gap] = ()
    notes: Sequence[Note] = ()
    steps: Sequence[Note] = ()
    """When the service's clock was set."""
    restarts: Sequence[Note] = ()
    """When counters began anew."""
    shift: int = 0
    """How far back the time is that the lines are compared with."""
