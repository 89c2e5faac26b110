"""What a person is told: one cause, one notice, whatever the numbers do."""

import pytest

from statmon.alerts.life import Acknowledgement, Shelf
from statmon.alerts.notices import AGAIN, FLOOD_ABOVE, OUTAGE_AFTER, SETTLES, Notices
from statmon.alerts.rules import Rule
from statmon.alerts.telling import NoticeKind
from statmon.domain.library import Levels
from tests.alerts.support.bench import Bench, seconds, statistic, when

RULE = Rule(title="Waiting", levels=Levels(warning_high=10, critical_high=20))
QUEUES = [statistic(f"q{number}") for number in range(20)]
GROUPS = {f"q{number}": ("Billing",) if number < 9 else (f"Team {number}",) for number in range(20)}


class Floor:
    """Twenty queues, nine of them one group's, and what is told of them."""

    def __init__(self, rule=RULE):
        self.bench = Bench([rule], QUEUES, GROUPS)
        self.notices = Notices(self.bench.groups_of, when(-60))
        self.told = []
        for row in range(len(QUEUES)):
            self.feed(0, 0, row)

    def feed(self, second, value, row=0):
        self.take(self.bench.feed(second, value, row), second)

    def take(self, transitions, second):
        self.told += self.notices.take(transitions, when(second))

    def go_on(self, second):
        self.take(self.bench.advance(second), second)

    def go_down(self, second):
        self.take(self.bench.down(second), second)
        self.told += self.notices.feed(when(second), when(second))

    def come_back(self, second):
        self.take(self.bench.up(second), second)
        self.told += self.notices.feed(None, when(second))

    @property
    def spoken(self):
        return [
            (seconds(one.at), one.kind, len(one.alerts), one.level)
            for one in self.told
            if one.speaks
        ]


@pytest.fixture
def floor():
    return Floor()


@pytest.mark.parametrize("turn", [0.25, 0.5, 1, 7, 60])
@pytest.mark.parametrize("levels", [
    Levels(warning_high=10), Levels(critical_high=10), Levels(warning_high=9.5),
])  # fmt: skip
def test_nine_and_ten_by_turns_for_an_hour_are_one_notice(turn, levels):
    """Whoever acknowledges it or not, by a rule without any delay."""
    floor = Floor(Rule(title="Waiting", levels=levels))
    for step in range(int(3600 / turn)):
        floor.feed(1 + step * turn, 10 - step % 2)
        floor.go_on(1 + (step + 0.5) * turn)

    assert len(floor.spoken) == 1


def test_nine_queues_of_a_group_are_one_notice(floor):
    """With all nine in it; it is over when the last has ended."""
    for row in range(9):
        floor.feed(10 + row / 10, 21, row)
    floor.go_on(12)
    assert floor.spoken == [(12, NoticeKind.GROUP, 9, 2)]
    assert floor.told[-1].group == "Billing"

    for row in range(9):
        assert not floor.told[-1].over
        floor.feed(20 + row, 0, row)
    assert floor.told[-1].over
    assert {one.id for one in floor.told} == {floor.told[0].id}


def test_more_of_the_same_is_seen_at_once_and_said_later(floor):
    """Unless somebody knows of it by then; worse is said at once."""
    floor.feed(10, 12, 0)
    floor.go_on(12)
    floor.feed(60, 12, 1)
    floor.go_on(62)
    assert (len(floor.spoken), len(floor.told[-1].alerts)) == (1, 2)
    floor.go_on(12 + AGAIN / 1000)
    assert floor.spoken[1] == (12 + AGAIN / 1000, NoticeKind.GROUP, 2, 1)

    floor.feed(400, 25, 2)
    floor.go_on(402)
    assert floor.spoken[2][3] == 2


def test_what_comes_after_all_was_acknowledged_is_said(floor):
    """Somebody knew the other one, not this one."""
    floor.feed(10, 12, 0)
    floor.go_on(12)
    ids = floor.told[-1].acknowledges
    floor.take(floor.bench.evaluator.acknowledge(ids, Acknowledgement(when(20), "sue")), 20)
    assert floor.told[-1].over
    floor.feed(30, 12, 1)
    floor.go_on(32)

    assert [one[0] for one in floor.spoken] == [12, 32]


