from collections import Counter

import pytest

from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.scenario import Event, ScenarioError, load_scenario, names, plan
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.stream import Span

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
        agent.actions.listeners.append(Ear())
    agenda.run_until(T0 + 3 * HOUR)
    assert all(seen[medium] > 0 for medium in ("voice", "chat", "email"))


def test_no_span_is_left_behind_in_a_whole_day():
    agenda, centre = centre_at_work(events=[Event(30, "switch-failure", 7)])
    agenda.run_until(T0 + 30 * HOUR)
    for agent in centre.agents:
        names_open = [span.name for span in agent.actions.in_progress()]
        assert len(names_open) == len(set(names_open)) <= 4
        assert len(list(agent.agent_status.in_progress())) == 1
        assert len(list(agent.dn_status.in_progress())) == 1
        if agent.status == "LoggedOut":
            assert names_open == []
    for queue in centre.queues:
        waiting = [span for span in queue.actions.in_progress() if span.name == "CallWait"]
        assert len(waiting) == len(queue.callers)
