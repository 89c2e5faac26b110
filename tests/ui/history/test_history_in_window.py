"""Recording behind the window, starting without a service, pausing and erasing."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from statmon.domain.reading import Reading
from statmon.domain.site_time import last_midnight
from statmon.domain.statistic import ObjectRef
from statmon.history import History, Status
from statmon.live.freshness import Freshness
from statmon.ui.background.tasks import Tasks
from statmon.ui.history.keeper import Keeper
from statmon.ui.history.menu import kept_words, question_words
from statmon.ui.history.words import words_of
from tests.ui.fake_engine import SITE, FakeEngine, now, workspace


@pytest.fixture
def folder(tmp_path):
    """The history's folder, with the readings of an hour ago."""
    engine, history = FakeEngine(workspace()), History(tmp_path / "history")
    items = [
        Reading(engine.table.series[row], value, at, at, "update")
        for row, value, at in ((1, 23, now() - 3_600_000), (2, 240, now() - 3_500_000))
    ]
    history.record(items)
    history.close()
    return tmp_path / "history"


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def keep(open_window, folder, errors):
    """Open a window with the history behind it."""

    def begin(engine: FakeEngine):
        window = open_window(engine)
        keeper = Keeper(engine, History(folder))
        window.parts.keep(keeper, Tasks(errors.append).start)
        return window, keeper

    return begin


async def test_without_a_service_the_last_readings_are_there_marked_as_stale(keep, engine):
    """With their age; what never came has no data."""
    window, keeper = keep(engine)
    await keeper.restore()
    window.parts.pulse.tick()
    lens = window.parts.pulse.lens

    assert engine.table.value(1).text == "23"
    assert lens.freshness(1) is Freshness.STALE
    assert 3590 < lens.age(1) < 3700
    assert engine.table.timestamp(0) is None
    assert lens.stale_since(1) == engine.table.arrived(1)
    window.parts.told()
    assert "stale" in window.parts.status.data.text
    assert "lag" not in window.parts.status.figures.text()
    await keeper.end()


async def test_when_the_service_comes_its_readings_take_the_place_of_the_old(keep, engine):
    """Whatever their timestamps; and they are recorded."""
    window, keeper = keep(engine)
    await keeper.restore()
    engine.go_up()
    assert window.parts.pulse.lens.live.freshness_of(1, now()) is Freshness.STALE

    engine.feed("agent1", "InboundCalls", 24, ago=7200)

    assert engine.table.value(1).text == "24"
    assert window.parts.pulse.lens.live.freshness_of(1, now()) is not Freshness.STALE
    series = engine.table.series[1]
    samples = await asyncio.wrap_future(keeper._history.read(series, 0, 1 << 60))
    assert sorted(samples.numbers.tolist()) == [23.0, 24.0]
    await keeper.end()


async def test_the_status_bar_says_that_it_records(keep, engine):
    """And that it does not, when the user wishes so."""
    window, keeper = keep(engine)
    await keeper.restore()
    window.parts.status.refresh()
    assert "recording" in window.parts.status.figures.text()

    keeper.menu.pausing.setChecked(True)
    engine.feed("agent1", "InboundCalls", 99)
    window.parts.status.refresh()
    assert "not recording" in window.parts.status.figures.text()
    keeper.menu.pausing.setChecked(False)

    series = engine.table.series[1]
    samples = await asyncio.wrap_future(keeper._history.read(series, 0, 1 << 60))
    assert samples.numbers.tolist() == [23.0]
    await keeper.end()


async def test_erasing_is_asked_for_and_done(keep, engine, errors):
    """The selected object's readings are gone, others stay; Enter alone erases nothing."""
    window, keeper = keep(engine)
    menu = keeper.menu
    menu._ask([ObjectRef("Agent", "agent1")])
    box = menu.question
    assert "agent1" in box.text()
    assert box.defaultButton() is box.button(box.StandardButton.Cancel)

    (erase,) = [b for b in box.findChildren(QPushButton) if "Erase" in b.text()]
    erase.click()
    async with asyncio.timeout(60):
        while "Erased" not in window.parts.banner.text:
            await asyncio.wrap_future(keeper._history.settled())

    assert await asyncio.wrap_future(keeper._history.last()) == []
    assert not errors
    await keeper.end()


