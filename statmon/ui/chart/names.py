"""Names for charts and their lines."""

from collections.abc import Sequence

from statmon.domain.statistic import Statistic
from statmon.domain.workspace import Workspace


def short_names(workspace: Workspace, statistics: Sequence[Statistic]) -> list[str]:
    """Return names for a chart's lines that leave out what they all share."""
    objects = [workspace.label_of(statistic.ref) for statistic in statistics]
    titles = [statistic.title for statistic in statistics]
    if len(statistics) > 1 and len(set(titles)) == 1:
        return objects
    if len(statistics) > 1 and len(set(objects)) == 1:
        return titles
    return [f"{name} · {title}" for name, title in zip(objects, titles, strict=True)]


def title_of(workspace: Workspace, statistics: Sequence[Statistic]) -> str:
    """Return a title for a chart: the statistics, and the object if it is only one."""
    objects = {workspace.label_of(statistic.ref) for statistic in statistics}
    titles = ", ".join(dict.fromkeys(statistic.title for statistic in statistics))
    return f"{objects.pop()}: {titles}" if len(objects) == 1 else titles
