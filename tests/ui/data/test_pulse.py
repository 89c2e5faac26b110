import time
from dataclasses import replace

import pytest

from statmon.domain.statistic import Series
from statmon.ui.data import pulse as pulses
from statmon.ui.data.pulse import Pulse


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    at = [time.time_ns() // 1_000_000]
    monkeypatch.setattr(pulses, "now_ms", lambda: at[0])

    def forward(ms):
        at[0] += ms

    return forward


@pytest.fixture
def pulse(qapp, engine, clock):
    engine.go_up()
    return Pulse(engine.table)


def test_a_thousand_values_make_one_signal(pulse, engine):
    """The views are told once a tick, with the set of rows."""
    told = []
    pulse.changed.connect(told.append)
    for number in range(1_000):
        row = engine.feed("agent1", "InboundCalls", number)
    pulse.tick()
    pulse.tick()

    assert told == [{row} | told[0]]


def test_nothing_is_told_while_paused_and_all_of_it_afterwards(pulse, engine):
    """Freezing the view loses no row."""
    told = []
    pulse.tick()
    pulse.set_paused(True)
    pulse.changed.connect(told.append)
    row = engine.feed("agent1", "InboundCalls", 1)
    pulse.tick()
    assert told == []

    pulse.set_paused(False)
    assert row in told[0]


def test_the_rate_is_an_average_over_some_seconds(pulse, engine, clock):
    """Values come in bursts; the figure must not jump between 0 and all of them."""
    for _ in range(5):
        clock(1_000)
        for number in range(10):
            engine.feed("agent1", "InboundCalls", number)
        pulse.tick()

    assert pulse.rate == pytest.approx(10, rel=0.05)


def test_a_clock_that_jumps_does_no_harm(pulse, clock):
    """An hour ahead, an hour back: the seconds go on."""
    seconds = []
    pulse.second.connect(lambda: seconds.append(True))
    for step in (3_600_000, -3_600_000, 1_000):
        clock(step)
        pulse.tick()

    assert (len(seconds), pulse.rate) == (3, 0)


@pytest.mark.parametrize("travelling", [False, True])
def test_rows_are_told_before_a_table_is_shown_that_has_them(pulse, engine, travelling):
    """They may come while the views are frozen, or show the past: each view codes them first."""
    told = []
    pulse.tick()
    pulse.show_past(engine.table.blank(), 1, None) if travelling else pulse.set_paused(True)
    pulse.structured.connect(lambda: told.append("rows"))
    for signal in (pulse.changed, pulse.second):
        signal.connect(lambda *_: told.append("news"))
    engine.table.add(replace(engine.table.statistics[0], name="New"), Series("", "A", "a", "New"))
    pulse.tick()
    pulse.show_past(engine.table.blank(), 2, None) if travelling else pulse.set_paused(False)

    assert told[0] == "rows"
    assert told.count("rows") == 1
