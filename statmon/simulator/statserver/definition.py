"""Reads a statistic's definition, and says what is wrong with it.

Keys and spellings are the union of what official material uses: ``dynamicTimeProfile`` and
``dynamicProfile``, ``Media=`` and ``MediaType=``, ``PERIODICAL``, numbers as strings. The
service's own validation is not published; the rules here are those of the Real-Time Metrics
Engine's user guide. Absent keys: Periodical when there is a frequency, else Immediate;
frequency 10 s; insensitivity 0; growing window reset at midnight; range 0–20.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from statmon.domain.vocabulary import CATEGORIES, INTERVAL_TYPES, NOTIFICATION_MODES, SUBJECTS
from statmon.simulator.statserver.expression import condition, thousandths
from statmon.simulator.statserver.masks import Mask, parse_mask
from statmon.simulator.statserver.zones import zone_of

_MODE_ALIASES = {"changesbased": "Immediate", "timebased": "Periodical", "resetbased": "Reset"}
_STATES = frozenset({"CurrentState", "CurrentStateReasons", "ExtendedCurrentStatus"})
_MASKLESS = _STATES | {"ServiceFactor1"}


class DefinitionError(ValueError):
    """The definition cannot be computed; the text says why."""


@dataclass(frozen=True)
class Interval:
    """The part of the past that is covered. ``resets`` are seconds of the day, growing only."""

    kind: str = "GrowingWindow"
    resets: tuple[int, ...] = (0,)
    length: int = 3600
    sample: int = 10
    zone: str = ""
    """The time zone of the resets; without one the site's."""


Range = tuple[int, int]


@dataclass(frozen=True)
class Formula:
    """What is computed: the part of a definition that statistics can share.

    ``filter`` limits it to some actions or statuses; ``custom`` is the formula of their values.
    """

    category: str
    subject: str
    main: Mask
    relative: Mask
    interval: Interval
    filter: str = ""
    first_range: Range = (0, 20)
    second_range: Range = (0, 20)
    custom: str = ""

    @property
    def is_current(self) -> bool:
        """Whether only the present matters, not an interval."""
        return self.category.startswith("Current") or self.category == "ExtendedCurrentStatus"

    @property
    def is_state(self) -> bool:
        """Whether the value is a state rather than a number."""
        return self.category in _STATES

    @property
    def of_statuses(self) -> bool:
        """Whether statuses are looked at, of which the one in progress counts."""
        return self.subject != "DNAction"


@dataclass(frozen=True)
class Notification:
    """When an update is due: mode, frequency in seconds, smallest change."""

    mode: str = "Immediate"
    frequency: int = 10
    insensitivity: float = 0.0


@dataclass(frozen=True)
class Definition:
    """A formula and when to tell its result."""

    formula: Formula
    notification: Notification


def parse_definition(given: Mapping[str, Any]) -> Definition:
    """Read a definition as the API receives it. Raises DefinitionError."""
    raw = dict(given)
    category = _word(raw | _aliased(raw), "category", CATEGORIES)
    subject = _word(raw, "subject", SUBJECTS)
    try:
        main = parse_mask(str(raw.get("mainMask") or ""))
        relative = parse_mask(str(raw.get("relativeMask") or raw.get("relMask") or ""))
    except ValueError as error:
        raise DefinitionError(str(error)) from None
    if not main and category not in _MASKLESS:
        raise DefinitionError(f"category {category} needs a mainMask")
    formula = Formula(
        category,
        subject,
        main,
        relative,
        _interval(raw),
        _expression(raw, "dynamicFilter", condition),
        _range(raw, ""),
        _range(raw, "2"),
        _expression(raw, "formula", thousandths),
    )
    notification = _notification(raw)
    _check(formula, notification, raw)
    return Definition(formula, notification)


def _aliased(raw: dict[str, Any]) -> dict[str, str]:
    """Return the category by its name in the enumeration, if the guide calls it otherwise."""
    name = _ALIASES.get(str(raw.get("category")).lower())
    return {"category": name} if name else {}


_ALIASES = {"estimwaittime": "EstimWaitingTime", "expectedwaittime2": "EstimWaitingTime"}


def _check(formula: Formula, notification: Notification, raw: Mapping[str, Any]) -> None:
    if formula.category.endswith("CustomValue") and not formula.custom:
        raise DefinitionError(f"category {formula.category} needs a formula")
    if formula.category in _RELATIVE and not formula.relative:
        raise DefinitionError(f"category {formula.category} needs a relativeMask")
    if notification.mode == "Reset" and (
        formula.is_current or formula.interval.kind != "GrowingWindow"
    ):
        raise DefinitionError("notificationMode Reset needs a historical category that grows")
    if formula.is_current and raw.get("intervalType"):
        raise DefinitionError(f"category {formula.category} takes no intervalType")
    if formula.interval.kind == "SlidingSelection" and formula.category not in _SELECTABLE:
        raise DefinitionError(f"category {formula.category} cannot use SlidingSelection")


