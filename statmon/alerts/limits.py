"""The limits of all rows at once, and which of them each number is beyond."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.alerts.rules import LIMITS, Rule, RuleFinder
from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef
from statmon.live.table import LiveTable

NO_RULE = -1
Floats = NDArray[np.float64]
LevelArray = NDArray[np.int8]
Passed = NDArray[np.uint8]
"""Which of its limits a number is beyond: one bit each, in the order of ``LIMITS``."""
CRITICAL_LOW, WARNING_LOW, WARNING_HIGH, CRITICAL_HIGH = (1 << place for place in range(4))
_LOW: Final = CRITICAL_LOW | WARNING_LOW
_HIGH: Final = WARNING_HIGH | CRITICAL_HIGH
_BITS: Final = np.array((CRITICAL_LOW, WARNING_LOW, WARNING_HIGH, CRITICAL_HIGH), np.uint8)


def level_of(passed: int) -> int:
    """Return the level of limits that are passed: 1 warning, 2 critical, below 0 on the low side.

    Of both sides the worse counts, of equally bad ones the high one.
    """
    high = 2 if passed & CRITICAL_HIGH else 1 if passed & WARNING_HIGH else 0
    low = 2 if passed & CRITICAL_LOW else 1 if passed & WARNING_LOW else 0
    return high if high >= low else -low


LEVEL_OF: Final[LevelArray] = np.array([level_of(passed) for passed in range(16)], np.int8)


class Limits:
    """Which rule counts for each row of a table, and its four limits as columns."""

    def __init__(
        self, rules: Sequence[Rule], table: LiveTable,
        groups_of: Callable[[ObjectRef], Sequence[str]],
    ) -> None:  # fmt: skip
        self.rules = tuple(rules)
        self.rule_of = np.full(len(table), NO_RULE, np.int32)
        """The place of the rule that counts for each row, or ``NO_RULE``."""
        if self.rules:
            finder = RuleFinder(self.rules)
            for row, statistic in enumerate(table.statistics):
                place = finder.place_for(statistic, groups_of(statistic.ref))
                self.rule_of[row] = NO_RULE if place is None else place
        self.timed = np.array([bool(rule.state) for rule in self.rules] or [False])
        """The rules that limit the time in a state."""
        self._limits: Floats = np.array(
            [limits_of(rule.levels) for rule in self.rules] or [limits_of(Levels())]
        )
        inward = np.array([1.0, 1.0, -1.0, -1.0])
        bands = [deadbands_of(rule) for rule in self.rules] or [[0.0] * 4]
        self._left: Floats = self._limits + np.array(bands) * inward

    def passed(self, rows: NDArray[np.integer], numbers: Floats, before: Passed) -> Passed:
        """Return which limits each number is beyond.

        A limit that was passed stays so until the number is back inside by its deadband. A number
        that is not known (NaN) is beyond none.

        Args:
            rows: rows that a rule counts for.
            numbers: their numbers.
            before: which limits they were beyond.
        """
        rules = self.rule_of[rows]
        beyond = _beyond(numbers, self._limits[rules])
        held: Passed = _beyond(numbers, self._left[rules]) & before
        # Whatever is beyond one side has left the other, however wide its deadband.
        other = np.where(beyond & _LOW, _LOW, np.where(beyond & _HIGH, _HIGH, _LOW | _HIGH))
        result: Passed = (beyond | (held & other)).astype(np.uint8)
        return result

    def crossings(self, place: int) -> Floats:
        """Return the numbers at which a rule's levels begin or end, in rising order."""
        both = np.concatenate((self._limits[place], self._left[place]))
        return np.unique(both[~np.isnan(both)])


def limits_of(levels: Levels) -> list[float]:
    """Return limits in the order of ``LIMITS``, NaN where there is none."""
    limits = (getattr(levels, name) for name in LIMITS)
    return [np.nan if limit is None else limit for limit in limits]


def deadbands_of(rule: Rule) -> list[float]:
    """Return the deadband of each limit, in their order."""
    own = (rule.pace(name).deadband for name in LIMITS)
    return [rule.deadband if band is None else band for band in own]


def _beyond(numbers: Floats, limits: Floats) -> Passed:
    # Every comparison with NaN is false: no limit is ever passed, no unknown number passes one.
    beyond = np.concatenate(
        (numbers[:, None] <= limits[:, :2], numbers[:, None] >= limits[:, 2:]), axis=1
    )
    result: Passed = (beyond * _BITS).sum(axis=1, dtype=np.uint8)
    return result
