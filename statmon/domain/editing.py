"""Changes to workspaces and subscriptions: each takes one and returns another, for undo is free."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from statmon.domain.definition import SPELLINGS, Definition
from statmon.domain.statistic import ObjectRef, Statistic, free_id
from statmon.domain.workspace import (
    Json,
    ObjectLabel,
    Subscription,
    WantedStatistic,
    Workspace,
)

MOST_STEPS: Final = 200
Change = Callable[[Workspace], Workspace]
"""What an edit makes of a workspace; the same one if there is nothing to do."""
Edit = Callable[[str, Change], None]
"""How a part of the window changes the workspace: what is done, in words, and the change."""
Arrange = Callable[[Change], None]
"""How views say that they look otherwise: a change that is no step of its own."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be measured: a predefined name or a definition."""

    name: str | None = None
    definition: Definition | None = None
    slug: str = ""
    """What a definition is called in the ids of its statistics."""

    @property
    def tag(self) -> str:
        """Part of the statistic's id."""
        if self.name is not None or self.definition is None:
            return self.name or ""
        return self.slug or f"{self.definition.category}-{self.definition.digest[:4]}"


@dataclass(frozen=True, slots=True)
class Combined:
    """Objects × statistics added to a subscription."""

    subscription: Subscription
    added: int
    already: int
    """Combinations that the subscription had before."""


def combine(
    subscription: Subscription, refs: Iterable[ObjectRef], choices: Sequence[Choice]
) -> Combined:
    """Add every statistic of every object, object by object; what is there already is kept."""
    there = {(item.statistic.ref, item.statistic.measure) for item in subscription.statistics}
    taken = {item.statistic.id for item in subscription.statistics}
    fresh: list[WantedStatistic] = []
    already = 0
    for ref in dict.fromkeys(refs):
        for choice in choices:
            statistic = Statistic("", ref, choice.name, choice.definition)
            if (ref, statistic.measure) in there:
                already += 1
                continue
            there.add((ref, statistic.measure))
            own = free_id(f"{ref.object_id}/{choice.tag}", taken)
            fresh.append(WantedStatistic(replace(statistic, id=own)))
    statistics = (*subscription.statistics, *fresh)
    return Combined(replace(subscription, statistics=statistics), len(fresh), already)


def put_enabled(subscription: Subscription, items: Sequence[WantedStatistic]) -> Subscription:
    """Return the subscription with other statistics in place of those that are switched on.

    Those that are switched off stay where they are, among the ones that did not change.
    """
    old = subscription.statistics
    rows = [row for row, item in enumerate(old) if item.enabled]
    most = min(len(rows), len(items))
    head = next((n for n in range(most) if old[rows[n]] is not items[n]), most)
    most -= head
    tail = next((n for n in range(most) if old[rows[-1 - n]] is not items[-1 - n]), most)
    start = rows[head] if head < len(rows) else len(old)
    end = rows[len(rows) - tail] if tail else len(old)
    off = [item for item in old[start:end] if not item.enabled]
    fresh = items[head : len(items) - tail]
    return _with(subscription, (*old[:start], *fresh, *off, *old[end:]))


def choices_of(subscription: Subscription, object_type: str) -> list[Choice]:
    """Return what a subscription measures of objects of a type, each once."""
    found: dict[str, Choice] = {}
    for item in subscription.statistics:
        statistic = item.statistic
        if statistic.ref.object_type == object_type:
            choice = Choice(statistic.name, statistic.definition)
            found.setdefault(statistic.measure, choice)
    return list(found.values())


def measure_alike(subscription: Subscription, refs: Iterable[ObjectRef]) -> Combined:
    """Add objects with the statistics that the others of their type have here."""
    by_type: dict[str, list[ObjectRef]] = {}
    for ref in refs:
        by_type.setdefault(ref.object_type, []).append(ref)
    result = Combined(subscription, 0, 0)
    for kind, same in by_type.items():
        done = combine(result.subscription, same, choices_of(subscription, kind))
        result = Combined(
            done.subscription, result.added + done.added, result.already + done.already
        )
    return result


def add_new(subscription: Subscription, items: Iterable[WantedStatistic]) -> Combined:
    """Add statistics from elsewhere, but those that are measured here already."""
    there = {(item.statistic.ref, item.statistic.measure) for item in subscription.statistics}
    wanted = {(item.statistic.ref, item.statistic.measure): item for item in items}
    fresh = [item for key, item in wanted.items() if key not in there]
    return Combined(insert(subscription, fresh), len(fresh), len(wanted) - len(fresh))


