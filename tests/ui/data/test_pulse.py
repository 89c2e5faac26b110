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


def waits(pulse):
    """Return which of its two timers it waits for."""
    return {name for name in ("_soon", "_seconds") if getattr(pulse, name).isActive()}


@pytest.fixture
def ticking(pulse):
    """A pulse that has told of its start, and waits."""
    pulse.start()
    pulse.tick()
    yield pulse
    pulse.stop()


def test_it_sleeps_to_the_next_second_while_nothing_happens(ticking, clock):
    """A tick that looks whether there is anything costs a battery 36,000 wake-ups an hour."""
    assert waits(ticking) == {"_seconds"}
    ticking._each_second()
    clock(1_730)
    ticking._each_second()
    left = 1_000 - pulses.now_ms() % 1_000

    assert waits(ticking) == {"_seconds"}
    assert left <= ticking._seconds.interval() <= left + 5


def test_a_change_wakes_it_once(ticking, engine):
    """A thousand values, a row more, a line that is cut: one tick, a tenth of a second later."""
    changes = (
        lambda: [engine.feed("agent1", "InboundCalls", number) for number in range(1_000)],
        lambda: engine.table.add(
            replace(engine.table.statistics[0], name="New"), Series("", "A", "a", "New")
        ),
        lambda: engine.connect("reconnecting", "The line is cut."),
    )
    for change in changes:
        change()
        assert waits(ticking) == {"_soon", "_seconds"}
        assert ticking._soon.interval() == pulses.TICK_MS
        ticking.tick()
        assert waits(ticking) == {"_seconds"}


def test_what_is_no_news_wakes_nobody(ticking, engine):
    """A batch of other people's readings, and the health that it has already."""
    engine.table.apply([])
    engine.table.healthy = engine.table.healthy

    assert waits(ticking) == {"_seconds"}


def test_where_nobody_looks_only_seconds_wake_it(qapp, engine, clock):
    """Minimised, or in the tray: what came is told with the next second, and none of it is lost."""
    seen, told = [False], []
    engine.go_up()
    pulse = Pulse(engine.table, in_sight=lambda: seen[0])
    pulse.start()
    pulse.tick()
    pulse.changed.connect(told.append)
    row = engine.feed("agent1", "InboundCalls", 1)
    assert waits(pulse) == {"_seconds"}

    clock(1_000)
    pulse._each_second()
    assert told == [{row}]
    seen[0] = True
    engine.feed("agent1", "InboundCalls", 2)
    assert waits(pulse) == {"_soon", "_seconds"}
    pulse.stop()
    engine.feed("agent1", "InboundCalls", 3)
    assert waits(pulse) == set()
