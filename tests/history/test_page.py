"""Pages hold samples exactly, in few bytes, and say when they are damaged."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.history.columns import joined
from statmon.history.ingest import Ingest, runs
from statmon.history.page import DamagedPage, decode, encode
from tests.history.support.readings import bean, changed_bits, floor, reading, streams


def columns_of(readings):
    """Samples as the recorder collects them, sorted by series."""
    numbers, intake = {}, Ingest()
    for run in runs(readings):
        intake.add([numbers.setdefault(item, len(numbers) + 1) for item in run.series], run)
    columns = intake.take()
    return columns.take(np.argsort(columns.ids, kind="stable"))


def assert_same(left, right):
    for name in ("ids", "arrived", "stamps", "flags", "slots"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name), name)
    np.testing.assert_array_equal(left.numbers.view(np.int64), right.numbers.view(np.int64))
    assert left.values() == right.values()


@given(streams(), st.data())
def test_any_samples_come_back_equal_from_any_pages(readings, data):
    """Wherever the pages are cut."""
    columns = columns_of(readings)
    if not len(columns):
        return
    cuts = sorted(data.draw(st.sets(st.integers(1, len(columns)))) - {len(columns)})

    assert_same(decode(encode(columns, [0, *cuts])), columns)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_keeps_its_bits(numbers):
    """Counts, averages, minus zero and the smallest there are."""
    columns = columns_of([reading(1, number, at) for at, number in enumerate(numbers)])

    assert_same(decode(encode(columns)), columns)


def test_pages_can_be_read_in_any_company():
    """Reading pages together gives what reading each gives."""
    columns = columns_of([item for batch in floor(20, 60) for item in batch])
    pages = encode(columns, list(range(0, len(columns), 97)))

    assert_same(decode(pages), joined([decode([page]) for page in pages]))
    assert_same(decode(pages[3:7]), joined([decode([page]) for page in pages[3:7]]))


def test_a_floors_values_take_under_four_bytes():
    """Ten series for five minutes, one value a second each, in pages of a series."""
    columns = columns_of([item for batch in floor(10, 300) for item in batch])

    assert sum(map(len, encode(columns, list(range(0, len(columns), 300))))) < 4 * len(columns)


@given(st.binary(max_size=200))
def test_rubbish_is_no_page(data):
    """It is said, never believed."""
    with pytest.raises(DamagedPage):
        decode([data])


def test_a_changed_bit_never_gives_other_samples():
    """Wherever it is."""
    columns = columns_of([reading(1, bean(n, 0), n) for n in range(30)])
    (page,) = encode(columns)
    for changed in changed_bits(page):
        with contextlib.suppress(DamagedPage):
            assert_same(decode([changed]), columns)
