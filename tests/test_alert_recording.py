"""Alerts and a history: what became of them is kept, and the next run goes on with them."""

import pytest

from statmon.alerts.life import Phase
from statmon.alerts.record import alert_of, text_of
from statmon.history import History, Rules
from statmon.recording import FORGOTTEN_AFTER, AlertRecording
from tests.engine.test_alerting import START, Desk

EVER = (0, 1 << 60)


@pytest.fixture
def runs(tmp_path):
    """Give a function that begins a run: a desk, its history, and what keeps its alerts."""
    opened = []

    def begin(at, desk=None):
        desk = desk or Desk()
        desk.time = START + at * 1000
        history = History(tmp_path, Rules(keep_days=None))
        opened.append(history)
        keeping = AlertRecording(desk.alerting, history)
        unfinished = history.unfinished(desk.time - 300_000).result()
        alive = max((one.at for one in unfinished), default=0)
        keeping.start(unfinished, alive, desk.time)
        return desk, history, keeping

    yield begin
    for history in opened:
        history.close()


def end(history, keeping):
    keeping.stop()
    history.close()


def test_an_acknowledgement_survives_a_restart(runs):
    """With words and who; the alert goes on as the same one, and says nothing."""
    desk, history, keeping = runs(0)
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.acknowledge([alert.id], "sue", "called them")
    end(history, keeping)

    desk, history, _ = runs(60)
    desk.feed(61, 13)
    desk.live(61, 80)
    (again,) = desk.alerting.evaluator.open.values()
    assert again.id == alert.id
    assert (again.acknowledged.who, again.acknowledged.words) == ("sue", "called them")
    assert not [one for one in desk.notices if one.speaks]

    alerts, deeds = history.alerts(*EVER).result()
    assert [one.id for one in alerts] == [alert.id]
    assert [(one.change, one.who, one.words) for one in deeds] == [
        ("acknowledged", "sue", "called them")
    ]


def test_it_survives_a_restart_while_the_alert_is_pending_again(runs):
    """It had ended, and its limit is passed again, not for long enough yet."""
    desk, history, keeping = runs(0)
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.acknowledge([alert.id], "sue", "called them")
    desk.feed(30, 1)
    desk.feed(40, 12)
    assert alert.phase is Phase.PENDING
    end(history, keeping)

    desk, *_ = runs(60)
    desk.feed(61, 13)
    desk.live(61, 80)
    (again,) = desk.alerting.evaluator.open.values()
    assert (again.id, again.phase) == (alert.id, Phase.ACTIVE)
    assert again.acknowledged.words == "called them"
    assert not [one for one in desk.notices if one.speaks]


def test_what_nobody_watched_for_hours_is_over(runs):
    """Yesterday's acknowledgement is none of what is wrong today."""
    desk, history, keeping = runs(0)
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.acknowledge([alert.id], "sue")
    end(history, keeping)

    later = 20 + FORGOTTEN_AFTER // 1000 + 1
    desk, history, _ = runs(later)
    desk.feed(later + 1, 13)
    desk.live(later + 1, later + 30)
    (other,) = desk.alerting.evaluator.open.values()
    assert other.id != alert.id
    assert [one.speaks for one in desk.notices if one.speaks] == [True]
    alerts, _ = history.alerts(*EVER).result()
    assert [one.ended is None for one in alerts] == [False, True]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 1}'])
def test_what_cannot_be_read_is_passed_over(text):
    """A newer statmon wrote it, or somebody else."""
    assert alert_of("id", ("s", "t", "o", "m"), 1, None, text) is None


def test_a_record_reads_as_it_was_written():
    """All that a later run needs."""
    desk = Desk()
    desk.feed(1, 12)
    desk.live(1, 20)
    (alert,) = desk.alerting.evaluator.open.values()
    desk.alerting.acknowledge([alert.id], "sue", "called «them»")
    desk.alerting.shelve([alert.id], START + 99_000, "bob", "known")
    read = alert_of(alert.id, alert.series, alert.since, alert.ended, text_of(alert))

    for name in ("statistic", "unit", "rule", "number", "phase", "level", "worst", "raised",
                 "told", "on", "acknowledged", "shelf"):  # fmt: skip
        assert getattr(read, name) == getattr(alert, name), name
