"""A bundle in the window: the same views, read-only, at the instant that it was made for."""

import pytest

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.engine.read_only_engine import ReadOnlyEngine
from statmon.history import History
from statmon.storage.user.bundle import Slice, open_history, unpack
from statmon.ui.start.bundle_window import show_bundle
from statmon.ui.timemachine.bundling import Bundling
from tests.ui.fake_engine import SITE, now, workspace

SERIES = Series(SITE, "Queue", "7001@SIP_Switch", "CurrentNumberWaitingCalls")
MINUTE = 60_000


@pytest.fixture
def begin():
    return now() - 26 * 60 * MINUTE


@pytest.fixture
def path(tmp_path, begin, qapp, qtbot):
    """A bundle as the window writes it."""
    from PySide6.QtWidgets import QWidget

    history = History(tmp_path / "history", now=lambda: begin)
    history.record(
        [
            Reading(SERIES, minute, begin + minute * MINUTE, begin + minute * MINUTE, "update")
            for minute in range(120)
        ]
    )
    widget = QWidget()
    bundling = Bundling(widget, history, workspace)
    target = tmp_path / "look.statbundle"
    with qtbot.waitSignal(bundling.said) as said:
        bundling.write(target, Slice(begin + 30 * MINUTE, begin + 90 * MINUTE, begin + 40 * MINUTE))
    assert str(target) in said.args[0]
    with qtbot.waitSignal(bundling.said) as said:
        bundling.write(tmp_path / "nowhere" / "x", Slice(0, 1, 0))
    assert "could not write" in said.args[0]
    history.close()
    return target


@pytest.fixture
def window(tmp_path, path, open_window, qtbot, begin):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    bundle = unpack(path, folder)
    history = open_history(bundle)
    window = open_window(ReadOnlyEngine(bundle.workspace))
    part = bundle.part
    show_bundle(window.parts, history, part.begin, part.end, part.instant)
    qtbot.waitUntil(lambda: window.parts.pulse.lens.now == begin + 40 * MINUTE)
    yield window
    window.close()
    history.close()


def shown(window):
    table = window.parts.pulse.lens.table
    return table.number(table.row_of(SERIES))


def test_it_opens_at_the_instant_and_cannot_be_taken_for_now(window):
    """Neither to be connected nor to be left for a present that is not there."""
    assert shown(window) == 40
    assert window.parts.travel.frame.isVisible()
    assert not window.parts.travel.bar.back.isVisible()
    assert not window.parts.actions.connecting.isVisible()
    assert "read only" in window.windowTitle()


def test_its_time_can_be_travelled_and_no_further(window, begin, qtbot):
    """From its beginning to its end."""
    window.parts.travel.machine.go_to(begin)
    qtbot.waitUntil(lambda: shown(window) == 30)
    window.parts.travel.machine.go_to(now())
    qtbot.waitUntil(lambda: shown(window) == 90)


def test_its_charts_are_filled(window, begin, qtbot):
    """From the slice that came along."""
    qtbot.waitUntil(lambda: window.parts.charts.charts != [])
    chart = window.parts.charts.current
    window.parts.charts._redraw()
    qtbot.waitUntil(lambda: len(chart.view.frame.lines[0].columns.number) >= 10)

    assert chart.view.frame.lines[0].columns.last[-1] == 40
