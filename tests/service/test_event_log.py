"""Outages are told by part, with their beginning, end and reason; events in words."""

import time

import pytest

from statmon.service.event_log import MOST_EVENTS, MOST_OUTAGES, EventLog, Outage
from statmon.service.wire.events import (
    ClockStepped,
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
    SignedIn,
    SignInNeeded,
    Slept,
)


def chronicle_of(*events):
    event_log = EventLog()
    for event in events:
        event_log.take(event)
    return event_log


def outages_of(*events):
    return [(o.part, o.start, o.end, o.reason) for o in chronicle_of(*events).outages()]


def test_an_outage_lasts_from_the_first_sign_to_the_end_and_has_the_newest_reason():
    """Three attempts in vain are one outage."""
    assert outages_of(
        ConnectionChanged("connected", "websocket", None, 1),
        ConnectionChanged("reconnecting", "websocket", "cut", 10),
        ConnectionChanged("reconnecting", "long-polling", "nothing answers", 20),
        ConnectionChanged("reconnecting", "long-polling", None, 25),
        ConnectionChanged("connected", "long-polling", None, 30),
    ) == [("connection", 10, 30, "nothing answers")]


def test_an_outage_that_silence_told_begins_with_the_last_sign_of_life():
    """Not when it was noticed; a later attempt in vain does not move it."""
    assert outages_of(
        ConnectionChanged("connected", "websocket", None, 1),
        ConnectionChanged("reconnecting", "websocket", "no answer", 40, silent_since=14),
        ConnectionChanged("reconnecting", "websocket", "nothing answers", 50),
        ConnectionChanged("connected", "websocket", None, 60),
    ) == [("connection", 14, 60, "nothing answers")]


def test_the_log_tells_an_outage_once_at_either_end(caplog, monkeypatch):
    """From when to when, for how long and why: what a help desk is read over the telephone."""
    monkeypatch.setattr(time, "localtime", time.gmtime)
    at = 12 * 3_600_000
    chronicle_of(
        ConnectionChanged("connected", "websocket", None, at - 5),
        ConnectionChanged("reconnecting", "websocket", "cut", at),
        ConnectionChanged("reconnecting", "websocket", "nothing answers", at + 20_000),
        ConnectionChanged("connected", "websocket", None, at + 312_000),
        ServiceChanged("UNAVAILABLE", at + 400_000),
    )

    assert [record.message for record in caplog.records] == [
        "the connection was lost: cut",
        "the connection is back: it was away from 12:00:00 to 12:05:12 (5:12): nothing answers",
        "the service went away: it says UNAVAILABLE",
    ]


def test_connection_service_and_sign_in_fail_each_for_themselves():
    """What lasts comes first."""
    assert outages_of(
        ServiceChanged("UNAVAILABLE", 5),
        ConnectionChanged("reconnecting", "websocket", "cut", 10),
        ConnectionChanged("connected", "websocket", None, 12),
        SignInNeeded("refused", 15),
        ServiceChanged("AVAILABLE", 20),
    ) == [
        ("sign-in", 15, None, "refused"),
        ("service", 5, 20, "it says UNAVAILABLE"),
        ("connection", 10, 12, "cut"),
    ]


def test_a_sleep_is_an_outage_of_its_own():
    """From when it began, which nobody could tell then."""
    assert outages_of(
        ConnectionChanged("connected", "websocket", None, 1),
        Slept(1_000, 61_000),
        ConnectionChanged("reconnecting", "websocket", "connecting afresh", 61_010),
        ConnectionChanged("connected", "websocket", None, 61_500),
    ) == [
        ("connection", 61_010, 61_500, "connecting afresh"),
        ("computer", 1_000, 61_000, "it slept, or statmon was stopped"),
    ]


def test_what_is_switched_off_is_no_outage():
    """Disconnecting ends them all."""
    assert [
        end
        for _, _, end, _ in outages_of(
            SignInNeeded("refused", 1),
            ServiceChanged("UNAVAILABLE", 2),
            ConnectionChanged("reconnecting", "websocket", "cut", 3),
            ConnectionChanged("closed", "websocket", None, 9),
        )
    ] == [9, 9, 9]


def test_a_start_without_trouble_is_no_outage():
    """Nor is what is connected for the first time."""
    assert not outages_of(
        ConnectionChanged("connecting", "auto", None, 1),
        SignedIn("sue", 2),
        ConnectionChanged("connected", "long-polling", None, 3),
        ServiceChanged("AVAILABLE", 4),
    )


def test_events_are_told_in_words_and_on_one_line_without_readings():
    """The newest first."""
    events = chronicle_of(
        ConnectionChanged("reconnecting", "auto", "no\nanswer", 1),
        ReadingsArrived((), 2),
        SignedIn("", 3),
    ).events()

    assert [(event.at, event.words) for event in events] == [
        (3, "signed in"),
        (1, "connection reconnecting by auto: no answer"),
    ]


def test_a_bad_week_does_not_fill_the_memory():
    """Only the last ones are kept."""
    event_log = EventLog()
    for at in range(3 * MOST_EVENTS):
        event_log.take(ServiceChanged("AVAILABLE" if at % 2 else "UNAVAILABLE", at))

    assert len(event_log.events()) == MOST_EVENTS
    assert len(event_log.outages()) <= MOST_OUTAGES + 3


def test_how_long_an_outage_lasts_is_known_while_it_lasts():
    """Against now; also where the clock was set back."""
    lasting = chronicle_of(ServiceChanged("UNAVAILABLE", 5_000)).outages()[0]

    assert lasting.seconds(65_000) == 60
    assert lasting.seconds(0) == 0


@pytest.mark.parametrize(("by", "way"), [(5_000, "ahead by 0:05"), (-3_600_000, "back by 1:00:00")])
def test_a_step_of_the_services_clock_is_told_in_words(by, way):
    """With its direction and size; it is no outage."""
    event_log = chronicle_of(ClockStepped(by, 1))

    assert [event.words for event in event_log.events()] == [f"the service's clock went {way}"]
    assert event_log.outages() == []


def test_what_an_earlier_run_saw_stands_behind_what_this_one_saw():
    """And nothing that this one saw itself comes twice."""
    event_log = chronicle_of(
        ConnectionChanged("reconnecting", "websocket", "cut", 100),
        ConnectionChanged("connected", "websocket", None, 120),
    )
    earlier = [Outage("service", 10, "", 20), Outage("connection", 50, "", 60)]
    event_log.recall([*earlier, Outage("connection", 100, "", 120)])

    assert [outage.start for outage in event_log.outages()] == [100, 50, 10]
