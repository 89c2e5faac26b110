from collections import Counter

import pytest

from statmon.domain.vocabulary import STATUSES
from statmon.domain.workspace import loads
from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.agents import CHATS_AT_ONCE
from statmon.simulator.running import assemble
from statmon.simulator.scenario import Event, ScenarioError, load_scenario, names, plan
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.stream import Span
from statmon.storage.machine.resources import resource

T0 = 1_700_000_000_000


def centre_at_work(size=None, events=()):
    agenda = Agenda(T0 - HOUR)
    size = size or Size(agents=30, queues=3, chats=1, emails=1)
    centre = ordinary(agenda, size, seed=5, midnight=T0 - 10 * HOUR)
    plan(centre, list(events), T0)
    agenda.run_until(T0)
    return agenda, centre


def statuses(centre):
    return Counter(agent.status for agent in centre.agents)


@pytest.mark.parametrize("name", names())
def test_a_scenario_that_comes_along_is_valid_and_says_what_it_is(name):
    scenario = load_scenario(name)
    assert scenario.title
    assert scenario.description


@pytest.mark.parametrize(
    "text",
    ["agents = 'many'", "nonsense = 1", "[", "faults = ['odd@1']",
     "[[events]]\nat=1\nminutes=1\nkind='earthquake'",
     "[[events]]\nat=-1\nminutes=1\nkind='surge'"],
)  # fmt: skip
def test_a_file_that_is_no_scenario_is_refused_in_words(tmp_path, text):
    path = tmp_path / "odd.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=r"odd\.toml is not valid"):
        load_scenario(str(path))


def test_an_unknown_scenario_is_told_with_those_there_are(tmp_path):
    with pytest.raises(ScenarioError, match="monday-peak"):
        load_scenario("nothing")
    with pytest.raises(ScenarioError, match="cannot read"):
        load_scenario(str(tmp_path / "missing.toml"))


def test_a_switch_failure_ends_all_calls_and_everybody_comes_back():
    agenda, centre = centre_at_work(events=[Event(1, "switch-failure", 5)])
    on_duty = 30 - statuses(centre)["LoggedOut"]
    agenda.run_until(T0 + 2 * MINUTE)
    assert statuses(centre)["NotMonitored"] == on_duty
    for agent in centre.agents:
        assert {span.name for span in agent.actions.in_progress()} <= {"LoggedIn"}
    assert not any(queue.callers for queue in centre.queues if queue.spec.media == "voice")
    agenda.run_until(T0 + 20 * MINUTE)
    after = statuses(centre)
    assert after["NotMonitored"] == 0
    assert after["CallInbound"] > 0


def test_a_surge_brings_more_callers_while_it_lasts():
    def offered(events):
        agenda, centre = centre_at_work(events=events)
        before = sum(queue.offered for queue in centre.queues)
        agenda.run_until(T0 + 30 * MINUTE)
        return sum(queue.offered for queue in centre.queues) - before

    assert offered([Event(0, "surge", 30, 3.0)]) > 2 * offered([])


def test_absent_agents_stay_logged_out():
    agenda, centre = centre_at_work(Size(agents=40, queues=2, absent=1.0))
    agenda.run_until(T0 + HOUR)
    assert statuses(centre) == {"LoggedOut": 40}


def test_chats_and_emails_are_handled_beside_calls():
    agenda, centre = centre_at_work()
    seen = Counter()

    class Ear:
        def begin(self, now, span: Span):
            seen[span.media] += span.name == "CallInbound"

        def end(self, now, span):
            pass

        def instant(self, now, span):
            pass

    for agent in centre.agents:
        agent.actions.listen(Ear())
    agenda.run_until(T0 + 3 * HOUR)
    assert all(seen[medium] > 0 for medium in ("voice", "chat", "email"))


def test_no_span_is_left_behind_in_a_whole_day():
    agenda, centre = centre_at_work(events=[Event(30, "switch-failure", 7)])
    agenda.run_until(T0 + 30 * HOUR)
    for agent in centre.agents:
        names_open = [(span.name, span.media) for span in agent.actions.in_progress()]
        voice = [name for name, media in names_open if media == "voice"]
        assert len(voice) == len(set(voice)) <= 4
        chats = sum(media == "chat" for _, media in names_open)
        assert chats <= CHATS_AT_ONCE + 1
        assert len(list(agent.agent_status.in_progress())) == 1
        for channel in agent.channels:
            assert len(list(channel.dn_status.in_progress())) == 1
        if agent.status == "LoggedOut":
            assert names_open == []
    for queue in centre.queues:
        waiting = [span for span in queue.actions.in_progress() if span.name == "CallWait"]
        assert len(waiting) == len(queue.callers)


