"""Builds a contact centre of a given size: believable queues, teams, skills and shifts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from statmon.simulator.agenda import DAY, MINUTE, Agenda
from statmon.simulator.agents import AgentSpec, full_name
from statmon.simulator.arrivals import DailyCurve, constant
from statmon.simulator.calls import QueueSpec
from statmon.simulator.centre import Centre
from statmon.simulator.habits import Habits, exponential, lognormal, never, textbook
from statmon.simulator.roster import SLOT, SLOTS, Duty, on_duty, roster

TEAMS = ("Sales", "Service", "Billing", "Support", "Retention", "Claims")
HANDLING_S = 212
"""Seconds of an agent's time that a call takes on average, by the default habits."""
WRITTEN_S = 400
"""The same of a chat or an e-mail."""
WRITTEN_SHARE, MOST_WRITTEN = 0.06, 0.48
"""How much of the agents' time each written queue takes, and all of them at most."""
AWAY = 0.17
"""Share of those on duty who are on a break or make a call of their own."""
SPARE = 0.7
"""Agents to spare for each root of their number, so that callers need not wait."""
BUSIEST = 0.95
"""What share of the agents who are there customers may keep busy at most."""
QUIETEST = 0.2
"""What customers ask for at the peak even where there are no agents."""
LATEST = 4 * MINUTE
"""How much too early or too late people begin and end their shifts."""


@dataclass(frozen=True)
class Size:
    """How many agents and queues, how busy: ``load`` 1.0 is a well-staffed ordinary day."""

    agents: int = 40
    queues: int = 6
    load: float = 1.0
    absent: float = 0.0
    chats: int = 0
    emails: int = 0


def ordinary(
    agenda: Agenda, size: Size, *, seed: int, midnight: int, journal_length: int = 0
) -> Centre:
    """Build a contact centre: voice queues, one for each team in turn, then chat and e-mail.

    Who is absent stays logged out all day; the customers come all the same.
    """
    random = Random(f"{seed}/staffing")
    shares = _shares(size.queues)
    written = _written_shares(size)
    duties = roster(size.agents, shares, written, [_customers(slot) for slot in range(SLOTS)])
    peak = _peak_load(max(on_duty(duties)))
    agents = [_agent(index, duty, size, random) for index, duty in enumerate(duties)]
    absent = [random.random() < size.absent for _ in agents]
    return Centre(
        agenda,
        [*_voice(size, shares, peak), *_written(size, peak)],
        [
            replace(one, shift_length=0) if off else one
            for one, off in zip(agents, absent, strict=True)
        ],
        Habits(),
        seed=seed,
        midnight=midnight,
        journal_length=journal_length,
    )


def _customers(slot: int) -> float:
    """Return the share of the peak's customers that come in a half hour."""
    return DailyCurve(1).per_hour(slot * SLOT + SLOT // 2)


def _shares(queues: int) -> list[float]:
    """Return each queue's share of the calls: the first has the most."""
    weights = [1 / (1 + index * 0.5) for index in range(queues)]
    return [weight / sum(weights) for weight in weights]


def _written_shares(size: Size) -> list[float]:
    """Return what each written queue takes of the agents' time."""
    count = size.chats + size.emails
    return [min(WRITTEN_SHARE, MOST_WRITTEN / count)] * count if count else []


def _peak_load(agents: int) -> float:
    """Return how many of so many agents on duty customers keep busy at the peak.

    Some are on a break; of the rest a large centre can keep more busy than a small one for the
    same service (the square root rule).
    """
    there = agents * (1 - AWAY)
    return max(QUIETEST, min(BUSIEST * there, there - SPARE * math.sqrt(there)))


def _voice(size: Size, shares: Sequence[float], peak: float) -> list[QueueSpec]:
    calls = size.load * peak * (1 - sum(_written_shares(size))) * 3600 / HANDLING_S
    return [
        QueueSpec(
            f"{7001 + index}@SIP_Switch", _team(index, size.queues), DailyCurve(calls * share)
        )
        for index, share in enumerate(shares)
    ]


def _written(size: Size, peak: float) -> list[QueueSpec]:
    """Return chat and e-mail queues."""
    chat = Habits(
        patience=exponential(300), talking=lognormal(400), after_call=never, hold_chance=0,
        consult_chance=0, missed_chance=0.01, transfer_chance=0.02,
    )  # fmt: skip
    email = Habits(
        patience=None, talking=lognormal(300), after_call=never, hold_chance=0, consult_chance=0,
        missed_chance=0, transfer_chance=0.02,
    )  # fmt: skip
    share = sum(_written_shares(size)) / max(1, size.chats + size.emails)
    customers = DailyCurve(size.load * peak * share * 3600 / WRITTEN_S)
    kinds = (("Chat", 9001, chat, size.chats), ("Email", 9501, email, size.emails))
    return [
        QueueSpec(f"{first + index}@{label}_Switch", label, customers, label.lower(), habits)
        for label, first, habits, count in kinds
        for index in range(count)
    ]


def _team(index: int, count: int) -> str:
    name = TEAMS[index % len(TEAMS)]
    return name if count <= len(TEAMS) else f"{name} {index // len(TEAMS) + 1}"


def _agent(index: int, duty: Duty, size: Size, random: Random) -> AgentSpec:
    early, late = random.randrange(-LATEST, LATEST), random.randrange(-LATEST, LATEST)
    return AgentSpec(
        f"agent{index + 1}",
        full_name(index),
        str(1001 + index),
        _team(duty.queues[0], size.queues),
        duty.queues,
        (duty.start + early) % DAY,
        duty.length + late,
        _media(duty.queues, size),
    )


def _media(skills: tuple[int, ...], size: Size) -> tuple[str, ...]:
    """Return the media that these skills need; everybody has a telephone."""
    chats = range(size.queues, size.queues + size.chats)
    emails = range(chats.stop, chats.stop + size.emails)
    written = (("chat", chats), ("email", emails))
    return ("voice", *(name for name, span in written if any(one in span for one in skills)))


def stationary(
    agenda: Agenda,
    *,
    per_hour: float,
    handling_s: float,
    patience_s: float | None,
    agents: int,
    seed: int,
) -> Centre:
    """Build the contact centre of queueing theory: one skill, constant load, no habits."""
    specs = [
        AgentSpec(f"agent{index + 1}", full_name(index), str(1001 + index), "All", (0,), 0, DAY)
        for index in range(agents)
    ]
    queue = QueueSpec("7001@SIP_Switch", "All", constant(per_hour))
    return Centre(agenda, [queue], specs, textbook(handling_s, patience_s), seed=seed)
