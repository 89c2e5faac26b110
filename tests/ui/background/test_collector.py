"""What lives for a moment only does not have the whole window looked through."""

import gc

import pytest

from statmon.ui.background import collector


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

    collector.settle()
    assert collections_while(record) == 0


def test_what_is_open_is_passed_over():
    """It stays until the end."""
    gc.unfreeze()
    collector.settle()
    assert gc.get_freeze_count() > 10_000
