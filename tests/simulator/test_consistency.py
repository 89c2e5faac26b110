"""The values of a day agree with one another, as those of one contact centre must."""

from collections import Counter

import pytest

from statmon.domain.vocabulary import STATUSES
from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.scenario import Event, plan
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer

T0 = 1_700_000_000_000 - 1_700_000_000_000 % (24 * HOUR)
VOICE = {"dynamicFilter": "MediaType=voice"}
GROWING = {"intervalType": "GrowingWindow", "dynamicTimeProfile": "00:00"}
SLIDING = {"intervalType": "SlidingWindow", "dynamicTimeProfile": "3600:10"}
AWAY = ("LoggedOut", "NotMonitored")
FAILURE = [Event(0, "surge", 60, 1.6), Event(3 * 60, "switch-failure", 6)]


class Floor:
    """A contact centre from midnight on, and what its statistics say."""

    def __init__(self, events=()):
        self.agenda = Agenda(T0)
        self.site = ordinary(
            self.agenda, Size(chats=1, emails=1), seed=4, midnight=T0, journal_length=20_000
        )
        plan(self.site, list(events), T0 + 10 * HOUR)
        self.server = StatServer(self.agenda, Directory(self.site))
        self.opened = {}

    def named(self, kind, object_id, name):
        return self._value(kind, object_id, name=name)

    def defined(self, kind, object_id, category, subject, mask, **more):
        """The value of a definition, which counts from when it was first asked for."""
        definition = {"category": category, "subject": subject, "mainMask": mask, **more}
        return self._value(kind, object_id, definition=definition)

    def _value(self, kind, object_id, **what):
        key = (kind, object_id, repr(what))
        if key not in self.opened:
            self.opened[key] = self.server.open(kind, object_id, **what).statistic
        return float(self.opened[key].payload()["stringValue"])

    def agent(self, agent):
        """What must hold of an agent's day."""
        name = agent.spec.name
        time = {
            status.name: self.defined(
                "Agent", name, "TotalAdjustedTime", "AgentStatus", status.name, **GROWING
            )
            for status in STATUSES
        }
        here = sum(spent for status, spent in time.items() if status not in AWAY)
        spread = len(STATUSES)
        login = self.named("Agent", name, "LoginDuration")
        assert login == pytest.approx(here, abs=spread)
        assert sum(time.values()) == pytest.approx((self.agenda.now - T0) / 1000, abs=spread)
        assert self.named("Agent", name, "NotReadyDuration") == time["NotReadyForNextCall"]
        assert self.named("Agent", name, "WrapDuration") == time["AfterCallWork"]
        assert self.named("Agent", name, "ReadyDuration") <= login + spread
        talk, hold = (self.named("Agent", name, f"{one}Duration") for one in ("Talk", "Hold"))
        assert hold <= talk <= login + self.count(name, "CallConsult") * 75 + spread
        calls = sum(
            self.count(name, kind, "DNStatus")
            for kind in ("CallInbound", "CallOutbound", "CallInternal", "CallConsult")
        )
        per_hour = self.named("Agent", name, "Productivity")
        monitored = self.defined(
            "Agent", name, "TotalAdjustedTime", "DNStatus", "*,~LoggedOut,~NotMonitored",
            **GROWING, **VOICE,
        )  # fmt: skip
        assert per_hour == pytest.approx(calls * 3600 / monitored if monitored else 0, rel=0.001)

    def count(self, name, mask, subject="DNAction"):
        return self.defined("Agent", name, "TotalNumber", subject, mask, **GROWING, **VOICE)

    def calls_of(self, agent):
        """Every call that an agent talked to came from somewhere, and it is known where it went."""
        name = agent.spec.name
        talking = self.defined("Agent", name, "CurrentNumber", "DNAction", "CallInbound", **VOICE)
        begun = sum(
            self.count(name, one)
            for one in ("CallAnswered", "CallTransferTaken", "CallConferenceJoined")
        )
        inbound = self.named("Agent", name, "InboundCalls")
        assert inbound + talking == begun == self.count(name, "CallInboundStarted")
        assert self.named("Agent", name, "OutboundCalls") == self.count(
            name, "CallOutboundCompleted"
        )
        assert self.named("Agent", name, "ConsultCalls") == self.count(name, "CallConsultCompleted")

    def queue(self, queue):
        """What must hold of a queue's day."""
        at = ("Queue", queue.spec.number)
        entered, answered, abandoned, cleared = (
            self.defined(*at, "TotalNumber", "DNAction", mask, **GROWING)
            for mask in ("CallEntered", "CallAnswered", "CallAbandoned", "CallCleared")
        )
        waiting = self.defined(*at, "CurrentNumber", "DNAction", "CallWait")
        ringing = sum(
            call.state == "ringing" and call.queue is queue
            for agent in self.site.agents
            for channel in agent.channels
            for call in channel.calls
        )
        assert entered == answered + abandoned + cleared + waiting + ringing
        if queue.spec.media == "voice":
            assert self.named(*at, "Total_Answered") == answered
            assert self.named(*at, "Total_Abandoned") == abandoned
            assert self.named(*at, "Current_In_Queue") == waiting
            assert (self.named(*at, "CurrMaxCallWaitingTime") > 0) <= (waiting > 0)
            assert self.named(*at, "ServiceLevel") == pytest.approx(self.level(at), abs=0.001)
        return answered

    def level(self, at):
        """The service level of the last hour, from its parts."""
        parts = {
            (category, mask): self.defined(
                *at, category, "DNAction", mask, **SLIDING, **VOICE,
                timeRangeLeft=0, timeRangeRight=120 if mask == "CallAnswered" else 10,
            )
            for category in ("TotalNumber", "TotalNumberInTimeRange")
            for mask in ("CallAnswered", "CallAbandoned")
        }  # fmt: skip
        counted = (
            parts["TotalNumber", "CallAnswered"]
            + parts["TotalNumber", "CallAbandoned"]
            - parts["TotalNumberInTimeRange", "CallAbandoned"]
        )
        return 100 * parts["TotalNumberInTimeRange", "CallAnswered"] / counted if counted else 0

    def team(self, name):
        """What must hold of a team: it is what its members are."""
        members = [agent for agent in self.site.agents if agent.spec.team == name]
        states = Counter(agent.status for agent in members)
        for which, status in (("Inbound", "CallInbound"), ("ACW", "AfterCallWork"),
                              ("NotReady", "NotReadyForNextCall")):  # fmt: skip
            seen = self.named("GroupAgents", name, f"CurrNumber{which}Statuses")
            assert seen == states[status]
        ready = sum(agent.voice.status == "WaitForNextCall" for agent in members)
        assert self.named("GroupAgents", name, "CurrentReadyAgents") == ready

    def check(self):
        """Look at everything; the sum over queues is the sum over agents."""
        answered = sum(self.queue(queue) for queue in self.site.queues)
        for agent in self.site.agents:
            self.agent(agent)
            self.calls_of(agent)
        for team in {agent.spec.team for agent in self.site.agents}:
            self.team(team)
        by_agents = self.defined(
            "GroupAgents", "All agents", "TotalNumber", "DNAction", "CallAnswered", **GROWING
        )
        assert answered == by_agents


