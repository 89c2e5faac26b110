"""When updates are sent, and how statistics are opened, shared and closed."""

import itertools

import pytest

from statmon.domain.vocabulary import CATEGORIES
from statmon.simulator.agenda import DAY, HOUR, SECOND, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.categories import CATEGORIES as COMPUTED
from statmon.simulator.statserver.categories import UNAVAILABLE
from statmon.simulator.statserver.definition import DefinitionError
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.predefined import PREDEFINED, suits
from statmon.simulator.statserver.server import StatServer
from statmon.simulator.statserver.statistic import Watcher
from statmon.simulator.statserver.waiting_time import COMPOUND

T0 = 1_700_006_400_000  # a midnight
TALK = {"category": "TotalAdjustedTime", "subject": "DNStatus", "mainMask": "CallInbound"}
STATES = {"CurrentState", "CurrentStateReasons", "ExtendedCurrentStatus"}


@pytest.fixture
def server():
    agenda = Agenda(T0 + HOUR)
    centre = ordinary(agenda, Size(15, 2), seed=3, midnight=T0 - 9 * HOUR, journal_length=5000)
    server = StatServer(agenda, Directory(centre))
    server.centre_for_test = centre
    return server


def busy_agent(server):
    """Return an agent who takes calls in the next hours."""
    for name in server.directory.ids("Agent"):
        opened = server.open("Agent", name, name="InboundCalls")
        if opened.statistic.payload()["intValue"] > 3:
            return name
    raise AssertionError("nobody works")


def watch(server, definition, name=None):
    server.agenda.run_until(server.agenda.now + 2 * HOUR)
    opened = server.open("Agent", name or busy_agent(server), definition=definition)
    values = []
    watcher = Watcher(opened.statistic, opened.definition.notification, values.append)
    return opened, values, watcher


def run(server, duration):
    server.agenda.run_until(server.agenda.now + duration)


def test_periodical_without_insensitivity_sends_at_every_frequency(server):
    definition = TALK | {"notificationMode": "Periodical", "notificationFrequency": 7}
    _, values, _ = watch(server, definition)
    start = server.agenda.now
    run(server, 70 * SECOND)
    assert [value["timestamp"] - start for value in values] == [7000 * n for n in range(1, 11)]


def test_periodical_with_insensitivity_sends_changes_of_that_size_only(server):
    definition = TALK | {
        "notificationMode": "Periodical", "notificationFrequency": 5, "insensitivity": 12,
    }  # fmt: skip
    opened, values, _ = watch(server, definition)
    numbers = [opened.statistic.payload()["intValue"]]
    run(server, HOUR)
    numbers += [value["intValue"] for value in values]
    assert len(numbers) > 10
    assert all(b - a >= 12 for a, b in itertools.pairwise(numbers))


def test_immediate_sends_a_change_when_it_happens(server):
    definition = {"category": "CurrentNumber", "subject": "DNStatus", "mainMask": "CallInbound",
                  "notificationMode": "Immediate"}  # fmt: skip
    opened, values, _ = watch(server, definition)
    first = opened.statistic.payload()["intValue"]
    run(server, HOUR)
    numbers = [first, *(value["intValue"] for value in values)]
    assert len(numbers) > 5
    assert all(a != b for a, b in itertools.pairwise(numbers))


def test_one_instant_is_one_update_without_states_in_between(server):
    definition = {"category": "CurrentState", "subject": "AgentStatus", "mainMask": "*"}
    _, values, _ = watch(server, definition)
    run(server, HOUR)
    times = [value["timestamp"] for value in values]
    assert len(times) > 5
    assert len(set(times)) == len(times)


def test_reset_sends_when_the_interval_begins_anew(server):
    definition = TALK | {"notificationMode": "Reset", "dynamicTimeProfile": "12:00,18:00"}
    _, values, _ = watch(server, definition)
    run(server, DAY - 2 * HOUR)
    assert [value["timestamp"] - T0 for value in values] == [12 * HOUR, 18 * HOUR]
    assert all(value["intValue"] == 0 for value in values)


def test_no_notification_sends_nothing(server):
    _, values, _ = watch(server, TALK | {"notificationMode": "NoNotification"})
    run(server, HOUR)
    assert values == []


def test_a_closed_watcher_hears_nothing_more(server):
    opened, values, watcher = watch(server, TALK | {"notificationFrequency": 5})
    watcher.close()
    server.close(opened)
    run(server, HOUR)
    assert values == []


def test_equal_definitions_share_a_statistic_until_the_last_closes(server):
    agent = server.directory.ids("Agent")[0]
    first = server.open("Agent", agent, definition=TALK)
    second = server.open("Agent", agent, definition=TALK | {"notificationFrequency": 9})
    assert first.statistic is second.statistic
    server.close(first)
    assert len(server) == 1
    server.close(second)
    assert len(server) == 0
    feed = server.directory.find("Agent", agent).feeds["DNStatus"]
    assert feed.listeners == []


def test_predefined_statistics_count_since_the_start_and_definitions_since_asked_for(server):
    run(server, 2 * HOUR)
    name = busy_agent(server)
    definition = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallInbound"}
    opened = server.open("Agent", name, definition=definition)
    assert opened.statistic.payload()["intValue"] == 0


