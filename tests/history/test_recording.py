"""What an engine hears is recorded; what an earlier run recorded is shown, as old."""

from dataclasses import replace

import pytest

from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.domain.workspace import parse
from statmon.history import Gap, History
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable
from statmon.recording import Recording, infos_of, outages_in
from statmon.service.wire.events import (
    Arrival,
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
    Slept,
    SubscriptionChanged,
)
from tests.history.support.readings import START, bean, series

EVER = (0, 1 << 60)
WORKSPACE = parse(
    {
        "schema": 1,
        "name": "Floor",
        "site": {"url": "http://site"},
        "subscriptions": [
            {
                "name": name,
                "statistics": [
                    {"id": "s", "objectType": "Queue", "objectId": "queue1", "name": "InQueue"}
                ],
            }
            for name in ("Queues", "All")
        ],
        "objects": [{"objectType": "Queue", "objectId": "queue1", "label": "Hotline"}],
    }
)
STATISTIC = Statistic("s", ObjectRef("Queue", "queue1"), "InQueue")


class Engine:
    """What a recording needs of one."""

    def __init__(self) -> None:
        self.workspace, self.table, self.listeners = WORKSPACE, LiveTable(), []
        self.table.add(STATISTIC, series(1))

    def listen(self, listener) -> None:
        self.listeners.append(listener)

    def unlisten(self, listener) -> None:
        self.listeners.remove(listener)

    def tell(self, event) -> None:
        for listener in self.listeners:
            listener(event)


def arrive(engine: Engine, number: int, at: int) -> None:
    """A reading that two subscriptions want."""
    item = Reading(series(1), bean(number, START + at), START + at, START + at, "update")
    wanted = tuple(Wanted(name, STATISTIC, item.series) for name in ("Queues", "All"))
    engine.tell(ReadingsArrived((Arrival(item, wanted, "id"),), START + at))


@pytest.fixture
def history(open_history) -> History:
    return open_history()


@pytest.fixture
def engine(history):
    engine = Engine()
    recording = Recording(engine, engine.workspace, history)
    recording.start()
    engine.recording = recording
    yield engine
    recording.stop()
    assert not engine.listeners


def test_a_reading_is_recorded_once(engine, history):
    """However many subscriptions want it, with the names of all of them."""
    arrive(engine, 7, 10)

    assert history.read(series(1), *EVER).result().numbers.tolist() == [7.0]
    assert history.series().result() == infos_of(WORKSPACE)
    (info,) = infos_of(WORKSPACE)
    assert (info.title, info.label, info.subscription) == ("InQueue", "Hotline", "Queues, All")


def test_what_is_recorded_is_called_as_the_workspace_calls_it_now(engine, history):
    """As soon as it is another one; a new span of a chart is no reason to write a word."""
    arrive(engine, 7, 10)
    assert [info.label for info in history.series().result()] == ["Hotline"]
    labels = (replace(WORKSPACE.objects[0], label="Sales line"),)
    engine.recording.take(replace(WORKSPACE, objects=labels))

    assert [info.label for info in history.series().result()] == ["Sales line"]


def test_every_kind_of_outage_is_a_gap(engine, history):
    """Connection, service, subscription; they end when it is back."""
    engine.tell(ConnectionChanged("connected", "websocket", None, START))
    engine.tell(ServiceChanged("UNAVAILABLE", START + 10))
    engine.tell(SubscriptionChanged("Queues", "id", "lost", (series(1),), (), START + 11))
    engine.tell(ServiceChanged("AVAILABLE", START + 20))
    engine.tell(SubscriptionChanged("Queues", "id", "opening", (series(1),), (), START + 21))
    engine.tell(SubscriptionChanged("Queues", "id", "open", (series(1),), (), START + 22))
    engine.tell(ConnectionChanged("reconnecting", "websocket", "gone", START + 30))

    gaps = history.gaps(START, START + 100).result()

    assert [(gap.kind, gap.start, gap.end) for gap in gaps] == [
        ("service", START + 10, START + 20),
        ("subscription", START + 11, START + 22),
        ("connection", START + 30, None),
    ]


