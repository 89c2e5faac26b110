import numpy as np
import pytest

from statmon.ui.details.changes import Changes


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    row = engine.feed("7001@SIP_Switch", "CurrentNumberWaitingCalls", 40)
    engine.feed("7001@SIP_Switch", "Total_Answered", 100)
    window = open_window(engine)
    trends = window.parts.pulse.lens.trends
    minutes = trends.minute - 59 + np.arange(60)
    for each in range(len(engine.table)):
        trends.seed(each, minutes, np.full(60, 2.0 if each == row else 100.0))
    return window


def texts(changes):
    item = changes.list.topLevelItem(0)
    return [item.text(column) for column in range(changes.list.columnCount())]


def test_the_largest_move_is_listed_and_charted(window, qtbot):
    """Where it was always 2, 40 is news; where it is as ever, nothing is."""
    changes: Changes = window.parts.changes
    dock = next(dock for dock in window.parts.docks if dock.widget() is changes)
    # Tabs of docks are laid out with the window's first events.
    qtbot.waitUntil(lambda: dock.raise_() or changes.isVisible())
    qtbot.waitUntil(lambda: changes.list.topLevelItemCount() == 1)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)

    assert texts(changes) == [
        "7001@SIP_Switch", "CurrentNumberWaitingCalls", "✗ +38", "40", "76 ×",
    ]  # fmt: skip
    changes.list.setCurrentItem(changes.list.topLevelItem(0))
    assert window.parts.details.list.row == changes.moves[0].row
    changes.list.itemActivated.emit(changes.list.topLevelItem(0), 0)
    assert len(window.parts.charts.charts) == 2


def test_without_a_past_it_says_when_there_will_be_one(engine, open_window):
    """An empty list says what to do, or to wait for."""
    window = open_window(engine)

    assert "15 minutes" in window.parts.changes.empty.text()