def keep(subscription: Subscription, rows: Collection[int]) -> Subscription:
    """Return the subscription with only these rows."""
    chosen = set(rows)
    return _with(
        subscription, (item for row, item in enumerate(subscription.statistics) if row in chosen)
    )


def remove(subscription: Subscription, rows: Collection[int]) -> Subscription:
    """Return the subscription without these rows."""
    return keep(subscription, set(range(len(subscription.statistics))) - set(rows))


def duplicate(subscription: Subscription, rows: Collection[int]) -> Subscription:
    """Return the subscription with a copy behind each of these rows, under an id of its own."""
    chosen = set(rows)
    taken = {item.statistic.id for item in subscription.statistics}
    result: list[WantedStatistic] = []
    for row, item in enumerate(subscription.statistics):
        result.append(item)
        if row in chosen:
            own = free_id(item.statistic.id, taken)
            result.append(replace(item, statistic=replace(item.statistic, id=own)))
    return _with(subscription, result)


def move(subscription: Subscription, rows: Collection[int], before: int) -> Subscription:
    """Return the subscription with these rows moved in front of the row ``before``."""
    items, chosen = subscription.statistics, set(rows)
    moved = [item for row, item in enumerate(items) if row in chosen]
    head = [item for row, item in enumerate(items[:before]) if row not in chosen]
    tail = [item for row, item in enumerate(items) if row >= before and row not in chosen]
    return _with(subscription, (*head, *moved, *tail))


def insert(
    subscription: Subscription, items: Iterable[WantedStatistic], before: int | None = None
) -> Subscription:
    """Return the subscription with statistics from elsewhere, under ids that are free here."""
    taken = {item.statistic.id for item in subscription.statistics}
    fresh = [
        replace(item, statistic=replace(item.statistic, id=free_id(item.statistic.id, taken)))
        for item in items
    ]
    at = len(subscription.statistics) if before is None else before
    old = subscription.statistics
    return _with(subscription, (*old[:at], *fresh, *old[at:]))


def enable(subscription: Subscription, rows: Collection[int], *, on: bool) -> Subscription:
    """Return the subscription with these statistics switched on or off."""
    return _each(subscription, rows, lambda item: replace(item, extra=switched(item.extra, on=on)))


def switched(extra: Json, *, on: bool) -> Json:
    """Return the keys of a subscription or statistic that is switched on or off."""
    rest = {key: value for key, value in extra.items() if key != "enabled"}
    return rest if on else {**rest, "enabled": False}


def change_definitions(
    subscription: Subscription, rows: Collection[int], changes: Mapping[str, Any]
) -> Subscription:
    """Return the subscription with fields of these definitions set, or taken out by None.

    Predefined statistics among the rows stay as they are.
    """

    def change(item: WantedStatistic) -> WantedStatistic:
        definition = item.statistic.definition
        if definition is None:
            return item
        changed = replace(item.statistic, definition=with_fields(definition, changes))
        return replace(item, statistic=changed)

    return _each(subscription, rows, change)


def choose(subscription: Subscription, rows: Collection[int], choice: Choice) -> Subscription:
    """Return the subscription with these rows measuring something else of the same objects."""

    def change(item: WantedStatistic) -> WantedStatistic:
        measured = replace(item.statistic, name=choice.name, definition=choice.definition)
        return replace(item, statistic=measured)

    return _each(subscription, rows, change)


def with_fields(definition: Definition, changes: Mapping[str, Any]) -> Definition:
    """Return the definition with fields set, or taken out by None.

    A field keeps the spelling in which it is there already; the order of keys stays.
    """
    fields = dict(definition.fields)
    for key, value in changes.items():
        spellings = SPELLINGS.get(key, (key,))
        own = next((spelling for spelling in spellings if spelling in fields), key)
        if value is None:
            fields.pop(own, None)
        else:
            fields[own] = value
    return Definition(fields)


def _each(
    subscription: Subscription,
    rows: Collection[int],
    change: Callable[[WantedStatistic], WantedStatistic],
) -> Subscription:
    chosen = set(rows)
    return _with(
        subscription,
        (
            change(item) if row in chosen else item
            for row, item in enumerate(subscription.statistics)
        ),
    )


