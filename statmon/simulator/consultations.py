"""When an agent asks a colleague: a consultation, and then a transfer, a conference, or thanks.

The caller is held while a colleague who is free rings and answers. Then the caller is handed
over, or both talk with the caller for a while, or the agent goes back to the caller alone.
Whatever ends a status of one of the two otherwise (a switch failure) ends the consultation, too.
"""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from statmon.simulator.agents import Agent
from statmon.simulator.calls import Call
from statmon.simulator.habits import between

if TYPE_CHECKING:
    from statmon.simulator.centre import Centre
    from statmon.simulator.stream import Span

RINGING = between(2, 6)
ASKING = between(15, 75)
HANDED_OVER, TOGETHER = 0.45, 0.15
"""How many consultations end in a transfer, and how many in a conference."""


class Consultation:
    """One agent asks another about a call; ``rest`` is how long it will be talked about (ms)."""

    def __init__(
        self, centre: "Centre", random: Random, call: Call, asker: Agent, helper: Agent, rest: int
    ) -> None:
        self._centre, self._agenda, self._random = centre, centre.agenda, random
        self._call, self._rest = call, rest
        self._asker, self._helper = asker, helper
        self._spans: list[tuple[Agent, Span]] = []

    def begin(self) -> None:
        """Hold the caller and let the helper's telephone ring."""
        now, call, helper = self._agenda.now, self._call, self._helper
        self._centre.hold(call)
        call.tell(self._asker.actions, now, "CallDialed", now)
        self._act(self._asker, "CallDialing")
        self._centre.occupy(helper)
        helper.voice.busy = True
        helper.enter(now, "CallRinging", [helper.voice], data=call.data)
        self._next(RINGING(self._random), self._answer)

    def _act(self, agent: Agent, action: str) -> None:
        """Begin a durable action, until the next step."""
        self._spans.append((agent, self._call.begin(agent.actions, self._agenda.now, action)))

    def _turns(self) -> tuple[int, int]:
        return self._asker.voice.turn, self._helper.voice.turn

    def _next(self, delay: int, step: Callable[[], None]) -> None:
        self._agenda.after(delay, self._go_on, step, self._turns())

    def _go_on(self, step: Callable[[], None], turns: tuple[int, int]) -> None:
        """Take a step, unless something else has happened to one of the two."""
        if turns == self._turns():
            for agent, span in self._spans:
                agent.actions.end(self._agenda.now, span)
            self._spans.clear()
            step()

    def _answer(self) -> None:
        now, call = self._agenda.now, self._call
        for agent in (self._asker, self._helper):
            agent.enter(now, "CallConsult", [agent.voice], data=call.data)
            self._act(agent, "CallConsult")
            call.tell(agent.actions, now, "CallConsultStarted", now)
        self._next(ASKING(self._random), self._decide)

    def _decide(self) -> None:
        now, chance = self._agenda.now, self._random.random()
        for agent in (self._asker, self._helper):
            self._call.tell(agent.actions, now, "CallConsultCompleted", agent.voice.since)
        if chance < HANDED_OVER:
            self._hand_over()
            return
        self._centre.retrieve(self._call)
        if chance < HANDED_OVER + TOGETHER:
            self._confer()
        else:
            self._let_go()
        self._centre.expect_release(self._call, self._rest)

    def _hand_over(self) -> None:
        """Let the helper take the caller over; for the asker the call is done."""
        now, call, helper = self._agenda.now, self._call, self._helper
        call.tell(self._asker.actions, now, "CallTransferMade", call.answered)
        call.tell(helper.actions, now, "CallTransferTaken", now)
        self._centre.part(call)
        call.agent, call.channel = helper, helper.voice
        helper.voice.calls.append(call)
        self._centre.talk(call)
        self._centre.expect_release(call, self._rest)

    def _confer(self) -> None:
        """Let the helper join in for half of the rest."""
        now, call, helper = self._agenda.now, self._call, self._helper
        call.tell(self._asker.actions, now, "CallConferenceMade", call.answered)
        call.tell(self._asker.actions, now, "CallConferencePartyAdded", call.answered)
        call.tell(helper.actions, now, "CallConferenceJoined", now)
        helper.enter(now, "CallInbound", [helper.voice], data=call.data)
        self._act(helper, "CallInbound")
        call.tell(helper.actions, now, "CallInboundStarted", now)
        self._next(self._rest // 2, self._leave)

    def _leave(self) -> None:
        now, call, helper = self._agenda.now, self._call, self._helper
        call.tell(self._asker.actions, now, "CallConferencePartyDeleted", call.answered)
        for action in ("CallReleased", "CallInboundCompleted"):
            call.tell(helper.actions, now, action, helper.voice.since)
        self._let_go()

    def _let_go(self) -> None:
        """Let the helper go back to what there is to do."""
        self._helper.voice.busy = False
        self._centre.settle(self._helper)
