"""The contact centre: customers arrive, wait, are answered or hang up; agents do their work.

A discrete-event simulation on an agenda. Calls are served first come, first served among the
queues an agent has the skill for, by the agent who has been idle longest. Every chance is drawn
from generators seeded by the run's seed, one for each purpose, so that a run is repeatable.
"""

from collections.abc import Sequence
from random import Random

from statmon.simulator.agenda import DAY, HOUR, Agenda
from statmon.simulator.agents import Agent, AgentSpec
from statmon.simulator.calls import Call, QueueLine, QueueSpec
from statmon.simulator.habits import Habits, between
from statmon.simulator.stream import Feed

QUEUE_SHARE = 6
"""How many times as much as at an agent happens at a queue."""


class Centre:
    """A contact centre on an agenda. ``midnight`` is the start of its own day (epoch ms)."""

    def __init__(
        self,
        agenda: Agenda,
        queues: Sequence[QueueSpec],
        agents: Sequence[AgentSpec],
        habits: Habits,
        *,
        seed: int = 1,
        midnight: int = 0,
        switch: str = "SIP_Switch",
        journal_length: int = 0,
    ) -> None:
        self.agenda = agenda
        self.habits = habits
        self.switch = switch
        self.midnight = midnight
        self.failed = False
        self.queues = [
            QueueLine(
                spec,
                index,
                Feed(spec.number, journal_length * QUEUE_SHARE),
                Feed(spec.number, journal_length),
            )
            for index, spec in enumerate(queues)
        ]
        self.agents = [Agent(spec, switch, journal_length) for spec in agents]
        self._arrivals = [Random(f"{seed}/arrivals/{spec.number}") for spec in queues]
        self._calls = Random(f"{seed}/calls")
        self._people = Random(f"{seed}/people")
        self._start()

    def _start(self) -> None:
        for queue in self.queues:
            queue.monitored = queue.status.begin(self.agenda.now, "Monitored", queue.spec.media)
            self._expect(queue)
        for agent in self.agents:
            agent.start(self.agenda.now)
            self._expect_shift(agent)

    # Customers

    def _expect(self, queue: QueueLine) -> None:
        random = self._arrivals[queue.index]
        time_of_day = self.agenda.now - self.midnight
        delay = queue.spec.curve.next_after(time_of_day, random, queue.factor)
        self.agenda.after(delay, self._arrive, queue)

    def _arrive(self, queue: QueueLine) -> None:
        now, media = self.agenda.now, queue.spec.media
        if self.failed and media == "voice":
            self._expect(queue)
            return
        call = Call(queue, now)
        queue.offered += 1
        queue.actions.instant(now, "CallEntered", now, media)
        self._join(call)
        patience = self._habits(call).patience
        if patience is not None:
            self.agenda.after(patience(self._calls), self._give_up, call)
        self._offer(queue)
        self._expect(queue)

    def _habits(self, call: Call) -> Habits:
        return call.queue.spec.habits or self.habits

    def _join(self, call: Call) -> None:
        queue = call.queue
        call.state = "waiting"
        call.waiting = queue.actions.begin(self.agenda.now, "CallWait", queue.spec.media)
        queue.callers[call] = None

    def _leave(self, call: Call) -> None:
        assert call.waiting is not None  # noqa: S101 - a waiting call always has its span
        call.queue.actions.end(self.agenda.now, call.waiting)
        call.waiting = None
        del call.queue.callers[call]

    def _give_up(self, call: Call) -> None:
        now, media, agent = self.agenda.now, call.queue.spec.media, call.agent
        if call.state == "waiting":
            self._leave(call)
        elif call.state == "ringing" and agent is not None:
            agent.actions.instant(now, "CallAbandonedFromRinging", agent.since, media)
            agent.call = None
        else:
            return
        call.state = "gone"
        call.queue.actions.instant(now, "CallAbandoned", call.entered, media)
        if agent is not None:
            self._free(agent)

    # Calls at agents

    def _offer(self, queue: QueueLine) -> None:
        while queue.free and queue.callers:
            self._ring(next(iter(queue.free)), next(iter(queue.callers)))

    def _ring(self, agent: Agent, call: Call) -> None:
        now, media = self.agenda.now, call.queue.spec.media
        self._leave(call)
        self._occupy(agent)
        agent.call, call.agent, call.state = call, agent, "ringing"
        call.queue.actions.instant(now, "CallDistributed", call.entered, media)
        habits = self._habits(call)
        delay = habits.ringing(self._calls)
        if not delay:
            self._answer(agent, call)
            return
        agent.enter(now, "CallRinging", media)
        if self._calls.random() < habits.missed_chance:
            self.agenda.after(delay * 3, self._miss, agent, call)
        else:
            self.agenda.after(delay, self._answer, agent, call)

    def _miss(self, agent: Agent, call: Call) -> None:
        if agent.call is not call:
            return
        now, media = self.agenda.now, call.queue.spec.media
        agent.actions.instant(now, "CallMissed", agent.since, media)
        agent.actions.instant(now, "CallForwarded", agent.since, media)
        agent.call = call.agent = None
        self._join(call)
        call.queue.callers.move_to_end(call, last=False)
        self._away(agent, "Missed call", between(30, 90)(self._people))
        self._offer(call.queue)

    def _answer(self, agent: Agent, call: Call) -> None:
        if agent.call is not call:
            return
        now, media = self.agenda.now, call.queue.spec.media
        call.state, call.answered = "talking", now
        call.queue.actions.instant(now, "CallAnswered", call.entered, media)
        agent.actions.instant(now, "CallAnswered", call.entered, media)
        agent.enter(now, "CallInbound", media)
        call.spans = [agent.actions.begin(now, "CallInbound", media)]
        agent.actions.instant(now, "CallInboundStarted", now, media)
        habits = self._habits(call)
        duration = habits.talking(self._calls)
        if habits.hold_chance and self._calls.random() < habits.hold_chance:
            held = habits.holding(self._calls)
            start = int(duration * self._calls.uniform(0.2, 0.8))
            self.agenda.after(start, self._hold, agent, call)
            self.agenda.after(start + held, self._retrieve, agent, call)
            duration += held
        self.agenda.after(duration, self._release, agent, call)

    def _hold(self, agent: Agent, call: Call) -> None:
        if agent.call is not call:
            return
        now, media = self.agenda.now, call.queue.spec.media
        agent.actions.instant(now, "CallHeld", call.answered, media)
        agent.enter(now, "CallOnHold", media)
        call.spans += [
            agent.actions.begin(now, "CallOnHold", media),
            agent.actions.begin(now, "CallOnHoldInbound", media),
        ]

    def _retrieve(self, agent: Agent, call: Call) -> None:
        if agent.call is not call:
            return
        now, media = self.agenda.now, call.queue.spec.media
        while len(call.spans) > 1:
            agent.actions.end(now, call.spans.pop())
        agent.actions.instant(now, "CallRetrievedFromHold", agent.since, media)
        agent.enter(now, "CallInbound", media)

    def _release(self, agent: Agent, call: Call) -> None:
        if agent.call is not call:
            return
        now, media = self.agenda.now, call.queue.spec.media
        call.state = "gone"
        agent.call = None
        for span in call.spans:
            agent.actions.end(now, span)
        agent.actions.instant(now, "CallReleased", call.answered, media)
        agent.actions.instant(now, "CallInboundCompleted", call.answered, media)
        if self.habits.transfer_chance and self._calls.random() < self.habits.transfer_chance:
            agent.actions.instant(now, "CallTransferMade", call.answered, media)
        self._wrap_up(agent, media)

    def _wrap_up(self, agent: Agent, media: str) -> None:
        work = self.habits.after_call(self._calls)
        if not work:
            self._free(agent)
            return
        agent.enter(self.agenda.now, "AfterCallWork", media)
        self.agenda.after(work, self._wrapped_up, agent, agent.turn)

    def _wrapped_up(self, agent: Agent, turn: int) -> None:
        if agent.turn != turn:
            return
        agent.actions.instant(self.agenda.now, "ACWCompleted", agent.since)
        self._free(agent)

    # Agents between calls

    def _occupy(self, agent: Agent) -> None:
        for skill in agent.spec.skills:
            self.queues[skill].free.pop(agent, None)

    def _free(self, agent: Agent) -> None:
        """The agent has nothing to do: what it put off, the next caller, or waiting."""
        if self.failed:
            agent.enter(self.agenda.now, "NotMonitored")
        elif agent.wants == "leave":
            self._log_out(agent)
        elif agent.wants:
            self._take_break(agent)
        else:
            self._become_ready(agent)

    def _become_ready(self, agent: Agent) -> None:
        agent.enter(self.agenda.now, "WaitForNextCall")
        first: Call | None = None
        for skill in agent.spec.skills:
            caller = self.queues[skill].longest_waiting()
            if caller is not None and (first is None or caller.entered < first.entered):
                first = caller
        if first is not None:
            self._ring(agent, first)
            return
        for skill in agent.spec.skills:
            self.queues[skill].free[agent] = None

    def _wish(self, agent: Agent, wish: str) -> None:
        """Do it at once if the agent is idle, else as soon as it is."""
        if agent.logged_in_at is None:
            return
        agent.wants = wish if agent.wants != "leave" else "leave"
        if agent.status == "WaitForNextCall":
            self._occupy(agent)
            self._free(agent)

    def _expect_break(self, agent: Agent) -> None:
        if self.habits.breaks_per_hour:
            delay = self._people.expovariate(self.habits.breaks_per_hour / HOUR)
            self.agenda.after(int(delay), self._want_break, agent, agent.logged_in_at)

    def _want_break(self, agent: Agent, login: int) -> None:
        if agent.logged_in_at == login:
            self._wish(agent, "break")
            self._expect_break(agent)

    def _take_break(self, agent: Agent) -> None:
        agent.wants = ""
        reason, low, high = self._people.choice(self.habits.reasons)
        self._away(agent, reason, between(low, high)(self._people))

    def _away(self, agent: Agent, reason: str, duration: int) -> None:
        agent.enter(self.agenda.now, "NotReadyForNextCall", "voice", reason)
        self.agenda.after(duration, self._back, agent, agent.turn)

    def _back(self, agent: Agent, turn: int) -> None:
        if agent.turn == turn:
            self._free(agent)

    def _expect_own_call(self, agent: Agent) -> None:
        if self.habits.own_calls_per_hour:
            delay = self._people.expovariate(self.habits.own_calls_per_hour / HOUR)
            self.agenda.after(int(delay), self._own_call, agent, agent.logged_in_at)

    def _own_call(self, agent: Agent, login: int) -> None:
        if agent.logged_in_at != login:
            return
        self._expect_own_call(agent)
        if agent.status != "WaitForNextCall":
            return
        self._occupy(agent)
        kind = self._people.choice(("CallOutbound", "CallOutbound", "CallInternal", "CallConsult"))
        agent.enter(self.agenda.now, "CallDialing")
        agent.actions.instant(self.agenda.now, "CallDialed", self.agenda.now)
        self.agenda.after(between(3, 12)(self._people), self._own_talk, agent, kind, agent.turn)

    def _own_talk(self, agent: Agent, kind: str, turn: int) -> None:
        if agent.turn != turn:
            return
        now = self.agenda.now
        agent.enter(now, kind)
        agent.actions.begin(now, kind)
        agent.actions.instant(now, f"{kind}Started", now)
        self.agenda.after(between(20, 180)(self._people), self._own_end, agent, kind, agent.turn)

    def _own_end(self, agent: Agent, kind: str, turn: int) -> None:
        if agent.turn != turn:
            return
        now = self.agenda.now
        for span in [one for one in agent.actions.in_progress() if one.name == kind]:
            agent.actions.end(now, span)
        agent.actions.instant(now, f"{kind}Completed", agent.since)
        self._wrap_up(agent, "voice")

    # Shifts

    def _expect_shift(self, agent: Agent) -> None:
        spec = agent.spec
        time_of_day = (self.agenda.now - self.midnight) % DAY
        into_shift = (time_of_day - spec.shift_start) % DAY
        if into_shift < spec.shift_length:
            self.agenda.after(0, self._log_in, agent, spec.shift_length - into_shift)
        else:
            self.agenda.after(DAY - into_shift, self._log_in, agent, spec.shift_length)

    def _log_in(self, agent: Agent, length: int) -> None:
        now = self.agenda.now
        agent.logged_in_at = now
        agent.wants = ""
        agent.actions.instant(now, "AgentLogin", now)
        agent.actions.begin(now, "LoggedIn")
        if length < DAY:
            self.agenda.after(length, self._wish, agent, "leave")
            self.agenda.after(DAY - (agent.spec.shift_length - length), self._log_in_again, agent)
        self._expect_break(agent)
        self._expect_own_call(agent)
        self._free(agent)

    def _log_in_again(self, agent: Agent) -> None:
        if agent.logged_in_at is None:
            self._log_in(agent, agent.spec.shift_length)

    def _log_out(self, agent: Agent) -> None:
        now = self.agenda.now
        agent.wants = ""
        for span in [one for one in agent.actions.in_progress() if one.name == "LoggedIn"]:
            agent.actions.end(now, span)
        agent.actions.instant(now, "AgentLogout", agent.logged_in_at or now)
        agent.logged_in_at = None
        agent.enter(now, "LoggedOut")

    # What scenarios do

    def surge(self, factor: float) -> None:
        """Multiply the rate of all customers who call from now on; the factor is above 0."""
        for queue in self.queues:
            queue.factor = factor

    def fail_switch(self) -> None:
        """The switch is gone: all calls end, no agent and no telephone queue is monitored."""
        if self.failed:
            return
        self.failed = True
        now = self.agenda.now
        for queue in self.queues:
            if queue.spec.media == "voice":
                self._monitor(queue, "NotMonitored")
                for call in list(queue.callers):
                    self._leave(call)
                    call.state = "gone"
                    queue.actions.instant(now, "CallCleared", call.entered)
        for agent in self.agents:
            if agent.logged_in_at is not None:
                self._cut_off(agent)

    def restore_switch(self) -> None:
        """The switch is back: agents go on where they are, as ready or as they wish."""
        if not self.failed:
            return
        self.failed = False
        for queue in self.queues:
            self._monitor(queue, "Monitored")
        for agent in self.agents:
            if agent.logged_in_at is not None:
                self._free(agent)

    def _monitor(self, queue: QueueLine, status: str) -> None:
        now, media = self.agenda.now, queue.spec.media
        if queue.monitored is not None and queue.monitored.name != status:
            queue.status.end(now, queue.monitored)
            queue.monitored = queue.status.begin(now, status, media)

    def _cut_off(self, agent: Agent) -> None:
        self._occupy(agent)
        if agent.call is not None:
            agent.call.state = "gone"
            agent.call = None
        agent.enter(self.agenda.now, "NotMonitored")
        for span in [one for one in agent.actions.in_progress() if one.name != "LoggedIn"]:
            agent.actions.end(self.agenda.now, span)