def test_a_polled_predefined_statistic_is_kept_for_a_while_and_counts_the_same(server):
    run(server, 2 * HOUR)
    counts = []
    for _ in range(3):
        opened = server.open("Agent", "agent1", name="InboundCalls")
        counts.append((opened.statistic, opened.statistic.payload()["intValue"]))
        server.close(opened)
    assert len(set(counts)) == 1
    assert len(server) == 1
    run(server, HOUR)
    assert len(server) == 0
    fresh = server.open("Agent", "agent1", name="InboundCalls").statistic
    assert fresh is not counts[0][0]
    assert fresh.payload()["intValue"] >= counts[0][1]


def test_since_login_begins_anew_when_the_agent_logs_in(server):
    definition = {"category": "TotalTime", "subject": "AgentStatus", "intervalType": "SinceLogin",
                  "mainMask": "*,~LoggedOut,~NotMonitored"}  # fmt: skip
    name = server.directory.ids("Agent")[0]
    opened = server.open("Agent", name, definition=definition)
    run(server, 60 * HOUR)
    longest = opened.statistic.payload()["intValue"]
    assert 0 < longest <= 10 * 3600


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_computed_or_answers_with_a_stated_error(server, category):
    definition = {"category": category, "subject": "DNStatus", "mainMask": "*",
                  "relativeMask": "*", "formula": "1"}  # fmt: skip
    if category in COMPUTED or category in STATES:
        assert server.open("Agent", "agent1", definition=definition).statistic.payload()
    elif category in COMPOUND:
        of_queues = definition | {"subject": "DNAction", "mainMask": "CallWait"}
        opened = server.open("Queue", "7001@SIP_Switch", definition=of_queues)
        assert opened.statistic.payload()
    else:
        assert UNAVAILABLE[category]
        with pytest.raises(DefinitionError, match="not available here"):
            server.open("Agent", "agent1", definition=definition)


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("Agent", "nobody", "Agent 'nobody' not found"), ("Desk", "1", "unknown objectType 'Desk'"),
     ("Campaign", "Spring", "objectType 'Campaign' has no objects here"),
     ("agent", "agent1", "unknown objectType 'agent'")],
)  # fmt: skip
def test_an_object_that_is_not_there_is_said_in_words(server, kind, name, words):
    with pytest.raises(LookupError, match=words):
        server.open(kind, name, definition=TALK)


@pytest.mark.parametrize("name", PREDEFINED)
def test_every_predefined_statistic_opens_on_every_type_it_is_for(server, name):
    run(server, HOUR)
    ids = {"Agent": "agent1", "GroupAgents": "All agents", "Queue": "7001@SIP_Switch",
           "RoutePoint": "8001@SIP_Switch", "GroupQueues": "All queues",
           "RegularDN": "1001@SIP_Switch"}  # fmt: skip
    for kind, name_of in ids.items():
        if suits(name, kind):
            value = server.open(kind, name_of, name=name).statistic.payload()
            assert set(value) >= {"intValue", "stringValue", "intervalLength", "tag", "timestamp"}


@pytest.mark.parametrize(
    ("kind", "name", "definition"),
    [("Queue", "7001@SIP_Switch", {"subject": "AgentStatus", "category": "CurrentNumber"}),
     ("Queue", "7001@SIP_Switch", {"subject": "DNAction", "category": "CurrentContinuousTime"}),
     ("Queue", "7001@SIP_Switch", {"subject": "DNAction", "category": "TotalNumber",
                                   "intervalType": "SinceLogin"}),
     ("GroupQueues", "All queues", {"subject": "DNAction", "category": "CurrentState"}),
     ("Agent", "agent1", {"subject": "CampaignAction", "category": "TotalNumber"})],
)  # fmt: skip
def test_what_does_not_suit_the_object_is_refused_and_leaves_nothing_open(
    server, kind, name, definition
):
    with pytest.raises(DefinitionError):
        server.open(kind, name, definition={"mainMask": "*", **definition})
    assert len(server) == 0
    assert all(not feed.listeners for feed in server.directory.find(kind, name).feeds.values())


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Agent", "agent1"), ("Place", "Place_agent1"), ("RegularDN", "1001@SIP_Switch"),
     ("Queue", "7001@SIP_Switch"), ("GroupAgents", "All agents")],
)  # fmt: skip
def test_a_state_is_told_when_it_changes_and_is_never_told_twice(server, kind, name):
    definition = {"category": "CurrentState", "subject": "DNStatus", "mainMask": "*"}
    opened = server.open(kind, name, definition=definition)
    states = [opened.statistic.payload()["stateValue"]]
    Watcher(opened.statistic, opened.definition.notification,
            lambda value: states.append(value["stateValue"]))  # fmt: skip
    run(server, 2 * HOUR)
    centre_fails = server.agenda.now
    server.centre_for_test.fail_switch()
    run(server, SECOND)
    assert len(states) > 1
    assert states[-1]["status"] == 0 or states[-1]["time"] * 1000 < centre_fails
    assert all(a != b for a, b in itertools.pairwise(states))
