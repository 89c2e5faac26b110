"""Each way in which an old number could look new, as a table of events (decision 37)."""

import pytest

from statmon.hub.join import (
    DRIFT,
    JITTER,
    JUMP,
    LAG,
    LONGEST_WAIT,
    MOST_QUEUED,
    PATIENCE,
    SILENCE,
    Apply,
    Ask,
    Join,
    Now,
    Rebuild,
)  # fmt: skip
from statmon.hub.messages import Batch, Heartbeat, Part, Row

A, B = 11, 22
TOKENS = {A: "obj-a", B: "obj-b"}


class Desktop:
    """A desktop, whose clocks go on as the test says."""

    def __init__(self):
        self.join = Join(TOKENS)
        self.steady, self.wall = 100.0, 1_000_000.0
        self.leader_began = 90.0
        self.epoch, self.beats = 1, 0
        self.did = []
        self.shown = {}

    @property
    def now(self):
        return Now(self.steady, self.wall)

    @property
    def trusted(self):
        return self.join.trusted(self.now)

    def do(self, effects):
        self.did += effects
        for effect in effects:
            if isinstance(effect, Apply):
                self.shown.update({row.series: row.at for row in effect.rows})

    def goes(self, seconds):
        self.steady += seconds
        self.wall += seconds

    def sent(self):
        return round((self.steady - self.leader_began) * 1000)

    def up(self):
        self.do(self.join.up(self.now))

    def beat(self, healthy=True, sent=None, epoch=None, seq=None):
        self.beats += 1
        self.do(
            self.join.heard(
                Heartbeat(
                    epoch or self.epoch, seq or self.beats,
                    self.sent() if sent is None else sent, 0, 5_000, healthy,
                ),
                self.now,
            )
        )  # fmt: skip

    def batch(self, seq, *rows, token="obj-a", epoch=None, sent=None, step=0):
        sent = self.sent() if sent is None else sent
        self.do(self.join.batch(token, Batch(epoch or self.epoch, seq, sent, step, rows), self.now))

    def tick(self):
        self.do(self.join.tick(self.now))

    @property
    def asked(self):
        return [effect.number for effect in self.did if isinstance(effect, Ask)]

    @property
    def rebuilt(self):
        return [effect for effect in self.did if isinstance(effect, Rebuild)]

    def part(self, *rows, seqs=None, number=None, part=0, of=1, retry_after=0.0, epoch=None):
        seqs = {"obj-a": 0, "obj-b": 0} if seqs is None else seqs
        answer = Part(epoch or self.epoch, part, of, rows, seqs, 0, retry_after)
        self.do(self.join.part(number or self.asked[-1], answer, self.now))

    def live_for(self, seconds):
        """Let time go by as it does when all is well."""
        for _ in range(round(seconds)):
            self.goes(1)
            self.beat()
            self.tick()


@pytest.fixture
def joined():
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    desktop.part(Row(A, 50), Row(B, 60), seqs={"obj-a": 3, "obj-b": 0})
    assert desktop.trusted
    assert desktop.shown == {A: 50, B: 60}
    return desktop


def test_nothing_is_of_now_before_a_snapshot():
    """Listening alone tells nothing of what was before; the question waits for a leader."""
    desktop = Desktop()
    assert not desktop.trusted
    desktop.up()
    desktop.tick()
    assert not desktop.asked
    desktop.beat()
    assert len(desktop.asked) == 1
    assert not desktop.trusted
    desktop.batch(4, Row(A, 70))
    assert not desktop.shown