async def test_the_menu_says_how_much_there_is(keep, engine):
    """Readings, size, since when."""
    _window, keeper = keep(engine)
    await keeper.restore()
    keeper.menu.refresh()
    await keeper.menu._look()

    text = keeper.menu.kept.text()
    assert "2 readings" in text
    assert "since 20" in text
    assert not keeper.menu.erasing.isEnabled()
    assert keeper.menu.erasing_all.isEnabled()
    await keeper.end()


async def test_what_the_history_tells_stands_in_the_window_at_once(keep, engine, qtbot):
    """A full disk, until there is room again; damage, until it is dismissed."""
    window, keeper = keep(engine)
    await keeper.restore()
    supervisor = keeper._history._supervisor
    full = "the disk is full: free some space, recording goes on by itself"

    await asyncio.wrap_future(keeper._history._call(lambda: supervisor._listener(full)))
    qtbot.waitUntil(lambda: window.parts.banner.text == f"⚠ The{full[3:]}.")
    await asyncio.wrap_future(keeper._history._call(lambda: supervisor._listener("")))
    qtbot.waitUntil(lambda: window.parts.banner.text == "")

    window.parts.banner.say("something else")
    await asyncio.wrap_future(keeper._history._call(lambda: supervisor._listener("")))
    await asyncio.wrap_future(keeper._history.last())
    QApplication.processEvents()
    assert window.parts.banner.text == "something else"
    await keeper.end()


def test_damage_and_what_is_recorded_in_part_have_words():
    """A mark in the status bar, and the sentence for whoever hovers there."""
    words, sentence = words_of(Status("recording", damage="the history's file was damaged: all"))
    assert words == "recording ⚠"
    assert sentence == "the history's file was damaged: all"
    assert words_of(Status("reading", "but not 3 of them", missed=3)) == (
        "⚠ recorded in part",
        "but not 3 of them",
    )


def test_every_state_has_its_words():
    """And a history without readings says no figures."""
    for state in ("opening", "recording", "paused", "off", "reading", "waiting", "failed"):
        assert words_of(Status(state))[0]
    assert kept_words(Status("off"), None) == "no history"


def test_a_question_names_a_few_and_counts_the_others():
    """A hundred names would not be read."""
    refs = [ObjectRef("Agent", f"a{n}") for n in range(8)]

    assert question_words(refs).endswith("Agent a4 and 3 more?")
    assert SITE not in question_words(None)


async def test_the_outages_of_today_are_listed_after_a_start(keep, engine, folder, clock_at_noon):
    """Those that an earlier run saw; not what came of its own beginning and end."""
    noon = clock_at_noon
    minute = 60_000
    history = History(folder)
    for kind, start, end in (
        ("connection", noon - 1500 * minute, noon - 1499 * minute),  # yesterday
        ("connection", noon - 90 * minute, noon - 88 * minute),
        ("service", noon - 60 * minute, noon - 55 * minute),
        ("sleep", noon - 50 * minute, noon - 40 * minute),
        ("pause", noon - 30 * minute, noon - 29 * minute),
    ):
        history.gap(kind, start)
        history.mend(kind, end)
    history.close()
    window, keeper = keep(engine)
    await keeper.restore()

    listed = engine.event_log.outages()
    assert [(one.part, noon - one.start, noon - one.end) for one in listed] == [
        ("computer", 50 * minute, 40 * minute),
        ("service", 60 * minute, 55 * minute),
        ("connection", 90 * minute, 88 * minute),
    ]
    dock = window.parts.alerts.dock
    dock.refresh()
    assert "(3)" in dock.tabs.tabText(2)
    await keeper.end()


@pytest.fixture
def clock_at_noon(monkeypatch):
    """Let it be noon for whoever asks which day it is, so that the day is long enough."""
    noon = last_midnight(now()) + 12 * 3_600_000
    monkeypatch.setattr("statmon.ui.history.keeper.epoch_ms", lambda: noon)
    return noon
