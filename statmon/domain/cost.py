"""What a workspace asks of the service: statistics, and notifications a minute.

How often a value changes is not known beforehand, so the expectation is an estimate and says so;
its upper bound is what the definitions allow.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from statmon.domain.combinations import changes_with_time, is_state
from statmon.domain.definition import Definition
from statmon.domain.lint import mode_of
from statmon.domain.statistic import Series, Statistic
from statmon.domain.workspace import Workspace

PER_MINUTE_OF_CHANGES: Final = 1.0
"""Changes a minute of a count or a state; an agent takes a call every few minutes, each with
three or four states, a queue moves more often."""
TICKS_PER_MINUTE: Final = 60.0
"""Changes a minute of what ticks by itself."""
SHIPPED_FREQUENCY: Final = 10.0
"""Seconds; what Genesys ships for most predefined statistics (docs/reference/metrics.md §1)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What is asked of the service."""

    statistics: int = 0
    """Statistics in enabled subscriptions, as the user wrote them."""
    asked: int = 0
    """Statistics that the service is asked for: each series once."""
    per_minute: float = 0.0
    """Notifications a minute that are to be expected."""
    most_per_minute: float = 0.0
    """Notifications a minute that the definitions allow."""

    @property
    def duplicates(self) -> int:
        """Statistics that another one asks for already; they cost nothing."""
        return self.statistics - self.asked


def cost_of(workspace: Workspace) -> Cost:
    """Return what a workspace costs: its enabled subscriptions and statistics."""
    return cost_of_statistics(
        item.statistic
        for subscription in workspace.subscriptions
        if subscription.enabled
        for item in subscription.statistics
        if item.enabled
    )


def cost_of_statistics(statistics: Iterable[Statistic]) -> Cost:
    """Return what some statistics cost together."""
    series: Counter[Series] = Counter()
    usual = most = 0.0
    rates: dict[str, tuple[float, float]] = {}
    for statistic in statistics:
        own = statistic.series("")
        series[own] += 1
        if series[own] == 1:
            # The same definition costs the same wherever it is measured.
            if own.measure not in rates:
                rates[own.measure] = rate(statistic)
            expected, allowed = rates[own.measure]
            usual, most = usual + expected, most + allowed
    return Cost(series.total(), len(series), usual, most)


def rate(statistic: Statistic) -> tuple[float, float]:
    """Return the notifications a minute of a statistic: expected, and at most."""
    definition = statistic.definition
    if definition is None:
        most = 60 / SHIPPED_FREQUENCY
        return min(most, PER_MINUTE_OF_CHANGES), most
    changes = _changes(definition)
    mode = mode_of(definition)
    if mode in {"nonotification", "reset"}:
        return 0.0, 0.0
    if mode == "immediate" or (not mode and not definition.text("notificationFrequency")):
        return changes, TICKS_PER_MINUTE
    frequency = definition.seconds("notificationFrequency") or SHIPPED_FREQUENCY
    most = 60 / frequency
    always = definition.seconds("insensitivity") == 0
    return most if always else min(most, changes), most


def _changes(definition: Definition) -> float:
    category = definition.category
    times = "Time" in category.replace("InTimeRange", "")  # those are counts
    if is_state(category) or not (changes_with_time(category) or times):
        return PER_MINUTE_OF_CHANGES
    return TICKS_PER_MINUTE


def duplicates(
    workspace: Workspace, site: Callable[[Statistic], Series] = lambda item: item.series("")
) -> list[tuple[Series, list[str]]]:
    """Return each series that is wanted more than once, with the subscriptions that want it."""
    owners: dict[Series, list[str]] = {}
    for subscription in workspace.subscriptions:
        for item in subscription.statistics:
            owners.setdefault(site(item.statistic), []).append(subscription.name)
    return [(series, names) for series, names in owners.items() if len(names) > 1]
