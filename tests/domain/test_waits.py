"""Which statistics count waits in ranges, and which have to be opened so that all are counted."""

import math
from itertools import pairwise

from statmon.domain.definition import Definition
from statmon.domain.parts import statistics_of, with_parts
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.waits import TEMPLATE, Outcome, missing_ranges, range_of, ranges_in
from statmon.domain.workspace import parse
from statmon.storage.user import library

LIBRARY = library.shipped()
QUEUE, OTHER = ObjectRef("Queue", "7001"), ObjectRef("Queue", "7002")
EMPTY = parse({"schema": 1, "name": "", "site": {"url": ""}, "subscriptions": []})
PLAIN = LIBRARY["answered-5-10"].definition


def counting(left, right, outcome="CallAnswered", **other):
    fields = {"mainMask": outcome, "timeRangeLeft": left, "timeRangeRight": right, **other}
    return Definition({**PLAIN.fields, **fields})


def both(*ranges, **other):
    """Return what is counted where answered and hung up have these ranges."""
    return [
        range_of(counting(*limits, outcome, **other)) for outcome in Outcome for limits in ranges
    ]


def test_the_library_counts_every_wait_once():
    """The ranges of the template have no hole and no overlap, and the last one has no end."""
    (template,) = (one for one in LIBRARY.templates if one.id == TEMPLATE)
    found = [range_of(LIBRARY[name].definition) for name in template.entries]
    got = ranges_in(found)

    assert got is not None
    assert got.edges == (0, 5, 10, 20, 30, 60, 120, 300, math.inf)
    assert sorted((*got.answered, *got.abandoned)) == list(range(len(template.entries)))
    for outcome, places in zip(Outcome, (got.answered, got.abandoned), strict=True):
        own = [found[place] for place in places]
        assert {one.outcome for one in own} == {outcome}
        assert all(a.right == b.left for a, b in pairwise(own))


def test_only_counters_of_waits_count():
    """A window that slides, another mask or a share do not add up over time."""
    assert range_of(None) is None
    for other in (
        {"category": "TotalNumberInTimeRangePercentage"},
        {"mainMask": "CallWait"},
        {"intervalType": "SlidingWindow", "dynamicTimeProfile": "3600:10"},
        {"timeRangeRight": "soon"},
    ):
        assert range_of(Definition({**PLAIN.fields, **other})) is None, other
    assert range_of(counting(300, 99_999)).right == math.inf


def test_the_finest_ranges_are_taken_and_a_hole_is_none():
    """Counts that overlap, such as within 20 s, do not count anybody twice."""
    fine = [(0, 5), (5, 20), (20, 60), (60, 99_999)]
    got = ranges_in(both((0, 20), *fine, (20, 99_999)))

    assert got is not None
    assert got.edges == (0, 5, 20, 60, math.inf)
    assert ranges_in(both(*fine[:3])) is None
    assert ranges_in(both(*fine[:2], fine[3])) is None
    assert ranges_in([]) is None
    assert ranges_in([range_of(counting(0, 99_999))]) is None  # who hung up is not counted


def test_counts_of_two_windows_are_not_mixed():
    """Since midnight, and since six: the one that is whole is taken."""
    early = both((0, 20), dynamicTimeProfile="6:00")
    got = ranges_in([*early, *both((0, 20), (20, 99_999))])

    assert got is not None
    assert min((*got.answered, *got.abandoned)) >= len(early)
    assert ranges_in([*early, *both((20, 99_999))]) is None


def test_what_is_missing_is_opened_once_and_then_all_waits_are_counted():
    """A short abandon that is open already is not opened again; one's own ranges suffice."""
    short = Statistic("", QUEUE, None, LIBRARY["short-abandons-5"].definition)
    own = [
        Statistic("", OTHER, None, counting(*limits, outcome))
        for outcome in Outcome for limits in ((0, 60), (60, 99_999))
    ]  # fmt: skip
    missing = missing_ranges([QUEUE, OTHER, QUEUE], [short, *own], LIBRARY)

    assert len(missing) == 15
    assert {ref for ref, _ in missing} == {QUEUE}
    opened = [short, *own, *statistics_of(missing)]
    assert missing_ranges([QUEUE, OTHER], opened, LIBRARY) == []
    workspace = with_parts(EMPTY, missing, "Waits")
    assert len({s.statistic.id for s in workspace.subscriptions[0].statistics}) == 15


def test_of_what_has_no_waits_nothing_is_missing():
    """An agent has no queue in front of him."""
    assert missing_ranges([ObjectRef("Agent", "agent1")], [], LIBRARY) == []
