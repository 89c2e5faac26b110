"""The same seed gives the same day, whatever the clock does."""

import asyncio

import pytest

from statmon.simulator.agenda import HOUR, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer
from statmon.simulator.statserver.statistic import Watcher

T0 = 1_700_000_000_000
STATISTICS = [
    ("Agent", "agent3", "CurrentAgentState"), ("Agent", "agent4", "AverageHandlingTime"),
    ("Queue", "7001@SIP_Switch", "ServiceLevel"), ("Queue", "7001@SIP_Switch", "Current_In_Queue"),
]  # fmt: skip


def day(seed, steps):
    """Return every update of some statistics in an hour, the clock moving in these steps (ms)."""
    agenda = Agenda(T0)
    size = Size(agents=20, queues=2)
    centre = ordinary(agenda, size, seed=seed, midnight=T0 - 10 * HOUR, journal_length=5000)
    server = StatServer(agenda, Directory(centre))
    updates = []
    for kind, name, statistic in STATISTICS:
        opened = server.open(kind, name, name=statistic)
        Watcher(opened.statistic, opened.definition.notification,
                lambda value, key=(name, statistic): updates.append((key, value)))  # fmt: skip
    while agenda.now < T0 + HOUR:
        agenda.run_until(min(agenda.now + steps, T0 + HOUR))
    return updates


@pytest.mark.parametrize("steps", [20, 997, 60_000])
def test_the_speed_of_the_clock_changes_no_value_and_no_time(steps):
    assert day(7, steps) == day(7, HOUR)


def test_another_seed_is_another_day():
    assert day(7, HOUR) != day(8, HOUR)


def test_who_looks_does_not_change_what_happens():
    def state(watched):
        agenda = Agenda(T0)
        centre = ordinary(agenda, Size(10, 2), seed=1, midnight=T0 - 10 * HOUR)
        server = StatServer(agenda, Directory(centre))
        if watched:
            opened = server.open("Agent", "agent1", name="CurrentAgentState")
            Watcher(opened.statistic, opened.definition.notification, lambda value: None)
        agenda.run_until(T0 + HOUR)
        return [(agent.status, agent.since) for agent in centre.agents]

    assert state(watched=True) == state(watched=False)


def test_it_is_alive_at_any_hour():
    agenda = Agenda(T0)
    centre = ordinary(agenda, Size(), seed=1, midnight=T0 - 10 * HOUR)
    for _ in range(24):
        before = {agent.spec.name: agent.since for agent in centre.agents}
        agenda.run_until(agenda.now + HOUR)
        moved = [agent for agent in centre.agents if agent.since != before[agent.spec.name]]
        assert len(moved) >= 2


async def hear(connected, speed, heard, enough):
    """Note what a client hears of event-driven statistics, by statistic and simulated time."""
    arguments = ("--agents", "15", "--queues", "2", "--seed", "5", "--speed", str(speed))
    async with connected(*arguments) as (client, _):
        await client.open(
            [{"statisticId": f"{name}/{number}", "objectType": "Agent",
              "objectId": f"agent{number}", "name": name}
             for number in range(1, 16) for name in ("InboundCalls", "CurrentAgentState")]
        )  # fmt: skip

        def take(event):
            for one in event["data"]["data"].get("statistics", ()):
                heard[one["statisticId"], one["timestamp"]] = one["value"]
            return enough()

        await client.until(take)


async def test_the_service_says_the_same_at_the_same_simulated_times_at_any_speed(connected):
    """Through the whole service: what both heard of the same stretch of time is the same."""
    slow, fast = {}, {}

    def stretch():
        """From when both had begun to hear, until the one that was heard least far."""
        times = [[time for _, time in heard] for heard in (slow, fast)]
        return max(map(min, times)), min(map(max, times))

    def enough():
        """However long a busy machine took to connect, both have heard these four minutes."""
        return bool(slow and fast) and stretch()[1] - stretch()[0] > 240_000

    await asyncio.gather(hear(connected, 90, slow, enough), hear(connected, 360, fast, enough))
    start, end = stretch()

    def within(heard):
        return {key: value for key, value in heard.items() if start <= key[1] < end}

    assert len(within(slow)) > 20
    assert within(slow) == within(fast)
