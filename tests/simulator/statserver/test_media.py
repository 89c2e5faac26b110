"""Agents with several media: whose statistic counts what."""

import itertools

import pytest

from statmon.simulator.agenda import HOUR, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer
from statmon.simulator.statserver.statistic import Watcher

T0 = 1_700_006_400_000


@pytest.fixture
def server():
    agenda = Agenda(T0 + HOUR)
    size = Size(60, 2, load=1.3, chats=2, emails=1)
    centre = ordinary(agenda, size, seed=3, midnight=T0 - 9 * HOUR)
    server = StatServer(agenda, Directory(centre))
    server.agent = next(
        one
        for one in centre.agents
        if len(one.channels) == 3 and 8 * HOUR <= one.spec.shift_start <= 10 * HOUR
    )
    return server


def number(server, kind, name, **definition):
    return server.open(kind, name, definition=definition)


def run(server, opened):
    server.agenda.run_until(server.agenda.now + 6 * HOUR)
    return [one.statistic.payload()["intValue"] for one in opened]


def test_an_agents_calls_are_the_sum_of_its_dns_and_of_its_media(server):
    calls = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallInbound"}
    name = server.agent.spec.name
    opened = [number(server, "Agent", name, **calls)]
    opened += [number(server, "RegularDN", one.dn, **calls) for one in server.agent.channels]
    opened += [
        number(server, "Agent", name, **calls, dynamicFilter=f"MediaType={one.media}")
        for one in server.agent.channels
    ]
    total, *parts = run(server, opened)
    assert total == sum(parts[:3]) == sum(parts[3:])
    assert parts[:3] == parts[3:]
    assert all(part > 0 for part in parts)


def test_dn_statuses_without_a_filter_are_those_of_the_telephone(server):
    name, voice = server.agent.spec.name, server.agent.voice.dn
    time = {"category": "TotalAdjustedTime", "subject": "DNStatus", "mainMask": "CallInbound"}
    plain, telephone, chats = run(
        server,
        [number(server, "Agent", name, **time), number(server, "RegularDN", voice, **time),
         number(server, "Agent", name, **time, dynamicFilter="MediaType=chat")],
    )  # fmt: skip
    assert plain == telephone > 0
    assert chats > 0


def test_a_filter_on_attached_data_and_its_denial_make_up_the_whole(server):
    entered = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallEntered"}
    spanish = 'PairExists("Language","Spanish")'
    everybody, some, others = run(
        server,
        [number(server, "GroupQueues", "All queues", **entered, dynamicFilter=text)
         for text in ("", spanish, f"~{spanish}")],
    )  # fmt: skip
    assert everybody == some + others
    assert 0.1 * everybody < some < 0.4 * everybody


def test_revenue_adds_up_over_the_segments(server):
    revenue = {"category": "TotalCustomValue", "subject": "DNAction", "mainMask": "CallAnswered",
               "formula": 'GetNumber("Revenue")'}  # fmt: skip
    segments = ("Bronze", "Silver", "Gold")
    whole, *parts = run(
        server,
        [number(server, "GroupQueues", "All queues", **revenue, dynamicFilter=text)
         for text in ("", *(f'PairExists("CustomerSegment","{one}")' for one in segments))],
    )  # fmt: skip
    assert whole == sum(parts) > 0


def test_a_state_is_told_again_when_only_one_channel_changes(server):
    """The agent may show the same status while another chat begins to ring."""
    definition = {"category": "CurrentState", "subject": "AgentStatus", "mainMask": "*"}
    opened = number(server, "Agent", server.agent.spec.name, **definition)
    seen = []
    Watcher(opened.statistic, opened.definition.notification,
            lambda value: seen.append(value["stateValue"]))  # fmt: skip
    server.agenda.run_until(server.agenda.now + 6 * HOUR)
    assert any(
        a["status"] == b["status"] and a["time"] == b["time"] for a, b in itertools.pairwise(seen)
    )


def test_growing_windows_reset_at_the_sites_own_midnight():
    """Kathmandu is 5:45 ahead of UTC: its midnight is 18:15 UTC the day before."""
    agenda = Agenda(T0 + 17 * HOUR)
    centre = ordinary(agenda, Size(3, 1), seed=1, midnight=T0 + 8 * HOUR)
    server = StatServer(agenda, Directory(centre), "Asia/Kathmandu")
    definition = {"category": "TotalTime", "subject": "AgentStatus", "mainMask": "*"}
    site = server.open("Agent", "agent1", definition=definition)
    utc = server.open("Agent", "agent1", definition=definition | {"dynamicTimeProfile": "0:00 UTC"})
    agenda.run_until(T0 + 19 * HOUR)
    assert site.statistic.payload()["intValue"] == 45 * 60
    assert utc.statistic.payload()["intValue"] == 2 * 3600
