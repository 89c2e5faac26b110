"""Threshold rules as the workspace file keeps them, and which statistics each is for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.unit import Unit

KIND = "threshold"
_PATTERN_SIGNS = "*?["
LIMITS = ("critical_low", "warning_low", "warning_high", "critical_high")
"""The limits of a rule, from the lowest to the highest."""
SUGGESTED_DELAY = 30.0
"""Seconds that a suggested rule waits before an alert begins, and before it ends."""
_LEVEL_KEYS = ("criticalLow", "warningLow", "warningHigh", "criticalHigh")
_SIDES = (
    ("low", "critical", "critical_low"),
    ("low", "warning", "warning_low"),
    ("high", "warning", "warning_high"),
    ("high", "critical", "critical_high"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How one level begins and ends, where that differs from its rule; None: as the rule says."""

    persist: float | None = None
    """Seconds, counted from when this very limit was passed."""
    recover: float | None = None
    """Seconds, counted from when the number was back inside this very limit."""
    deadband: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Limits for the statistics that fit its patterns (``*`` and ``?``; empty fits all)."""

    title: str = ""
    statistic: str = ""
    """Pattern of the statistic's title, or of its predefined name."""
    object_type: str = ""
    object_id: str = ""
    group: str = ""
    state: str = ""
    """For agents' states: pattern of the state whose duration in seconds is limited."""
    levels: Levels = field(default_factory=Levels)
    persist: float = 0.0
    """Seconds that a limit must be passed before there is an alert."""
    recover: float = 0.0
    """Seconds that the number must be well again before the alert ends."""
    deadband: float = 0.0
    """How far back inside a limit the number must come to count as well again."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    """What single limits, by their name in ``LIMITS``, have of their own."""
    enabled: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Keys that this version does not know."""

    def fits(self, statistic: Statistic, groups: Sequence[str]) -> bool:
        """Return whether the rule is for a statistic whose object is in these groups."""
        return (
            self.enabled
            and (not self.state or statistic.unit is Unit.STATE)
            and _fits(self.object_type, statistic.ref.object_type)
            and _fits(self.object_id, statistic.ref.object_id)
            and (_fits(self.statistic, statistic.title) or _fits(self.statistic, statistic.measure))
            and (not self.group or any(_fits(self.group, group) for group in groups))
        )

    @property
    def name(self) -> str:
        """What to call it where only words are wanted; empty for one of everything."""
        parts = (self.object_type, self.object_id, self.group, self.statistic, self.state)
        return self.title or " · ".join(filter(None, parts))

    def pace(self, limit: str) -> Pace:
        """Return what one limit has of its own."""
        return self.paces.get(limit, _AS_THE_RULE)

    @property
    def narrowness(self) -> tuple[int, ...]:
        """How narrow the rule is: of two that fit, the narrower counts."""
        exact = self.object_id and not any(sign in self.object_id for sign in "*?")
        parts = (exact, self.object_id, self.group, self.statistic, self.object_type)
        return tuple(int(bool(part)) for part in parts)


def rule_for(rules: Sequence[Rule], statistic: Statistic, groups: Sequence[str]) -> int | None:
    """Return the place of the rule that counts for a statistic, or None.

    Of several the narrowest counts, of equally narrow ones the last.
    """
    fitting = [place for place, rule in enumerate(rules) if rule.fits(statistic, groups)]
    return max(fitting, key=lambda place: (rules[place].narrowness, place), default=None)


class RuleFinder:
    """Says what ``rule_for`` says, of many rules for many statistics.

    What names no object is asked once for all statistics of a kind, what names one by its id
    only for that object; patterns of ids are tried on each.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._of_all: list[int] = []
        self._of_object: dict[str, list[int]] = {}
        self._of_patterns: list[int] = []
        self._known: dict[tuple[object, ...], int | None] = {}
        for place, rule in enumerate(rules):
            if not rule.object_id:
                self._of_all.append(place)
            elif any(sign in rule.object_id for sign in _PATTERN_SIGNS):
                self._of_patterns.append(place)
            else:
                self._of_object.setdefault(rule.object_id.casefold(), []).append(place)

    def place_for(self, statistic: Statistic, groups: Sequence[str]) -> int | None:
        """Return the place of the rule that counts for a statistic, or None."""
        ref = statistic.ref
        kind = (ref.object_type, statistic.title, statistic.measure, tuple(groups))
        if kind not in self._known:
            self._known[kind] = self._narrowest(self._of_all, statistic, groups)
        place = self._known[kind]
        own = [*self._of_object.get(ref.object_id.casefold(), ()), *self._of_patterns]
        if not own:
            return place
        return self._narrowest([*own] if place is None else [*own, place], statistic, groups)

    def _narrowest(
        self, places: Sequence[int], statistic: Statistic, groups: Sequence[str]
    ) -> int | None:
        some = sorted(places)  # of equally narrow ones the last counts
        found = rule_for([self._rules[place] for place in some], statistic, groups)
        return None if found is None else some[found]


def rules_in(alerts: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """Return the threshold rules among a workspace's alerts."""
    return [parse(item) for item in alerts if item.get("kind") == KIND]


def levels_for(
    alerts: Iterable[Mapping[str, Any]], statistic: Statistic, groups: Sequence[str]
) -> Levels | None:
    """Return the limits that count for one statistic, for whoever draws them; or None."""
    rules = rules_in(alerts)
    place = rule_for(rules, statistic, groups)
    return None if place is None else rules[place].levels