_RELATIVE = frozenset(
    {
        "RelativeTimePercentage", "RelativeNumberPercentage", "RelativeNumber",
        "CurrentRelativeTimePercentage", "CurrentRelativeNumberPercentage",
        "AverageNumberPerRelativeHour",
    }
)  # fmt: skip
_SELECTABLE = frozenset({"TotalNumber", "TotalTime", "AverageTime", "MaxTime", "MinTime"})


def _word(raw: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = raw.get(key)
    if not value:
        raise DefinitionError(f"definition needs a {key}")
    for word in known:
        if word.lower() == str(value).lower():
            return word
    raise DefinitionError(f"unknown {key} '{value}'")


def _whole(raw: Mapping[str, Any], key: str, default: int) -> int:
    value = raw.get(key)
    if value is None or value == "":
        return default
    try:
        number = int(str(value))
    except ValueError:
        raise DefinitionError(f"{key} must be a whole number, not '{value}'") from None
    if not 0 <= number < 2**31:
        raise DefinitionError(f"{key} must be between 0 and 2147483647")
    return number


def _notification(raw: Mapping[str, Any]) -> Notification:
    frequency = _whole(raw, "notificationFrequency", 0)
    fallback = "Periodical" if frequency else "Immediate"
    text = str(raw.get("notificationMode") or fallback).lower()
    modes = {mode.lower(): mode for mode in NOTIFICATION_MODES} | _MODE_ALIASES
    if text not in modes:
        raise DefinitionError(f"unknown notificationMode '{raw.get('notificationMode')}'")
    return Notification(modes[text], frequency or 10, float(_whole(raw, "insensitivity", 0)))


def _interval(raw: Mapping[str, Any]) -> Interval:
    profile = str(raw.get("dynamicTimeProfile") or raw.get("dynamicProfile") or "").strip()
    sliding = re.fullmatch(r"(\d{1,9}):(\d{1,9})", profile)
    kind = raw.get("intervalType")
    if not kind:
        looks_sliding = sliding and int(sliding[1]) > 23
        kind = "SlidingWindow" if looks_sliding else "GrowingWindow"
    kind = _word({"intervalType": kind}, "intervalType", INTERVAL_TYPES)
    if kind == "GrowingWindow":
        times, _, zone = profile.rpartition(" ") if profile[-1:].isalpha() else (profile, "", "")
        return Interval(kind, _resets(times or "0:00"), zone=_zone(zone) if zone else "")
    if kind == "SlidingWindow":
        return _sliding(profile or "3600:10")
    if kind == "SlidingSelection":
        return Interval(kind, (), length=max(1, _whole({"samples": profile}, "samples", 100)))
    return Interval(kind, ())


def _resets(profile: str) -> tuple[int, ...]:
    seconds = []
    for part in profile.split(","):
        match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*", part)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise DefinitionError(f"'{profile}' is no growing time profile such as 00:00,12:00")
        seconds.append(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0))
    return tuple(sorted(set(seconds)))


def _zone(name: str) -> str:
    try:
        return zone_of(name).key
    except ValueError as error:
        raise DefinitionError(str(error)) from None


def _sliding(profile: str) -> Interval:
    match = re.fullmatch(r"(\d{1,6}):(\d{1,6})", profile)
    if not match:
        raise DefinitionError(f"'{profile}' is no sliding time profile such as 3600:10")
    length, sample = int(match[1]), int(match[2])
    if not 0 < sample <= length or length // sample > 10_000:
        raise DefinitionError("a sliding window needs 1 to 10000 samples in its length")
    return Interval("SlidingWindow", (), length, sample)


def _range(raw: Mapping[str, Any], which: str) -> Range:
    left = _whole(raw, f"timeRangeLeft{which}", 0)
    right = _whole(raw, f"timeRangeRight{which}", 20)
    if left >= right:
        raise DefinitionError(f"timeRangeLeft{which} must be less than timeRangeRight{which}")
    return left, right


def _expression(raw: Mapping[str, Any], key: str, read: Callable[[str], object]) -> str:
    text = str(raw.get(key) or "").strip()
    try:
        if text:
            read(text)
    except ValueError as error:
        raise DefinitionError(str(error)) from None
    return text
