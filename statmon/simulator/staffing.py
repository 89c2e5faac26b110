"""Builds a contact centre of a given size: believable queues, teams, skills and shifts."""

from dataclasses import dataclass, replace
from random import Random

from statmon.simulator.agenda import DAY, HOUR, Agenda
from statmon.simulator.agents import AgentSpec, full_name
from statmon.simulator.arrivals import DailyCurve, constant
from statmon.simulator.calls import QueueSpec
from statmon.simulator.centre import Centre
from statmon.simulator.habits import Habits, exponential, lognormal, never, textbook

TEAMS = ("Sales", "Service", "Billing", "Support", "Retention", "Claims")
HANDLING_S = 215
"""Seconds of an agent's time that a call takes on average, by the default habits."""


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

    Who is absent stays logged out all day.
    """
    random = Random(f"{seed}/staffing")
    agents = [_agent(index, size, random) for index in range(size.agents)]
    absent = [random.random() < size.absent for _ in agents]
    return Centre(
        agenda,
        [*queues(size), *_written(size)],
        [
            replace(one, shift_length=0) if off else one
            for one, off in zip(agents, absent, strict=True)
        ],
        Habits(),
        seed=seed,
        midnight=midnight,
        journal_length=journal_length,
    )


def queues(size: Size) -> list[QueueSpec]:
    """Return the queues; together they keep the agents on a peak shift some 85 % busy."""
    on_duty = 0.62 * size.agents
    peak = 0.85 * size.load * on_duty * 3600 / HANDLING_S
    weights = [1 / (1 + index * 0.5) for index in range(size.queues)]
    return [
        QueueSpec(
            f"{7001 + index}@SIP_Switch",
            _team(index, size.queues),
            DailyCurve(peak * weight / sum(weights)),
        )
        for index, weight in enumerate(weights)
    ]


def _written(size: Size) -> list[QueueSpec]:
    """Return chat and e-mail queues; each keeps a twentieth of the agents busy at its peak."""
    chat = Habits(
        patience=exponential(300), talking=lognormal(400), after_call=never, hold_chance=0,
        missed_chance=0.01, transfer_chance=0.02,
    )  # fmt: skip
    email = Habits(
        patience=None, talking=lognormal(300), after_call=never, hold_chance=0, missed_chance=0,
        transfer_chance=0.02,
    )  # fmt: skip
    peak = 0.05 * size.load * 0.62 * size.agents * 3600 / 400
    kinds = (("Chat", 9001, chat, size.chats), ("Email", 9501, email, size.emails))
    return [
        QueueSpec(f"{first + index}@{label}_Switch", label, DailyCurve(peak), label.lower(), habits)
        for label, first, habits, count in kinds
        for index in range(count)
    ]


def _team(index: int, count: int) -> str:
    name = TEAMS[index % len(TEAMS)]
    return name if count <= len(TEAMS) else f"{name} {index // len(TEAMS) + 1}"


def _agent(index: int, size: Size, random: Random) -> AgentSpec:
    weights = [1 / (1 + queue * 0.5) for queue in range(size.queues)]
    main = random.choices(range(size.queues), weights)[0]
    second = random.randrange(size.queues)
    start, length = _shift(random)
    skills = _skills(main, second, size, random)
    return AgentSpec(
        f"agent{index + 1}",
        full_name(index),
        str(1001 + index),
        _team(main, size.queues),
        skills,
        start,
        length,
        _media(skills, size),
    )


def _media(skills: tuple[int, ...], size: Size) -> tuple[str, ...]:
    """Return the media that these skills need; everybody has a telephone."""
    chats = range(size.queues, size.queues + size.chats)
    emails = range(chats.stop, chats.stop + size.emails)
    written = (("chat", chats), ("email", emails))
    return ("voice", *(name for name, span in written if any(one in span for one in skills)))


def _skills(main: int, second: int, size: Size, random: Random) -> tuple[int, ...]:
    skills = [main]
    if second != main and random.random() < 0.6:
        skills.append(second)
    skills += [
        size.queues + index for index in range(size.chats + size.emails) if random.random() < 0.35
    ]
    return tuple(skills)


def _shift(random: Random) -> tuple[int, int]:
    """Draw an early, late or night shift of nine hours, begun on the quarter of an hour."""
    quarter = HOUR // 4
    chance = random.random()
    if chance < 0.68:
        first = 6 * HOUR + random.randrange(13) * quarter
    elif chance < 0.90:
        first = 12 * HOUR + random.randrange(9) * quarter
    else:
        first = 20 * HOUR + random.randrange(17) * quarter
    return first % DAY, 9 * HOUR


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
