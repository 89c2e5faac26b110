"""A reading: a value with two times."""

from typing import Any, Literal, NamedTuple

from statmon.domain.statistic import Series

Origin = Literal["open", "update", "peek", "formula"]
"""How a reading came: with an opening, as an update, by a peek; or that it is computed here."""


class Reading(NamedTuple):
    """What the service sent for a series."""

    series: Series
    value: Any
    timestamp: int
    """Epoch milliseconds on the service's clock at which Stat Server made the value."""
    arrived: int
    """Epoch milliseconds on this computer's clock at which it came."""
    origin: Origin
