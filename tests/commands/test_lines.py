"""The JSON lines of docs/reference/command-line.md §3."""

import threading
from types import SimpleNamespace

import pytest

from statmon.commands import lines
from statmon.commands.lines import lines_of
from statmon.commands.printer import Printer
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.service.wire.events import (
    Arrival,
    ClockStepped,
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
    StatisticError,
    SubscriptionChanged,
)

STATISTIC = Statistic("s1", ObjectRef("Agent", "agent2"), "InboundCalls")
SERIES = STATISTIC.series("http://site")


def test_connection_and_service():
    """Every line says when."""
    events = [
        ConnectionChanged("connected", "long-polling", None, 5),
        ServiceChanged("AVAILABLE", 6),
    ]

    assert [line for event in events for line in lines_of(event)] == [
        {
            "event": "connection",
            "state": "connected",
            "transport": "long-polling",
            "reason": None,
            "at": 5,
        },
        {"event": "service", "state": "AVAILABLE", "at": 6},
    ]


def test_a_subscription_with_a_refused_statistic():
    """The error names the statistic in the service's words."""
    error = StatisticError(SERIES, STATISTIC, "unknown")
    event = SubscriptionChanged("Sales", "u1", "open", (SERIES,), (error,), 7)

    assert list(lines_of(event)) == [
        {
            "event": "subscription",
            "name": "Sales",
            "subscriptionId": "u1",
            "state": "open",
            "statistics": 1,
            "errors": [
                {
                    "statisticId": "s1",
                    "name": "InboundCalls",
                    "objectType": "Agent",
                    "objectId": "agent2",
                    "message": "unknown",
                }
            ],
            "at": 7,
        }
    ]


def test_a_value_has_both_views_and_both_times():
    """A whole number is written as one."""
    value = {"intValue": 5, "stringValue": "5"}
    reading = Reading(SERIES, value, 1490830620000, 8, "update")
    event = ReadingsArrived((Arrival(reading, (Wanted("Sales", STATISTIC, SERIES),), "u1"),), 8)

    assert list(lines_of(event)) == [
        {
            "event": "value",
            "subscription": "Sales",
            "subscriptionId": "u1",
            "statisticId": "s1",
            "name": "InboundCalls",
            "objectType": "Agent",
            "objectId": "agent2",
            "value": value,
            "number": 5,
            "display": "5",
            "timestamp": 1490830620000,
            "origin": "update",
            "at": 8,
        }
    ]


def test_a_step_of_the_services_clock():
    """By how much, in milliseconds, and when."""
    assert list(lines_of(ClockStepped(-3_600_000, 7))) == [
        {"event": "clock", "by": -3_600_000, "at": 7}
    ]


def test_a_large_batch_is_made_and_written_piece_by_piece_beside_the_loop(monkeypatch):
    """240,000 lines of one answer were 700 MB, and held the loop, and Ctrl-C, for ten seconds."""
    pieces, makers = [], set()
    monkeypatch.setattr(lines.output, "write", lambda data: pieces.append(data.count(b"\n")))
    value_line = lines.value_line
    monkeypatch.setattr(
        lines, "value_line", lambda *of: makers.add(threading.current_thread()) or value_line(*of)
    )
    source = SimpleNamespace(listen=lambda _: None)
    printer = Printer(source, count=9_000)
    printer._writer = lines.Writer(pytest.fail)
    reading = Reading(SERIES, {"intValue": 5}, 1, 2, "update")
    wanted = (Wanted("A", STATISTIC, SERIES), Wanted("B", STATISTIC, SERIES))
    arrivals = (Arrival(reading, wanted, "id"),) * 5_000
    printer._heard(ReadingsArrived(arrivals, 5))

    assert printer._writer.close(60)
    assert sum(pieces) == 9_000
    assert max(pieces) <= 500
    assert makers
    assert threading.main_thread() not in makers
    assert printer._ending.is_set()
