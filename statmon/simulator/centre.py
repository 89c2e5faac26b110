"""The contact centre: customers arrive, wait, are answered or hang up.

A discrete-event simulation on an agenda. Calls are served first come, first served among the
queues an agent has the skill for, by the agent who has been free longest. Every chance is drawn
from generators seeded by the run's seed, one for each purpose, so that a run is repeatable.
What agents do of their own accord is in ``working_day``.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from statmon.simulator.agenda import Agenda
from statmon.simulator.agents import Agent, AgentSpec, Channel
from statmon.simulator.calls import Call, QueueLine, QueueSpec
from statmon.simulator.consultations import Consultation
from statmon.simulator.customers import attached_data
from statmon.simulator.habits import Habits, between
from statmon.simulator.stream import NO_DATA, Feed
from statmon.simulator.working_day import WorkingDay

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
        self._colleagues = Random(f"{seed}/colleagues")
        self._customers = Random(f"{seed}/customers") if habits.data else None
        self._day = WorkingDay(self, Random(f"{seed}/people"))
        self._start()

    def _start(self) -> None:
        for queue in self.queues:
            queue.monitored = queue.status.begin(self.agenda.now, "Monitored", queue.spec.media)
            self._expect(queue)
        for agent in self.agents:
            agent.start(self.agenda.now)
            self._day.expect_shift(agent)

    # Customers

    def _expect(self, queue: QueueLine) -> None:
        random = self._arrivals[queue.index]
        time_of_day = self.agenda.now - self.midnight
        delay = queue.spec.curve.next_after(time_of_day, random, queue.factor)
        self.agenda.after(delay, self._arrive, queue)

    def _arrive(self, queue: QueueLine) -> None:
        now = self.agenda.now
        if self.failed and queue.spec.media == "voice":
            self._expect(queue)
            return
        self._enter(Call(queue, now, self._data(queue)))
        self._expect(queue)

    def _enter(self, call: Call) -> None:
        """Let a call begin to wait, or ring at once if an agent is free."""
        queue = call.queue
        queue.offered += 1
        call.tell(queue.actions, call.entered, "CallEntered", call.entered)
        self._join(call)
        patience = self._habits(call).patience
        if patience is not None:
            self.agenda.after(patience(self._calls), self._give_up, call)
        if queue.free:
            self._ring(next(iter(queue.free)), call)

    def _data(self, queue: QueueLine) -> Mapping[str, str]:
        if self._customers is None:
            return NO_DATA
        return attached_data(self._customers, queue.spec.label)

    def _habits(self, call: Call) -> Habits:
        return call.queue.spec.habits or self.habits

    def _join(self, call: Call) -> None:
        call.state = "waiting"
        call.waiting = call.begin(call.queue.actions, self.agenda.now, "CallWait")
        call.queue.callers[call] = None

    def _leave(self, call: Call) -> None:
        assert call.waiting is not None  # noqa: S101 - a waiting call always has its span
        call.queue.actions.end(self.agenda.now, call.waiting)
        call.waiting = None
        del call.queue.callers[call]

    def _give_up(self, call: Call) -> None:
        now, ringing = self.agenda.now, call.state == "ringing"
        if call.state not in ("waiting", "ringing"):
            return
        if call.state == "waiting":
            self._leave(call)
        elif call.agent is not None:
            call.tell(call.agent.actions, now, "CallAbandonedFromRinging", call.rang)
        call.state = "gone"
        call.tell(call.queue.actions, now, "CallAbandoned", call.entered)
        if ringing and call.agent is not None and call.channel is not None:
            agent = call.agent
            self._end(call.channel, call)
            self.settle(agent)

    # Interactions at agents

    def _ring(self, agent: Agent, call: Call) -> None:
        now, channel = self.agenda.now, agent.channel(call.media)
        self._leave(call)
        self.occupy(agent)
        call.agent, call.channel, call.state, call.rang = agent, channel, "ringing", now
        first, channel.busy = not channel.calls, True
        channel.calls.append(call)
        call.tell(call.queue.actions, now, "CallDistributed", call.entered)
        habits = self._habits(call)
        delay = habits.ringing(self._calls)
        if not delay:
            self._answer(call)
            return
        if first:
            agent.enter(now, "CallRinging", [channel], data=call.data)
        missed = self._calls.random() < habits.missed_chance
        if missed:
            self.agenda.after(delay * 3, self._miss, call, now)
        else:
            self.agenda.after(delay, self._answer, call)

    def _miss(self, call: Call, rang: int) -> None:
        agent, channel = call.agent, call.channel
        if call.state != "ringing" or call.rang != rang or agent is None or channel is None:
            return
        now = self.agenda.now
        call.tell(agent.actions, now, "CallMissed", rang)
        call.tell(agent.actions, now, "CallForwarded", rang)
        self._end(channel, call)
        self._join(call)
        call.queue.callers.move_to_end(call, last=False)
        self._day.leave_alone(agent, "Missed call", between(30, 90))
        free = next(iter(call.queue.free), None)
        if free is not None:
            self._ring(free, call)

    def _answer(self, call: Call) -> None:
        agent, channel = call.agent, call.channel
        if call.state != "ringing" or agent is None or channel is None:
            return
        now = self.agenda.now
        call.state = "talking"
        call.tell(call.queue.actions, now, "CallAnswered", call.entered)
        call.tell(agent.actions, now, "CallAnswered", call.entered)
        self.talk(call)
        self._plan(call)
        self.settle(agent)

    def talk(self, call: Call) -> None:
        """Let the agent who has a call begin to talk."""
        agent, channel = call.at()
        now = call.answered = self.agenda.now
        if channel.status != "CallInbound":
            agent.enter(now, "CallInbound", [channel], data=call.data)
        call.spans = [call.begin(agent.actions, now, "CallInbound")]
        call.tell(agent.actions, now, "CallInboundStarted", now)

    def _plan(self, call: Call) -> None:
        """Plan the course of a call: talk, and at times a hold or a consultation within it."""
        habits, random = self._habits(call), self._calls
        duration = habits.talking(random)
        broken = habits.hold_chance + habits.consult_chance
        chance = random.random() if broken else 1.0
        if chance >= broken:
            self.expect_release(call, duration)
            return
        start = int(duration * random.uniform(0.2, 0.8))
        if chance < habits.hold_chance:
            held = habits.holding(random)
            self.agenda.after(start, self._if_talking, call, self.hold)
            self.agenda.after(start + held, self._if_talking, call, self.retrieve)
            self.expect_release(call, duration + held)
        else:
            self.agenda.after(start, self._if_talking, call, self._consult, duration - start)

    def expect_release(self, call: Call, rest: int) -> None:
        """Let a call end after a while, at whoever has it then."""
        self.agenda.after(rest, self._if_talking, call, self._release)

    def _if_talking(self, call: Call, then: Callable[..., None], *args: int) -> None:
        if call.state == "talking":
            then(call, *args)

    def hold(self, call: Call) -> None:
        """Put a caller on hold."""
        now, (agent, channel) = self.agenda.now, call.at()
        call.tell(agent.actions, now, "CallHeld", call.answered)
        agent.enter(now, "CallOnHold", [channel], data=call.data)
        call.spans += [
            call.begin(agent.actions, now, "CallOnHold"),
            call.begin(agent.actions, now, "CallOnHoldInbound"),
        ]

    def retrieve(self, call: Call) -> None:
        """Go back to a caller who is on hold."""
        now, (agent, channel) = self.agenda.now, call.at()
        began = call.spans[-1].began
        while len(call.spans) > 1:
            agent.actions.end(now, call.spans.pop())
        call.tell(agent.actions, now, "CallRetrievedFromHold", began)
        agent.enter(now, "CallInbound", [channel], data=call.data)

    def _consult(self, call: Call, rest: int) -> None:
        """Ask a colleague who is free, if there is one."""
        agent, _ = call.at()
        lines = [queue for queue in self.queues if queue.spec.media == "voice"]
        first = self._colleagues.randrange(len(lines))
        free = (next(iter(queue.free), None) for queue in lines[first:] + lines[:first])
        helper = next((one for one in free if one is not None), None)
        if helper is None:
            self.expect_release(call, rest)
        else:
            Consultation(self, self._colleagues, call, agent, helper, rest).begin()

    def _release(self, call: Call) -> None:
        agent, _ = call.at()
        habits = self._habits(call)
        call.state = "gone"
        sent_on = habits.transfer_chance and self._calls.random() < habits.transfer_chance
        if sent_on:
            call.tell(agent.actions, self.agenda.now, "CallTransferMade", call.answered)
        self.part(call)
        if sent_on:
            self._send_on(call)

    def part(self, call: Call) -> None:
        """Let the agent who has a call be done with it."""
        now, (agent, channel) = self.agenda.now, call.at()
        for span in call.spans:
            agent.actions.end(now, span)
        call.spans = []
        call.tell(agent.actions, now, "CallReleased", call.answered)
        call.tell(agent.actions, now, "CallInboundCompleted", call.answered)
        channel.calls.remove(call)
        if channel.calls:
            self.settle(agent)
        else:
            self.wrap_up(agent, channel, self._habits(call), call.data)

    def _send_on(self, call: Call) -> None:
        """Let a caller wait again, in another queue of the medium if there is one."""
        others = [
            queue
            for queue in self.queues
            if queue.spec.media == call.media and queue is not call.queue
        ]
        queue = self._colleagues.choice(others) if others else call.queue
        self._enter(Call(queue, self.agenda.now, call.data))

    def wrap_up(
        self, agent: Agent, channel: Channel, habits: Habits, data: Mapping[str, str] = NO_DATA
    ) -> None:
        """Let the agent do the work after its last interaction on a channel."""
        work = habits.after_call(self._calls)
        if not work:
            channel.busy = False
            self.settle(agent)
            return
        agent.enter(self.agenda.now, "AfterCallWork", [channel], data=data)
        self.agenda.after(work, self._wrapped_up, agent, channel, channel.turn)

    def _wrapped_up(self, agent: Agent, channel: Channel, turn: int) -> None:
        if channel.turn != turn:
            return
        data = channel.span.data if channel.span is not None else NO_DATA
        agent.actions.instant(self.agenda.now, "ACWCompleted", channel.since, channel.media, data)
        channel.busy = False
        self.settle(agent)

    def _end(self, channel: Channel, call: Call) -> None:
        """Take an interaction that was never answered from the channel it rang on."""
        channel.calls.remove(call)
        call.agent = call.channel = None
        if not channel.calls:
            channel.busy = False

    # Agents between interactions

    def occupy(self, agent: Agent) -> None:
        """Take the agent from the list of those who are free, for all its skills."""
        for skill in agent.spec.skills:
            self.queues[skill].free.pop(agent, None)

    def settle(self, agent: Agent) -> None:
        """Let an agent go on: as it wishes, with who has waited longest, or by waiting."""
        self._day.go_on(agent)
        if agent.logged_in_at is None or self.failed:
            self.occupy(agent)
            return
        takes = {channel.media: agent.may_take(channel.media) for channel in agent.channels}
        first: Call | None = None
        for skill in agent.spec.skills:
            queue = self.queues[skill]
            caller = queue.longest_waiting() if takes[queue.spec.media] else None
            if caller is not None and (first is None or caller.entered < first.entered):
                first = caller
        if first is not None:
            self._ring(agent, first)
            return
        for skill in agent.spec.skills:
            queue = self.queues[skill]
            if takes[queue.spec.media]:
                queue.free.setdefault(agent)
            else:
                queue.free.pop(agent, None)

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
                    call.tell(queue.actions, now, "CallCleared", call.entered)
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
                self.settle(agent)

    def _monitor(self, queue: QueueLine, status: str) -> None:
        now, media = self.agenda.now, queue.spec.media
        if queue.monitored is not None and queue.monitored.name != status:
            queue.status.end(now, queue.monitored)
            queue.monitored = queue.status.begin(now, status, media)

    def _cut_off(self, agent: Agent) -> None:
        self.occupy(agent)
        for channel in agent.channels:
            for call in channel.calls:
                call.state = "gone"
            channel.calls.clear()
            channel.busy = False
        agent.away = ""
        agent.enter(self.agenda.now, "NotMonitored")
        for span in [one for one in agent.actions.in_progress() if one.name != "LoggedIn"]:
            agent.actions.end(self.agenda.now, span)
