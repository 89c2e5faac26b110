"""What numbers are to be, as a workspace says it: ``target`` of an object or of a group.

``"objects": [{"objectType": "Queue", "objectId": "7001", "target": {"Service_Level": 80}}]`` and
``"groups": {"Sales": {"target": {"Service_Level": 85, "Current_In_Queue": 20}}}``: the statistic by
its predefined name, its title, the id of its library entry or that of a formula; the number in its
unit (80 is 80 %, 20 is 20 seconds). Whether more or less is good says the library.

A group's target is that of the group's number. Of a share or an average it is also that of the
members that have none of their own; of a sum it cannot be.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from statmon.domain.library import Aggregate, Direction, Library
from statmon.domain.outside import brief, visible
from statmon.domain.ratio import computes
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import ObjectLabel, Workspace

KEY: Final = "target"
GROUPS: Final = "groups"
_OF_MEMBERS: Final = (Aggregate.MEAN, Aggregate.MAX, Aggregate.MIN)
"""How numbers are put together of which a group's target is its members' too."""
Numbers = Mapping[str, float]
_NO_NUMBERS: Final[Numbers] = {}


@dataclass(frozen=True, slots=True)
class Target:
    """What a number is to be."""

    number: float
    """In the statistic's unit."""
    group: str = ""
    """Whose target it is; empty: the object's own."""

    def met(self, number: float, direction: Direction) -> bool | None:
        """Return whether a number is as it is to be; None where nobody says which side is good."""
        if direction is Direction.NEUTRAL or math.isnan(number):
            return None
        return number >= self.number if direction is Direction.MORE else number <= self.number


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a workspace."""

    objects: Mapping[ObjectRef, Numbers] = field(default_factory=dict)
    groups: Mapping[str, Numbers] = field(default_factory=dict)
    members: Mapping[ObjectRef, tuple[str, ...]] = field(default_factory=dict)
    """The groups of each object, in the workspace's order."""

    def __bool__(self) -> bool:
        return bool(self.objects or self.groups)

    def of_object(
        self, ref: ObjectRef, names: Iterable[str], aggregate: Aggregate
    ) -> Target | None:
        """Return the target of a statistic of an object: its own, else that of a group of its.

        Args:
            ref: the object.
            names: what the statistic is called (``names_of``).
            aggregate: how the group's number of it comes about.
        """
        called = tuple(names)
        own = _first(self.objects.get(ref, _NO_NUMBERS), called)
        if own is not None:
            return Target(own)
        if aggregate in _OF_MEMBERS:
            for group in self.members.get(ref, ()):
                if (found := self.of_group(group, called)) is not None:
                    return found
        return None

    def of_group(self, group: str, names: Iterable[str]) -> Target | None:
        """Return the target of a group's number."""
        number = _first(self.groups.get(group, _NO_NUMBERS), names)
        return None if number is None else Target(number, group)


def with_targets(
    workspace: Workspace, objects: Mapping[ObjectRef, Numbers], groups: Mapping[str, Numbers]
) -> Workspace:
    """Return a workspace with these targets and no others; what cannot be read of them stays."""
    known = {item.ref for item in workspace.objects}
    new = [ObjectLabel(ref) for ref, numbers in objects.items() if numbers and ref not in known]
    items = tuple(
        replace(item, extra=_with(item.extra, objects.get(item.ref, _NO_NUMBERS)))
        for item in (*workspace.objects, *new)
    )
    listed = workspace.extra.get(GROUPS, {})
    before = listed if isinstance(listed, Mapping) else {}
    after = {}
    for name in dict.fromkeys((*before, *groups)):
        item = before.get(name, {})
        if isinstance(item, Mapping):
            item = _with(item, groups.get(name, _NO_NUMBERS))
        if item or before.get(name) == item:
            after[name] = item
    extra = dict(workspace.extra)
    if after:
        extra[GROUPS] = after
    elif isinstance(listed, Mapping):
        extra.pop(GROUPS, None)
    return replace(workspace, objects=items, extra=extra)


def _with(item: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Return keys of a workspace with these numbers as the target."""
    listed = item.get(KEY, {})
    if not isinstance(listed, Mapping):
        return {**item, KEY: listed}
    unread = {name: value for name, value in listed.items() if not _is_number(value)}
    target = {name: int(n) if n == int(n) else n for name, n in numbers.items()}
    rest = {key: value for key, value in item.items() if key != KEY}
    return {**rest, KEY: {**target, **unread}} if target or unread else rest


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def names_of(statistic: Statistic, library: Library) -> tuple[str, ...]:
    """Return all that a statistic may be called where a target is given."""
    entry = library.entry_for(statistic)
    if entry is not None and statistic.definition is not None:
        same = entry.definition is not None and (
            computes(entry.definition) == computes(statistic.definition)
        )
        entry = entry if same else None  # else it is of another window, or another filter
    formula = statistic.formula.id if statistic.formula else ""
    names = (statistic.title, statistic.name or "", entry.id if entry else "", formula)
    return tuple(name for name in dict.fromkeys(names) if name)


def targets_in(workspace: Workspace) -> tuple[Targets, list[str]]:
    """Read the targets of a workspace, and say what of them cannot be used."""
    problems: list[str] = []
    objects = {
        item.ref: numbers
        for item in workspace.objects
        if KEY in item.extra and (numbers := _numbers(item.extra[KEY], str(item.ref), problems))
    }
    groups: dict[str, Numbers] = {}
    listed = workspace.extra.get(GROUPS, {})
    if not isinstance(listed, Mapping):
        problems.append('"groups" must be a JSON object: {"Sales": {"target": {…}}}')
        listed = {}
    for group, item in listed.items():
        if not isinstance(item, Mapping):
            problems.append(f"the group {_said(group)} must be a JSON object")
        elif KEY in item and (numbers := _numbers(item[KEY], f"group “{group}”", problems)):
            groups[group] = numbers
    members = {item.ref: item.groups for item in workspace.objects if item.groups and groups}
    return Targets(objects, groups, members), problems


def _numbers(items: Any, whose: str, problems: list[str]) -> dict[str, float]:
    if not isinstance(items, Mapping):
        words = 'must be a JSON object: {"Service_Level": 80}'
        problems.append(f"the target of {brief(visible(whose), 60)} {words}")
        return {}
    found: dict[str, float] = {}
    for name, number in items.items():
        if _is_number(number):
            found[name] = float(number)
        else:
            words = f"the target {_said(number)} for {_said(name)} of {brief(visible(whose), 60)}"
            problems.append(f"{words} is no number: write it without a unit, as 80")
    return found


def _first(numbers: Numbers, names: Iterable[str]) -> float | None:
    return next((numbers[name] for name in names if name in numbers), None)


def _said(item: Any) -> str:
    return f"«{brief(visible(str(item)), 60)}»"
