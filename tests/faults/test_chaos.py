"""Faults of every kind at once, by a seed: nothing is silent for long, left open or told twice."""

import asyncio
import contextlib
import os
import time

import pytest

from statmon.engine import Engine
from tests.engine.support.stage import running, simulated
from tests.faults.support.chaos import AGENTS, Chaos, floor
from tests.faults.support.fault_proxy import FaultProxy

LONG = os.environ.get("STATMON_TEST_LONG") == "1"
SEED = int(os.environ.get("STATMON_TEST_SEED", "20261130"))
MINUTES = 30.0
"""Of a long run, each of the three transports; a short one takes some rounds."""
ROUNDS = 4
PER_SECOND = 48
"""Values while nothing is wrong."""


@contextlib.asynccontextmanager
async def chaos(transport, seed):
    """An engine at a simulator behind a proxy, all of it open."""
    options = ("--websocket", "--speed", "4", "--agents", str(AGENTS))
    async with (
        simulated(*options) as stage,
        FaultProxy(int(stage.url.rpartition(":")[2])) as proxy,
    ):
        stage.url = f"http://127.0.0.1:{proxy.port}"
        engine = Engine(floor().at(stage.url), stage.access(transport=transport))
        async with running(engine) as ear:
            await ear.open()
            made = Chaos(seed, stage, proxy, ear, engine)
            beating = asyncio.create_task(made.beat())
            try:
                yield made
            finally:
                beating.cancel()
                proxy.restore()
        assert stage.open == {}


@pytest.mark.timeout(7200 if LONG else 300)
@pytest.mark.parametrize("transport", ["long-polling", "websocket", "auto"])
async def test_whatever_happens_at_once_nothing_is_silent_left_open_or_double(transport):
    """Silence lasts no longer than the outage, a second, and the delay of a retry."""
    until = time.monotonic() + MINUTES * 60
    results = []
    async with chaos(transport, SEED) as made:
        before, at = made.values, time.monotonic()
        await made.ear.until(lambda: made.values > before + 2 * PER_SECOND)
        rate = (made.values - before) / (time.monotonic() - at)
        while time.monotonic() < until if LONG else len(results) < ROUNDS:
            results.append(await made.round())
            say(f"{transport} {SEED} #{len(results)}: {results[-1]}")
        assert made.double == []
    worst = max(results, key=lambda result: result.silence / result.allowed)
    say(
        f"{transport} {SEED}: {len(results)} rounds, {rate:.0f} values/s, {made.values} values; "
        f"settled within {max(result.settled_after for result in results):.1f} s; worst: {worst}"
    )
    assert [str(result) for result in results if result.silence > result.allowed] == []


def say(words):
    """The figures, for who looks on (``pytest -s``)."""
    print(words, flush=True)  # noqa: T201
