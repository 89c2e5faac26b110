"""A threshold is tried on the recorded days before it is saved."""

from concurrent.futures import Future
from threading import Event, current_thread

import pytest
from PySide6.QtWidgets import QApplication

from statmon.alerts.rules import Rule
from statmon.domain.library import Levels
from statmon.domain.reading import Reading
from statmon.ui.alerts import rehearsing
from statmon.ui.alerts.dialog import ThresholdDialog
from statmon.ui.alerts.rehearsing import Work
from tests.ui.fake_engine import now
from tests.ui.limited import limited

HIGH = Rule(title="Many", statistic="InboundCalls", levels=Levels(warning_high=5))
HOUR = 3_600_000


def answer(value):
    result = Future()
    result.set_result(value)
    return result


class Past:
    """Fourteen days in which a number was high for 22 minutes once, and eight times shortly."""

    def __init__(self, series):
        self.series, self.now, self.asked = series, now(), []

    def span(self):
        return answer((self.now - 20 * 24 * HOUR, self.now))

    def as_of(self, when):
        return answer([Reading(self.series, 1, when, when, "update")])

    def gaps(self, _start, _end):
        return answer([])

    def arrived(self, series, start, end):
        self.asked.append(series)
        times = []
        for number in range(1, 10):
            began = self.now - number * 24 * HOUR
            times += [(began, 9), (began + (1_320_000 if number == 4 else 20_000), 1)]
        return answer([
            Reading(self.series, value, at, at, "update")
            for at, value in sorted(times)
            if start <= at < end
        ])  # fmt: skip


@pytest.fixture
def window(engine, open_window):
    return limited(engine, open_window, HIGH)


def dialog_of(window, store):
    window.parts.alerts.use_store(store)
    window.parts.alerts.edit()
    return window.findChild(ThresholdDialog)


def test_it_says_how_often_it_would_have_told(window, engine):
    """How long the longest lasted, and with which delay there would have been far fewer."""
    row = engine.feed("agent2", "InboundCalls", 1)
    past = Past(engine.table.series[row])
    dialog = dialog_of(window, past)
    part = dialog.rehearsing
    assert part.start.isEnabled()
    part.start.click()
    while not part.words.text():
        QApplication.processEvents()

    assert part.words.text() == (
        "The last 14 days: 9 times, longest 22:00. With “Alert after 30 s”: once."
    )
    assert len(past.asked) == 56
    assert not part.bar.isVisible()
    assert part.start.text() == "Rehearse"


def test_whoever_stops_it_hears_no_more(window, engine, monkeypatch):
    """Its thread ends before its next portion; another rule forgets what was found, too."""
    row = engine.feed("agent2", "InboundCalls", 1)
    dialog = dialog_of(window, Past(engine.table.series[row]))
    part, inside, threads = dialog.rehearsing, Event(), []

    def give_way(_seconds):
        threads.append(current_thread())
        inside.set()
        work.stopped.wait()

    monkeypatch.setattr(rehearsing.time, "sleep", give_way)
    groups_of = window.parts.alerts.watch.alerting.groups_of
    work = Work(part._store, *dialog._rehearsed(), groups_of, now())
    monkeypatch.setattr(rehearsing, "Work", lambda *_: work)
    part.start.click()
    inside.wait()
    part.start.click()
    assert (part.words.text(), part.start.text(), part.work) == ("Stopped.", "Rehearse", None)
    threads[0].join()
    QApplication.processEvents()
    assert part.words.text() == "Stopped."
    part.offer()
    assert part.words.text() == ""


def test_what_cannot_be_tried_is_not_offered(window, engine):
    """Without a history, without a limit, and for what it fits nothing of."""
    engine.feed("agent2", "InboundCalls", 1)
    dialog = dialog_of(window, None)
    assert not dialog.rehearsing.start.isEnabled()
    assert dialog.rehearsing.words.text() == "There is no history to ask."
    dialog.reject()

    dialog = ThresholdDialog(
        window.parts.alerts.watch, window.parts.views.names, HIGH, Past(engine.table.series[0])
    )
    assert dialog.rehearsing.start.isEnabled()
    dialog.object_id.setText("nobody")
    dialog.object_id.textEdited.emit("nobody")
    assert not dialog.rehearsing.start.isEnabled()
