"""Alerts of an engine: readings, outages, sleep and a set clock come by its events."""

import pytest

from statmon.alerts.telling import NoticeKind, State
from statmon.domain.reading import Reading
from statmon.domain.statistic import Wanted
from statmon.domain.workspace import parse
from statmon.engine.alerting import Alerting
from statmon.engine.engine_state import EngineState
from statmon.service.wire.events import (
    Arrival,
    ClockFollowed,
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
    Slept,
)

START = 1_700_000_000_000
WORKSPACE = {
    "schema": 1, "name": "Floor", "site": {"url": "http://site"},
    "subscriptions": [{"name": "Queues", "statistics": [
        {"id": "s1", "objectType": "Queue", "objectId": "q1", "name": "Waiting"},
    ]}],
    "objects": [{"objectType": "Queue", "objectId": "q1", "groups": ["Billing"]}],
    "alerts": [{"kind": "threshold", "title": "Waiting", "for": 10, "high": {"warning": 10}}],
}  # fmt: skip


class Desk:
    def __init__(self, workspace=None):
        self.time = START
        workspace = workspace or parse(WORKSPACE)
        self.engine = EngineState(workspace, ConnectionChanged("closed", "", None, START))
        self.alerting = Alerting(self.engine, workspace, lambda: self.time)
        self.told = []
        self.alerting.listen(self.told.append)
        self.alerting.start()
        self.tell(0, ConnectionChanged("connected", "", None, START))
        self.engine.table.set_open(self.engine.table.series, is_open=True)

    def tell(self, second, event):
        self.time = START + round(second * 1000)
        self.engine._tell(event)

    def feed(self, second, value):
        at = START + round(second * 1000)
        table = self.engine.table
        reading = Reading(table.series[0], value, at, at, "update")
        wanted = (Wanted("Queues", table.statistics[0], reading.series),)
        self.tell(second, ReadingsArrived((Arrival(reading, wanted),), at))

    def tick(self, second):
        self.time = START + round(second * 1000)
        self.alerting.tick()

    def live(self, first, last):
        for quarter in range(first * 4, last * 4):
            self.tick(quarter / 4)

    @property
    def changes(self):
        return [
            ((one.at - START) / 1000, one.change.value)
            for told in self.told
            for one in told.transitions
        ]

    @property
    def notices(self):
        return [one for told in self.told for one in told.notices]


@pytest.fixture
def desk():
    return Desk()


def test_a_reading_becomes_an_alert_and_a_notice(desk):
    """At the time at which the limit had been passed for long enough."""
    desk.feed(1, 12)
    desk.live(1, 20)

    assert desk.changes == [(11, "raised")]
    assert [(one.kind, one.speaks, one.group) for one in desk.notices] == [
        (NoticeKind.ALERT, True, "Billing")
    ]


@pytest.mark.parametrize("cause", ["connection", "service"])
def test_an_outage_is_unknown_and_one_notice(desk, cause):
    """Until a reading comes that is of now."""
    desk.feed(1, 12)
    desk.live(1, 20)
    if cause == "connection":
        desk.tell(20, ConnectionChanged("reconnecting", "", "cut", START + 20_000))
    else:
        desk.tell(20, ServiceChanged("UNAVAILABLE", START + 20_000))
    desk.live(20, 200)
    if cause == "connection":
        desk.tell(200, ConnectionChanged("connected", "", None, START + 200_000))
    else:
        desk.tell(200, ServiceChanged("AVAILABLE", START + 200_000))
    desk.feed(201, 13)
    desk.live(201, 220)

    assert desk.changes[:2] == [(11, "raised"), (20, "unknown")]
    assert [change for _, change in desk.changes].count("known") == 1
    outages = [one for one in desk.notices if one.kind is NoticeKind.OUTAGE]
    assert [(one.speaks, one.over, len(one.alerts)) for one in outages] == [
        (True, False, 1), (False, True, 1),
    ]  # fmt: skip
    assert sum(one.speaks for one in desk.notices) == 2


@pytest.mark.parametrize("first", ["tick", "event"])
def test_no_time_counts_while_the_computer_sleeps(desk, first):
    """Whoever notices it first: a limit passed before the sleep was not passed all night."""
    desk.feed(1, 12)
    desk.live(1, 5)
    if first == "tick":
        desk.tick(30_000)
    desk.tell(30_000, Slept(START + 5_000, START + 30_000_000))
    desk.live(30_000, 30_008)
    assert not desk.changes

    desk.live(30_008, 30_012)
    assert desk.changes == [(30_010, "raised")]


def test_a_clock_that_is_set_is_followed(desk):
    """An hour ahead: nothing has lasted an hour by that."""
    desk.feed(1, 12)
    desk.live(1, 5)
    desk.engine.table.shift(3_600_000)
    desk.tell(3_605, ClockFollowed(3_600_000, START + 3_605_000))
    desk.live(3_605, 3_610)
    assert not desk.changes

    desk.live(3_610, 3_613)
    assert desk.changes == [(3_611, "raised")]


def test_other_rules_count_at_once(desk):
    """Also for what stands still."""
    desk.feed(1, 12)
    desk.live(1, 3)
    rules = [{"kind": "threshold", "title": "Calm", "high": {"warning": 50}}]
    assert desk.alerting.take(parse(WORKSPACE | {"alerts": rules}))
    desk.live(3, 30)
    assert not desk.changes

    assert desk.alerting.take(parse(WORKSPACE | {"alerts": [rules[0] | {"high": {"warning": 5}}]}))
    assert [change for _, change in desk.changes] == ["raised"]
    assert not desk.alerting.take(
        parse(WORKSPACE | {"alerts": [rules[0] | {"high": {"warning": 5}}]})
    )


def test_what_people_do_is_told(desk):
    """With who and why."""
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.shelve([alert.id], None, "sue", "known since noon")
    assert alert.state is State.SHELVED
    desk.alerting.unshelve([alert.id], "sue")
    desk.alerting.acknowledge([alert.id], "sue", "called them")

    last = [one for told in desk.told for one in told.transitions][1:]
    assert [(one.change.value, one.who, one.words) for one in last] == [
        ("shelved", "sue", "known since noon"), ("unshelved", "sue", ""),
        ("acknowledged", "sue", "called them"),
    ]  # fmt: skip
