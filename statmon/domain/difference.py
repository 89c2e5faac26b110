"""What differs between two workspaces, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import ObjectLabel, Subscription, WantedStatistic, Workspace

_NAMED: Final = 3
"""Objects that a sentence names; of more it says how many."""
_LONGEST: Final = 80
_ItemKey = tuple[ObjectRef, str, int]


def difference(old: Workspace, new: Workspace) -> list[str]:
    """Return sentences that say what is different in the newer workspace; none if nothing is.

    The order of statistics does not matter, nor do their ids.
    """
    return [
        *_changed("the name", old.name, new.name),
        *_changed("the site's URL", old.site.url, new.site.url),
        *_keys("the site", old.site.settings, new.site.settings),
        *_subscriptions(old, new),
        *_objects(old, new),
        *_titled("view", old.views, new.views),
        *_titled("chart", old.charts, new.charts),
        *_titled("alert", old.alerts, new.alerts),
        *_keys("the workspace", old.extra, new.extra),
    ]


def _changed(what: str, old: Any, new: Any) -> Iterator[str]:
    if old != new:
        yield f"{what} is {in_words(new)} instead of {in_words(old)}"


def in_words(value: Any) -> str:
    """Return a value as a sentence holds it: texts in quotes, and not too long."""
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _keys(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield f"{what} no longer has {key} ({in_words(old[key])})"
        elif key not in old:
            yield f"{what} has {key} {in_words(new[key])}"
        elif old[key] != new[key]:
            yield f"{key} of {what} is {in_words(new[key])} instead of {in_words(old[key])}"


def _subscriptions(old: Workspace, new: Workspace) -> Iterator[str]:
    before = {item.name: item for item in old.subscriptions}
    after = {item.name: item for item in new.subscriptions}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"subscription “{name}” is gone ({_count(before[name].statistics)})"
        elif name not in before:
            yield f"subscription “{name}” is new ({_count(after[name].statistics)})"
        elif before[name] != after[name]:
            yield from _subscription(before[name], after[name])


def _subscription(old: Subscription, new: Subscription) -> Iterator[str]:
    what = f"subscription “{new.name}”"
    if old.enabled != new.enabled:
        yield f"{what} is {_switched(new.enabled)}"
    yield from _keys(what, _without_enabled(old.extra), _without_enabled(new.extra))
    before, after = _by_key(old), _by_key(new)
    gone = [before[key] for key in before if key not in after]
    added = [after[key] for key in after if key not in before]
    yield from _definitions(what, gone, added)
    yield from _listed(f"{what} lost", gone)
    yield from _listed(f"{what} gained", added)
    for key, item in after.items():
        if key in before and before[key].extra != item.extra:
            one = f"{_title(item)} in {what}"
            if before[key].enabled != item.enabled:
                yield f"{one} is {_switched(item.enabled)}"
            extras = (_without_enabled(before[key].extra), _without_enabled(item.extra))
            yield from _keys(one, *extras)


def _switched(enabled: bool) -> str:
    return "switched on" if enabled else "switched off"


def _without_enabled(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in extra.items() if key != "enabled"}


def _by_key(subscription: Subscription) -> dict[_ItemKey, WantedStatistic]:
    found: dict[_ItemKey, WantedStatistic] = {}
    for item in subscription.statistics:
        number = 0
        while (item.statistic.ref, item.statistic.measure, number) in found:
            number += 1
        found[item.statistic.ref, item.statistic.measure, number] = item
    return found


def _definitions(
    what: str, gone: list[WantedStatistic], added: list[WantedStatistic]
) -> Iterator[str]:
    """Say which definitions were changed, and take them from what is gone and added.

    A definition counts as changed where the same object has one of the same id before and after.
    """
    before = {(item.statistic.ref, item.statistic.id): item for item in gone}
    changes: dict[str, list[WantedStatistic]] = {}
    for item in list(added):
        other = before.get((item.statistic.ref, item.statistic.id))
        if other is None:
            continue
        one, two = other.statistic.definition, item.statistic.definition
        if one is None or two is None:
            continue
        gone.remove(other)
        added.remove(item)
        words = "; ".join(_keys(f"the definition {one.title}", one.fields, two.fields))
        changes.setdefault(words, []).append(item)
    for words, items in changes.items():
        yield f"{what}: {words} (of {_objects_of(items)})"


def _listed(what: str, items: Sequence[WantedStatistic]) -> Iterator[str]:
    by_title: dict[str, list[WantedStatistic]] = {}
    for item in items:
        by_title.setdefault(item.statistic.title, []).append(item)
    for title, same in by_title.items():
        yield f"{what} {title} of {_objects_of(same)}"


def _objects_of(items: Sequence[WantedStatistic]) -> str:
    names = [str(item.statistic.ref) for item in items]
    more = len(names) - _NAMED
    named = names if more <= 1 else [*names[:_NAMED], f"{more} more"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _title(item: WantedStatistic) -> str:
    return f"{item.statistic.title} of {item.statistic.ref}"


def _count(statistics: Sequence[WantedStatistic]) -> str:
    return "1 statistic" if len(statistics) == 1 else f"{len(statistics)} statistics"


def _objects(old: Workspace, new: Workspace) -> Iterator[str]:
    before = {item.ref: item for item in old.objects}
    after = {item.ref: item for item in new.objects}
    for ref in dict.fromkeys((*before, *after)):
        one, two = before.get(ref, ObjectLabel(ref)), after.get(ref, ObjectLabel(ref))
        yield from _changed(f"the label of {ref}", one.label, two.label)
        left = [group for group in one.groups if group not in two.groups]
        joined = [group for group in two.groups if group not in one.groups]
        if left:
            yield f"{ref} is no longer in {', '.join(f'“{group}”' for group in left)}"
        if joined:
            yield f"{ref} is in {', '.join(f'“{group}”' for group in joined)}"
        yield from _keys(str(ref), one.extra, two.extra)


def _titled(
    kind: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    before, after = by_title(old), by_title(new)
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"{kind} {titled_as(name)} is gone"
        elif name not in before:
            yield f"{kind} {titled_as(name)} is new"
        else:
            yield from _keys(f"{kind} {titled_as(name)}", before[name], after[name])


def by_title(items: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Return views, charts or alerts by title, and by number where several have the same."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for item in items:
        title, number = str(item.get("title") or item.get("name") or item.get("kind", "")), 1
        while (title, number) in found:
            number += 1
        found[title, number] = item
    return found


def titled_as(name: tuple[str, int]) -> str:
    """Return the title as a sentence holds it."""
    title, number = name
    return f"“{title}”" if number == 1 else f"“{title}” ({number})"
