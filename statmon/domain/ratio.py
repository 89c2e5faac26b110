"""What a ratio is made of: numerator and denominator, over one window and under one filter.

The number of a group is the ratio of its members' sums, so it needs the parts of each member. Which
they are follows from the definition (decision 28): what is not known for certain has no parts.
"""

import json
import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, NamedTuple

from statmon.domain.combinations import RANGED, RELATIVE, is_current
from statmon.domain.definition import SPELLINGS, Definition

_TELLING: Final = frozenset(
    {"notificationMode", "notificationFrequency", "insensitivity", "saveHistory", "features",
     "intervalLength", *SPELLINGS["objectTypes"]}
)  # fmt: skip
"""Keys that decide when a number is told, not which number it is."""
_RANGE: Final = ("timeRangeLeft", "timeRangeRight")
_RANGE_2: Final = ("timeRangeLeft2", "timeRangeRight2")
_COUNTED: Final = frozenset(
    {"category", "subject", "mainMask", "intervalType", "dynamicFilter", *_RANGE, *_RANGE_2,
     *SPELLINGS["relativeMask"], *SPELLINGS["dynamicTimeProfile"]}
)  # fmt: skip
_DAY: Final = 86_400.0
_SHIPPED_RANGE: Final = (0.0, 20.0)
"""What Stat Server takes where no range is given (docs/reference/definitions.md §4)."""


class Term(NamedTuple):
    """A statistic that is added, or taken off."""

    sign: int
    definition: Definition

    @property
    def words(self) -> str:
        """What it counts, in Stat Server's words: ``CallAbandoned 0–10 s``."""
        definition, mask = self.definition, self.definition.text("mainMask")
        if definition.category not in RANGED:
            return mask
        left, right = _range(definition, _RANGE) or _SHIPPED_RANGE
        return f"{mask} {left:g}–{right:g} s"


@dataclass(frozen=True, slots=True)
class Ratio:
    """``scale`` × the sum of the numerator ÷ that of the denominator."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    scale: float = 1.0
    whole: bool = False
    """The numerator is a count: never a fraction."""

    @property
    def excluded(self) -> tuple[Term, ...]:
        """What its denominator leaves out."""
        return tuple(term for term in self.denominator if term.sign < 0)


def ratio_of(definition: Definition) -> Ratio | None:
    """Return the parts of a ratio; None if it is none, or which they are is not known."""
    main, other = definition.text("mainMask"), definition.text("relativeMask")

    def part(category: str, mask: str, limits: tuple[float, float] | None = None) -> Term:
        return Term(1, _part(definition, category, mask, limits))

    def quotient(
        top: tuple[str, str], bottom: tuple[str, str], scale: float, *, whole: bool
    ) -> Ratio | None:
        if not top[1] or not bottom[1]:
            return None
        return Ratio((part(*top),), (part(*bottom),), scale, whole)

    category = definition.category
    match category:
        case "ServiceFactor1":
            return _service_factor(definition)
        case "TotalNumberInTimeRangePercentage" | "CurrentNumberInTimeRangePercentage":
            limits = _range(definition, _RANGE) or _SHIPPED_RANGE
            ranged, number = category.removesuffix("Percentage"), category.partition("In")[0]
            return Ratio((part(ranged, main, limits),), (part(number, main),), 100, whole=True)
        case "RelativeNumberPercentage" if _covers_everything(definition):
            return quotient(("TotalNumber", main), ("TotalNumber", other), 100, whole=True)
        case "RelativeNumber":
            return quotient(("TotalNumber", main), ("TotalNumber", other), 1, whole=True)
        case "AverageTime":
            return quotient(("TotalTime", main), ("TotalNumber", other or main), 1, whole=False)
        case "RelativeTimePercentage":
            time = "TotalAdjustedTime"
            return quotient((time, main), (time, other), 100, whole=False)
        case "AverageNumberPerRelativeHour":
            hours = ("TotalAdjustedTime", other)
            return quotient(("TotalNumber", main), hours, 3600, whole=True)
        case "CurrentAverageTime":
            return quotient(("CurrentTime", main), ("CurrentNumber", other or main), 1, whole=False)
        case "CurrentRelativeNumberPercentage":
            return quotient(("CurrentNumber", main), ("CurrentNumber", other), 100, whole=True)
        case "CurrentRelativeTimePercentage":
            return quotient(("CurrentTime", main), ("CurrentTime", other), 100, whole=False)
    return None


def computes(definition: Definition) -> Hashable:
    """Return what a definition computes: equal for two that give the same number.

    Window, filter, masks and ranges count; when it is told does not.
    """
    category = definition.category
    status = definition.text("subject").endswith("Status")
    if category == "TotalAdjustedTime" and status:
        category = "TotalTime"  # of a status both count what is in progress
    others = {
        key: value
        for key, value in definition.fields.items()
        if key not in _COUNTED and key not in _TELLING
    }
    return (
        category,
        definition.text("subject"),
        _words(definition.text("mainMask")),
        _words(definition.text("relativeMask")) if category in RELATIVE else (),
        (_range(definition, _RANGE) or _SHIPPED_RANGE) if category in RANGED else (),
        _range(definition, _RANGE_2) if category == "ServiceFactor1" else (),
        () if is_current(category) else window_of(definition),
        definition.text("dynamicFilter").replace(" ", "").casefold(),
        json.dumps(others, sort_keys=True),
    )


def window_of(definition: Definition) -> tuple[str, str]:
    """Return over which part of the past it counts, in one spelling."""
    kind = definition.text("intervalType") or "GrowingWindow"
    profile = definition.text("dynamicTimeProfile").replace(" ", "")
    if kind == "GrowingWindow":
        profile = profile or "0:00"
    return kind, re.sub(r"(?<![\d:])0+(?=\d)", "", profile)


def _service_factor(definition: Definition) -> Ratio | None:
    """In time ÷ (answered + abandoned - abandoned too soon to count)."""
    limits, short = _range(definition, _RANGE) or _SHIPPED_RANGE, _range(definition, _RANGE_2)
    if short is None:
        return None
    ranged = "TotalNumberInTimeRange"
    return Ratio(
        (Term(1, _part(definition, ranged, "CallAnswered", limits)),),
        (
            Term(1, _part(definition, "TotalNumber", "CallAnswered")),
            Term(1, _part(definition, "TotalNumber", "CallAbandoned")),
            Term(-1, _part(definition, ranged, "CallAbandoned", short)),
        ),
        100,
        whole=True,
    )


def _part(
    definition: Definition, category: str, mask: str, limits: tuple[float, float] | None = None
) -> Definition:
    replaced = {"category", "mainMask", *SPELLINGS["relativeMask"], *_RANGE, *_RANGE_2}
    kept = {key: value for key, value in definition.fields.items() if key not in replaced}
    ranges = {} if limits is None else dict(zip(_RANGE, map(_plain, limits), strict=True))
    return Definition({**kept, "category": category, "mainMask": mask, **ranges})


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _range(definition: Definition, keys: tuple[str, str]) -> tuple[float, float] | None:
    """Return a range of durations in seconds, or None where it has no right end."""
    left, right = (definition.seconds(key) for key in keys)
    return None if right is None else (left or 0.0, right)


def _covers_everything(definition: Definition) -> bool:
    limits = _range(definition, _RANGE)
    return limits is not None and limits[0] == 0 and limits[1] >= _DAY


def _words(mask: str) -> frozenset[str]:
    return frozenset(part.strip() for part in mask.split(",") if part.strip())
