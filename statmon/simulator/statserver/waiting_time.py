"""How long a caller who comes now will wait: computed from several statistics of a queue.

``EstimWaitingTime`` is Stat Server's estimate::

    handling time × unassigned ÷ (active agents × effective portion)

* handling time: of the queue's calls and the work after them, per call; 90 s before the first
* unassigned: callers waiting beyond the agents who are ready
* active agents: logged in and not ready; 0.0001 where there is none
* effective portion: of the agents' handling time, what they spent on this queue; 1 before any

No formula of ``LoadBalance`` is published. Here it is the same estimate for one caller more, with
all agents who are logged in, and below 0 by what those who are ready could still take: the queue
with the least load is the one to send the next caller to.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from statmon.simulator.statserver.calculator import Calculator
from statmon.simulator.statserver.categories import Number, ratio
from statmon.simulator.statserver.definition import Formula
from statmon.simulator.statserver.masks import Mask, parse_mask
from statmon.simulator.stream import AnyFeed

COMPOUND = frozenset({"EstimWaitingTime", "LoadBalance"})
USUAL_HANDLING_S = 90
NOBODY = 0.0001
_HANDLED = parse_mask("CallReleased,CallMissed")
_HANDLING = parse_mask("CallReleased,CallMissed,ACWCompleted,ACWMissed")
_READY = parse_mask("WaitForNextCall")
_THERE = parse_mask("*,~LoggedOut,~NotMonitored")

Follow = Callable[[Formula, AnyFeed], Calculator]
"""Opens a calculator on a feed."""


@dataclass(frozen=True)
class Staff:
    """Who serves a queue; ``own`` is the filter that its calls pass at the agents."""

    actions: AnyFeed
    statuses: AnyFeed
    own: str


class WaitingTime:
    """Waiting callers, the staff and its handling times, put together."""

    def __init__(self, formula: Formula, queue: AnyFeed, staff: Staff, follow: Follow) -> None:
        def part(category: str, mask: Mask, only: str = "") -> Formula:
            return replace(formula, category=category, subject="DNAction", main=mask, filter=only)

        self._balance = formula.category == "LoadBalance"
        waiting = part("CurrentNumber", formula.main, formula.filter)
        self._waiting = follow(waiting, queue)
        self._ready = follow(part("CurrentNumber", _READY), staff.statuses)
        self._there = follow(part("CurrentNumber", _THERE), staff.statuses)
        self._handled = follow(part("TotalNumber", _HANDLED, staff.own), staff.actions)
        self._handling = follow(part("TotalTime", _HANDLING, staff.own), staff.actions)
        self._all_handling = follow(part("TotalTime", _HANDLING), staff.actions)
        self.window = self._handled.window
        self.interval_length = self._handled.interval_length

    def value(self, now: int) -> Number:
        """Return the estimate in seconds."""
        waiting, ready, there = (
            one.value(now) for one in (self._waiting, self._ready, self._there)
        )
        handled, handling = self._handled.value(now), self._handling.value(now)
        each = ratio(handling, handled) or USUAL_HANDLING_S
        portion = ratio(handling, self._all_handling.value(now)) or 1
        if self._balance:
            return each * (waiting + 1 - ready) / (max(there, NOBODY) * portion)
        return each * max(0, waiting - ready) / (max(there - ready, NOBODY) * portion)
