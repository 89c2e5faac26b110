"""Alerts outside the window: on the desktop, heard, at an address; and what comes back."""

import asyncio
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from statmon.alerts.telling import AlertsTold, NoticeKind, State
from statmon.delivery import desktop as dbus
from statmon.delivery import sound
from statmon.delivery.notice import ACKNOWLEDGE, SHOW, NoDesktop
from statmon.domain.workspace import parse
from statmon.service import clock
from statmon.storage.user import alert_delivery
from statmon.storage.user.alert_delivery import Allowed, Delivery
from statmon.storage.user.webhook_secret import WebhookSecrets
from statmon.ui.alerts.telling import Telling
from statmon.ui.background.tasks import Tasks
from statmon.ui.start import loop as qt_loop
from tests.delivery.desktop import NEEDS, dunst
from tests.delivery.receiver import Receiver
from tests.delivery.steps import AT, notice, step
from tests.ui.limited import limited
from tests.waiting import until

ALL = Delivery(notify="warning", sound="warning")


class Desk:
    """A desktop that shows what it is told to; it may be quiet, or gone."""

    def __init__(self, acted):
        self.acted, self.shown, self.withdrawn = acted, [], []
        self.plays = self.busy = self.gone = self.closed = False

    async def begin(self):
        if self.gone:
            raise NoDesktop("gone")

    async def show(self, notice_):
        if self.gone:
            raise NoDesktop("gone")
        self.shown.append(notice_)

    async def withdraw(self, key):
        self.withdrawn.append(key)

    async def quiet(self):
        return self.busy

    async def close(self):
        self.closed = True


class Tray(QObject):
    notice_clicked = Signal()

    def __init__(self):
        super().__init__()
        self.told = []

    def tell(self, title, words, *, critical):
        self.told.append((title, words, critical))
        return True


class Bench:
    """A telling with all that is around it, in a loop of Qt's."""

    def __init__(self, window, delivery, monkeypatch, desk=Desk):
        self.window, self.watch = window, window.parts.alerts.watch
        self.tray, self.played, self.said, self.wanted, self.failed = Tray(), [], [], [], []
        self.desk = None
        monkeypatch.setattr(alert_delivery, "load", lambda: Allowed(delivery))
        monkeypatch.setattr(sound, "play", lambda file: self.played.append(file.stem) or True)
        self.attention = []
        monkeypatch.setattr(QApplication, "alert", lambda *_: self.attention.append(1))
        if desk is not None:
            monkeypatch.setattr(dbus, "DBusDesktop", self._made(desk))

    def _made(self, kind):
        def make(acted):
            self.desk = kind(acted)
            return self.desk

        return make

    async def live(self, script):
        tasks = Tasks(self.failed.append)
        telling = self.telling = Telling(
            self.watch, self.window.parts.views.names, self.tray, tasks.start, self.window,
            "http://site", WebhookSecrets(), lambda: None,
        )  # fmt: skip
        telling.said.connect(self.said.append)
        telling.show_wanted.connect(self.wanted.append)
        telling.begin()
        try:
            await until(lambda: telling._plan.delivery.notify != "never")
            await script(self)
        finally:
            telling.end()
            await tasks.stop()
        return 0

    def run(self, script):
        assert qt_loop.run(QApplication.instance(), self.live(script)) == 0
        assert self.failed == []

    def tell(self, *notices, steps=()):
        self.watch.told.emit(AlertsTold(tuple(steps), notices, AT))


@pytest.fixture
def window(engine, open_window):
    return limited(engine, open_window)


def test_a_notice_says_in_words_what_is_wrong_and_what_can_be_done(window, monkeypatch):
    """Number, limit, since when, which rule; the sound of its level; attention in the task bar."""

    async def script(bench):
        bench.tell(notice(step(level=2, number=12.0)))
        await until(lambda: bench.played)
        (shown,) = bench.desk.shown
        assert shown.title == "▲▲ Billing: 12"
        assert shown.words.startswith("Waiting, at or above 5, since ")
        assert shown.words.endswith("rule “Many waiting”")
        assert (shown.critical, list(shown.actions)) == (True, [SHOW, ACKNOWLEDGE])
        assert (bench.played, bench.attention) == (["critical"], [1])

    Bench(window, ALL, monkeypatch).run(script)