def test_what_came_during_the_question_follows_the_snapshot():
    """Only what the snapshot had not."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    desktop.batch(3, Row(A, 51))
    desktop.batch(4, Row(A, 52))
    desktop.batch(1, Row(B, 70), token="obj-b")
    desktop.part(Row(A, 51), Row(B, 60), seqs={"obj-a": 3, "obj-b": 0})

    assert desktop.shown == {A: 52, B: 70}
    assert desktop.trusted
    assert desktop.join.dropped == 1


def test_a_hole_is_a_loss(joined):
    """What was lost may have been newer than what is known of any series of the object."""
    joined.batch(4, Row(A, 51))
    assert joined.trusted
    joined.batch(6, Row(A, 53))
    assert not joined.trusted
    joined.live_for(JITTER)
    assert len(joined.asked) == 2


def test_a_batch_twice_is_dropped(joined):
    """Or older than the snapshot."""
    joined.batch(4, Row(A, 51))
    joined.batch(4, Row(A, 51))
    joined.batch(2, Row(A, 49))
    assert joined.trusted
    assert joined.join.dropped == 2


def test_messages_that_this_computer_dropped_are_a_loss(joined):
    """A client library that cannot follow says so, and nothing more."""
    joined.do(joined.join.missed(joined.now))
    assert not joined.trusted


def test_silence_is_no_life_sign(joined):
    """The connection may stand with nobody at its other end."""
    joined.goes(SILENCE - 0.01)
    assert joined.trusted
    joined.goes(0.02)
    assert not joined.trusted
    joined.tick()
    assert len(joined.rebuilt) == 1


def test_a_collector_that_lost_the_service_is_told_at_once(joined):
    """And one that has it again."""
    joined.goes(1)
    joined.beat(healthy=False)
    assert not joined.trusted
    joined.goes(1)
    joined.beat()
    assert joined.trusted


def test_a_lost_connection_ends_it_until_the_next_snapshot(joined):
    """What was published in between is lost."""
    joined.do(joined.join.down())
    assert not joined.trusted
    joined.goes(1)
    joined.up()
    joined.batch(5, Row(A, 52))
    joined.beat()
    assert not joined.trusted
    joined.part(Row(A, 52), seqs={"obj-a": 5, "obj-b": 0})
    assert joined.trusted


@pytest.mark.parametrize("of", ["heartbeat", "batch"])
def test_what_lay_about_is_late(joined, of):
    """A stopped program finds messages in its socket that are of long ago."""
    sent = joined.sent()
    joined.goes(LAG + 0.5)
    if of == "heartbeat":
        joined.beat(sent=sent)
    else:
        joined.batch(4, Row(A, 99), sent=sent)
    assert not joined.trusted
    assert joined.shown[A] == 50
    assert len(joined.rebuilt) == 1


def test_clocks_that_part_are_no_delay(joined):
    """Of two computers, by as much as the worst crystals, for a day."""
    drift = 0.0
    for _ in range(3600):
        joined.goes(24)
        joined.wall = joined.steady
        joined.join._looked = joined.now  # ticks came
        drift += 24 * DRIFT / 2
        joined.beat(sent=round((joined.steady - 90 - drift) * 1000))
    assert not joined.rebuilt


@pytest.mark.parametrize("clock", ["steady", "wall"])
@pytest.mark.parametrize("first", ["batch", "heartbeat", "tick", "nothing"])
def test_after_a_sleep_nothing_is_read(joined, clock, first):
    """Whatever comes first, and whichever clock stood still."""
    sent = joined.sent() + 200
    if clock == "steady":
        joined.steady += JUMP + 1
        joined.leader_began += JUMP + 1
    else:
        joined.wall += 3600
    assert not joined.trusted
    if first == "batch":
        joined.batch(4, Row(A, 99), sent=sent)
    elif first == "heartbeat":
        joined.beat(sent=sent)
    joined.tick()
    assert joined.shown[A] == 50
    assert len(joined.rebuilt) == 1


def test_a_new_leader_counts_anew(joined):
    """What comes of the old one is dropped from then on."""
    joined.leader_began = joined.steady
    joined.epoch, joined.beats = 2, 0
    joined.beat()
    assert not joined.trusted
    joined.batch(4, Row(A, 99), epoch=1)
    joined.beat(epoch=1, seq=99)
    joined.live_for(JITTER)
    joined.part(Row(A, 50), seqs={"obj-a": 0, "obj-b": 0})
    joined.batch(1, Row(A, 51))
    assert joined.trusted
    assert joined.shown[A] == 51
    assert joined.join.dropped == 2


def test_an_answer_of_an_old_leader_is_not_taken(joined):
    """It may have been frozen for long."""
    joined.epoch, joined.beats = 2, 0
    joined.beat()
    joined.live_for(JITTER)
    joined.part(Row(A, 40), epoch=1)
    assert not joined.trusted
    assert joined.shown[A] == 50


def test_an_answer_to_an_old_question_is_not_taken(joined):
    """Something was lost since it was asked."""
    old = joined.asked[-1]
    joined.do(joined.join.missed(joined.now))
    joined.live_for(JITTER)
    joined.part(Row(A, 55), number=old)
    assert not joined.trusted


def test_an_answer_that_comes_twice_counts_once(joined):
    """What came after it would else be taken for a loss."""
    joined.batch(4, Row(A, 51))
    joined.part(Row(A, 50), seqs={"obj-a": 3, "obj-b": 0})
    joined.batch(5, Row(A, 52))
    assert joined.trusted
    assert joined.shown[A] == 52


def test_a_heartbeat_that_comes_twice_is_no_life_sign(joined):
    """Only news is."""
    joined.goes(SILENCE - 0.5)
    joined.beat(seq=joined.beats)
    joined.goes(1)
    assert not joined.trusted


def test_a_hole_before_the_snapshot_is_a_loss_too():
    """The queue has to follow it without one."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    desktop.batch(5, Row(A, 52))
    desktop.part(Row(A, 50), seqs={"obj-a": 3, "obj-b": 0})
    assert not desktop.trusted
    desktop.live_for(JITTER)
    assert len(desktop.asked) == 2


