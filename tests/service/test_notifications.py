"""Events of both channels are read nested or flat, in any case, item by item."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.service.notifications import Notification, notification_of

NESTED = {"name": "StatisticUpdate", "topic": "statistics/v3/updates", "data": {}}
ITEM = {"subscriptionId": "u1", "statisticId": "s1", "value": {"intValue": 5}, "timestamp": 1}


@pytest.mark.parametrize(
    ("event", "values", "state"),
    [
        (NESTED | {"data": {"statistics": [ITEM, ITEM]}}, 2, None),
        ({"statistics": [ITEM]}, 1, None),
        ({"data": {"serviceState": "UNAVAILABLE"}}, 0, "UNAVAILABLE"),
        ({"serviceState": "available"}, 0, "AVAILABLE"),
        ({"serviceState": " Available\n"}, 0, "AVAILABLE"),
        ({"data": {}}, 0, None),
        ({}, 0, None),
    ],
)
def test_events_are_read_nested_or_flat(event, values, state):
    """The strict and the lenient way agree."""
    for read in (msgspec.convert(event, Notification), notification_of(event)):
        assert (len(read.values), read.state) == (values, state)


def test_one_bad_item_does_not_cost_its_neighbours():
    """What is no value is passed over; a time that is none counts as missing."""
    read = notification_of({"data": {"statistics": [{**ITEM, "timestamp": "soon"}, 7, ITEM]}})

    assert [value.timestamp for value in read.values] == [None, 1000]


def test_ids_may_be_numbers():
    """They are compared as texts."""
    read = notification_of({"statistics": [{**ITEM, "statisticId": 7, "subscriptionId": 8}]})

    assert (read.values[0].statistic_id, read.values[0].subscription_id) == ("7", "8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["data", "statistics", "serviceState", "value"]), inner)
    ),
)


@given(json_values)
def test_no_event_is_too_strange(data):
    """Whatever JSON comes, it is read or passed over."""
    read = notification_of(data)

    assert read is None or isinstance(read.values, list)