@pytest.mark.parametrize("events", [(), FAILURE])
def test_what_a_days_statistics_say_agrees_at_any_time(events):
    floor = Floor(events)
    floor.check()
    for minutes in (1, 299, 300, 7, 61, 113, 5, 4, 60, 240, 300):
        floor.agenda.run_until(floor.agenda.now + minutes * MINUTE)
        if floor.agenda.now < T0 + 24 * HOUR:
            floor.check()


def test_colleagues_are_asked_and_then_take_over_join_or_are_thanked():
    floor = Floor()
    masks = ("CallConsultStarted", "CallConsultCompleted", "CallTransferMade", "CallTransferTaken",
             "CallConferenceMade", "CallConferenceJoined", "CallConferencePartyAdded",
             "CallConferencePartyDeleted", "CallDialed", "CallAnswered")  # fmt: skip

    def counts():
        at = ("GroupAgents", "All agents", "TotalNumber", "DNAction")
        return {mask: floor.defined(*at, mask, **GROWING) for mask in masks}

    assert set(counts().values()) == {0}
    floor.agenda.run_until(T0 + 20 * HOUR)
    seen = counts()
    assert seen["CallConsultStarted"] == pytest.approx(seen["CallConsultCompleted"], abs=8)
    asked, answered = seen["CallConsultStarted"] / 2, seen["CallAnswered"]
    assert 0.03 < asked / answered < 0.08
    assert 0.2 < seen["CallTransferTaken"] / asked < 0.65
    assert 0.05 < seen["CallConferenceMade"] / asked < 0.3
    assert seen["CallTransferTaken"] < seen["CallTransferMade"] < 0.1 * answered
    joined = seen["CallConferenceJoined"]
    assert seen["CallConferenceMade"] == seen["CallConferencePartyAdded"] == joined
    assert seen["CallConferencePartyDeleted"] == pytest.approx(joined, abs=3)
