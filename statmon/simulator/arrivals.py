"""When customers come: a Poisson process whose rate follows the hours of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from statmon.simulator.agenda import DAY, HOUR

OFFICE_DAY: tuple[float, ...] = (
    0.10, 0.08, 0.06, 0.06, 0.08, 0.15, 0.30, 0.55, 0.80, 0.95, 1.00, 0.97,
    0.85, 0.88, 0.95, 0.93, 0.85, 0.75, 0.60, 0.45, 0.35, 0.28, 0.20, 0.14,
)  # fmt: skip
"""Share of the peak rate at each full hour of a day; between the hours it is interpolated."""


@dataclass(frozen=True)
class DailyCurve:
    """A rate that repeats each day: ``peak_per_hour`` × the share of the hour."""

    peak_per_hour: float
    shares: Sequence[float] = OFFICE_DAY

    def per_hour(self, time_of_day: int) -> float:
        """Return the rate at this time of the day (milliseconds since its midnight)."""
        hours = (time_of_day % DAY) / HOUR * len(self.shares) / 24
        index = int(hours)
        here = self.shares[index]
        there = self.shares[(index + 1) % len(self.shares)]
        return self.peak_per_hour * (here + (there - here) * (hours - index))

    def next_after(self, time_of_day: int, random: Random, factor: float = 1.0) -> int:
        """Return the milliseconds until the next arrival (thinning, Lewis and Shedler 1979).

        The factor, above 0, multiplies the rate for now.
        """
        highest = self.peak_per_hour * factor * max(self.shares)
        waited = 0.0
        while True:
            waited += random.expovariate(highest / HOUR)
            if random.random() * highest <= factor * self.per_hour(time_of_day + int(waited)):
                return int(waited)


def constant(per_hour: float) -> DailyCurve:
    """Return a rate that is the same all day, as queueing theory assumes."""
    return DailyCurve(per_hour, (1.0,))
