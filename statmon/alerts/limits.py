"""The limits of all rows at once, and on which level each number is."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from statmon.alerts.rules import Rule, rule_for
from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef
from statmon.live.table import LiveTable

NO_RULE = -1
Floats = NDArray[np.float64]
LevelArray = NDArray[np.int8]


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
            # Few rules name an object: what they say of the others is asked once for each title.
            known: dict[tuple[object, ...], int | None] = {}
            ids = any(rule.object_id for rule in self.rules)
            for row, statistic in enumerate(table.statistics):
                groups = tuple(groups_of(statistic.ref))
                ref = statistic.ref if ids else statistic.ref.object_type
                key = (ref, statistic.title, statistic.measure, groups)
                if key not in known:
                    known[key] = rule_for(self.rules, statistic, groups)
                place = known[key]
                self.rule_of[row] = NO_RULE if place is None else place
        limits = np.array([_columns(rule.levels) for rule in self.rules] or [_columns(Levels())])
        self._limits: Floats = limits
        self._deadband = np.array([rule.deadband for rule in self.rules] or [0.0])

    def levels(self, rows: NDArray[np.integer], numbers: Floats, before: LevelArray) -> LevelArray:
        """Return on which level each number is: 1 warning, 2 critical, below 0 on the low side.

        A number leaves its level only once it is back inside by the rule's deadband. A number
        that is not known (NaN) is on level 0.

        Args:
            rows: rows that a rule counts for.
            numbers: their numbers.
            before: the levels on which they were.
        """
        rules = self.rule_of[rows]
        result = _levels(numbers, self._limits[rules])
        band = self._deadband[rules]
        if band.any():
            inward = band[:, None] * np.array([1.0, 1.0, -1.0, -1.0])
            held = _levels(numbers, self._limits[rules] + inward)
            milder = (np.abs(result) < np.abs(before)) & (np.sign(held) == np.sign(before))
            kept = np.sign(before) * np.minimum(np.abs(before), np.abs(held))
            result = np.where(milder, kept, result).astype(np.int8)
        return result


def _columns(levels: Levels) -> list[float]:
    order = (levels.critical_low, levels.warning_low, levels.warning_high, levels.critical_high)
    return [np.nan if limit is None else limit for limit in order]


def _levels(numbers: Floats, limits: Floats) -> LevelArray:
    # Every comparison with NaN is false: no limit is ever passed, no unknown number passes one.
    low = np.where(numbers <= limits[:, 0], 2, np.where(numbers <= limits[:, 1], 1, 0))
    high = np.where(numbers >= limits[:, 3], 2, np.where(numbers >= limits[:, 2], 1, 0))
    return np.where(high >= low, high, -low).astype(np.int8)