def test_what_was_over_before_it_could_be_said_is_not(floor):
    """Nor what was acknowledged or shelved by then."""
    floor.feed(10, 12, 0)
    floor.feed(10.4, 0, 0)
    floor.feed(11, 12, 12)
    alert = floor.bench.evaluator.open[floor.bench.table.series[12]]
    floor.take(floor.bench.evaluator.shelve([alert.id], Shelf(when(11.5), None)), 11.5)
    floor.go_on(60)

    assert not floor.told


def test_many_at_once_are_a_flood(floor):
    """Ten causes are told one by one, all the others together; then it is over by itself."""
    for row in range(9, 20):
        floor.feed(10 + row, 12, row)
        floor.go_on(12 + row)
    assert [one[1] for one in floor.spoken] == [NoticeKind.ALERT] * FLOOD_ABOVE + [NoticeKind.FLOOD]
    assert len(floor.told[-1].alerts) == 11

    floor.feed(60, 12, 0)
    floor.go_on(62)
    assert len(floor.spoken) == FLOOD_ABOVE + 1
    floor.feed(70, 25, 1)
    floor.go_on(72)
    assert floor.spoken[-1][1:] == (NoticeKind.FLOOD, 13, 2)
    floor.go_on(900)
    assert (floor.told[-1].kind, floor.told[-1].over) == (NoticeKind.FLOOD, True)


def test_a_feed_that_is_down_is_one_notice(floor):
    """With all alerts that are unknown, and its end; nothing of them is said when it is back."""
    for row in range(12):
        floor.feed(10, 12, row)
    floor.go_on(12)
    before = len(floor.spoken)
    floor.go_down(100)
    floor.go_on(105)
    assert len(floor.spoken) == before
    floor.go_on(100 + OUTAGE_AFTER / 1000)
    floor.come_back(460)
    floor.go_on(500)

    assert floor.spoken[before:] == [(110, NoticeKind.OUTAGE, 12, 0)]
    end = [one for one in floor.told if one.kind is NoticeKind.OUTAGE][-1]
    assert (end.over, len(end.alerts), seconds(end.since), seconds(end.at)) == (True, 12, 100, 460)


def test_a_short_break_is_not_said(floor):
    """It mends itself within seconds."""
    floor.feed(10, 12)
    floor.go_on(12)
    floor.go_down(100)
    floor.come_back(109)
    floor.go_on(200)

    assert len(floor.spoken) == 1


def test_whoever_knows_that_the_feed_is_down_does_not_know_what_is_under_it(floor):
    """The trap of Phoebus #1928: the notice of an outage acknowledges no alert."""
    floor.feed(10, 12)
    floor.go_on(12)
    floor.go_down(100)
    floor.go_on(120)
    outage = floor.told[-1]

    assert (outage.kind, len(outage.alerts), outage.acknowledges) == (NoticeKind.OUTAGE, 1, ())
    floor.take(floor.bench.evaluator.acknowledge(outage.acknowledges, Acknowledgement(1)), 121)
    assert all(alert.loud for alert in floor.bench.evaluator.open.values())


def test_what_an_outage_hid_is_said_together_when_it_is_back(floor):
    """Readings come one by one; what they say is gathered for some seconds."""
    floor.go_down(100)
    floor.go_on(120)
    floor.come_back(400)
    for row in range(9):
        floor.feed(401 + row / 4, 12, row)
        floor.go_on(401 + row / 4)
    floor.go_on(400 + SETTLES / 1000)

    assert floor.spoken[1:] == [(400 + SETTLES / 1000, NoticeKind.GROUP, 9, 1)]


def test_what_is_forgotten_leaves_nothing(floor):
    """A day of excursions of all queues does not grow."""
    for hour in range(50):
        for row in range(20):
            floor.feed(hour * 3600 + 10, 12, row)
        floor.go_on(hour * 3600 + 20)
        for row in range(20):
            floor.feed(hour * 3600 + 30, 0, row)
        floor.go_on(hour * 3600 + 3000)

    assert (floor.notices._causes, floor.notices._cause_of, floor.notices._open) == ({}, {}, {})
