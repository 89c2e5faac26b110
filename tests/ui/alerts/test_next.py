"""F8: from alert to alert, each time with its row; and the list with what it says of them."""

import pytest

from statmon.alerts.rules import Rule
from statmon.domain.library import Levels

HIGH = Rule(title="Many", statistic="InboundCalls", levels=Levels(warning_high=5, critical_high=9))


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    window = open_window(engine)
    window.parts.alerts.watch.set_rules([HIGH])
    return window


def feed(window, engine, who, number):
    row = engine.feed(who, "InboundCalls", number)
    window.parts.alerts.watch.look_at_all()
    window.parts.pulse.tick()
    return row


def test_each_press_goes_to_the_next_one_and_to_its_row_though_it_is_folded_away(window, engine):
    """The worst first, round and round; the tree unfolds as far as is needed."""
    mild, bad = feed(window, engine, "agent1", 6), feed(window, engine, "agent2", 12)
    page, dock = window.parts.page, window.parts.alerts.dock
    page.tree.collapse_all()
    seen = []
    for _ in range(3):
        window.parts.actions.next_alert.trigger()
        seen.append(page.model.row_of(page.tree.currentIndex().row()))
        assert dock._row(dock.open.chosen[0]) == seen[-1]
        assert window.parts.details.row == seen[-1]

    assert seen == [bad, mild, bad]


def test_without_an_alert_it_says_so(window):
    """And moves nothing."""
    window.parts.actions.next_alert.trigger()

    assert window.parts.banner.text == "No alert is open."


def test_a_notice_s_show_comes_to_its_alert(window, engine):
    """By the id that comes back from the desktop; an alert that has ended is no fault."""
    feed(window, engine, "agent1", 6)
    feed(window, engine, "agent2", 12)
    (mild,) = (alert for alert in window.parts.alerts.watch.open if alert.level == 1)
    window.parts.show_alerts([mild.id])
    assert window.parts.alerts.dock.open.chosen == [mild.id]

    window.parts.show_alerts(["long gone"])
    assert window.parts.alerts.dock.open.chosen == [mild.id]


def test_the_toolbar_says_how_bad_it_is(window, engine):
    """In glyph and words, and of the worst."""
    feed(window, engine, "agent1", 6)
    feed(window, engine, "agent2", 12)
    window.parts.pulse.second.emit()

    assert window.parts.tools.alerts.text() == "▲▲ 2 alerts"
    assert window.parts.tools.alerts.accessibleName() == "2 alerts, critically high"