def _with(subscription: Subscription, items: Iterable[WantedStatistic]) -> Subscription:
    return replace(subscription, statistics=tuple(items))


def free_name(workspace: Workspace, wish: str) -> str:
    """Return a name for a subscription that none of the workspace has."""
    return free_id(wish, {item.name for item in workspace.subscriptions})


def put(workspace: Workspace, subscription: Subscription, instead_of: str | None) -> Workspace:
    """Return the workspace with a subscription in the place of another, or at the end.

    Where a file has several of one name, only the first goes: that is what an editor shows.
    """
    old = workspace.subscriptions
    at = next((place for place, item in enumerate(old) if item.name == instead_of), len(old))
    return replace(workspace, subscriptions=(*old[:at], subscription, *old[at + 1 :]))


def drop(workspace: Workspace, names: Collection[str]) -> Workspace:
    """Return the workspace without these subscriptions."""
    rest = tuple(item for item in workspace.subscriptions if item.name not in names)
    return replace(workspace, subscriptions=rest)


def label(workspace: Workspace, labels: Iterable[ObjectLabel]) -> Workspace:
    """Return the workspace with labels and groups of objects added; an empty label changes none."""
    known = {item.ref: item for item in workspace.objects}
    for new in labels:
        if not (new.label or new.groups):
            continue
        old = known.get(new.ref, ObjectLabel(new.ref))
        groups = tuple(dict.fromkeys((*old.groups, *new.groups)))
        known[new.ref] = replace(old, label=new.label or old.label, groups=groups)
    return replace(workspace, objects=tuple(known.values()))


def objects_in(workspace: Workspace) -> dict[ObjectRef, ObjectLabel]:
    """Return every object that the workspace knows, in its order, with label and groups."""
    known = {item.ref: item for item in workspace.objects}
    for subscription in workspace.subscriptions:
        for item in subscription.statistics:
            known.setdefault(item.statistic.ref, ObjectLabel(item.statistic.ref))
    return known


def arranged(workspace: Workspace, before: Sequence[Json], after: Sequence[Json]) -> Workspace:
    """Return a workspace whose views are arranged as somebody arranged those of another one.

    Args:
        workspace: with the same views, or with some that the other has not.
        before: the views of the other one, before they were arranged.
        after: the same views, arranged.
    """
    if workspace.views is before or workspace.views == before:
        return replace(workspace, views=tuple(after))
    new = {_subject(view): view for view in after}
    if len(new) < len(after):
        return workspace  # two of one name: which is meant cannot be told
    return replace(workspace, views=tuple(new.get(_subject(v), v) for v in workspace.views))


def _subject(view: Json) -> tuple[str, str]:
    return str(view.get("kind")), str(view.get("title"))


class Steps(Generic[_T]):
    """What can be undone and done again."""

    def __init__(self, state: _T) -> None:
        self._states: list[tuple[int, str, _T]] = [(0, "", state)]
        self._at = self._last = 0

    @property
    def state(self) -> _T:
        """What is now."""
        return self._states[self._at][2]

    @property
    def number(self) -> int:
        """Which step led here: each has a number of its own, 0 is where it all began."""
        return self._states[self._at][0]

    def do(self, words: str, state: _T) -> None:
        """Go on to a new state; what was undone is forgotten. ``words`` say what was done."""
        if state == self.state:
            return
        self._last += 1
        del self._states[self._at + 1 :]
        self._states.append((self._last, words, state))
        if len(self._states) > MOST_STEPS:
            del self._states[0]
        self._at = len(self._states) - 1

    def each(self, change: Callable[[_T], _T]) -> None:
        """Let every state be otherwise, as if it had been so when its step was done."""
        self._states = [(number, words, change(state)) for number, words, state in self._states]

    @property
    def undoable(self) -> str:
        """What the next undo takes back; empty if there is nothing."""
        return self._states[self._at][1] if self._at else ""

    @property
    def redoable(self) -> str:
        """What the next redo does again; empty if there is nothing."""
        more = self._at + 1 < len(self._states)
        return self._states[self._at + 1][1] if more else ""

    def undo(self) -> _T:
        """Go back one step, if there is one; return what is now."""
        self._at = max(0, self._at - 1)
        return self.state

    def redo(self) -> _T:
        """Go forward one step, if there is one; return what is now."""
        self._at = min(len(self._states) - 1, self._at + 1)
        return self.state
