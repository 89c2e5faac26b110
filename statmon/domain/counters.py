"""Which statistics only count up, until they begin anew: at midnight, or when Stat Server restarts.

Of these an increase can be told (how many in a quarter of an hour); of a level, a share or a number
over a sliding window it cannot.
"""

from typing import Final

from statmon.domain.definition import Definition
from statmon.domain.statistic import Statistic

GROWING: Final = frozenset({"GrowingWindow", "SinceLogin"})
"""Intervals that keep what was counted until they begin anew."""
_CATEGORIES: Final = frozenset(
    {"TotalNumber", "TotalNumberInTimeRange", "TotalTime", "TotalAdjustedTime",
     "TotalTimeInTimeRange", "TotalCustomValue", "TotalAdjustedNumber", "TotalContinuousNumber",
     "TotalContinuousTime", "TotalDistinctNumber", "TotalNumberErrors"}
)  # fmt: skip
NAMES: Final = frozenset(
    {"ConsultCalls", "HoldDuration", "InboundCalls", "InteractionTransferred", "InternalCalls",
     "LoginDuration", "NotReadyDuration", "OutboundCalls", "ReadyDuration", "RefusedCalls",
     "TalkDuration", "Total_Abandoned", "Total_Answered", "Total_Calls_Abandoned",
     "Total_Calls_Answered", "Total_Calls_Entered", "Total_Calls_Inbound", "Total_Calls_Offered",
     "Total_Calls_Outbound", "WrapDuration"}
)  # fmt: skip
"""Predefined names that are usually defined so; a site may have set another definition.

See docs/reference/metrics.md §1.
"""


def counts_up(definition: Definition) -> bool:
    """Return whether a definition's number only grows until it begins anew."""
    kind = definition.text("intervalType") or "GrowingWindow"
    return definition.category in _CATEGORIES and kind in GROWING


def is_counter(statistic: Statistic) -> bool:
    """Return whether a statistic's number only grows until it begins anew, as far as is known."""
    if statistic.definition is not None:
        return counts_up(statistic.definition)
    return statistic.name in NAMES
