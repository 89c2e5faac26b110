"""What agents do of their own accord: shifts, breaks, calls of their own."""

from random import Random
from typing import TYPE_CHECKING

from statmon.simulator.agenda import DAY, HOUR, MINUTE
from statmon.simulator.agents import Agent
from statmon.simulator.habits import Break, Duration, between

if TYPE_CHECKING:
    from statmon.simulator.centre import Centre

HOME = Break("Home", 0, 0, 1.0)
"""The wish to leave: the shift is over."""
SHORT_SHIFT = 6 * HOUR
BREAK_SPREAD = 40 * MINUTE
"""How far from its place in the shift a break may be taken, so that not all go at once."""
OWN_CALLS = ("CallOutbound", "CallOutbound", "CallInternal")
UNANSWERED = 0.2
"""How many calls of their own nobody answers."""


class WorkingDay:
    """The agents' own plans in a contact centre, drawn from one generator."""

    def __init__(self, centre: "Centre", random: Random) -> None:
        self._centre = centre
        self._agenda = centre.agenda
        self._habits = centre.habits
        self._random = random

    # Between interactions

    def go_on(self, agent: Agent) -> None:
        """Let the channels on which nothing happens show what the agent is at."""
        now = self._agenda.now
        if agent.logged_in_at is None:
            return
        if self._centre.failed:
            agent.enter(now, "NotMonitored")
        elif agent.away:
            self._show(agent, "NotReadyForNextCall", agent.away)
        elif agent.wants is None or not agent.unoccupied:
            self._show(agent, "WaitForNextCall")
        elif agent.wants is HOME:
            self._log_out(agent)
        else:
            wish, agent.wants = agent.wants, None
            self._rest(agent, wish.reason, between(wish.shortest, wish.longest))

    def _show(self, agent: Agent, status: str, reason: str = "") -> None:
        changed = [
            one
            for one in agent.channels
            if not one.busy and (one.status, one.reason) != (status, reason)
        ]
        if changed:
            agent.enter(self._agenda.now, status, changed, reason)

    def leave_alone(self, agent: Agent, reason: str, duration: Duration) -> None:
        """Let the agent take nothing new for a while; what is going on goes on."""
        self._rest(agent, reason, duration)
        self._centre.settle(agent)

    def _rest(self, agent: Agent, reason: str, duration: Duration) -> None:
        agent.away = reason
        agent.turn += 1
        self._show(agent, "NotReadyForNextCall", reason)
        self._agenda.after(duration(self._random), self._back, agent, agent.turn)

    def _back(self, agent: Agent, turn: int) -> None:
        if agent.turn == turn and agent.away:
            agent.away = ""
            self._centre.settle(agent)

    def _wish(self, agent: Agent, wish: Break) -> None:
        """Do it at once if nothing is going on, else as soon as it is so; take nothing new.

        What has its place in the shift goes before what has none, and going home before all.
        """
        if agent.wants is None or wish.place > agent.wants.place:
            agent.wants = wish
        self._centre.settle(agent)

    # Breaks

    def _plan_breaks(self, agent: Agent, began: int) -> None:
        """Enter the breaks of a shift that are still to come, each about its place in it."""
        length, now = agent.spec.shift_length, self._agenda.now
        short = length <= SHORT_SHIFT
        for one in self._habits.short_breaks if short else self._habits.breaks:
            spread = int(self._random.uniform(-BREAK_SPREAD, BREAK_SPREAD))
            at = began + int(one.place * length) + spread
            if at > now:
                self._agenda.at(at, self._want, agent, agent.logged_in_at, one)

    def _want(self, agent: Agent, login: int, wish: Break) -> None:
        if agent.logged_in_at == login:
            self._wish(agent, wish)

    def _expect_aside(self, agent: Agent) -> None:
        if self._habits.asides_per_hour:
            delay = self._random.expovariate(self._habits.asides_per_hour / HOUR)
            self._agenda.after(int(delay), self._aside, agent, agent.logged_in_at)

    def _aside(self, agent: Agent, login: int) -> None:
        if agent.logged_in_at == login:
            self._wish(agent, self._random.choice(self._habits.asides))
            self._expect_aside(agent)

    # Calls of their own

    def _expect_own_call(self, agent: Agent) -> None:
        if self._habits.own_calls_per_hour:
            delay = self._random.expovariate(self._habits.own_calls_per_hour / HOUR)
            self._agenda.after(int(delay), self._own_call, agent, agent.logged_in_at)

    def _own_call(self, agent: Agent, login: int) -> None:
        if agent.logged_in_at != login:
            return
        self._expect_own_call(agent)
        if not agent.may_take("voice"):
            return
        now, line = self._agenda.now, agent.voice
        line.busy = True
        kind = self._random.choice(OWN_CALLS)
        agent.enter(now, "CallDialing", [line])
        agent.actions.instant(now, "CallDialed", now)
        delay = between(3, 12)(self._random)
        self._centre.settle(agent)
        self._agenda.after(delay, self._own_talk, agent, kind, line.turn)

    def _own_talk(self, agent: Agent, kind: str, turn: int) -> None:
        line = agent.voice
        if line.turn != turn:
            return
        now = self._agenda.now
        if self._random.random() < UNANSWERED:
            agent.actions.instant(now, "CallAbandonedFromDialing", line.since)
            line.busy = False
            self._centre.settle(agent)
            return
        agent.enter(now, kind, [line])
        agent.actions.begin(now, kind)
        agent.actions.instant(now, f"{kind}Started", now)
        self._agenda.after(between(20, 180)(self._random), self._own_end, agent, kind, line.turn)

    def _own_end(self, agent: Agent, kind: str, turn: int) -> None:
        line = agent.voice
        if line.turn != turn:
            return
        now = self._agenda.now
        for span in [one for one in agent.actions.in_progress() if one.name == kind]:
            agent.actions.end(now, span)
        agent.actions.instant(now, f"{kind}Completed", line.since)
        self._centre.wrap_up(agent, line, self._habits)

    # Shifts

    def expect_shift(self, agent: Agent) -> None:
        """Let the agent come at the beginning of its shift, or be there if that is past."""
        spec = agent.spec
        time_of_day = (self._agenda.now - self._centre.midnight) % DAY
        into_shift = (time_of_day - spec.shift_start) % DAY
        began = self._agenda.now - into_shift
        if into_shift >= spec.shift_length:
            began += DAY
        if spec.shift_length:
            self._agenda.at(began, self._log_in, agent, began)

    def _log_in(self, agent: Agent, began: int) -> None:
        """Begin a shift, or come into one that began before the contact centre did."""
        now, length = self._agenda.now, agent.spec.shift_length
        if length < DAY:
            self._agenda.at(began + DAY, self._log_in, agent, began + DAY)
        if agent.logged_in_at is not None:
            return
        agent.logged_in_at = now
        agent.wants, agent.away = None, ""
        agent.actions.instant(now, "AgentLogin", now)
        agent.actions.begin(now, "LoggedIn")
        if length < DAY:
            self._agenda.at(began + length, self._want, agent, now, HOME)
        self._plan_breaks(agent, began)
        self._expect_aside(agent)
        self._expect_own_call(agent)
        self._centre.settle(agent)

    def _log_out(self, agent: Agent) -> None:
        now = self._agenda.now
        agent.wants = None
        agent.turn += 1
        for span in [one for one in agent.actions.in_progress() if one.name == "LoggedIn"]:
            agent.actions.end(now, span)
        agent.actions.instant(now, "AgentLogout", agent.logged_in_at or now)
        agent.logged_in_at = None
        agent.enter(now, "LoggedOut")
