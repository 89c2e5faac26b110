"""Notices on a real desktop, over a real D-Bus: shown, acted on, taken away, kept quiet."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from statmon.delivery.desktop import DBusDesktop
from statmon.delivery.notice import ACKNOWLEDGE, SHOW, DesktopNotice, NoDesktop
from tests.delivery.desktop import NEEDS, bus, dunst
from tests.waiting import until

NOTICE = DesktopNotice(
    "n1", "Billing: 12 waiting", "Limit 9 <since> 12:03 & more", critical=True,
    actions={SHOW: "Show", ACKNOWLEDGE: "Acknowledge"},
)  # fmt: skip
pytestmark = pytest.mark.needs(*NEEDS)


@asynccontextmanager
async def on_a_desktop(tmp_path, monkeypatch):
    """A desktop that runs, with our end of it, and what came back from there."""
    came = []
    async with dunst(tmp_path) as daemon:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
        ours = DBusDesktop(lambda *what: came.append(what))
        await ours.begin()
        try:
            yield daemon, ours, came
        finally:
            await ours.close()


async def test_a_notice_is_shown_and_its_actions_come_back(tmp_path, monkeypatch):
    """A person acknowledges it there; another time clicks on it."""
    async with on_a_desktop(tmp_path, monkeypatch) as (daemon, ours, came):
        await ours.show(NOTICE)
        assert await daemon.shown() == 1

        for action in (SHOW, ACKNOWLEDGE):
            came.clear()
            await ours.show(NOTICE)
            await daemon.act(action)
            await until(lambda: came)
            assert came == [("n1", action)]
        assert (NOTICE.title, NOTICE.words) in await daemon.put_away()


async def test_one_cause_is_one_notice_however_often_it_changes(tmp_path, monkeypatch):
    """The next takes the place of the one before; another cause has its own; and they go."""
    async with on_a_desktop(tmp_path, monkeypatch) as (daemon, ours, _):
        for number in range(5):
            await ours.show(DesktopNotice("n1", f"{number} waiting", "", critical=True))
        await ours.show(DesktopNotice("n2", "Sales", "", critical=True))
        assert await daemon.shown() == 2

        await ours.withdraw("n1")
        await ours.withdraw("never shown")
        assert await daemon.shown() == 1
        assert sorted(title for title, _ in await daemon.put_away()) == ["4 waiting", "Sales"]


async def test_what_somebody_closed_comes_anew_and_not_in_its_place(tmp_path, monkeypatch):
    """A number that the daemon has given away again is not ours any more."""
    async with on_a_desktop(tmp_path, monkeypatch) as (daemon, ours, _):
        await ours.show(NOTICE)
        await daemon.ctl("close-all")
        await until(lambda: not ours._shown)
        await ours.show(NOTICE)

        assert await daemon.shown() == 1


async def test_do_not_disturb_is_known(tmp_path, monkeypatch):
    """It holds notices back by itself; of our own sounds we have to ask."""
    async with on_a_desktop(tmp_path, monkeypatch) as (daemon, ours, _):
        assert not await ours.quiet()
        await daemon.ctl("set-paused", "true")
        assert await ours.quiet()
        await ours.show(NOTICE)
        assert await daemon.shown() == 0
        assert not ours.plays


async def test_where_nobody_shows_notices_that_is_told_and_nothing_waits(tmp_path, monkeypatch):
    """Without a bus, on a bus without a desktop, and when the desktop has gone."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NoDesktop):
        await DBusDesktop(print).begin()
    async with bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with pytest.raises(NoDesktop):
            await DBusDesktop(print).begin()


async def test_a_desktop_that_goes_is_told_of_at_the_next_notice(tmp_path, monkeypatch):
    """No exception of the library's own, and closing is quiet."""
    came = []
    async with dunst(tmp_path) as daemon:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.address)
        ours = DBusDesktop(lambda *what: came.append(what))
        await ours.begin()
    with pytest.raises(NoDesktop):
        await asyncio.wait_for(ours.show(NOTICE), 30)
    await ours.withdraw("n1")
    assert not await ours.quiet()
    await ours.close()
