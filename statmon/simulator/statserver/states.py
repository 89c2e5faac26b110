"""The payload of states, in the shapes of the Platform SDK (an assumption).

See docs/reference/statistics-api.md §7. Times in a state are epoch seconds; statuses are numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any

from statmon.domain.vocabulary import status_by_name
from statmon.simulator.agents import Agent, Channel, on_dn
from statmon.simulator.calls import QueueLine

State = Callable[[], dict[str, Any]]


def _code(name: str) -> int:
    status = status_by_name(name)
    if status is None:
        raise LookupError(f"status {name} has no code")
    return status.code


def _dn(channel: Channel) -> dict[str, Any]:
    number, _, switch = channel.dn.partition("@")
    return {
        "dnId": number,
        "switchId": switch,
        "mediaType": channel.media,
        "status": _code(on_dn(channel.status)),
        "time": channel.since // 1000,
    }


def _place(agent: Agent) -> dict[str, Any]:
    return {
        "placeId": f"Place_{agent.spec.name}",
        "status": _code(on_dn(agent.status)),
        "time": agent.since // 1000,
        "dnStatuses": [_dn(channel) for channel in agent.channels],
    }


def _agent(agent: Agent) -> dict[str, Any]:
    state = _head(agent) | {"place": _place(agent)}
    return state | {"reasons": _reasons(agent)} if agent.reason else state


def _head(agent: Agent) -> dict[str, Any]:
    return {
        "objectType": "Agent",
        "agentId": agent.spec.name,
        "loginId": agent.spec.login if agent.logged_in_at is not None else None,
        "status": _code(agent.status),
        "time": agent.since // 1000,
    }


def _reasons(agent: Agent) -> list[dict[str, str]]:
    return [{"key": "ReasonCode", "value": agent.reason}] if agent.reason else []


def reasons_of(agent: Agent) -> State:
    """Return CurrentStateReasons: the status and why."""
    return lambda: _head(agent) | {"reasons": _reasons(agent)}


def extended_of(agent: Agent) -> State:
    """Return ExtendedCurrentStatus: AgentStatus, the name, the reasons, what is going on."""

    def state() -> dict[str, Any]:
        details = {
            "fullName": agent.spec.full_name,
            "loginTime": None if agent.logged_in_at is None else agent.logged_in_at // 1000,
            "reasons": _reasons(agent),
            "interactions": _interactions(agent),
        }
        return _agent(agent) | details

    return state


def _interactions(agent: Agent) -> list[dict[str, Any]]:
    return [
        {
            "mediaType": span.media,
            "action": span.name,
            "time": span.began // 1000,
            "data": dict(span.data),
        }
        for span in agent.actions.in_progress()
        if span.name in _INTERACTIONS
    ]


_INTERACTIONS = frozenset(
    {"CallInbound", "CallOutbound", "CallInternal", "CallConsult", "CallDialing", "CallRinging"}
)
"""The durable actions that an interaction at an agent is; a hold lies within one of them."""


def reasons_of_group(members: Sequence[Agent]) -> State:
    """Return CurrentStateReasons of every member."""
    return lambda: {
        "objectType": "GroupAgents",
        "agents": [_head(agent) | {"reasons": _reasons(agent)} for agent in members],
    }


def of_agent(agent: Agent) -> State:
    """Return AgentStatus."""
    return lambda: _agent(agent)


def of_place(agent: Agent) -> State:
    """Return PlaceStatus."""
    return lambda: {"objectType": "AgentPlace", **_place(agent)}


def of_dn(channel: Channel) -> State:
    """Return DnStatus."""
    return lambda: {"objectType": "RegularDN", **_dn(channel)}


def of_group(name: str, members: Sequence[Agent]) -> State:
    """Return AgentGroup: the status of highest priority below LoggedOut, and all members."""

    def state() -> dict[str, Any]:
        working = [_code(agent.status) for agent in members if agent.status != "LoggedOut"]
        return {
            "objectType": "GroupAgents",
            "groupId": name,
            "status": max(working, default=_code("LoggedOut")),
            "time": max((agent.since for agent in members), default=0) // 1000,
            "agentCount": len(members),
            "agents": [_agent(agent) for agent in members],
        }

    return state


def of_queue(queue: QueueLine) -> State:
    """Return the status of a mediation DN, which knows only Monitored and NotMonitored."""

    def state() -> dict[str, Any]:
        span = next(iter(queue.status.in_progress()))
        number, _, switch = queue.spec.number.partition("@")
        return {
            "objectType": "Queue",
            "dnId": number,
            "switchId": switch,
            "status": _code(span.name),
            "time": span.began // 1000,
        }

    return state
