"""Which parts of a definition go together: object type, subject, category, mask, interval.

The rules are those of Stat Server's documentation (docs/reference/definitions.md §2, §3): the
service has the last word, so they only order what the editor offers and what lint remarks on.
"""

from typing import Final

from statmon.domain import actions
from statmon.domain.definition import Definition
from statmon.domain.vocabulary import CATEGORIES, OBJECT_TYPE_ALIASES, SUBJECTS

PEOPLE: Final = frozenset({"Agent", "AgentPlace", "GroupAgents", "GroupPlaces", "RegularDN"})
QUEUES: Final = frozenset({"Queue", "RoutePoint", "GroupQueues"})
CAMPAIGNS: Final = frozenset({"Campaign", "CampaignGroup", "CallingList", "CampaignCallingList"})
GROUPS: Final = frozenset({"GroupAgents", "GroupPlaces", "GroupQueues"})

_SUBJECTS: Final = {
    "Agent": ("AgentStatus", "DNAction", "DNStatus", "PlaceStatus"),
    "GroupAgents": ("AgentStatus", "DNAction", "DNStatus", "GroupStatus"),
    "AgentPlace": ("PlaceStatus", "DNAction", "DNStatus", "AgentStatus"),
    "GroupPlaces": ("PlaceStatus", "DNAction", "DNStatus", "GroupStatus"),
    "RegularDN": ("DNStatus", "DNAction"),
    "Tenant": ("AgentStatus", "DNAction"),
    **dict.fromkeys(("Queue", "RoutePoint", "GroupQueues"), ("DNAction", "DNStatus")),
    **dict.fromkeys(CAMPAIGNS, ("CampaignAction",)),
}
_STATES: Final = frozenset(
    {"CurrentState", "CurrentStateReasons", "CurrentTargetState", "ExtendedCurrentStatus"}
)
RANGED: Final = frozenset(
    {"CurrentNumberInTimeRange", "CurrentNumberInTimeRangePercentage", "TotalNumberInTimeRange",
     "TotalNumberInTimeRangePercentage", "TotalTimeInTimeRange", "ServiceFactor1",
     "RelativeNumberPercentage"}
)  # fmt: skip
"""Categories that look at a range of durations."""

RELATIVE: Final = frozenset(
    {"RelativeTimePercentage", "RelativeNumberPercentage", "RelativeNumber", "AverageTime",
     "CurrentAverageTime", "CurrentRelativeTimePercentage", "CurrentRelativeNumberPercentage",
     "AverageNumberPerRelativeHour"}
)  # fmt: skip
"""Categories with a second mask, the denominator."""

COMPOUND: Final = frozenset(
    {"ServiceFactor1", "EstimWaitingTime", "LoadBalance", "LoadBalance1", "EstimTimeToComplete",
     "EstimTimeToEndCurrentNumber"}
)  # fmt: skip
"""Categories that combine several counts of a queue."""

MASKLESS: Final = _STATES | {"ServiceFactor1", "Formula", "JavaCategory"}
_SUBJECT_MATTERS: Final = frozenset(
    {"TotalNumber", "TotalTime", "MaxTime", "MinTime", "TotalAdjustedTime"}
)

USUAL: Final = {
    "people": (
        "CurrentState", "CurrentTime", "TotalNumber", "TotalTime", "TotalAdjustedTime",
        "AverageTime", "MaxTime", "RelativeTimePercentage", "AverageNumberPerRelativeHour",
        "CurrentContinuousTime", "CurrentStateReasons", "ExtendedCurrentStatus",
    ),
    "groups": (
        "CurrentNumber", "CurrentRelativeNumberPercentage", "TotalNumber", "TotalTime",
        "TotalAdjustedTime", "AverageTime", "RelativeTimePercentage", "CurrentMaxTime",
        "CurrentAverageTime", "ServiceFactor1", "CurrentState",
    ),
    "queues": (
        "CurrentNumber", "CurrentMaxTime", "CurrentAverageTime", "TotalNumber", "AverageTime",
        "ServiceFactor1", "MaxTime", "RelativeNumberPercentage", "TotalNumberInTimeRange",
        "TotalNumberInTimeRangePercentage", "EstimWaitingTime", "AverageOfCurrentNumber",
        "CurrentNumberInTimeRange",
    ),
}  # fmt: skip
"""What is computed most for each family of objects, most usual first."""


def canonical_type(object_type: str) -> str:
    """Return the object type under its first spelling."""
    return OBJECT_TYPE_ALIASES.get(object_type, object_type)


def is_current(category: str) -> bool:
    """Whether the category looks only at the present, so that no interval applies."""
    return category.startswith("Current") or category == "ExtendedCurrentStatus"


def is_state(category: str) -> bool:
    """Whether its value is a state rather than a number."""
    return category in _STATES


def changes_with_time(category: str) -> bool:
    """Whether the value moves by itself, every second, while nothing happens."""
    return category.startswith("Current") and "Time" in category and "Range" not in category


def subject_makes_no_difference(category: str) -> bool:
    """Whether any subject that suits the object gives the same number.

    See docs/reference/definitions.md §2.
    """
    special = is_state(category) or category in COMPOUND
    return category in CATEGORIES and category not in _SUBJECT_MATTERS and not special


def subjects_for(object_type: str) -> tuple[str, ...]:
    """Return the subjects that suit an object type, best first; all for one that is not known."""
    return _SUBJECTS.get(canonical_type(object_type), SUBJECTS)


def categories_for(object_type: str) -> tuple[str, ...]:
    """Return all categories, those that are usual for the object type first."""
    kind = canonical_type(object_type)
    family = "queues" if kind in QUEUES else "groups" if kind in GROUPS else "people"
    usual = USUAL[family]
    return (*usual, *(category for category in CATEGORIES if category not in usual))


def mask_words(object_type: str, subject: str, category: str) -> tuple[str, ...]:
    """Return the words to offer for a mask, most usual first.

    A current category sees only what lasts; a status is never a moment.
    """
    kind = canonical_type(object_type)
    if kind in QUEUES:
        durable: tuple[str, ...] = actions.DURABLE_OF_QUEUES
        moments: tuple[str, ...] = actions.MOMENTS_OF_QUEUES
    else:
        durable = (*actions.STATUSES_OF_PEOPLE, *actions.DURABLE_ACTIONS)
        moments = actions.MOMENTS_OF_PEOPLE
        if kind in GROUPS:
            durable = (*durable, "CallWait")
            moments = (*moments, "CallEntered", "CallDistributed")
    if subject.endswith("Status"):
        return actions.STATUSES_OF_PEOPLE if kind not in QUEUES else durable
    return durable if is_current(category) else (*durable, *moments)


def starting_point(object_type: str) -> Definition:
    """Return the definition that the editor begins with: valid, gentle and easy to understand."""
    gentle = {"notificationMode": "Periodical", "notificationFrequency": 60, "insensitivity": 1}
    kind = canonical_type(object_type)
    if kind in QUEUES:
        what = {"category": "CurrentNumber", "subject": "DNAction", "mainMask": "CallWait"}
    elif kind in GROUPS:
        what = {
            "category": "CurrentNumber",
            "subject": subjects_for(kind)[0],
            "mainMask": "CallInbound",
        }
    else:
        best = subjects_for(kind)
        subject = "DNAction" if "DNAction" in best else best[0]
        what = {"category": "TotalNumber", "subject": subject, "mainMask": "CallInbound"}
        what |= {"intervalType": "GrowingWindow", "dynamicTimeProfile": "0:00"}
    return Definition({**gentle, **what})
