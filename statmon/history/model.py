"""What history answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.domain.value import value_of
from statmon.history.columns import OUTDATED, Columns, Ints

Floats = NDArray[np.float64]

GapKind = Literal[
    "connection", "service", "subscription", "closed", "pause", "program", "disk", "sleep", "damage"
]
"""Why nothing was recorded: connection down, service unavailable, subscription lost, none wanted
or to be had, recording paused by the user, statmon not running, the disk full or not writable, the
computer asleep; or what was recorded is gone, because the file was damaged."""

State = Literal["opening", "recording", "paused", "off", "reading", "waiting", "failed"]
"""``off``: the user or a policy wants no history. ``reading``: another statmon records, this one
only reads. ``waiting``: the disk is full or cannot be written, it is tried again. ``failed``: there
is no history on this computer, for the reason in the message."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the history is doing."""

    state: State = "opening"
    message: str = ""
    """One sentence for the user where the state needs one."""
    size: int = 0
    """Bytes on disk."""
    samples: int = 0
    """Readings kept."""
    missed: int = 0
    """Series of which something arrived here that the statmon that records does not record."""
    damage: str = ""
    """One sentence on what of the history is gone because its file was damaged."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a history is gone because its file was damaged."""

    start: int | None
    """When what is gone was recorded, local epoch milliseconds; None: not known, or nothing is."""
    end: int | None
    readings: int
    names: int
    gaps: int
    counted: int
    """1 if the file still said how much there was, else 0: there may be more that is gone."""

    @property
    def sentence(self) -> str:
        """What is told to the user."""
        words = "the history's file was damaged: "
        if not (self.readings or self.names or self.gaps):
            rest = "all of it was saved" if self.counted else "what could be read was saved"
            return words + rest
        gone = f"{self.readings:,} readings, {self.names:,} names and {self.gaps:,} gaps are gone"
        least = "" if self.counted else "at least "
        return f"{words}{least}{gone}{self._span}, the rest was saved"

    @property
    def _span(self) -> str:
        if self.start is None or self.end is None:
            return ""
        begin, end = (
            datetime.fromtimestamp(at / 1000, UTC).astimezone() for at in (self.start, self.end)
        )
        return f" ({begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M})"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nothing was recorded, of all series or of some."""

    kind: GapKind
    start: int
    """Local epoch milliseconds, as all times of a history."""
    end: int | None
    """None while it lasts."""
    series: tuple[Series, ...] | None = None
    """None: all of them."""

    def covers(self, series: Series) -> bool:
        """Return whether it is one of a series."""
        return self.series is None or series in self.series


class ClockStep(NamedTuple):
    """The service's clock was set, or another host answered."""

    at: int
    """Local epoch milliseconds."""
    by: int
    """Milliseconds, negative where it went back."""


@dataclass(frozen=True)
class Samples:
    """The readings of one series in a span of time, by the time at which they arrived."""

    series: Series
    columns: Columns

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def arrived(self) -> Ints:
        """When each arrived, local epoch milliseconds, ascending."""
        return self.columns.arrived

    @property
    def stamps(self) -> Ints:
        """The service's time of each, epoch milliseconds."""
        return self.columns.stamps

    @property
    def numbers(self) -> Floats:
        """The numeric view of each, NaN where it has none."""
        return self.columns.numbers

    @property
    def outdated(self) -> NDArray[np.bool_]:
        """Where a reading came too late to be shown; of earlier statmons, which kept such."""
        return (self.columns.flags & OUTDATED).astype(np.bool_)

    @cached_property
    def values(self) -> list[Any]:
        """What the service sent, rebuilt when first asked for (about 2 µs each)."""
        return self.columns.values()

    def texts(self, unit: Unit = Unit.COUNT) -> list[str]:
        """Return each as people read it."""
        return [value_of(value, unit).text for value in self.values]

    def readings(self) -> list[Reading]:
        """Return them as they were recorded."""
        return readings_of(self.columns, {int(i): self.series for i in set(self.columns.ids)})


@dataclass(frozen=True, slots=True)
class Buckets:
    """One series at screen resolution. Where a bucket holds no number its figures are NaN."""

    series: Series
    starts: Ints
    """Where each bucket starts, local epoch milliseconds; all are equally long."""
    width: int
    """Milliseconds."""
    first: Floats
    last: Floats
    lowest: Floats
    highest: Floats


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What people call a series; kept with the history, so that an export can say it."""

    series: Series
    title: str = ""
    """The statistic's name for people."""
    label: str = ""
    """The user's own name for the object."""
    subscription: str = ""
    """The user's name of the subscription, several joined by commas."""
    unit: Unit = Unit.COUNT


DAY: Final = 86_400_000
"""Milliseconds."""
PERSONAL: Final = frozenset({"Agent", "AgentPlace", "Place"})
"""Object types whose statistics are about one person."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be kept, and for how long: the user's settings within an administrator's policy."""

    enabled: bool = True
    keep_days: float | None = 90
    """Days after which readings are deleted; None keeps them."""
    keep_bytes: int | None = 2_000_000_000
    """Bytes that the history may take; the oldest are deleted first."""
    personal: bool = True
    """Whether agents' statistics are kept: they are personal data."""
    personal_days: float | None = None
    """Days after which agents' readings are deleted, if earlier than the others'."""

    def oldest(self, now: int) -> tuple[int, int]:
        """Return the time before which readings are deleted, and the same for agents'."""
        others = 0 if self.keep_days is None else int(now - self.keep_days * DAY)
        if self.personal_days is None:
            return others, others
        return others, max(others, int(now - self.personal_days * DAY))

    def allow(self, series: Series) -> bool:
        """Return whether readings of a series may be kept at all."""
        return self.enabled and (self.personal or series.object_type not in PERSONAL)


def readings_of(columns: Columns, series: Mapping[int, Series]) -> list[Reading]:
    """Return samples as readings; those whose series is not known are left out."""
    parts = (
        columns.ids.tolist(),
        columns.values(),
        columns.stamps.tolist(),
        columns.arrived.tolist(),
        columns.origins(),
    )
    return [
        Reading(series[number], value, stamp, arrived, origin)
        for number, value, stamp, arrived, origin in zip(*parts, strict=True)
        if number in series
    ]
