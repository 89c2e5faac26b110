"""Units: how a statistic's number is to be read."""

from enum import StrEnum

from statmon.domain.definition import Definition

# Predefined names are configured for each contact centre; these are the shipped ones whose
# number is not a plain count (docs/reference/metrics.md §1).
_SECONDS = frozenset(
    {
        "AverageHandlingTime",
        "AverageWaitingTime",
        "CurrMaxCallWaitingTime",
        "ExpectedWaitTime",
        "HoldDuration",
        "LoginDuration",
        "NotReadyDuration",
        "ReadyDuration",
        "TalkDuration",
        "TimeInCurrentState",
        "TimeInCurrentStateVoice",
        "WrapDuration",
    }
)
_PERCENT = frozenset({"ServiceLevel", "Service_Level"})
_STATES = frozenset({"CurrentAgentState", "CurrentDNState", "CurrentTargetState"})


class Unit(StrEnum):
    """The unit of a statistic's numeric view."""

    COUNT = "count"
    SECONDS = "s"
    PERCENT = "%"
    PER_HOUR = "/h"
    STATE = "state"


def unit_of(name: str | None, definition: Definition | None) -> Unit:
    """Return the unit of a statistic from its definition's category, else from its name."""
    if definition is not None:
        return _unit_of_category(definition.category)
    if name in _SECONDS:
        return Unit.SECONDS
    if name in _PERCENT:
        return Unit.PERCENT
    if name in _STATES:
        return Unit.STATE
    return Unit.PER_HOUR if name == "Productivity" else Unit.COUNT


def _unit_of_category(category: str) -> Unit:
    if category.startswith(("CurrentState", "CurrentTargetState", "ExtendedCurrentStatus")):
        return Unit.STATE
    if category == "ServiceFactor1" or "Percentage" in category:
        return Unit.PERCENT
    if category == "AverageNumberPerRelativeHour":
        return Unit.PER_HOUR
    if "CustomValue" in category or "Number" in category:
        return Unit.COUNT
    return Unit.SECONDS if "Time" in category else Unit.COUNT
