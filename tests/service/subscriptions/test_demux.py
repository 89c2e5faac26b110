"""What came in one response becomes one batch, each reading once however many want it."""

from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.service.subscriptions.demux import Demux
from statmon.service.subscriptions.desired import wishes_of
from statmon.service.wire.api import StatisticValue

ITEM = Statistic("s1", ObjectRef("Agent", "agent2"), name="InboundCalls")
SERIES = ITEM.series("http://site")
WISHES = wishes_of([Wanted("Sales", ITEM, SERIES), Wanted("All", ITEM, SERIES)])


def demux() -> Demux:
    made = Demux(service_time=lambda now: now + 7)
    made.expect("u1", {"s1": SERIES})
    return made


def test_a_reading_comes_once_with_all_who_want_it():
    """It was carried once for each, and all that count, store or draw had to find that out."""
    value = StatisticValue(statistic_id="s1", subscription_id="u1", timestamp=5_000, value=3)
    batch = demux().batch([value, value], WISHES, 9_000, "update")
    assert batch is not None
    assert [one.reading.value for one in batch.arrivals] == [3, 3]  # it was sent twice
    assert [[who.subscription for who in one.wanted] for one in batch.arrivals] == [
        ["Sales", "All"]
    ] * 2
    assert {one.subscription_id for one in batch.arrivals} == {"u1"}
    assert batch.values == 4


def test_what_says_no_time_is_as_old_as_the_services_clock():
    """Its timestamp is the service's now, not ours."""
    batch = demux().batch([StatisticValue(statistic_id="s1", value=3)], WISHES, 9_000, "peek", "u1")
    assert batch is not None
    assert batch.arrivals[0].reading.timestamp == 9_007


def test_what_is_not_ours_is_counted_and_is_no_batch():
    """Of another subscription, of another statistic, of one that nobody wants, of a deleted one."""
    made = demux()
    values = [
        StatisticValue(statistic_id="s1", subscription_id="u2", value=3),
        StatisticValue(statistic_id="s2", subscription_id="u1", value=3),
    ]
    assert made.batch(values, WISHES, 9_000, "update") is None
    value = StatisticValue(statistic_id="s1", subscription_id="u1", value=3)
    assert made.batch([value], {}, 9_000, "update") is None
    made.forget("u1")
    assert made.batch([value], WISHES, 9_000, "update") is None
    assert made.foreign == 4