def test_many_of_one_cause_and_an_outage_are_one_notice_each(window, monkeypatch):
    """Named are the worst three; an outage says how many nobody knows of, and stays when over."""
    steps = [step(f"a{n}", level=2, object_id=f"Q{n}", number=float(n)) for n in range(9)]

    async def script(bench):
        bench.tell(notice(*steps, kind=NoticeKind.GROUP))
        down = {"kind": NoticeKind.OUTAGE, "id_": "o"}
        bench.tell(notice(*steps, **down))
        bench.tell(notice(*steps, **down, over=True, speaks=False))
        await until(lambda: len(bench.desk.shown) == 3)
        group, outage, end = bench.desk.shown
        assert group.title == "▲▲ 9 alerts: Many waiting"
        assert group.words.endswith("Q0 0, Q1 1, Q2 2, and 6 more")
        assert outage.title.startswith("⚠ The feed is down since ")
        assert (outage.words, list(outage.actions)) == ("9 alerts unknown.", [SHOW])
        assert end.title.startswith("The feed was down from ")
        assert (end.words, end.critical) == ("9 alerts were unknown.", False)

    Bench(window, ALL, monkeypatch).run(script)


def test_whoever_must_not_be_disturbed_hears_nothing(window, monkeypatch):
    """The desktop keeps the notice for later; our own sound and the window stay away."""

    async def script(bench):
        bench.desk.busy = True
        bench.tell(notice(step(level=2)))
        await until(lambda: bench.desk.shown)
        bench.desk.busy = False
        bench.tell(notice(step("b", level=2), id_="n2"))
        await until(lambda: bench.played)
        assert bench.played == ["critical"]
        assert bench.wanted == [["b"]]

    front = Delivery(notify="warning", sound="warning", to_front=True)
    Bench(window, front, monkeypatch).run(script)


def test_a_desktop_that_plays_sounds_is_left_to_it(window, monkeypatch):
    """It knows by itself whether it may; two sounds would be one too many."""

    async def script(bench):
        bench.desk.plays = True
        bench.tell(notice(step(level=1)))
        await until(lambda: bench.attention)
        assert Path(bench.desk.shown[0].sound).name == "warning.wav"
        assert bench.played == []

    Bench(window, ALL, monkeypatch).run(script)


def test_what_goes_is_taken_away_and_what_changes_is_changed_in_silence(window, monkeypatch):
    """In its order, although a desktop takes its time."""

    async def script(bench):
        bench.tell(notice(step(level=2)))
        bench.tell(notice(step(level=1), speaks=False))
        bench.tell(notice(step(state=State.ENDED), over=True, speaks=False))
        await until(lambda: bench.desk.withdrawn)
        assert [shown.title for shown in bench.desk.shown] == ["▲▲ Billing: 7", "▲ Billing: 7"]
        assert bench.played == ["critical"]

    Bench(window, ALL, monkeypatch).run(script)


def test_where_the_desktop_goes_the_tray_speaks_and_a_click_shows_the_alert(window, monkeypatch):
    """Nothing is lost on the way; a screen reader is told as well, politely."""
    heard = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", heard.append)

    async def script(bench):
        bench.desk.gone = True
        bench.tell(notice(step(level=2)))
        await until(lambda: bench.attention)
        assert bench.desk.closed
        assert [(title, critical) for title, _, critical in bench.tray.told] == [
            ("▲▲ Billing: 7", True)
        ]
        bench.tray.notice_clicked.emit()
        assert bench.wanted == [["a1"]]
        spoken = [one for one in heard if one.type() == QAccessible.Event.Announcement]
        assert [one.message().startswith("▲▲ Billing: 7") for one in spoken] == [True]
        polite = QAccessible.AnnouncementPoliteness.Polite
        assert [one.politeness() for one in spoken] == [polite]

    Bench(window, ALL, monkeypatch).run(script)


def test_a_desktop_that_begins_anew_is_used_again(window, monkeypatch):
    """Its shell was restarted: the notice of that moment is the tray's, the next one its own."""

    async def script(bench):
        before = bench.desk
        before.gone = True
        bench.tell(notice(step(level=2)))
        await until(lambda: bench.tray.told)
        bench.tell(notice(step("b", level=2), id_="n2"))
        await until(lambda: bench.desk is not before and bench.desk.shown)
        assert [shown.key for shown in bench.desk.shown] == ["n2"]
        assert len(bench.tray.told) == 1

    Bench(window, ALL, monkeypatch).run(script)


