"""A value is split into shape, number and slots, and joined to the same value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.value import state_of, usable_of
from statmon.history.value_templates import join, split
from tests.history.support.readings import JSON, STAMPS, agent_state, bean, payloads, same

STAMP = 1_767_225_600_000


@given(st.data(), STAMPS)
def test_any_payload_comes_back_equal(data, stamp):
    """Whatever the service sends."""
    raw = data.draw(payloads(stamp))

    shape, number, slots = split(raw, stamp)

    assert join(shape, number, list(slots), stamp) == raw
    assert len(slots) == shape.slots


@given(JSON, STAMPS)
def test_any_json_comes_back_with_its_types(raw, stamp):
    """Not only equal: a whole number stays whole, true stays true."""
    shape, number, slots = split(raw, stamp)

    assert same(join(shape, number, list(slots), stamp), raw)


@given(st.data(), STAMPS)
def test_the_number_is_the_one_that_is_shown(data, stamp):
    """The numeric view in the history is that of the table."""
    raw = data.draw(payloads(stamp))
    shape, number, _ = split(raw, stamp)

    usable = None if state_of(raw) is not None else usable_of(raw)
    assert (number if shape.numeric else None) == usable


def test_counters_share_one_shape():
    """However the number and its own time move."""
    shapes = {split(bean(n, STAMP + n, length=60 + n), STAMP + n)[0] for n in range(50)}

    assert len(shapes) == 1


def test_states_of_all_agents_share_few_shapes():
    """Ids and times are slots: a shape is left for each status."""
    shapes = {
        split(agent_state(status, 1_767_225_000 + agent, STAMP, f"agent{1000 + agent}"), STAMP)[0]
        for status in (4, 8)
        for agent in range(50)
    }

    assert len(shapes) == 2


@pytest.mark.parametrize("raw", [-0.0, 10**30, 1 << 60, "\ud800", "", {}, [], {"a": [1234567]}])
def test_odd_ones_come_back(raw):
    """Minus zero, numbers beyond 64 bits, half a character."""
    shape, number, slots = split(raw, STAMP)

    assert repr(join(shape, number, list(slots), STAMP)) == repr(raw)
