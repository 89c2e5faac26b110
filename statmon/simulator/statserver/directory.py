"""The objects that have statistics: agents, places, DNs, groups, queues, route points."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

from statmon.domain.vocabulary import OBJECT_TYPE_ALIASES, OBJECT_TYPES
from statmon.simulator.agents import Channel
from statmon.simulator.calls import QueueLine
from statmon.simulator.centre import Centre
from statmon.simulator.statserver import states
from statmon.simulator.statserver.states import State
from statmon.simulator.statserver.waiting_time import Staff
from statmon.simulator.stream import AnyFeed, GroupFeed, together


@dataclass(frozen=True)
class Measured:
    """An object: its feed for each subject that suits it, its state and what that follows.

    ``states`` are by category; ``logins`` is the feed in which a LoggedOut that ends is a login;
    ``staff`` tells who serves a queue. Where it has a ``medium``, only that counts; a
    ``telephone`` counts alone for statuses of DNs where no filter says otherwise.
    """

    object_type: str
    object_id: str
    feeds: Mapping[str, AnyFeed]
    states: Mapping[str, State] = field(default_factory=dict)
    state_changes: AnyFeed | None = None
    logins: AnyFeed | None = None
    staff: Callable[[], Staff] | None = None
    telephone: str = ""
    medium: str = ""

    def filter(self, subject: str, asked: str) -> str:
        """Return the filter that holds here when this one is asked for."""
        if self.medium:
            own = f"MediaType={self.medium}"
            return f"({asked}) & {own}" if asked else own
        if self.telephone and subject == "DNStatus" and not asked:
            return f"MediaType={self.telephone}"
        return asked


class Directory:
    """Finds objects by type and id. Ids and types are matched exactly, as Stat Server does."""

    def __init__(self, centre: Centre) -> None:
        self._objects: dict[tuple[str, str], Measured] = {}
        self._kinds: set[str] = set()
        self._add_agents(centre)
        self._add_groups(centre)
        self._add_queues(centre)

    def find(self, object_type: str, object_id: str) -> Measured:
        """Return the object. Raises LookupError in the server's words."""
        kind = OBJECT_TYPE_ALIASES.get(object_type, object_type)
        if kind not in OBJECT_TYPES:
            raise LookupError(f"unknown objectType '{object_type}'")
        found = self._objects.get((kind, object_id))
        if found is None and kind not in self._kinds:
            raise LookupError(f"objectType '{object_type}' has no objects here")
        if found is None:
            raise LookupError(f"{object_type} '{object_id}' not found")
        return found

    def ids(self, object_type: str) -> list[str]:
        """Return the ids of all objects of a type."""
        return [name for kind, name in self._objects if kind == object_type]

    def __len__(self) -> int:
        return len(self._objects)

    def _add(self, measured: Measured) -> None:
        self._objects[measured.object_type, measured.object_id] = measured
        self._kinds.add(measured.object_type)

    def _add_agents(self, centre: Centre) -> None:
        for agent in centre.agents:
            name, logins = agent.spec.name, agent.agent_status
            feeds: dict[str, AnyFeed] = {
                "DNAction": agent.actions,
                "DNStatus": together([channel.dn_status for channel in agent.channels]),
                "AgentStatus": agent.agent_status,
                "PlaceStatus": agent.place_status,
            }
            changes = together([logins, *(channel.dn_status for channel in agent.channels)])
            why = states.reasons_of(agent)
            full = {
                "CurrentState": states.of_agent(agent),
                "CurrentStateReasons": why,
                "ExtendedCurrentStatus": states.extended_of(agent),
            }
            place = {"CurrentState": states.of_place(agent), "CurrentStateReasons": why}
            one = partial(Measured, state_changes=changes, logins=logins, telephone="voice")
            self._add(one("Agent", name, feeds, full))
            self._add(one("AgentPlace", f"Place_{name}", feeds, place))
            for channel in agent.channels:
                self._add_dn(channel)

    def _add_dn(self, channel: Channel) -> None:
        status = channel.dn_status
        feeds = {"DNAction": channel.actions, "DNStatus": status}
        state = {"CurrentState": states.of_dn(channel)}
        self._add(Measured("RegularDN", channel.dn, feeds, state, status, medium=channel.media))

    def _add_groups(self, centre: Centre) -> None:
        teams = defaultdict(list)
        for agent in centre.agents:
            teams[agent.spec.team].append(agent)
        for team, members in [*teams.items(), ("All agents", centre.agents)]:
            feeds: dict[str, AnyFeed] = {
                "DNAction": GroupFeed(agent.actions for agent in members),
                "DNStatus": GroupFeed(
                    channel.dn_status for agent in members for channel in agent.channels
                ),
                "AgentStatus": GroupFeed(agent.agent_status for agent in members),
                "PlaceStatus": GroupFeed(agent.place_status for agent in members),
            }
            feeds["GroupStatus"] = feeds["AgentStatus"]
            changes = feeds["DNStatus"]
            state = {
                "CurrentState": states.of_group(team, members),
                "CurrentStateReasons": states.reasons_of_group(members),
            }
            for kind in ("GroupAgents", "GroupPlaces"):
                self._add(Measured(kind, team, feeds, state, changes, telephone="voice"))

    def _add_queues(self, centre: Centre) -> None:
        for queue in centre.queues:
            feeds = {"DNAction": queue.actions, "DNStatus": queue.actions}
            number, _, switch = queue.spec.number.partition("@")
            route_point = f"{int(number) + 1000}@{switch}"
            state = {"CurrentState": states.of_queue(queue)}
            one = partial(Measured, state_changes=queue.status, staff=_staff_of(centre, queue))
            self._add(one("Queue", queue.spec.number, feeds, state))
            virtual = f"VQ_{queue.spec.label.replace(' ', '_')}"
            if ("Queue", virtual) not in self._objects:
                self._add(one("Queue", virtual, feeds, state))
            self._add(one("RoutePoint", route_point, feeds, state))
        everything = GroupFeed(queue.actions for queue in centre.queues)
        both: dict[str, AnyFeed] = {"DNAction": everything, "DNStatus": everything}
        self._add(Measured("GroupQueues", "All queues", both))


def _staff_of(centre: Centre, queue: QueueLine) -> Callable[[], Staff]:
    """Return what finds the staff of a queue: only where somebody asks, as it is a search."""

    @cache
    def staff() -> Staff:
        agents = [agent for agent in centre.agents if queue.index in agent.spec.skills]
        return Staff(
            GroupFeed(agent.actions for agent in agents),
            GroupFeed(agent.agent_status for agent in agents),
            f'PairExists("ServiceType","{queue.spec.label}") & MediaType={queue.spec.media}',
        )

    return staff
