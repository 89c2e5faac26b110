"""Queueing theory: what a stationary contact centre with one skill must show.

Poisson arrivals of rate λ, exponential handling times of mean 1/μ, n agents, first come first
served. **Erlang C** (M/M/n): callers wait for ever. **Erlang A** (M/M/n+M, Palm 1957): each
caller hangs up after an exponential patience of mean 1/θ.

Both are birth and death processes, so the stationary probabilities follow from
``p[j+1]/p[j] = λ/(death rate at j+1)`` with the death rate ``min(j,n)μ + max(0,j-n)θ``.
What an arriving caller finds has the same probabilities (PASTA). The wait of one who finds k
others in the queue is a sum of k+1 exponential stages with rates nμ + iθ, i = 0…k, of which the
first k move the queue on; service level is the share of all callers answered within T.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Performance:
    """Shares of offered callers (0…1) and of agent time (occupancy)."""

    wait_probability: float
    service_level: float
    abandonment: float
    occupancy: float


def erlang_c(per_hour: float, handling_s: float, agents: int, target_s: float) -> Performance:
    """Return what M/M/n shows; unstable systems (load ≥ agents) have no answer.

    Raises ValueError if the queue would grow for ever.
    """
    load = per_hour / 3600 * handling_s
    if load >= agents:
        raise ValueError("Erlang C needs more agents than load; add agents or use Erlang A")
    blocking = 1.0
    for busy in range(1, agents + 1):
        blocking = load * blocking / (busy + load * blocking)
    waits = blocking / (1 - load / agents * (1 - blocking))
    level = 1 - waits * math.exp(-(agents - load) * target_s / handling_s)
    return Performance(waits, level, 0.0, load / agents)


def erlang_a(
    per_hour: float, handling_s: float, patience_s: float, agents: int, target_s: float
) -> Performance:
    """Return what M/M/n+M shows, for any load."""
    arrival, service, leave = per_hour / 3600, 1 / handling_s, 1 / patience_s
    found = _stationary(arrival, service, leave, agents)
    waiting = found[agents:]
    queue = sum(k * share for k, share in enumerate(waiting))
    abandonment = leave * queue / arrival
    level = sum(found[:agents]) + _answered_in_time(waiting, agents * service, leave, target_s)
    occupancy = arrival * (1 - abandonment) / (agents * service)
    return Performance(sum(waiting), level, abandonment, occupancy)


def _stationary(arrival: float, service: float, leave: float, agents: int) -> list[float]:
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > 1e-16 * max(weights):
        j = len(weights)
        deaths = min(j, agents) * service + max(0, j - agents) * leave
        weights.append(weights[-1] * arrival / deaths)
    total = sum(weights)
    return [weight / total for weight in weights]


def _answered_in_time(
    waiting: list[float], busy_rate: float, leave: float, target_s: float
) -> float:
    """Sum over k found waiting: P(offered a free agent within T and still there).

    A caller with k before it moves up at rate nμ + kθ (a service ends or one ahead leaves) and
    leaves itself at rate θ: a pure birth chain, integrated by uniformisation.
    """
    size = len(waiting)
    rate = busy_rate + (size + 1) * leave
    state = list(waiting)
    answered = 0.0
    mean = rate * target_s
    steps = int(mean + 10 * math.sqrt(mean) + 30)
    weight = math.exp(-mean)
    accumulated = 0.0
    for step in range(steps):
        answered += weight * accumulated
        accumulated += state[0] * busy_rate / rate
        state = [
            state[k] * (1 - (busy_rate + (k + 1) * leave) / rate)
            + (state[k + 1] * (busy_rate + (k + 1) * leave) / rate if k + 1 < size else 0.0)
            for k in range(size)
        ]
        weight *= mean / (step + 1)
    return answered
