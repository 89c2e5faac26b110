import gc

import pytest

from statmon.ui.background import garbage
from statmon.ui.background.garbage import LargeWorkspaces, put_off
from tests.ui.fake_engine import workspace


@pytest.fixture
def frozen():
    """Count what the collector passes over; afterwards it looks at everything again."""
    gc.unfreeze()
    yield gc.get_freeze_count
    gc.unfreeze()


def looking_after(window):
    table, pulse = window.parts.pulse.lens.live, window.parts.pulse
    return LargeWorkspaces(lambda: len(table), pulse.structured, window)


@pytest.fixture
def grow(engine, open_window):
    """Add statistics to a running window's table, in parts as the engine does."""
    window = open_window(engine)
    looking_after(window)
    some = engine.table.statistics[0]

    def add(count):
        for number in range(count):
            engine.table.add(some, some.series(f"{len(engine.table)} {number}"))
        window.parts.pulse.tick()

    return add


def test_thousands_of_statistics_that_come_into_a_running_window_are_passed_over(grow, frozen):
    """A collection looks at what is new since, and no more at them."""
    grow(1_500)
    assert frozen() == 0
    grow(1_500)
    assert frozen() > 3_000


def test_a_few_more_statistics_change_nothing(grow, frozen):
    """What becomes garbage later is found as ever."""
    for _ in range(3):
        grow(10)

    assert frozen() == 0


def test_statistics_of_a_large_file_are_passed_over_as_soon_as_it_is_read(
    engine, open_window, frozen
):
    """They are there long before the table has them; a small file is left alone."""
    window = open_window(engine)
    large = looking_after(window)
    large.was_read(workspace(agents=3))
    assert frozen() == 0
    large.was_read(workspace(agents=900))
    assert frozen() > 0


def test_no_full_collection_while_somebody_wants_none():
    """The last one gives the collector back as it was, after an error as well."""
    before = gc.get_threshold()

    def fails():
        with put_off(), put_off():
            assert gc.get_threshold()[2] > 1_000
            raise OSError("unreadable")

    with pytest.raises(OSError, match="unreadable"):
        fails()
    assert gc.get_threshold() == before


def test_what_was_settled_meanwhile_stays():
    """A file is read while the start ends: the collector goes on as it was told then."""
    before = gc.get_threshold()
    try:
        with put_off():
            gc.set_threshold(10_000, *gc.get_threshold()[1:])
        assert gc.get_threshold() == (10_000, *before[1:])
    finally:
        gc.set_threshold(*before)


@pytest.fixture(autouse=True)
def _as_it_was():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def collections_while(act) -> int:
    """How many there are while something is done."""
    seen = []

    def note(phase, _info) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    try:
        act()
    finally:
        gc.callbacks.remove(note)
    return seen.count("start")


def record() -> None:
    """Hold thousands of readings for a moment, again and again."""
    for _ in range(20):
        waiting = [[] for _ in range(5_000)]
        waiting.clear()


def test_readings_set_off_no_collection():
    """Python's own numbers let them."""
    gc.collect()
    assert collections_while(record) >= 20

    garbage.settle()
    assert collections_while(record) == 0


def test_what_is_open_is_passed_over():
    """It stays until the end."""
    gc.unfreeze()
    garbage.settle()
    assert gc.get_freeze_count() > 10_000
