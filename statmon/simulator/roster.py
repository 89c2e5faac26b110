"""Who works when, and on what: a roster that follows the customers, as a planner would draw it.

The need of a queue in each half hour is its share of the customers; together the needs of the
calls are what all agents can give. Agents are assigned one after the other, each to the shift and
the queues that then lack the most. Chats and e-mails are done beside: who begins when they lack
somebody gets them as well. At hours when few are on duty everybody serves every queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate

from statmon.simulator.agenda import DAY, HOUR

SLOT = HOUR // 2
SLOTS = DAY // SLOT
FULL_TIME, PART_TIME = 9 * HOUR, 5 * HOUR
PART_TIMERS = 4
"""Of so many agents one works part time, so that peaks are covered."""
GIVEN = (0.5, 0.3, 0.2)
"""What an agent gives the queues of its calls, the main one first."""
BESIDE = 0.2
"""What an agent gives each written queue that it serves."""
FEW = 1.5
"""Agents on duty for each queue at which everybody serves every queue."""


@dataclass(frozen=True)
class Duty:
    """A shift (ms of the day) and the queues served in it, the main one first."""

    start: int
    length: int
    queues: tuple[int, ...]


class Need:
    """How many agents are lacking in each half hour, and in any stretch of them.

    ``share`` is a queue's part of the customers: what a small queue lacks weighs more.
    """

    def __init__(self, wanted: Sequence[float], share: float = 1.0) -> None:
        self._lacking = list(wanted)
        self._share = share
        self._sum_up()

    def _sum_up(self) -> None:
        twice = self._lacking * 2  # a shift may go past midnight
        self._sums = [0.0, *accumulate(twice)]

    def between(self, start: int, length: int) -> float:
        """Return what is lacking in so many half hours from this one on."""
        return self._sums[start + length] - self._sums[start]

    def give(self, start: int, length: int, amount: float) -> None:
        """Cover a part of the need."""
        for slot in range(start, start + length):
            self._lacking[slot % SLOTS] -= amount / self._share
        self._sum_up()


def roster(
    count: int, calls: Sequence[float], written: Sequence[float], curve: Sequence[float]
) -> list[Duty]:
    """Return the duties of so many agents for queues with these shares of the customers.

    The queues of calls are numbered first, then the written ones. ``curve`` is the number of
    customers in each half hour, on any scale.
    """
    lengths = [
        (PART_TIME if index % PART_TIMERS == PART_TIMERS - 1 else FULL_TIME) // SLOT
        for index in range(count)
    ]
    scale = sum(lengths) / sum(curve)
    wanted = [scale * customers for customers in curve]
    everything = Need(wanted)
    needs = [Need(wanted, share) for share in (*calls, *written)]
    duties = []
    for length in lengths:
        start = _most(everything, length)
        everything.give(start, length, 1)
        alone = wanted[(start + length // 2) % SLOTS] < FEW * len(calls)
        given = (1 / len(calls),) * len(calls) if alone else GIVEN[: len(calls)]
        queues = [
            *_assign(needs[: len(calls)], start, length, given),
            *(len(calls) + one for one in _beside(needs[len(calls) :], start, length, alone=alone)),
        ]
        duties.append(Duty(start * SLOT, length * SLOT, tuple(queues)))
    return duties


def _most(need: Need, length: int) -> int:
    """Return the half hour from which on so many of them lack the most."""
    return max(range(SLOTS), key=lambda slot: need.between(slot, length))


def _assign(
    needs: Sequence[Need], start: int, length: int, given: Sequence[float]
) -> Sequence[int]:
    """Return the queues that lack the most in a shift, and give them their parts of an agent."""
    most = nlargest(
        len(given), range(len(needs)), key=lambda index: needs[index].between(start, length)
    )
    for index, part in zip(most, given, strict=True):
        needs[index].give(start, length, part)
    return most


def _beside(needs: Sequence[Need], start: int, length: int, *, alone: bool) -> Sequence[int]:
    """Return the written queues that lack somebody in a shift, all if few are there."""
    chosen = [index for index, need in enumerate(needs) if alone or need.between(start, length) > 0]
    for index in chosen:
        needs[index].give(start, length, BESIDE)
    return chosen


def on_duty(duties: Sequence[Duty]) -> list[int]:
    """Return how many are on duty in each half hour."""
    staffed = [0] * SLOTS
    for duty in duties:
        first = duty.start // SLOT
        for slot in range(first, first + duty.length // SLOT):
            staffed[slot % SLOTS] += 1
    return staffed
