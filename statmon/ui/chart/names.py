"""Names for charts and their lines."""

from collections.abc import Callable, Sequence

from statmon.domain.statistic import ObjectRef, Statistic

NameOf = Callable[[ObjectRef], str]
"""Says what to call an object."""


def short_names(name_of: NameOf, statistics: Sequence[Statistic]) -> list[str]:
    """Return names for a chart's lines that leave out what they all share."""
    objects = [name_of(statistic.ref) for statistic in statistics]
    titles = [statistic.title for statistic in statistics]
    if len(statistics) > 1 and len(set(titles)) == 1:
        return objects
    if len(statistics) > 1 and len(set(objects)) == 1:
        return titles
    return [f"{name} · {title}" for name, title in zip(objects, titles, strict=True)]


def title_of(name_of: NameOf, statistics: Sequence[Statistic]) -> str:
    """Return a title for a chart: the statistics, and the object if it is only one."""
    objects = {name_of(statistic.ref) for statistic in statistics}
    titles = ", ".join(dict.fromkeys(statistic.title for statistic in statistics))
    return f"{objects.pop()}: {titles}" if len(objects) == 1 else titles
