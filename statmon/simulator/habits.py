"""How long things take in the contact centre, and how often they happen."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

Duration = Callable[[Random], int]
"""Draws a duration in milliseconds."""


def never(_random: Random) -> int:
    """Take no time at all."""
    return 0


def exponential(mean_s: float) -> Duration:
    """Return durations without memory, as queueing theory assumes."""
    return lambda random: int(random.expovariate(1 / mean_s) * 1000)


def lognormal(mean_s: float, spread: float = 0.6) -> Duration:
    """Return skewed durations, as handling times are: most are short, a few long."""
    centre = math.log(mean_s) - spread * spread / 2
    return lambda random: int(random.lognormvariate(centre, spread) * 1000)


def between(low_s: float, high_s: float) -> Duration:
    """Return durations spread evenly."""
    return lambda random: int(random.uniform(low_s, high_s) * 1000)


@dataclass(frozen=True)
class Break:
    """Why an agent is not ready, for how many seconds, and at which part of the shift."""

    reason: str
    shortest: float
    longest: float
    place: float = 0.0


@dataclass(frozen=True)
class Habits:
    """What people do. Chances are per call; an agent's own business per hour while logged in."""

    patience: Duration | None = field(default_factory=lambda: exponential(150))
    ringing: Duration = field(default_factory=lambda: between(2, 7))
    talking: Duration = field(default_factory=lambda: lognormal(170))
    after_call: Duration = field(default_factory=lambda: lognormal(35))
    holding: Duration = field(default_factory=lambda: between(10, 60))
    hold_chance: float = 0.12
    consult_chance: float = 0.07
    missed_chance: float = 0.02
    transfer_chance: float = 0.02
    """How many calls are sent on to another queue, without asking anybody."""
    own_calls_per_hour: float = 1.5
    breaks: tuple[Break, ...] = (
        Break("Break", 600, 900, 0.25),
        Break("Meal", 1800, 2400, 0.5),
        Break("Break", 600, 900, 0.75),
    )
    """The breaks of a full shift, at their places in it."""
    short_breaks: tuple[Break, ...] = (Break("Break", 600, 900, 0.5),)
    """Those of a shift of six hours or less."""
    asides_per_hour: float = 0.4
    asides: tuple[Break, ...] = (
        Break("Coaching", 300, 900),
        Break("Back office", 120, 600),
        Break("Personal", 60, 240),
    )
    """What else keeps agents away, at any time."""
    data: bool = True
    """Whether interactions bring data along."""


def textbook(handling_s: float, patience_s: float | None) -> Habits:
    """Return the habits of queueing theory: nothing but calls, all times exponential."""
    return Habits(
        patience=None if patience_s is None else exponential(patience_s),
        ringing=never,
        talking=exponential(handling_s),
        after_call=never,
        hold_chance=0,
        consult_chance=0,
        missed_chance=0,
        transfer_chance=0,
        own_calls_per_hour=0,
        breaks=(),
        short_breaks=(),
        asides_per_hour=0,
        data=False,
    )
