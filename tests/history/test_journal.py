"""A batch of the journal comes back as it was, in any company, and says when it is damaged."""

import contextlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.history.columns import joined
from statmon.history.ingest import Ingest, runs
from statmon.history.journal import pack, unpack
from statmon.history.page import DamagedPage, encode
from tests.history.support.readings import bean, changed_bits, reading, streams


def batches_of(readings, size: int):
    """Samples as the recorder takes them in, in batches of a few, not sorted."""
    numbers, intake, batches = {}, Ingest(), []
    for place in range(0, len(readings), size):
        for run in runs(readings[place : place + size]):
            intake.add([numbers.setdefault(item, len(numbers) + 1) for item in run.series], run)
        batches.append(intake.take())
    return batches


def assert_same(found, wanted):
    for name in ("ids", "arrived", "stamps", "flags", "slots"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), name)
    np.testing.assert_array_equal(found.numbers.view(np.int64), wanted.numbers.view(np.int64))
    assert found.values() == wanted.values()


@given(streams(), st.integers(1, 30))
def test_any_batches_come_back_equal_however_many_are_read_together(readings, size):
    """In the order in which they were recorded."""
    batches = batches_of(readings, size)
    wanted = joined(batches)

    found = unpack([pack(batch) for batch in batches])

    assert_same(found, wanted)


def test_batches_of_an_earlier_statmon_are_read_among_others():
    """They were pages."""
    batches = batches_of([reading(1, bean(n, 0), n) for n in range(9)], 3)

    found = unpack([pack(batches[0]), encode(batches[1])[0], pack(batches[2])])

    assert found.numbers.tolist() == list(range(9))


def test_a_batch_holds_nothing_of_what_was_taken_out_of_it():
    """Of texts, too, nothing is left."""
    (batch,) = batches_of([reading(1, "secret", 1), reading(2, "open", 2)], 2)
    kept = batch.take(batch.ids == 2)

    assert unpack([pack(kept)]).values() == ["open"]
    assert unpack([pack(kept)]).shapes == batch.shapes[1:]


def test_a_changed_bit_never_gives_other_samples():
    """Wherever it is."""
    (batch,) = batches_of([reading(1, bean(n, 0), n) for n in range(30)], 30)
    for changed in changed_bits(pack(batch)):
        with contextlib.suppress(DamagedPage):
            assert_same(unpack([changed]), batch)
