"""What the user wants open, each statistic once, with everybody who wants it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not

from statmon.domain.statistic import Series, Statistic, Wanted
from statmon.domain.workspace import WantedStatistic, Workspace


@dataclass(frozen=True, slots=True)
class Desired:
    """A series that is to be open at the service, and who wants it, first come first."""

    series: Series
    wanted: tuple[Wanted, ...]

    @property
    def owner(self) -> str:
        """The subscription under which it is asked of the service."""
        return self.wanted[0].subscription

    @property
    def statistic(self) -> Statistic:
        """The statistic as its owner wrote it: that is what the service gets."""
        return self.wanted[0].statistic


Wishes = dict[Series, Desired]
Changes = Mapping[Series, Desired | None]
"""Wishes that are new or others than before; None for what nobody wants any more."""


def wishes_of(wanted: Iterable[Wanted]) -> Wishes:
    """Gather what is wanted by series: asked of the service once, however many want it."""
    gathered: dict[Series, list[Wanted]] = {}
    for item in wanted:
        gathered.setdefault(item.series, []).append(item)
    return {series: Desired(series, tuple(items)) for series, items in gathered.items()}


def edited(wishes: Wishes, before: Workspace, after: Workspace) -> Iterator[Series]:
    """Make the wishes of a workspace those of another, a series at a time, and name it.

    What differs costs time, not what there is. A series is missing from no moment to the next
    if both workspaces want it: what is new comes first, then what is gone.
    """
    site = after.site.url.rstrip("/")
    order = {item.name: place for place, item in enumerate(after.subscriptions)}
    old, new = _enabled(before), _enabled(after)
    differing = [(name, *_middle(old.get(name, ()), new.get(name, ()))) for name in {**old, **new}]

    def place(item: Wanted) -> int:
        return order.get(item.subscription, len(order))

    for name, _, added in differing:
        for one in added:
            item = Wanted(name, one.statistic, one.statistic.series(site))
            wish = wishes.get(item.series)
            beside = () if wish is None else wish.wanted
            wishes[item.series] = Desired(item.series, tuple(sorted((*beside, item), key=place)))
            yield item.series
    for name, removed, _ in differing:
        for one in removed:
            item = Wanted(name, one.statistic, one.statistic.series(site))
            rest = list(wishes[item.series].wanted)
            rest.remove(item)
            if rest:
                wishes[item.series] = Desired(item.series, tuple(rest))
            else:
                del wishes[item.series]
            yield item.series
    stayed = [name for name in old if name in order]
    if stayed == sorted(stayed, key=order.__getitem__):
        return
    for series, wish in [pair for pair in wishes.items() if len(pair[1].wanted) > 1]:
        by_place = tuple(sorted(wish.wanted, key=place))
        if by_place != wish.wanted:
            wishes[series] = Desired(series, by_place)
            yield series


def _enabled(workspace: Workspace) -> dict[str, tuple[WantedStatistic, ...]]:
    """Return the statistics of each enabled subscription, disabled ones among them."""
    result: dict[str, tuple[WantedStatistic, ...]] = {}
    for item in workspace.subscriptions:
        if item.enabled:
            result[item.name] = result.get(item.name, ()) + item.statistics
    return result


def _middle(
    old: tuple[WantedStatistic, ...], new: tuple[WantedStatistic, ...]
) -> tuple[list[WantedStatistic], list[WantedStatistic]]:
    """Return what of two lists stands between their common beginning and their common end."""
    if old is new:
        return [], []
    first = _common(old, new)
    last = min(_common(old[::-1], new[::-1]), len(old) - first, len(new) - first)
    return (
        [one for one in old[first : len(old) - last] if one.enabled],
        [one for one in new[first : len(new) - last] if one.enabled],
    )


def _common(old: tuple[WantedStatistic, ...], new: tuple[WantedStatistic, ...]) -> int:
    """Return how many two lists have in common at their beginning."""
    # What was not edited is mostly the very same; to compare takes a hundred times as long.
    others = compress(count(), map(is_not, old, new))
    return next((n for n in others if old[n] != new[n]), min(len(old), len(new)))


def parts_of(wishes: Mapping[Series, Desired], asked: Iterable[Series]) -> dict[str, list[Series]]:
    """Return what each subscription of the user's wants of these, by its name."""
    parts: dict[str, list[Series]] = {}
    for series in asked:
        wish = wishes.get(series)
        for name in {item.subscription: None for item in wish.wanted} if wish else ():
            parts.setdefault(name, []).append(series)
    return parts


def wanted_in(workspace: Workspace) -> list[Wanted]:
    """Return all statistics of a workspace's enabled subscriptions, in its order."""
    site = workspace.site.url.rstrip("/")
    return [
        Wanted(subscription.name, item.statistic, item.statistic.series(site))
        for subscription in workspace.subscriptions
        if subscription.enabled
        for item in subscription.statistics
        if item.enabled
    ]
