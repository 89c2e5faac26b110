"""Two people changed one workspace: what both wanted in one, and where that is impossible.

Three-way: what only one of them changed is taken from that one. Where both changed the same thing
differently mine stays, and a sentence says what theirs was. What one changed and the other deleted
stays. So nothing that anybody wrote goes without a word.
"""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from statmon.domain.definition import Definition
from statmon.domain.difference import by_title, in_words, titled_as
from statmon.domain.statistic import Statistic, free_id
from statmon.domain.workspace import (
    Json,
    ObjectLabel,
    Site,
    Subscription,
    WantedStatistic,
    Workspace,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Merged(Generic[_T]):
    """What became of two versions."""

    result: _T
    conflicts: tuple[str, ...] = ()
    """Sentences: what both had changed, and what theirs was; mine is in the result."""


def merge(base: Workspace, mine: Workspace, theirs: Workspace) -> Merged[Workspace]:
    """Return a workspace with what both changed since ``base``."""
    work = _Merging()
    return Merged(work.workspace(base, mine, theirs), tuple(work.conflicts))


def merge_subscription(
    base: Subscription, mine: Subscription, theirs: Subscription
) -> Merged[Subscription]:
    """Return a subscription with what both changed since ``base``."""
    work = _Merging()
    what = f"subscription “{mine.name}”"
    return Merged(work.subscription(what, base, mine, theirs), tuple(work.conflicts))


@dataclass(slots=True)
class _Merging:
    """One merge, and what it found that cannot be both."""

    conflicts: list[str] = field(default_factory=list)

    def workspace(self, base: Workspace, mine: Workspace, theirs: Workspace) -> Workspace:
        sides = (base, mine, theirs)
        return Workspace(
            name=self.value("the name", *(side.name for side in sides)),
            site=self.site(*(side.site for side in sides)),
            subscriptions=self.subscriptions(*sides),
            objects=self.objects(*sides),
            views=self.titled("view", *(side.views for side in sides)),
            charts=self.titled("chart", *(side.charts for side in sides)),
            alerts=self.titled("alert", *(side.alerts for side in sides)),
            extra=self.keys("the workspace", *(side.extra for side in sides)),
        )

    def value(self, what: str, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge what cannot be divided."""
        if _same(mine, theirs) or _same(theirs, base):
            return mine
        if _same(mine, base):
            return theirs
        self.conflicts.append(f"{what} is {in_words(mine)}, theirs was {in_words(theirs)}")
        return mine

    def keys(self, what: str, base: Json, mine: Json, theirs: Json) -> dict[str, Any]:
        """Merge the keys of JSON objects, and of those within them."""
        merged: dict[str, Any] = {}
        for key in _order(base, mine, theirs):
            sides = (side.get(key, _ABSENT) for side in (base, mine, theirs))
            kept = self._member(f"{key} of {what}", *sides)
            if kept is not _ABSENT:
                merged[key] = kept
        return merged

    def _member(self, what: str, base: Any, mine: Any, theirs: Any) -> Any:
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self.keys(what, base if isinstance(base, dict) else {}, mine, theirs)
        if _is_set(mine) and _is_set(theirs):
            return _joined(base if _is_set(base) else [], mine, theirs)
        return self.value(what, base, mine, theirs)

    def each(
        self,
        base: Mapping[Any, _T],
        mine: Mapping[Any, _T],
        theirs: Mapping[Any, _T],
        name: Callable[[Any], str],
        both: Callable[[str, _T, _T, _T], _T],
    ) -> list[_T]:
        """Merge things that go by a key; ``both`` merges one that both have and one changed."""
        found: list[_T] = []
        for key in _order(base, mine, theirs):
            if key in mine and key in theirs:
                one, two = mine[key], theirs[key]
                found.append(one if _same(one, two) else both(name(key), base[key], one, two))
                continue
            kept = mine[key] if key in mine else theirs[key]
            if key in base and _same(kept, base[key]):
                continue  # deleted by one, and left alone by the other
            if key in base:
                deed = "you changed it, they" if key in mine else "they changed it, you"
                self.conflicts.append(f"{name(key)} stays: {deed} deleted it")
            found.append(kept)
        return found

    def site(self, base: Site, mine: Site, theirs: Site) -> Site:
        url = self.value("the site's URL", base.url, mine.url, theirs.url)
        return Site(url, self.keys("the site", base.settings, mine.settings, theirs.settings))

    def objects(self, *sides: Workspace) -> tuple[ObjectLabel, ...]:
        def both(
            what: str, base: ObjectLabel, mine: ObjectLabel, theirs: ObjectLabel
        ) -> ObjectLabel:
            return replace(
                mine,
                label=self.value(f"the label of {what}", base.label, mine.label, theirs.label),
                groups=tuple(_joined(base.groups, mine.groups, theirs.groups)),
                extra=self.keys(what, base.extra, mine.extra, theirs.extra),
            )

        base, mine, theirs = ({item.ref: item for item in side.objects} for side in sides)
        # An object has no history: what both wrote down of one is not two objects.
        for ref in mine.keys() & theirs.keys():
            base.setdefault(ref, ObjectLabel(ref))
        return tuple(self.each(base, mine, theirs, str, both))

    def titled(self, kind: str, *sides: Sequence[Json]) -> tuple[Json, ...]:
        """Merge views, charts or alerts by their titles."""
        base, mine, theirs = (dict(by_title(side)) for side in sides)
        # What has no title, as the tree, is there once: what both wrote down of it is not two.
        for key in mine.keys() & theirs.keys():
            if not {"title", "name"} & (mine[key].keys() | theirs[key].keys()):
                base.setdefault(key, {})

        def name(key: tuple[str, int]) -> str:
            return f"{kind} {titled_as(key)}"

        return tuple(self.each(base, mine, _apart(base, mine, theirs), name, self.keys))

    def subscriptions(self, *sides: Workspace) -> tuple[Subscription, ...]:
        """Merge subscriptions by name; one that was renamed is known by its statistics."""
        base, mine, theirs = (_by_first_name(sides[0], side) for side in sides)

        def name(key: str) -> str:
            return f"subscription “{key}”"

        taken: set[str] = set()
        return tuple(
            replace(item, name=free_id(item.name, taken))
            for item in self.each(base, mine, _apart(base, mine, theirs), name, self.subscription)
        )

    def subscription(
        self, what: str, base: Subscription, mine: Subscription, theirs: Subscription
    ) -> Subscription:
        def name(own: str) -> str:
            return f"{_title(before[own].statistic)} in {what}"

        before, ours, others = (
            {item.statistic.id: item for item in side.statistics} for side in (base, mine, theirs)
        )
        statistics = self.each(
            before, ours, _renumbered(before, ours, others), name, self._statistic
        )
        return Subscription(
            self.value(f"the name of {what}", base.name, mine.name, theirs.name),
            tuple(statistics),
            self.keys(what, base.extra, mine.extra, theirs.extra),
        )

    def _statistic(
        self, what: str, base: WantedStatistic, mine: WantedStatistic, theirs: WantedStatistic
    ) -> WantedStatistic:
        extra = self.keys(what, base.extra, mine.extra, theirs.extra)
        old, one, two = base.statistic, mine.statistic, theirs.statistic
        if one.definition and two.definition and (one.ref, one.name) == (two.ref, two.name):
            fields = old.definition.fields if old.definition else {}
            merged = self.keys(
                f"the definition {what}", fields, one.definition.fields, two.definition.fields
            )
            return WantedStatistic(replace(one, definition=Definition(merged)), extra)
        kept = self.value(what, *(_Measured(item) for item in (old, one, two)))
        return WantedStatistic(kept.statistic, extra)


class _Absent:
    """A key that is not there."""

    def __str__(self) -> str:
        return "not there"


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class _Measured:
    """A statistic that reads as what it measures."""

    statistic: Statistic

    def __str__(self) -> str:
        return _title(self.statistic)


def _title(statistic: Statistic) -> str:
    return f"{statistic.title} of {statistic.ref}"


def _same(one: Any, two: Any) -> bool:
    """Whether two values are the same; 1 and true are not, however deep they stand."""
    return bool(one == two) and _key(one) == _key(two)


def _order(
    base: Mapping[Any, object], mine: Mapping[Any, object], theirs: Mapping[Any, object]
) -> list[Any]:
    """Return all keys in the order of who changed the order, me first; new ones keep their place.

    A key that only the other has stands behind the one that is before it there.
    """
    moved = [key for key in mine if key in base] != [key for key in base if key in mine]
    first, second = (mine, theirs) if moved else (theirs, mine)
    behind: dict[Any, list[Any]] = {}
    before: Any = _ABSENT
    for key in second:
        if key in first:
            before = key
        else:
            behind.setdefault(before, []).append(key)
    result = behind.get(_ABSENT, [])
    for key in first:
        result.append(key)
        result.extend(behind.get(key, ()))
    return result


def _is_set(value: Any) -> bool:
    """Whether a list holds different things, such as series or columns, and no numbers."""
    if not isinstance(value, list) or not all(isinstance(item, str | dict) for item in value):
        return False
    return len({_key(item) for item in value}) == len(value)


def _key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=repr)


def _joined(base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Merge sets that are written as lists: what either added, without what either removed."""
    before, ours, others = ({_key(item): item for item in side} for side in (base, mine, theirs))
    return [
        ours[key] if key in ours else others[key]
        for key in _order(before, ours, others)
        if (key in ours and key in others) or key not in before
    ]


def _apart(
    base: Mapping[Any, _T], mine: Mapping[Any, _T], theirs: Mapping[Any, _T]
) -> dict[Hashable, _T]:
    """Return theirs, where what both added under one name is not the same thing."""
    return {
        key if key in base or _same(mine.get(key, item), item) else (_ABSENT, key): item
        for key, item in theirs.items()
    }


def _by_first_name(base: Workspace, side: Workspace) -> dict[str, Subscription]:
    """Return a side's subscriptions by the names that they had before, if they were renamed."""
    names, known = ({item.name for item in one.subscriptions} for one in (side, base))
    gone = [item for item in base.subscriptions if item.name not in names]
    found: dict[str, Subscription] = {}
    for item in side.subscriptions:
        old = None if item.name in known else _before_renaming(item, gone)
        if old is not None:
            gone.remove(old)
        found[_unique(old.name if old else item.name, found)] = item
    return found


def _unique(name: str, found: Mapping[str, object]) -> str:
    """Return the name, with a number where a file has it more than once."""
    return free_id(name, set(found))


def _before_renaming(item: Subscription, gone: Sequence[Subscription]) -> Subscription | None:
    """Return the one that this was under another name: most of the statistics are the same."""
    own = {one.statistic for one in item.statistics}
    for old in gone:
        common = sum(one.statistic in own for one in old.statistics)
        if 2 * common > max(len(old.statistics), len(item.statistics)):
            return old
    return None


def _renumbered(
    base: Mapping[str, WantedStatistic],
    mine: Mapping[str, WantedStatistic],
    theirs: Mapping[str, WantedStatistic],
) -> dict[str, WantedStatistic]:
    """Return theirs without what both added, and with none under an id that I gave to another."""

    def measured(item: WantedStatistic) -> tuple[object, ...]:
        return (item.statistic.ref, item.statistic.name, item.statistic.measure)

    added = {measured(item) for own, item in mine.items() if own not in base}
    taken = {*base, *mine, *theirs}
    found: dict[str, WantedStatistic] = {}
    for own, item in theirs.items():
        if own in base:
            found[own] = item
        elif measured(item) not in added:
            free = free_id(own, taken) if own in mine else own
            found[free] = replace(item, statistic=replace(item.statistic, id=free))
    return found
