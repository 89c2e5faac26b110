"""Readings as tests need them, and strategies that make any."""

import json
import random

from hypothesis import strategies as st

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series

START = 1_767_225_600_000
"""2026-01-01, epoch milliseconds."""


def series(number: int = 1, kind: str = "Queue", measure: str = "InQueue") -> Series:
    return Series("http://site", kind, f"{kind.lower()}{number}", measure)


def bean(number, stamp: int, *, text: str | None = None, length: int = 0, tag: int = -1) -> dict:
    """A number as the service wraps it."""
    return {
        "intValue": int(number),
        "stringValue": str(number) if text is None else text,
        "intervalLength": length,
        "tag": tag,
        "timestamp": stamp,
    }


def reading(number: int = 1, value=5, at: int = 0, *, stamp: int | None = None, origin="update"):
    """A reading that arrived some milliseconds after the start, and was made as it arrived."""
    made = START + at if stamp is None else START + stamp
    return Reading(series(number), value, made, START + at, origin)


def agent_state(status: int, since: int, stamp: int, agent: str = "agent2") -> dict:
    """An agent's state as the simulator sends it."""
    place = {
        "placeId": f"Place_{agent}",
        "status": status,
        "time": since,
        "dnStatuses": [{"dnId": "1001", "switchId": "SIP", "status": status, "time": since}],
    }
    return {
        "intValue": 0,
        "stringValue": None,
        "intervalLength": 0,
        "tag": -1,
        "timestamp": stamp,
        "stateValue": {
            "objectType": "Agent",
            "agentId": agent,
            "loginId": "1001",
            "status": status,
            "time": since,
            "place": place,
        },
    }


STAMPS = st.integers(0, 10**13)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def payloads(draw, stamp: int):
    """What a service may send: mostly what it does send, and anything else."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return bean(draw(st.integers(-(10**17), 10**17)), stamp, length=draw(st.integers(0, 10**6)))
    if kind == 1:
        number = draw(st.floats(-1e6, 1e6))
        return bean(number, stamp, text=draw(st.sampled_from([repr(number), f"{number:.1f}"])))
    if kind == 2:
        since = draw(st.integers(0, 10**10))
        return agent_state(
            draw(st.integers(0, 30)), since, stamp, f"agent{draw(st.integers(1, 3))}"
        )
    if kind == 3:
        made = draw(st.sampled_from([stamp // 1000, None, 0, stamp + 1, True]))
        return bean(draw(st.integers(0, 99)), made, tag=draw(st.sampled_from([-1, 7])))
    if kind == 4:
        return draw(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
    return draw(JSON)


@st.composite
def streams(draw, *, most: int = 60, forwards: bool = False):
    """Readings of a few series, in any order of times unless ``forwards``."""
    arrived = START
    readings = []
    for _ in range(draw(st.integers(0, most))):
        step = draw(st.integers(0, 2000) if forwards else st.integers(-1500, 2000))
        arrived = max(0, arrived + step)
        stamp = draw(st.integers(-3000, 3000)) + arrived if draw(st.booleans()) else arrived
        stamp = max(0, stamp)
        value = draw(payloads(stamp))
        origin = draw(st.sampled_from(["open", "update", "peek"]))
        readings.append(Reading(series(draw(st.integers(1, 4))), value, stamp, arrived, origin))
    return readings


def replayed(readings, when: int) -> dict:
    """What the live table shows at a time, by playing everything into one.

    Played up to the last reading that had arrived by then: if the clock ran backwards, all that
    came before it had been on the screen.
    """
    places = [place for place, item in enumerate(readings) if item.arrived <= when]
    newest: dict[Series, Reading] = {}
    for item in readings[: places[-1] + 1] if places else ():
        newest[item.series] = item
    return newest


def floor(count: int, seconds: int, seed: int = 1, every: int = 1000):
    """A floor's readings: counters, durations, averages and states, one batch a tick."""
    rng = random.Random(seed)
    numbers = [rng.randrange(50) for _ in range(count)]
    for tick in range(seconds * 1000 // every):
        at = START + tick * every + rng.randrange(20)
        stamp = at - rng.randrange(1, 15)
        batch = []
        for number in range(count):
            numbers[number] += rng.choice((0, 0, 0, 1, -1))
            batch.append(
                Reading(series(number + 1), bean(numbers[number], stamp), stamp, at, "update")
            )
        yield batch


def changed_bits(data: bytes):
    """Give the bytes with each of their bits changed, one at a time."""
    for place, byte in enumerate(data):
        for bit in range(8):
            yield data[:place] + bytes([byte ^ 1 << bit]) + data[place + 1 :]


def same(left, right) -> bool:
    """Equal, and of the same types (``1 == True`` is not enough)."""
    return left == right and json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
