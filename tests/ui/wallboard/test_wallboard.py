from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSize, Qt

from statmon.domain.workspace import dump
from statmon.ui.look.signs import Sign
from statmon.ui.look.theme import Tone

WAITING = "CurrentNumberWaitingCalls"


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    for agent in range(1, 5):
        engine.feed(f"agent{agent}", "InboundCalls", agent)
    engine.feed("7001@SIP_Switch", "CurrentNumberWaitingCalls", 3)
    return open_window(engine)


@pytest.fixture
def wall(window, qtbot):
    """The wallboard on a screen of 1920 × 1080."""
    window.parts.actions.wall.trigger()
    board = window.parts.wallboard
    board.showNormal()
    board.resize(QSize(1920, 1080))
    qtbot.waitUntil(lambda: board.size() == QSize(1920, 1080))
    board.turn(0)
    yield board
    if window.parts.wallboard is not None:
        window.parts.wallboard.close()


def test_it_fills_a_screen_and_escape_ends_it(window, qtbot):
    """And the window is as it was: the same workspace, the same density."""
    before = dump(window.parts.source.workspace), window.parts.views.density
    window.parts.actions.wall.trigger()
    wall = window.parts.wallboard
    assert wall.isFullScreen()
    assert window.parts.actions.wall.shortcut().toString() == "F11"

    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert window.parts.wallboard is None
    assert (dump(window.parts.source.workspace), window.parts.views.density) == before


def test_no_line_is_cut_in_two(wall):
    """Lines fill their room to the pixel."""
    for _ in wall.pages:
        page = wall._stack.currentWidget()
        height = page.verticalHeader().defaultSectionSize()
        assert page.viewport().height() == page.fitting * height
        assert height >= 50
        wall.turn(1)


def test_all_columns_are_on_the_screen(wall):
    """Whatever widths they have in the window; nobody scrolls a wall."""
    for page in wall.pages:
        assert page.horizontalHeader().length() <= page.width()
        assert page.horizontalScrollBar().maximum() == 0


def test_boards_come_one_after_the_other(wall, qtbot):
    """By the arrows and by the clock; Space holds the one that is shown."""
    titles = [page.title for page in wall.pages]
    assert wall.title.text() == titles[0]
    seen = set()
    for _ in wall._slides:
        seen.add(wall.title.text())
        qtbot.keyClick(wall, Qt.Key.Key_Right)
    assert seen == set(titles)
    assert wall.title.text() == titles[0]

    wall._turning.timeout.emit()
    assert wall.slide != wall._slides[0]
    qtbot.keyClick(wall, Qt.Key.Key_Space)
    assert not wall._turning.isActive()
    assert "held" in wall.place.text()
    qtbot.keyClick(wall, Qt.Key.Key_Space)
    assert wall._turning.isActive()


def test_an_outage_is_said_in_full_width(engine, window, wall):
    """Nobody points at a wall: old numbers are called old in words."""
    assert "what is shown is old" not in wall.feed.text
    engine.service("UNAVAILABLE")
    window.parts.pulse.tick()
    window.parts.pulse.second.emit()
    assert "what is shown is old" in wall.feed.text
    assert wall.alerts.text() == "alerts unknown"

    engine.go_up()
    window.parts.pulse.tick()
    window.parts.pulse.second.emit()
    assert "what is shown is old" not in wall.feed.text


def test_what_is_pinned_stands_above(engine, window, wall):
    """With its value, and named for a screen reader."""
    assert wall.tiles.isHidden()
    row = engine.feed("7001@SIP_Switch", "CurrentNumberWaitingCalls", 9)
    window.parts.page.pinned.toggle([row])
    window.parts.pulse.tick()
    window.parts.pulse.second.emit()

    assert wall.tiles.isVisibleTo(wall)
    assert wall.tiles.accessibleName().endswith(": 9")


def test_numbers_go_on_changing(engine, window, wall):
    """It looks through the same lens as the window."""
    page = next(p for p in wall.pages if p.board.spec.object_type == "Queue")
    engine.feed("7001@SIP_Switch", "CurrentNumberWaitingCalls", 17)
    window.parts.pulse.tick()
    texts = {
        page.board.text(line, column)
        for line in range(page.lines)
        for column in range(page.board.columnCount())
    }
    assert "17" in texts


def test_it_ends_with_the_window(window):
    """No window stays behind."""
    window.parts.actions.wall.trigger()
    wall = window.parts.wallboard
    window.close()

    assert wall is not None
    assert not wall.isVisible()


def test_without_a_board_it_says_what_to_do(empty_engine, open_window):
    """A black wall would be a riddle."""
    window = open_window(empty_engine)
    window.parts.actions.wall.trigger()
    assert window.parts.wallboard._stack.currentWidget() is window.parts.wallboard.empty
    window.parts.wallboard.close()


@pytest.mark.parametrize("screen", [(1600, 1000), (1024, 768), (1080, 1920), (3840, 2160)])
def test_whatever_it_says_it_is_no_larger_than_its_screen(window, wall, qtbot, screen):
    """The most that lights, alerts and a board's title say; nothing is cut but the title."""
    window.parts.news.disconnect(wall.refresh)
    for page in wall.pages:
        page.board.spec = replace(page.board.spec, title="A board of a very long name " * 6)
    for light in wall.lights:
        light.show_sign(Sign("⚠", "12,345 not live, 678 refused", Tone.BAD))
    wall.alerts.setText("▲ 1,234 alerts")
    wall.resize(*screen)

    def has_room():
        said = (*wall.lights, wall.alerts, wall.clock, wall.hint)
        assert wall.title.text().endswith("…")
        for part in said:
            assert part.width() >= part.minimumSizeHint().width()
            assert wall.rect().contains(part.geometry())

    qtbot.waitUntil(has_room)
    assert wall.size().toTuple() == screen


def test_day_and_window_of_every_number_are_on_the_wall(window, wall, engine):
    """What a column counts, over which part of the past, and whose midnight begins the day."""
    titles = {page.title: wall.pages.index(page) for page in wall.pages}
    while wall.slide.board != titles["Queues"]:
        wall.turn(1)
    said = wall.windows.accessibleDescription()
    assert "Calls answered: usually since midnight" in said
    assert "Service level: usually in the last hour" in said
    assert "Calls waiting" not in said  # it is of now
    assert "midnight of this computer" in said
    window.parts.pulse.lens.use_zone(ZoneInfo("Asia/Kolkata"))
    wall.refresh()
    assert "midnight of Asia/Kolkata" in wall.windows.accessibleDescription()
    assert f"{datetime.now().astimezone():%d %b}" in wall.clock.text()

    row = engine.feed("7001@SIP_Switch", "Total_Answered", 7)
    window.parts.page.pinned.toggle([row, engine.feed("7001@SIP_Switch", WAITING, 3)])
    wall.tiles.refresh()
    assert "Calls answered (usually since midnight): " in wall.tiles.accessibleName()
    assert "Calls waiting: " in wall.tiles.accessibleName()
