"""States against what the recorded stream says: which status began last and has not ended."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.domain.vocabulary import STATUSES
from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer

EXAMPLES = 300 if os.environ.get("STATMON_TEST_LONG") == "1" else 12
T0 = 1_700_006_400_000
CODES = {status.name: status.code for status in STATUSES}
PRIORITY = {status.name: status.priority for status in STATUSES}


class Recorded:
    """What a feed told: everything that lasts, as (name, began, reason, ended)."""

    def __init__(self, feed):
        self.things = [[span, None] for span in feed.in_progress()]
        self.instants = []
        feed.listen(self)

    def begin(self, now, span):
        self.things.append([span, None])

    def end(self, now, span):
        next(thing for thing in self.things if thing[0] is span)[1] = now

    def instant(self, now, span):
        self.instants.append((now, span.name))

    def lasting(self):
        return [span for span, ended in self.things if ended is None]

    def only(self):
        (span,) = self.lasting()
        return span


class Watched:
    """One agent's recorded streams, and the states that follow from them alone."""

    def __init__(self, agent):
        self.spec = agent.spec
        self.actions, self.own = Recorded(agent.actions), Recorded(agent.agent_status)
        self.lines = {channel.dn: Recorded(channel.dn_status) for channel in agent.channels}

    def head(self):
        span = self.own.only()
        logged_in = any(one.name == "LoggedIn" for one in self.actions.lasting())
        return {
            "objectType": "Agent", "agentId": self.spec.name,
            "loginId": self.spec.login if logged_in else None,
            "status": CODES[span.name], "time": span.began // 1000,
        }  # fmt: skip

    def reasons(self):
        reason = self.own.only().reason
        return [{"key": "ReasonCode", "value": reason}] if reason else []

    def place(self):
        status, lines = self.own.only(), []
        for dn, line in self.lines.items():
            number, _, switch = dn.partition("@")
            media = number.partition("_")[0] if "_" in number else "voice"
            lines.append({
                "dnId": number, "switchId": switch, "mediaType": media,
                "status": CODES[line.only().name], "time": line.only().began // 1000,
            })  # fmt: skip
        name = "OnHook" if status.name == "LoggedOut" else status.name
        return {"placeId": f"Place_{self.spec.name}", "status": CODES[name],
                "time": status.began // 1000, "dnStatuses": lines}  # fmt: skip

    def state(self):
        state = self.head() | {"place": self.place()}
        return state | ({"reasons": self.reasons()} if self.reasons() else {})

    def extended(self):
        handled = {"CallInbound", "CallOutbound", "CallInternal", "CallConsult", "CallDialing",
                   "CallRinging"}  # fmt: skip
        logins = [span.began for span in self.actions.lasting() if span.name == "LoggedIn"]
        return self.state() | {
            "fullName": self.spec.full_name,
            "loginTime": logins[0] // 1000 if logins else None,
            "reasons": self.reasons(),
            "interactions": [
                {"mediaType": span.media, "action": span.name, "time": span.began // 1000,
                 "data": dict(span.data)}
                for span in self.actions.lasting() if span.name in handled
            ],
        }  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.integers(0, 10_000), st.lists(st.integers(1, 40 * MINUTE), min_size=1, max_size=8),
    st.booleans(),
)  # fmt: skip
def test_every_state_is_what_the_recorded_stream_says(seed, delays, switch_fails):
    agenda = Agenda(T0)
    centre = ordinary(agenda, Size(5, 1, chats=1, emails=1), seed=seed, midnight=T0 - 9 * HOUR)
    server = StatServer(agenda, Directory(centre))
    watched = {agent.spec.name: Watched(agent) for agent in centre.agents}

    def ask(kind, name, category):
        definition = {"category": category, "subject": "AgentStatus", "mainMask": "*"}
        opened = server.open(kind, name, definition=definition)
        value = opened.statistic.payload()
        server.close(opened)
        return value["stateValue"]

    if switch_fails:
        agenda.at(T0 + 30 * MINUTE, centre.fail_switch)
        agenda.at(T0 + 50 * MINUTE, centre.restore_switch)
    for delay in delays:
        agenda.run_until(agenda.now + delay)
        for name, seen in watched.items():
            assert ask("Agent", name, "CurrentState") == seen.state()
            assert ask("Agent", name, "CurrentStateReasons") == (
                seen.head() | {"reasons": seen.reasons()}
            )
            assert ask("Agent", name, "ExtendedCurrentStatus") == seen.extended()
            assert ask("Place", f"Place_{name}", "CurrentState") == (
                {"objectType": "AgentPlace"} | seen.place()
            )
        group = ask("GroupAgents", "All agents", "CurrentState")
        working = [seen.own.only().name for seen in watched.values()]
        working = [name for name in working if name != "LoggedOut"]
        highest = max(working, key=PRIORITY.__getitem__, default="LoggedOut")
        assert group["status"] == CODES[highest]
        assert group["agentCount"] == 5
        assert group["agents"] == [seen.state() for seen in watched.values()]
