"""The predefined statistics of this contact centre, as Genesys's own agent simulator ships them.

Names differ from one real contact centre to the next; nothing lists them. Ours are those of the
agent-api-simulator's ``cluster-options.yaml`` and a few that other official samples use.
"""

from types import MappingProxyType
from typing import Any

from statmon.simulator.statserver.definition import Definition, parse_definition

_CALLS = "CallUnknown,CallConsult,CallInternal,CallOutbound,CallInbound"
_HOLDS = ",".join(
    f"CallOnHold{kind}" for kind in ("Inbound", "Outbound", "Internal", "Consult", "Unknown")
)
_LOGGED_IN = "*,~LoggedOut,~NotMonitored"
_VOICE = {"dynamicFilter": "MediaType=voice"}
_IMMEDIATE = {"notificationMode": "Immediate", "notificationFrequency": "10"}
_PERIODICAL = {"notificationMode": "PERIODICAL", "notificationFrequency": "10"}
_GROWING = {"intervalType": "GrowingWindow", "dynamicTimeProfile": "0:00"}
_SLIDING = {
    "intervalType": "SlidingWindow",
    "dynamicProfile": "3600:10",
    "intervalLength": "9999999",
}
_QUEUES = "RoutePoint,GroupAgents,Queue,GroupQueues"


def _entry(
    types: str, category: str, subject: str, mask: str, relative: str = "", **options: Any
) -> dict[str, Any]:
    return {
        "objectTypes": types,
        "category": category,
        "subject": subject,
        "mainMask": mask,
        "relativeMask": relative,
        **options,
    }


_GROWING_VOICE = {**_IMMEDIATE, **_GROWING, **_VOICE}

