"""What the user wants open, each statistic once, with everybody who wants it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from statmon.domain.statistic import Series, Statistic
from statmon.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statistic as one subscription of the user's wants it."""

    subscription: str
    statistic: Statistic
    series: Series


@dataclass(slots=True)
class Wish:
    """A series that is to be open at the service, and who wants it, first come first."""

    series: Series
    wanted: list[Wanted] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """The subscription under which it is asked of the service."""
        return self.wanted[0].subscription

    @property
    def statistic(self) -> Statistic:
        """The statistic as its owner wrote it: that is what the service gets."""
        return self.wanted[0].statistic


def wishes_of(wanted: Iterable[Wanted]) -> dict[Series, Wish]:
    """Gather what is wanted by series: asked of the service once, however many want it."""
    wishes: dict[Series, Wish] = {}
    for item in wanted:
        wish = wishes.get(item.series)
        if wish is None:
            wish = wishes[item.series] = Wish(item.series)
        wish.wanted.append(item)
    return wishes


def parts_of(wishes: Mapping[Series, Wish], asked: Iterable[Series]) -> dict[str, list[Series]]:
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
