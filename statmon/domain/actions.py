"""The words that a mask may hold, and which of them suit which objects.

See docs/reference/definitions.md §6. The service may know more: words that are not here are passed
on and only remarked upon.
"""

from typing import Final

_CALL_TYPES: Final = ("Inbound", "Outbound", "Internal", "Consult", "Unknown")

STATUSES_OF_PEOPLE: Final = (
    "WaitForNextCall", "CallInbound", "CallOutbound", "CallInternal", "CallConsult",
    "CallUnknown", "CallOnHold", "CallRinging", "CallDialing", "AfterCallWork",
    "NotReadyForNextCall", "OnHook", "OffHook", "LoggedIn", "LoggedOut", "Monitored",
    "NotMonitored", "ASM_Engaged", "ASM_Outbound",
)  # fmt: skip
"""Durable, most usual first; as a subject of status these are all there are."""

DURABLE_ACTIONS: Final = (
    *(f"CallOnHold{kind}" for kind in _CALL_TYPES), "BeingCoached", "BeingMonitored",
)  # fmt: skip
"""Durable actions that are no status."""

PSEUDO_ACTIONS: Final = ("AgentLogin", "AgentLogout", "AgentReady", "DNLogin", "DNReady")
"""By default counted only by an unfiltered CurrentNumber (docs/reference/definitions.md §5)."""

MOMENTS_OF_PEOPLE: Final = (
    "CallAnswered", "CallReleased", "CallMissed", "CallForwarded", "CallDialed",
    "CallAbandoned", "CallAbandonedFromRinging", "CallAbandonedFromDialing",
    "CallAbandonedFromHold", "CallTransferMade", "CallTransferTaken",
    "CallTransferPartyChanged", "CallConferenceMade", "CallConferenceJoined",
    "CallConferenceOriginated", "CallConferencePartyAdded", "CallConferencePartyDeleted",
    "CallHeld", "CallRetrievedFromHold", "CallDialingStarted", "CallRingingStarted",
    "CallRingingPartyChanged", "CallOutboundOriginated", "CallOutboundReceived",
    *(f"Call{kind}{what}" for kind in _CALL_TYPES for what in ("Started", "Completed")),
    "ACWCompleted", "ACWMissed", *PSEUDO_ACTIONS, "UserEvent",
)  # fmt: skip
"""Instantaneous actions of agents, places and their telephones."""

DURABLE_OF_QUEUES: Final = ("CallWait", "Monitored", "NotMonitored")
"""CallWait is the only durable interaction action of a mediation DN."""

MOMENTS_OF_QUEUES: Final = (
    "CallEntered", "CallAnswered", "CallAbandoned", "CallDistributed",
    "CallDistributedToQueue", "CallCleared", "CallTreatmentStarted", "CallTreatmentCompleted",
)  # fmt: skip
"""Instantaneous actions of queues and route points."""

OTHER_MEDIA: Final = (
    "Accepted", "Active", "Delivering", "Available", "Blocked", "Routable", "NotRoutable",
)  # fmt: skip
"""Words of chat, e-mail and work items."""

DURABLE: Final = frozenset((*STATUSES_OF_PEOPLE, *DURABLE_ACTIONS, *DURABLE_OF_QUEUES))
"""What lasts, and so can be in progress now."""

INSTANTANEOUS: Final = frozenset((*MOMENTS_OF_PEOPLE, *MOMENTS_OF_QUEUES))
"""What happens at a moment, and so can only be counted."""

OF_PEOPLE: Final = frozenset((*STATUSES_OF_PEOPLE, *DURABLE_ACTIONS, *MOMENTS_OF_PEOPLE))
OF_QUEUES: Final = frozenset((*DURABLE_OF_QUEUES, *MOMENTS_OF_QUEUES))
KNOWN: Final = OF_PEOPLE | OF_QUEUES | frozenset(OTHER_MEDIA)
_OPEN_FAMILIES: Final = ("CallTreatment", "Coaching", "CallObserving")


def is_known(word: str) -> bool:
    """Whether a mask's word is one that is documented, or of a family that is."""
    return word in KNOWN or word.startswith(_OPEN_FAMILIES)


def words_of(mask: str) -> tuple[list[str], list[str]]:
    """Return the words that a mask names and those that it excludes (``~``), as written.

    ``*`` is among the named ones.
    """
    parts = [part.strip() for part in mask.split(",") if part.strip()]
    named = [part for part in parts if not part.startswith("~")]
    return named, [part[1:].strip() for part in parts if part.startswith("~")]