def parse(item: Mapping[str, Any]) -> Rule:
    """Read a rule; what is damaged or missing is as if it were not there."""
    rest = dict(item)
    rest.pop("kind", None)

    def take(key: str, fits: Callable[[Any], bool], default: Any) -> Any:
        value = rest.pop(key, default)
        return value if fits(value) else default

    def text(key: str) -> str:
        return str(take(key, lambda value: isinstance(value, str), ""))

    def seconds(key: str) -> float:
        return float(take(key, lambda value: _is_number(value) and value >= 0, 0.0))

    sides = {
        side: take(side, lambda value: isinstance(value, dict), {}) for side in ("low", "high")
    }
    levels = {
        name: float(sides[side][key])
        for side, key, name in _SIDES
        if _is_number(sides[side].get(key))
    }
    paces = take("levels", lambda value: isinstance(value, dict), {})
    return Rule(
        title=text("title"),
        statistic=text("statistic"),
        object_type=text("objectType"),
        object_id=text("objectId"),
        group=text("group"),
        state=text("state"),
        levels=Levels(**levels),
        persist=seconds("for"),
        recover=seconds("recover"),
        deadband=seconds("deadband"),
        paces=_paces(paces),
        enabled=take("enabled", lambda value: isinstance(value, bool), True),
        extra=rest,
    )


def dump(rule: Rule) -> dict[str, Any]:
    """Return a rule as the workspace file keeps it."""
    texts = {
        "objectType": rule.object_type,
        "objectId": rule.object_id,
        "group": rule.group,
        "statistic": rule.statistic,
        "state": rule.state,
    }
    limits: dict[str, dict[str, float]] = {}
    for side, key, name in _SIDES:
        limit = getattr(rule.levels, name)
        if limit is not None:
            limits.setdefault(side, {})[key] = limit
    times = {"for": rule.persist, "recover": rule.recover, "deadband": rule.deadband}
    result = {
        "kind": KIND,
        "title": rule.title,
        **{key: text for key, text in texts.items() if text},
        **limits,
        **{key: seconds for key, seconds in times.items() if seconds},
    }
    if own := _dumped(rule.paces):
        result["levels"] = own
    if not rule.enabled:
        result["enabled"] = False
    return {**result, **rule.extra}


_AS_THE_RULE = Pace()
_PACE_KEYS = (("persist", "for"), ("recover", "recover"), ("deadband", "deadband"))


def _paces(item: Mapping[str, Any]) -> dict[str, Pace]:
    """Read what single limits have of their own; a statmon that knows no such key keeps it."""
    found = {}
    for limit, key in zip(LIMITS, _LEVEL_KEYS, strict=True):
        own = item.get(key)
        own = own if isinstance(own, dict) else {}
        known = {
            name: float(own[key])
            for name, key in _PACE_KEYS
            if _is_number(own.get(key)) and own[key] >= 0
        }
        if known:
            found[limit] = Pace(**known)
    return found


def _dumped(paces: Mapping[str, Pace]) -> dict[str, dict[str, float]]:
    result = {}
    for limit, key in zip(LIMITS, _LEVEL_KEYS, strict=True):
        pace = paces.get(limit, _AS_THE_RULE)
        own = {key: getattr(pace, name) for name, key in _PACE_KEYS}
        if kept := {key: value for key, value in own.items() if value is not None}:
            result[key] = kept
    return result


def suggested(title: str, statistic: str, object_type: str, levels: Levels) -> Rule:
    """Return a rule with limits and with what keeps it quiet: delays, and a deadband.

    The deadband is a fifth of what lies between warning and critical, so that the way from one
    level to the other is not gone back and forth, or a twentieth of the only limit.
    """
    sides = (
        (levels.critical_low, levels.warning_low), (levels.warning_high, levels.critical_high),
    )  # fmt: skip
    bands = []
    for lower, upper in sides:
        if lower is not None and upper is not None:
            bands.append((upper - lower) / 5)
        elif (only := upper if lower is None else lower) is not None:
            bands.append(abs(only) / 20)
    return Rule(
        title=title, statistic=statistic, object_type=object_type, levels=levels,
        persist=SUGGESTED_DELAY, recover=SUGGESTED_DELAY, deadband=min(bands, default=0.0),
    )  # fmt: skip


def endless(rule: Rule) -> bool:
    """Whether an alert of a rule would never end: no number is back inside on both sides."""
    own = [rule.pace(name).deadband for name in LIMITS]
    bands = [rule.deadband if band is None else band for band in own]
    limits = [getattr(rule.levels, name) for name in LIMITS]
    lows = [limits[n] + bands[n] for n in (0, 1) if limits[n] is not None]
    highs = [limits[n] - bands[n] for n in (2, 3) if limits[n] is not None]
    return bool(lows and highs) and max(lows) >= min(highs)


def rule_of_object(ref: ObjectRef, statistic: str, levels: Levels) -> Rule:
    """Return a rule for one statistic of one object."""
    return Rule(
        title=f"{ref.object_id}: {statistic}", statistic=statistic, object_type=ref.object_type,
        object_id=ref.object_id, levels=levels,
    )  # fmt: skip


def _fits(pattern: str, text: str) -> bool:
    return not pattern or fnmatchcase(text.casefold(), pattern.casefold())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