def test_nothing_is_recorded_while_it_is_paused(engine, history):
    """The pause is a gap like any other."""
    arrive(engine, 1, 0)
    engine.recording.pause(True)
    arrive(engine, 2, 10)
    assert [gap.kind for gap in history.gaps(*EVER).result() if gap.end is None] == [
        "connection",
        "pause",
    ]
    engine.recording.pause(False)
    arrive(engine, 3, 20)

    assert history.read(series(1), *EVER).result().numbers.tolist() == [1.0, 3.0]


def test_the_last_readings_are_shown_as_old_ones(engine, history):
    """Stale with their age, until the service sends others, whatever their time."""
    arrive(engine, 7, 10)
    again = Engine()
    again.table.healthy = True

    assert again.table.restore(history.last().result()) == 1

    assert again.table.value(0).text == "7"
    assert again.table.freshness_of(0, START + 60_000) is Freshness.STALE
    assert (again.table.timestamp(0), again.table.arrived(0)) == (START + 10, START + 10)
    again.table.set_open([series(1)], is_open=True)
    assert again.table.freshness_of(0, START + 60_000) is Freshness.STALE
    newer = Reading(series(1), 8, START - 3_600_000, START + 60_000, "open")
    assert again.table.apply([newer]) == [newer]
    assert again.table.freshness_of(0, START + 60_001) is Freshness.LIVE


def test_what_has_come_already_is_not_covered_by_the_past(engine, history):
    """The service was faster than the disk."""
    arrive(engine, 7, 10)
    again = Engine()
    again.table.apply([Reading(series(1), 8, START, START, "open")])

    assert again.table.restore(history.last().result()) == 0
    assert again.table.value(0).text == "8"


def test_a_silence_is_a_gap_from_the_last_sign_of_life(engine, history):
    """Noticed later; what had come by then stays."""
    engine.tell(ConnectionChanged("connected", "websocket", None, START))
    arrive(engine, 7, 10)
    engine.tell(
        ConnectionChanged("reconnecting", "websocket", "no answer", START + 40_000, START + 14)
    )
    engine.tell(ConnectionChanged("connected", "websocket", None, START + 50_000))

    gaps = [(gap.kind, gap.start, gap.end) for gap in history.gaps(*EVER).result()]
    assert ("connection", START + 14, START + 50_000) in gaps
    assert history.read(series(1), *EVER).result().numbers.tolist() == [7.0]


def test_a_sleep_is_a_gap_from_when_it_began(engine, history):
    """Whatever the connection does afterwards."""
    engine.tell(ConnectionChanged("connected", "websocket", None, START + 1))
    arrive(engine, 3, 10)
    engine.tell(Slept(START + 500, START + 60_500))
    engine.tell(ConnectionChanged("reconnecting", "websocket", "slept", START + 60_510))
    engine.tell(ConnectionChanged("connected", "websocket", None, START + 60_700))
    gaps = history.gaps(*EVER).result()

    assert ("sleep", START + 500, START + 60_500) in [(g.kind, g.start, g.end) for g in gaps]
    assert ("connection", START + 60_510, START + 60_700) in [
        (g.kind, g.start, g.end) for g in gaps
    ]


def test_which_gaps_are_outages():
    """What statmon itself began or ended with is none, nor what lasts or is of some series."""
    gaps = [
        Gap("connection", 1_000, 2_000),
        Gap("connection", 90_000, 100_000),  # statmon ends, and the connection with it
        Gap("program", 100_000, 200_000),
        Gap("connection", 200_050, 203_000),  # it begins again
        Gap("service", 204_000, 205_000),
        Gap("subscription", 204_000, 205_000, (series(1),)),
        Gap("sleep", 300_000, 310_000),
        Gap("connection", 400_000, None),
    ]

    found = [(outage.part, outage.start, outage.end) for outage in outages_in(gaps)]
    assert found == [
        ("connection", 1_000, 2_000), ("service", 204_000, 205_000),
        ("computer", 300_000, 310_000),
    ]  # fmt: skip
