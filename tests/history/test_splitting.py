"""Values split together are split as each alone would be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.history.columns import Columns
from statmon.history.splitting import split_all
from statmon.history.value_templates import join, split
from tests.history.support.readings import START, agent_state, bean, payloads, same


def together(raws, stamps):
    """Each value's shape, number and slots, as columns say it."""
    made = np.array(stamps, np.int64)
    pieces = split_all(raws, made)
    zeros = np.zeros(len(raws), np.int32)
    columns = Columns(
        zeros, made, made, pieces.shape, pieces.numbers, zeros.astype(np.uint8),
        pieces.slots, pieces.shapes,
    )  # fmt: skip
    shapes = [pieces.shapes[i] for i in pieces.shape.tolist()]
    return list(zip(shapes, pieces.numbers.tolist(), columns.slots_of(), strict=True))


def alone(raws, stamps):
    """The same, one by one."""
    found = []
    for raw, stamp in zip(raws, stamps, strict=True):
        shape, number, slots = split(raw, stamp)
        found.append((shape, float(number), list(slots)))
    return found


def odd_beans(stamp: int):
    """Objects that look like the service's, and are not quite."""
    return st.fixed_dictionaries(
        {
            "intValue": st.sampled_from([3, None, True, 2.0, 1 << 60, 1 << 70]),
            "stringValue": st.sampled_from(["3", "3.5", "03", None, 3, "nan", "1e999", "2.0"]),
            "intervalLength": st.sampled_from([0, 7, None, 1 << 60, (1 << 64) - 1, 1 << 70]),
            "tag": st.sampled_from([-1, 5, None, False]),
            "timestamp": st.sampled_from(
                [stamp, stamp // 1000, None, 0, True, -(1 << 53), 1 << 70]
            ),
        }
    )


@given(st.data())
def test_any_values_are_split_as_each_alone(data):
    """Beans of all kinds, states, texts and what only looks like a bean, in any order."""
    stamps = data.draw(st.lists(st.integers(0, 10**13), min_size=1, max_size=8))
    raws = [data.draw(payloads(s) | odd_beans(s) | st.just(bean(1, s, length=60))) for s in stamps]

    found = together(raws, stamps)

    assert repr(found) == repr(alone(raws, stamps))
    for (shape, number, slots), raw, stamp in zip(found, raws, stamps, strict=True):
        assert join(shape, number, slots, stamp) == raw


@pytest.mark.parametrize("key", ["intValue", "intervalLength"])
def test_the_least_number_of_64_bits_has_no_absolute_value(key):
    """It is kept like any other that is too large to be exact."""
    raw = {**bean(3, START, length=60), key: -(1 << 63)}
    raw["stringValue"] = str(raw["intValue"])

    (found,) = together([raw], [START])

    assert [found] == alone([raw], [START])
    assert join(*found, START) == raw


def test_a_state_among_numbers_keeps_its_place():
    """Slots of what stands before and after it are not mixed up."""
    stamps = [START + n for n in range(5)]
    raws = [bean(n, s, length=60 + n) for n, s in enumerate(stamps)]
    raws[2] = agent_state(4, START // 1000, stamps[2])

    found = together(raws, stamps)

    assert [len(slots) for _, _, slots in found] == [1, 1, split(raws[2], stamps[2])[0].slots, 1, 1]
    for (shape, number, slots), raw, stamp in zip(found, raws, stamps, strict=True):
        assert same(join(shape, number, slots, stamp), raw)
