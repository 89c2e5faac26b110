"""Runs a stationary contact centre without a server and measures what queueing theory predicts.

See ``erlang`` for the theory. Shares are of callers offered; occupancy is agents' time.
"""

from statmon.simulator.agenda import Agenda
from statmon.simulator.erlang import Performance
from statmon.simulator.staffing import stationary
from statmon.simulator.stream import Span


class Measurement:
    """A listener that counts waits, answers in time, abandonments and busy time."""

    def __init__(self, target_s: float) -> None:
        self._target = target_s * 1000
        self.offered = self.waited = self.in_time = self.abandoned = 0
        self.busy = 0

    def begin(self, now: int, span: Span) -> None:
        """Nothing is counted before it ends."""

    def end(self, now: int, span: Span) -> None:
        """Count the time of a call at an agent."""
        if span.name == "CallInbound":
            self.busy += now - span.began

    def instant(self, now: int, span: Span) -> None:
        """Count what became of a caller, and whether it had waited."""
        if span.name == "CallAnswered":
            self.in_time += now - span.began <= self._target
        elif span.name == "CallAbandoned":
            self.abandoned += 1
        else:
            return
        self.offered += 1
        self.waited += now > span.began


def measure(
    arrivals: int,
    *,
    per_hour: float,
    handling_s: float,
    patience_s: float | None,
    agents: int,
    target_s: float,
    seed: int = 1,
) -> Performance:
    """Run until this many callers were answered or gave up; return what was observed."""
    agenda = Agenda(0)
    centre = stationary(
        agenda,
        per_hour=per_hour,
        handling_s=handling_s,
        patience_s=patience_s,
        agents=agents,
        seed=seed,
    )
    calls, work = Measurement(target_s), Measurement(target_s)
    centre.queues[0].actions.listen(calls)
    for agent in centre.agents:
        agent.actions.listen(_BusyTime(work))
    while calls.offered < arrivals:
        agenda.run_until(agenda.now + 3_600_000)
    return Performance(
        calls.waited / calls.offered,
        calls.in_time / calls.offered,
        calls.abandoned / calls.offered,
        work.busy / (agents * agenda.now),
    )


class _BusyTime:
    """Passes an agent's durable actions on, not its instantaneous ones."""

    def __init__(self, measurement: Measurement) -> None:
        self.begin = measurement.begin
        self.end = measurement.end

    def instant(self, now: int, span: Span) -> None:
        """An agent's own actions say nothing about waits."""
