"""Masks: which actions or statuses a statistic looks at."""

from dataclasses import dataclass

from statmon.domain.vocabulary import STATUSES

_CALL_TYPES = ("Inbound", "Outbound", "Internal", "Consult", "Unknown")

ACTIONS: frozenset[str] = frozenset(
    [status.name for status in STATUSES]
    + [f"CallOnHold{kind}" for kind in _CALL_TYPES]
    + [f"Call{kind}{what}" for kind in _CALL_TYPES for what in ("Started", "Completed")]
    + [
        "BeingCoached", "BeingMonitored", "CallDialed", "CallAnswered", "CallReleased",
        "CallMissed", "CallForwarded", "CallAbandoned", "CallAbandonedFromDialing",
        "CallAbandonedFromHold", "CallAbandonedFromRinging", "CallConferenceMade",
        "CallConferenceJoined", "CallConferenceOriginated", "CallConferencePartyAdded",
        "CallConferencePartyDeleted", "CallTransferMade", "CallTransferTaken",
        "CallTransferPartyChanged", "CallHeld", "CallRetrievedFromHold",
        "CallOutboundOriginated", "CallOutboundReceived", "CallDialingStarted",
        "CallRingingStarted", "CallRingingPartyChanged", "ACWCompleted", "ACWMissed",
        "AgentLogin", "AgentLogout", "AgentReady", "DNLogin", "DNReady", "UserEvent",
        "CallWait", "CallEntered", "CallDistributed", "CallDistributedToQueue", "CallCleared",
        "CallTreatmentStarted", "CallTreatmentCompleted", "Accepted", "Active", "Delivering",
        "Available", "Blocked", "Routable", "NotRoutable",
    ]
)  # fmt: skip
"""The names that a mask may use, of actions and statuses alike."""


@dataclass(frozen=True)
class Mask:
    """``everything`` or the named ones, but never the excluded."""

    everything: bool = False
    named: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def __contains__(self, name: object) -> bool:
        return (self.everything or name in self.named) and name not in self.excluded

    def __bool__(self) -> bool:
        return self.everything or bool(self.named)


def parse_mask(text: str) -> Mask:
    """Read a mask such as ``*,~LoggedOut, ~NotMonitored`` (blanks do not matter).

    Raises ValueError naming the first word that is no action or status.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in ("*", "~*") and word.removeprefix("~").strip() not in ACTIONS:
            raise ValueError(f"unknown action or status '{word}' in mask")
    excluded = frozenset(word[1:].strip() for word in words if word.startswith("~"))
    named = frozenset(word for word in words if word != "*" and not word.startswith("~"))
    return Mask("*" in words, named, excluded)
