"""A day of reconnects in simulated time leaves nothing behind."""

import gc
import os
import random
import tracemalloc

from statmon.bayeux.errors import Kind
from tests.bayeux.support.dialogue import CONNECT, GONE, HANDSHAKE, SUBSCRIBE, Dialogue

LONG = os.environ.get("STATMON_TEST_LONG") == "1"


def spend(d: Dialogue, hours: float, source: random.Random) -> None:
    """Live with a server that answers, breaks, forgets and restarts."""
    end = d.now + hours * 3600
    while d.now < end:
        waiting = next(iter(d.outstanding.values()), None)
        if waiting is None:
            d.wait(0.5)
            continue
        channel = waiting.messages[0]["channel"]
        if channel in (HANDSHAKE, SUBSCRIBE):
            d.reply(channel)
        else:
            d.wait(source.choice([0.0, 0.2, 5.0, 19.0]))
            if not d.waiting_for(CONNECT):
                continue
            match source.randrange(12):
                case 0:
                    d.fail(CONNECT, Kind.CUT)
                case 1:
                    d.reply(CONNECT, **GONE)
                case 2:
                    d.session.resumed(d.now)
                    d.take()
                case 3:
                    d.wait(35)
                case _:
                    d.reply(CONNECT)
        d.sent.clear()
        d.states.clear()
        d.others.clear()


def held() -> int:
    """Return the bytes that the session and its dialogue hold."""
    gc.collect()
    ours = [tracemalloc.Filter(True, f"*{name}*") for name in ("bayeux", "json")]
    traces = tracemalloc.take_snapshot().filter_traces(ours)
    return sum(entry.size for entry in traces.statistics("filename"))


def test_a_day_of_reconnects_leaves_nothing_behind() -> None:
    """The session holds as many bytes in the evening as in the morning."""
    source = random.Random(11)
    d = Dialogue("/a", "/b")
    d.start()
    tracemalloc.start()
    try:
        spend(d, 6, source)  # what it keeps for support is bounded, and full by then
        hours = []
        for _ in range(24 if LONG else 8):
            spend(d, 1, source)
            hours.append(held())
    finally:
        tracemalloc.stop()
    assert d.session.generation > 100
    assert min(hours[-4:]) - max(hours[:4]) < 5_000