def test_a_snapshot_in_parts_counts_when_it_is_whole():
    """In any order; parts that do not fit are asked for again."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    desktop.part(Row(B, 60), seqs={}, part=1, of=2)
    assert not desktop.trusted
    desktop.part(Row(A, 50), part=0, of=2)
    assert desktop.trusted
    assert desktop.shown == {A: 50, B: 60}


@pytest.mark.parametrize(("part", "of"), [(2, 2), (-1, 1), (0, 0), (1, 3)])
def test_parts_that_do_not_fit_are_not_taken(part, of):
    """Neither alone nor with one that would."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    desktop.part(Row(A, 50), part=0, of=2)
    desktop.part(Row(B, 60), part=part, of=of)
    assert not desktop.trusted
    desktop.live_for(LONGEST_WAIT)
    assert len(desktop.asked) > 1


@pytest.mark.parametrize("how", ["refused", "unanswered", "silent"])
def test_who_gets_no_snapshot_asks_later_and_later(how):
    """A collector that is busy is not asked by all at once, nor for ever soon."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    for _ in range(240):
        if how == "refused" and desktop.join._asked is not None:
            desktop.part(retry_after=3600)
        elif how == "unanswered" and desktop.join._asked is not None:
            desktop.do(desktop.join.unanswered(desktop.asked[-1], desktop.now))
        desktop.live_for(1)
    assert not desktop.trusted
    least = 240 / (LONGEST_WAIT + PATIENCE) - 1
    assert least <= len(desktop.asked) <= 70


def test_a_series_does_not_go_back_in_time(joined):
    """Unless the service's clock was set, which is told."""
    joined.batch(4, Row(A, 40))
    assert joined.shown[A] == 50
    joined.batch(5, Row(A, 41), step=1)
    assert joined.shown[A] == 41
    assert joined.did[-1] == Apply((Row(A, 41),), step=True)
    joined.batch(6, Row(A, 60), step=0)
    assert joined.shown[A] == 41


def test_what_nobody_here_wants_is_not_taken(joined):
    """Objects are shared with others."""
    joined.batch(4, Row(777, 99))
    assert joined.shown == {A: 50, B: 60}
    assert joined.trusted


def test_other_wishes_need_another_snapshot(joined):
    """The newest readings of what is new."""
    joined.do(joined.join.wanted({**TOKENS, 33: "obj-c"}, joined.now))
    assert not joined.trusted
    assert len(joined.asked) == 2


def test_a_hub_that_is_silent_is_tried_later_and_later(joined):
    """A connection that stands tells nothing of the collector behind it."""
    began = joined.steady
    while joined.steady < began + 300:
        joined.goes(0.5)
        joined.tick()
        if joined.did and isinstance(joined.did[-1], Rebuild):
            joined.did.append(None)
            joined.up()
    joined.up()
    tries = len(joined.rebuilt)
    assert 300 / (LONGEST_WAIT + SILENCE + 1) <= tries <= 50
    joined.beat()
    assert len(joined.asked) == 2


def test_who_cannot_follow_while_it_waits_begins_anew():
    """The queue is bounded."""
    desktop = Desktop()
    desktop.up()
    desktop.beat()
    for seq in range(1, MOST_QUEUED + 3):
        desktop.batch(seq, Row(A, seq))
    assert len(desktop.join._queue) < 10
