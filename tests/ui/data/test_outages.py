"""One list of outages, read by all: each began when it began, wherever it is looked at."""

import time

import pytest

from statmon.service import clock
from statmon.ui.data.feed import FeedNotice
from statmon.ui.look.times import clock_time
from tests.ui.fake_engine import now


@pytest.fixture
def later(monkeypatch):
    """Let time pass."""
    at = [clock.elapsed_ms()]
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: at[0])

    def pass_(seconds):
        at[0] += seconds * 1000

    if time.localtime(now() / 1000).tm_hour >= 21:
        pass_(-4 * 3600)  # of another day, lists name the day as well
    return pass_


def column(tree, at):
    return [tree.topLevelItem(row).text(at) for row in range(tree.topLevelItemCount())]


@pytest.mark.parametrize("part", ["connection", "service", "silence"])
def test_all_say_the_same_beginning(engine, open_window, later, qtbot, part):
    """A banner, a wallboard, lists and alerts that were made in the midst of an outage."""
    engine.go_up()
    later(3600)
    began = now()
    if part == "connection":
        engine.connect("reconnecting", "The line is cut.")
    elif part == "silence":
        later(100)
        engine.connect("reconnecting", "No answer.", silent_since=began)
    else:
        engine.service("UNAVAILABLE")
    later(3700)
    window = open_window(engine)
    later(60)
    window.parts.told()
    window.parts.actions.wall.trigger()
    wall, since = window.parts.wallboard, f"since {clock_time(began)}"
    wall.refresh()

    assert since in window.parts.feed.text
    assert since in wall.feed.text
    assert since in FeedNotice(engine).text()
    assert window.parts.alerts.watch.unknown
    dock, panel = window.parts.alerts.dock, window.parts.line
    for raised in (window.parts.docks.alerts, window.parts.docks.connection):
        raised.show()
    dock.tabs.setCurrentWidget(dock.outages)
    qtbot.waitUntil(lambda: window.parts.docks.alerts.raise_() or dock.isVisible())
    dock.refresh()
    panel.refresh()
    assert column(dock.outages, 1) == column(panel.outages, 0) == [clock_time(began)]
    assert clock_time(began) in panel.text()

    later(60)
    engine.go_up()
    window.parts.told()
    wall.refresh()
    dock.refresh()
    assert (window.parts.feed.text, FeedNotice(engine).text()) == ("", "")
    assert "since" not in wall.feed.text
    assert column(dock.outages, 2) == [clock_time(now())]
    wall.close()


def test_another_reason_is_said_on_the_wall_as_soon_as_in_the_window(engine, open_window, later):
    """The wallboard told it with its next second: two screens side by side said two things."""
    engine.go_up()
    later(60)
    engine.connect("reconnecting", "The line is cut.")
    window = open_window(engine)
    window.parts.actions.wall.trigger()
    wall = window.parts.wallboard
    for reason in ("The proxy does not answer.", "The name is not known."):
        engine.connect("reconnecting", reason)
        window.parts.told()
        assert wall.feed.text == window.parts.feed.text
        assert reason.rstrip(".") in wall.feed.text
    wall.close()


def test_no_subscription_is_called_open_while_the_line_is_cut(engine, open_window):
    """In the list; and it is said again when the line is back."""
    window = open_window(engine)
    engine.go_up()
    window.parts.told()
    assert all("open" in state for state in column(window.parts.subscriptions, 1))
    engine.connect("reconnecting", "The line is cut.")
    window.parts.told()
    assert all("lost" in state for state in column(window.parts.subscriptions, 1))
    engine.connect("connected")
    window.parts.told()
    assert all("open" in state for state in column(window.parts.subscriptions, 1))
