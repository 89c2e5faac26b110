"""Events of both channels are read nested or flat, in any case, item by item."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.bayeux.frames import FrameDecoder
from statmon.commands.lines import lines_of
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.domain.value import value_of
from statmon.history import History
from statmon.live.table import LiveTable
from statmon.service.wire.api import read_answer
from statmon.service.wire.events import Arrival, ReadingsArrived
from statmon.service.wire.notifications import (
    UPDATES_CHANNEL,
    Notification,
    notification_of,
    values_in,
)

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


def deep(levels):
    """JSON that nests objects and lists, with a closed one beside each."""
    return b'{"x":[],"a":[' * levels + b"1" + b"]}" * levels


HOSTILE = {
    "1e308": b"1e308",
    "beyond all floats": b"1e400",
    "a bare NaN": b"NaN",
    "400 digits": b"9" * 400,
    "400 digits, twice": b'{"intValue":' + b"9" * 400 + b',"stringValue":"' + b"9" * 400 + b'"}',
    "5,000 digits": b'{"intValue":' + b"9" * 5_000 + b',"stringValue":"' + b"9" * 5_000 + b'"}',
    "nested 2,000 deep": deep(1_000),
    "nested 20,000 deep": b"[" * 20_000 + b"]" * 20_000,
    "a state nested deep": b'{"stateValue":{"status":4,"reasons":' + deep(1_000) + b"}}",
    "a time of 400 digits": b'{"stateValue":{"status":4,"time":' + b"9" * 400 + b"}}",
}
"""Values that no program can be expected to take, as they stand in an answer."""


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_costs_itself_and_neither_its_frame_nor_its_neighbours(value):
    """The others of the frame are read, and the reply that rides with them."""
    items = [b'{"subscriptionId":"u","statisticId":"s%d","timestamp":1490830620000,"value":%s}' %
             (number, inner) for number, inner in enumerate((b"1", value, b"3"))]  # fmt: skip
    event = b'{"data":{"statistics":[%s]}}' % b",".join(items)
    frame = b'[{"channel":"%s","data":%s},{"channel":"/meta/connect","id":"7","successful":true}]'
    messages = FrameDecoder(Notification).decode(frame % (UPDATES_CHANNEL.encode(), event))

    assert messages[1].key == "7"
    read = values_in(messages[0].data)
    assert [item.statistic_id for item in read] == ["s0", "s1", "s2"]
    assert [read[0].value, read[2].value] == [1, 3]
    shown = value_of(read[1].value)
    assert shown.number is None or abs(shown.number) < 1e309
    assert len(msgspec.json.encode(read[1].value)) < 20_000


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_does_not_cost_the_subscription(value):
    """The answer to an opening is read, its other values included."""
    items = b'[{"statisticId":"a","value":%s},{"statisticId":"b","value":5}]' % value
    body = b'{"status":{"code":0},"data":{"subscriptionId":"u","statistics":%s}}' % items
    answer = read_answer("open a subscription", body, partial=True)

    assert [item.statistic_id for item in answer.statistics] == ["a", "b"]
    assert answer.statistics[1].value == 5


def test_a_hostile_value_stops_neither_table_nor_history_nor_lines(tmp_path):
    """All that a reading passes through takes it, and what comes after it."""
    statistic = Statistic("s", ObjectRef("Queue", "q"), "Waiting")
    series = statistic.series("http://x")
    table, history = LiveTable(), History(tmp_path)
    table.add(statistic, series)
    for number, value in enumerate([*HOSTILE.values(), b"5"]):
        body = b'{"status":{"code":0},"data":{"statistics":[{"value":%s}]}}' % value
        (item,) = read_answer("peek", body, partial=True).statistics
        at = 1_790_000_000_000 + number
        readings = table.apply([Reading(series, item.value, at, at, "update")])
        history.record(readings)
        for reading in readings:
            arrival = Arrival(reading, (Wanted("A", statistic, series),), "id")
            assert msgspec.json.encode(list(lines_of(ReadingsArrived((arrival,), at))))
    assert table.number(0) == 5
    kept = history.read(series, 0, 1 << 60).result()
    assert len(kept) == len(HOSTILE) + 1
    assert kept.values[-1] == 5
    history.close()