RAW: dict[str, dict[str, Any]] = {
    "AverageHandlingTime": _entry(
        "Agent", "AverageTime", "DNStatus", f"{_CALLS},AfterCallWork", _CALLS, **_GROWING_VOICE
    ),
    "AverageWaitingTime": _entry(
        _QUEUES, "AverageTime", "DNAction", "CallWait", "CallWait",
        **_PERIODICAL, **_GROWING, **_VOICE,
    ),
    "ConsultCalls": _entry("Agent", "TotalNumber", "DNAction", "CallConsult", **_GROWING_VOICE),
    "CurrentAgentState": _entry("Agent", "CurrentState", "DNAction", "*", **_IMMEDIATE),
    "Current_In_Queue": _entry(
        _QUEUES, "CurrentNumber", "DNAction", "CallWait", **_PERIODICAL, **_VOICE
    ),
    "CurrentNumberWaitingCalls": _entry(
        _QUEUES, "CurrentNumber", "DNStatus", "CallWait", insensitivity=0, **_IMMEDIATE
    ),
    "CurrentReadyAgents": _entry(
        "GroupAgents", "CurrentNumber", "DNStatus", "WaitForNextCall",
        insensitivity=0, **_IMMEDIATE, **_VOICE,
    ),
    "HoldDuration": _entry("Agent", "TotalAdjustedTime", "DNAction", _HOLDS, **_GROWING_VOICE),
    "InboundCalls": _entry("Agent", "TotalNumber", "DNAction", "CallInbound", **_GROWING_VOICE),
    "InternalCalls": _entry("Agent", "TotalNumber", "DNAction", "CallInternal", **_GROWING_VOICE),
    "OutboundCalls": _entry("Agent", "TotalNumber", "DNAction", "CallOutbound", **_GROWING_VOICE),
    "InteractionTransferred": _entry(
        "Agent", "TotalNumber", "DNAction", "CallTransferMade", "LoggedOut",
        **_IMMEDIATE, **_GROWING,
    ),
    "LoginDuration": _entry(
        "Agent", "TotalTime", "AgentStatus", _LOGGED_IN, **_IMMEDIATE, **_GROWING
    ),
    "MissedCalls": _entry(
        "Agent", "TotalNumber", "DNAction", "CallForwarded", **_IMMEDIATE, **_VOICE,
        intervalType="SlidingWindow", dynamicTimeProfile="3600:10", intervalLength="9999999",
    ),
    "NotReadyDuration": _entry(
        "Agent", "TotalAdjustedTime", "AgentStatus", "NotReadyForNextCall",
        **_IMMEDIATE, **_GROWING,
    ),
    "Productivity": _entry(
        "Agent", "AverageNumberPerRelativeHour", "DNStatus", _CALLS, _LOGGED_IN, **_GROWING_VOICE
    ),
    "ReadyDuration": _entry(
        "Agent", "TotalAdjustedTime", "DNStatus", "WaitForNextCall", **_GROWING_VOICE
    ),
    "RefusedCalls": _entry(
        "Agent", "TotalNumber", "DNAction", "CallAbandonedFromRinging", **_IMMEDIATE, **_GROWING
    ),
    "ServiceLevel": _entry(
        _QUEUES, "ServiceFactor1", "DNAction", "", **_PERIODICAL, **_SLIDING, **_VOICE,
        timeRangeLeft="0", timeRangeRight="120", timeRangeLeft2="0", timeRangeRight2="10",
    ),
    "TalkDuration": _entry("Agent", "TotalAdjustedTime", "DNAction", _CALLS, **_GROWING_VOICE),
    "TimeInCurrentState": _entry("Agent", "CurrentTime", "DNStatus", "*", **_IMMEDIATE),
    "TimeInCurrentStateVoice": _entry(
        "Agent", "CurrentTime", "DNStatus", "*", **_IMMEDIATE, **_VOICE
    ),
    "Total_Abandoned": _entry(
        _QUEUES, "TotalNumber", "DNAction", "CallAbandoned", **_PERIODICAL, **_GROWING, **_VOICE
    ),
    "Total_Answered": _entry(
        _QUEUES, "TotalNumber", "DNAction", "CallAnswered", **_PERIODICAL, **_GROWING, **_VOICE
    ),
    "WrapDuration": _entry(
        "Agent", "TotalAdjustedTime", "AgentStatus", "AfterCallWork", "AfterCallWork",
        **_PERIODICAL, **_GROWING,
    ),
    "CurrMaxCallWaitingTime": _entry(
        _QUEUES, "CurrentMaxTime", "DNAction", "CallWait", **_PERIODICAL, **_VOICE
    ),
    "ExpectedWaitTime": _entry(
        "Queue,RoutePoint", "EstimWaitingTime", "DNAction", "CallWait",
        **_PERIODICAL, **_SLIDING, **_VOICE,
    ),
    "CurrentDNState": _entry("RegularDN", "CurrentState", "DNStatus", "*", **_IMMEDIATE),
    "CurrentAllAgentState": _entry("GroupAgents", "CurrentState", "GroupStatus", "*", **_IMMEDIATE),
    "CurrNumberWaitingCalls": _entry(
        _QUEUES, "CurrentNumber", "DNAction", "CallWait", **_PERIODICAL, **_VOICE
    ),
    **{
        f"CurrNumber{which}Statuses": _entry(
            "GroupAgents", "CurrentNumber", "AgentStatus", status, **_PERIODICAL
        )
        for which, status in (
            ("Inbound", "CallInbound"), ("Internal", "CallInternal"),
            ("Outbound", "CallOutbound"), ("ACW", "AfterCallWork"),
            ("NotReady", "NotReadyForNextCall"),
        )
    },
    "Total_Calls_Outbound": _entry(
        "Agent,GroupAgents", "TotalNumber", "DNAction", "CallOutbound", **_PERIODICAL, **_GROWING
    ),
    "Total_Calls_Offered": _entry(
        "GroupAgents", "TotalNumber", "DNAction", "CallRinging", **_PERIODICAL, **_GROWING,
        **_VOICE,
    ),
    "Total_Calls_Answered": _entry(
        _QUEUES, "TotalNumber", "DNAction", "CallAnswered", **_PERIODICAL, **_GROWING, **_VOICE
    ),
    "Service_Level": _entry(
        _QUEUES, "ServiceFactor1", "DNAction", "", **_PERIODICAL, **_SLIDING, **_VOICE,
        timeRangeLeft="0", timeRangeRight="20", timeRangeLeft2="0", timeRangeRight2="10",
    ),
    "Total_Calls_Entered": _entry(
        _QUEUES, "TotalNumber", "DNAction", "CallEntered", **_PERIODICAL, **_GROWING, **_VOICE
    ),
}  # fmt: skip

PREDEFINED: MappingProxyType[str, Definition] = MappingProxyType(
    {name: parse_definition(raw) for name, raw in RAW.items()}
)


def suits(name: str, object_type: str) -> bool:
    """Whether a predefined statistic is meant for this type of object."""
    return object_type in RAW[name]["objectTypes"].split(",")