def at_all_times(centre, look, hours=4):
    """Look after every single thing that happens."""
    end = centre.agenda.now + hours * HOUR
    while centre.agenda.now < end:
        centre.agenda.step()
        look()


def test_media_share_an_agent_as_the_rules_say():
    """Chats are few and never beside a call, and at times there really are several at once."""
    _, centre = centre_at_work(Size(agents=16, queues=1, load=1.2, chats=3, emails=2))
    most, beside = 0, set()

    def look():
        nonlocal most
        for agent in centre.agents:
            busy = {one.media: one.calls for one in agent.channels if one.calls}
            chats = len(busy.get("chat", ()))
            most = max(most, chats)
            assert chats <= CHATS_AT_ONCE
            assert not (chats and "voice" in busy)
            beside.add(frozenset(busy))

    at_all_times(centre, look)
    assert most == CHATS_AT_ONCE
    assert frozenset({"voice", "email"}) in beside
    assert frozenset({"chat", "email"}) in beside


def test_an_agents_status_is_that_of_its_busiest_channel():
    _, centre = centre_at_work(Size(agents=6, queues=1, chats=1, emails=1))
    priority = {status.name: status.priority for status in STATUSES}

    def look():
        for agent in centre.agents:
            highest = max((one.status for one in agent.channels), key=priority.__getitem__)
            (span,) = agent.agent_status.in_progress()
            (place,) = agent.place_status.in_progress()
            assert agent.status == span.name == highest
            assert place.name == ("OnHook" if highest == "LoggedOut" else highest)
            assert (agent.since, agent.reason) == (span.began, span.reason)

    at_all_times(centre, look)


def test_who_waits_and_who_is_free_never_miss_each_other():
    _, centre = centre_at_work(Size(agents=8, queues=2, load=1.5, chats=1, emails=1))

    def look():
        for queue in centre.queues:
            assert not (queue.free and queue.callers)
            for agent in queue.free:
                assert agent.may_take(queue.spec.media)

    at_all_times(centre, look)


def test_no_status_ends_at_the_instant_that_it_began_unless_work_was_waiting():
    """A flicker would be counted as a status of its own."""
    agenda, centre = centre_at_work(Size(agents=20, queues=2, chats=1, emails=1))
    flickers = Counter()

    class Ear:
        def begin(self, now, span):
            pass

        def end(self, now, span):
            if now == span.began:
                flickers[span.name] += 1

        def instant(self, now, span):
            pass

    for agent in centre.agents:
        agent.agent_status.listen(Ear())
    agenda.run_until(T0 + 6 * HOUR)
    assert set(flickers) <= {"WaitForNextCall"}


def test_customers_bring_data_along_that_differs():
    agenda, centre = centre_at_work()
    seen = {}

    class Ear:
        def begin(self, now, span):
            pass

        end = begin

        def instant(self, now, span):
            if span.name == "CallEntered":
                for key, value in span.data.items():
                    seen.setdefault(key, set()).add(value)

    for queue in centre.queues:
        queue.actions.listen(Ear())
    agenda.run_until(T0 + HOUR)
    assert seen["Language"] == {"English", "Spanish", "French"}
    assert seen["CustomerSegment"] == {"Bronze", "Silver", "Gold"}
    assert {"Chat", "Email"} < seen["ServiceType"]
    assert len(seen["Revenue"]) > 20


def counted(server, **asked):
    opened = server.open("Queue", "7001@SIP_Switch", **asked)
    return opened.statistic.payload()["intValue"]


def test_what_a_colleague_has_watched_counts_since_the_run_began(options_of):
    """As a name does; what nobody has asked for yet counts from now."""
    demo = loads(resource("demo.statmon").read_bytes())
    entry = "answered-last-hour"
    answered = next(
        item.statistic.definition.fields
        for one in demo.subscriptions for item in one.statistics
        if item.statistic.id == f"7001@SIP_Switch/{entry}"
    )  # fmt: skip
    path = str(resource("demo.statmon"))
    alone = assemble(options_of("--agents", "12")).subscriptions.server
    beside = assemble(options_of("--agents", "12", "--watched", path)).subscriptions.server

    assert counted(alone, definition=answered) == 0
    assert counted(beside, definition=answered) > 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot read workspace"),
        ("{", "cannot be used"),
        (
            '{"schema": 1, "subscriptions": [{"name": "a", "statistics": [{"id": "x", "objectType":'
            ' "Queue", "objectId": "none", "definition": {"category": "TotalNumber"}}]}]}',
            "x cannot be watched",
        ),
    ],
)
def test_a_watched_workspace_that_cannot_be_is_said_in_a_sentence(
    options_of, tmp_path, text, words
):
    """And nothing starts."""
    path = tmp_path / "floor.statmon"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ScenarioError, match=words):
        assemble(options_of("--agents", "2", "--watched", str(path)))