def test_steps_go_to_the_address_that_the_user_gave(window, monkeypatch):
    """Signed, from the loop of the window."""
    with Receiver("sesame").listening() as receiver:

        async def script(bench):
            bench.telling._secrets.keep(receiver.address, "sesame")
            bench.telling.reconsider()
            await until(lambda: len(bench.telling._sending) == 1)
            await until(lambda: bench.telling._sending[0][0]._secret == "sesame")
            bench.tell(steps=[step()])
            await until(lambda: receiver.came)

        hook = Delivery(notify="warning", webhook=receiver.address)
        Bench(window, hook, monkeypatch).run(script)
    assert receiver.came[0]["objectId"] == "Billing"


def test_of_two_choices_at_once_the_last_holds_and_nobody_sends_twice(window, monkeypatch):
    """Although the first one's keyring takes its time."""
    asked, answers, release = [], iter(["first", "last"]), threading.Event()

    def of(_, address):
        asked.append(address)
        secret = next(answers)
        if secret == "first":
            release.wait(30)
        return secret

    monkeypatch.setattr(WebhookSecrets, "of", of)

    async def script(bench):
        await until(lambda: asked)
        bench.telling.reconsider()
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.1, release.set)
        await until(lambda: len(asked) == 2)
        choosing = [t for t in asyncio.all_tasks() if t.get_name() == "how alerts are told"]
        await asyncio.gather(*choosing)
        await until(release.is_set)
        await until(lambda: bench.telling._sending)
        await asyncio.sleep(0)
        running = [t for t in asyncio.all_tasks() if t.get_name() == "alerts to a webhook"]
        assert len(running) == 1
        assert bench.telling._sending[0][0]._secret == "last"

    hook = Delivery(notify="warning", webhook="http://127.0.0.1:1/")
    Bench(window, hook, monkeypatch).run(script)


def test_a_workspace_that_would_decide_of_it_is_passed_over_and_said(window, monkeypatch):
    """Once for a workspace, and nothing of it is done."""
    asking = parse({"schema": 1, "name": "", "site": {"url": "http://s"},
                    "alerts": [{"kind": "webhook", "webhook": "http://evil"}]})  # fmt: skip

    async def script(bench):
        bench.telling.take(asking)
        bench.telling.take(asking)
        bench.tell(notice(step(level=2)), steps=[step()])
        await until(lambda: bench.desk.shown)
        assert len(bench.said) == 1
        assert "«webhook»" in bench.said[0]
        assert bench.telling._sending == []

    Bench(window, ALL, monkeypatch).run(script)


@pytest.mark.needs(*NEEDS)
def test_a_real_desktop_shows_an_alert_and_acknowledges_it(window, engine, tmp_path, monkeypatch):
    """From a number beyond its limit to Debian's dunst, and by its menu back to the dock."""
    at = [clock.elapsed_ms()]
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: at[0])

    async def script(bench):
        engine.feed("agent2", "InboundCalls", 12)
        bench.watch.look_at_all()
        for _ in range(4):  # what comes at a start is gathered for a while
            at[0] += 2_000
            bench.watch.look_at_all()
        await until(lambda: bench.telling._lately)
        desktop = bench.daemon
        while not await desktop.shown():  # noqa: ASYNC110 # another process tells nobody
            await asyncio.sleep(0.05)
        assert bench.watch.count() == 1
        await desktop.act(ACKNOWLEDGE)
        await until(lambda: bench.watch.count() == 0)
        assert bench.watch.open[0].state is State.ACKNOWLEDGED
        bench.watch.look_at_all()
        while await desktop.shown():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert [title for title, _ in await desktop.put_away()] == ["▲▲ agent2: 12"]

    bench = Bench(window, ALL, monkeypatch, desk=None)

    async def main():
        async with dunst(tmp_path) as daemon:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
            bench.daemon = daemon
            await bench.live(script)
        return 0

    assert qt_loop.run(QApplication.instance(), main()) == 0
    assert bench.failed == []
