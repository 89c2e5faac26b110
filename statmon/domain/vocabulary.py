"""The words of Stat Server: object types, categories, subjects, modes, intervals, statuses.

Exact strings as the Statistics service spells them. Names of object types, categories and
interval types follow the enumerations of Genesys's StatLib; the numeric status codes are those
of the Platform SDK's ``DnActions``. The service may know words that are not here: a client must
pass those on unchanged. See docs/reference/definitions.md §6.
"""

from dataclasses import dataclass
from types import MappingProxyType

OBJECT_TYPES: tuple[str, ...] = (
    "Agent", "AgentPlace", "GroupAgents", "GroupPlaces", "RoutePoint", "Queue", "GroupQueues",
    "Switch", "RegularDN", "Campaign", "CampaignGroup", "CallingList", "CampaignCallingList",
    "Tenant", "StagingArea", "RoutingStrategy", "Workbin",
)  # fmt: skip
"""Types of objects, in StatLib's order."""

OBJECT_TYPE_ALIASES = MappingProxyType({"Place": "AgentPlace", "RegDN": "RegularDN"})
"""Second spellings met in the field, and the type that each means."""

CATEGORIES: tuple[str, ...] = (
    "TotalTime", "TotalNumber", "AverageTime", "MaxTime", "MinTime",
    "ElapsedTimePercentage", "RelativeTimePercentage", "RelativeNumberPercentage",
    "TotalNumberInTimeRange", "TotalNumberInTimeRangePercentage",
    "CurrentState", "CurrentTime", "CurrentNumber", "CurrentMaxTime", "CurrentMinTime",
    "CurrentAverageTime", "CurrentRelativeTimePercentage", "CurrentRelativeNumberPercentage",
    "CurrentNumberInTimeRange", "CurrentNumberInTimeRangePercentage",
    "TotalNumberPerSecond", "EstimTimeToEndCurrentNumber", "ServiceFactor1", "LoadBalance1",
    "TotalNumberErrors", "TotalCustomValue", "AverageCustomValue", "MinCustomValue",
    "MaxCustomValue", "CurrentCustomValue", "CurrentAverageCustomValue",
    "CurrentMinCustomValue", "CurrentMaxCustomValue",
    "EstimWaitingTime", "LoadBalance", "RelativeNumber", "EstimTimeToComplete",
    "AverageOfCurrentNumber", "AverageOfCurrentTime", "TotalAdjustedTime", "TotalAdjustedNumber",
    "CurrentStateReasons", "JavaCategory", "AverageNumberPerRelativeHour", "CurrentTargetState",
    "TotalTimeInTimeRange", "MinNumber", "MaxNumber", "CurrentDistinctNumber",
    "CurrentContinuousTime", "Formula", "TotalDistinctTime",
    "TotalContinuousNumber", "ExtendedCurrentStatus",
)  # fmt: skip
"""What Stat Server can compute, in StatLib's order; the last two come from other sources."""

SUBJECTS: tuple[str, ...] = (
    "DNAction", "DNStatus", "AgentStatus", "PlaceStatus", "GroupStatus", "CampaignAction",
)  # fmt: skip
"""Whose actions or statuses a definition looks at."""

NOTIFICATION_MODES: tuple[str, ...] = ("Immediate", "Periodical", "Reset", "NoNotification")
"""When updates are sent. The service ignores case (``PERIODICAL`` is met as well)."""

INTERVAL_TYPES: tuple[str, ...] = (
    "GrowingWindow", "SinceLogin", "SlidingWindow", "SlidingSelection",
)  # fmt: skip
"""Which part of the past a historical category covers; the index is StatLib's code."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status of an agent, a place or a DN.

    ``code`` is the number on the wire. Of several statuses at once the one with the highest
    ``priority`` (0 is the lowest) is shown as the status of the whole.
    """

    name: str
    code: int
    priority: int


_CODES_BY_RISING_PRIORITY = (
    ("NotMonitored", 0), ("Monitored", 1), ("LoggedIn", 2), ("OnHook", 3),
    ("WaitForNextCall", 4), ("OffHook", 5), ("CallDialing", 6), ("CallRinging", 7),
    ("NotReadyForNextCall", 8), ("AfterCallWork", 9), ("CallOnHold", 13), ("ASM_Engaged", 16),
    ("ASM_Outbound", 17), ("CallUnknown", 18), ("CallConsult", 19), ("CallInternal", 20),
    ("CallOutbound", 21), ("CallInbound", 22), ("LoggedOut", 23),
)  # fmt: skip

STATUSES: tuple[Status, ...] = tuple(
    Status(name, code, priority) for priority, (name, code) in enumerate(_CODES_BY_RISING_PRIORITY)
)
"""All statuses, lowest priority first. Codes 0, 1 and 3 are inferred from the gaps."""

_BY_CODE = MappingProxyType({status.code: status for status in STATUSES})
_BY_NAME = MappingProxyType({status.name: status for status in STATUSES})


def status_by_code(code: int) -> Status | None:
    """Return the status with this number, or None if there is none."""
    return _BY_CODE.get(code)


def status_by_name(name: str) -> Status | None:
    """Return the status of exactly this name, or None if there is none."""
    return _BY_NAME.get(name)
