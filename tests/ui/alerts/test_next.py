"""F8: from alert to alert, each time with its row; and the list with what it says of them."""

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.limited import feed, limited


@pytest.fixture
def window(engine, open_window):
    return limited(engine, open_window)


def test_each_press_goes_to_the_next_one_and_to_its_row_though_it_is_folded_away(window, engine):
    """The worst first, round and round; the tree unfolds as far as is needed."""
    mild, bad = feed(window, engine, 6, "agent1"), feed(window, engine, 12, "agent2")
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
    feed(window, engine, 6, "agent1")
    feed(window, engine, 12, "agent2")
    (mild,) = (alert for alert in window.parts.alerts.watch.open if alert.level == 1)
    window.parts.show_alerts([mild.id])
    assert window.parts.alerts.dock.open.chosen == [mild.id]

    window.parts.show_alerts(["long gone"])
    assert window.parts.alerts.dock.open.chosen == [mild.id]


def test_the_toolbar_says_how_bad_it_is(window, engine):
    """In glyph and words, and of the worst."""
    feed(window, engine, 6, "agent1")
    feed(window, engine, 12, "agent2")
    window.parts.pulse.second.emit()

    assert window.parts.tools.alerts.text() == "▲▲ 2 alerts"
    assert window.parts.tools.alerts.accessibleName() == "2 alerts, critically high"


def test_the_list_has_counts_by_level_the_limit_and_why(window, engine):
    """The limit beside the number; of the chosen one, in a sentence, why it is an alert."""
    feed(window, engine, 6, "agent1")
    feed(window, engine, 12, "agent2")
    dock = window.parts.alerts.dock
    dock.refresh()
    assert dock.nothing.text() == "▲▲ critically high: 1 · ▲ high: 1"
    assert [line.texts[3:5] for line in dock.open.lines] == [("12", "≥ 9"), ("6", "≥ 5")]
    assert not dock.why.text()

    window.parts.actions.next_alert.trigger()
    assert dock.why.text().startswith("InboundCalls, at or above 9, since ")
    assert dock.why.text().endswith("rule “Many”")
    dock.open.selectAll()
    assert not dock.why.text()


def test_a_filter_does_not_keep_the_row_from_being_shown(window, engine):
    """It is taken off: who asks for an alert wants to see it."""
    row = feed(window, engine, 12, "agent2")
    page = window.parts.page
    page.filter.setText("nothing has this name")
    page.apply_filter()
    window.parts.actions.next_alert.trigger()

    assert page.model.row_of(page.tree.currentIndex().row()) == row


def test_the_menu_of_the_list_does_what_its_entries_say(window, engine):
    """Without a choice nothing can be done; with one, all of it."""
    row = feed(window, engine, 12, "agent2")
    dock = window.parts.alerts.dock
    dock.refresh()
    assert not any(action.isEnabled() for action in dock.menu().actions() if action.text())

    window.parts.actions.next_alert.trigger()
    window.parts.views.tabs.setCurrentIndex(1)
    entries = {action.text(): action for action in dock.menu().actions() if action.text()}
    assert all(action.isEnabled() for action in entries.values())
    entries["Go to its row"].trigger()
    assert window.parts.views.tabs.currentIndex() == 0
    assert window.parts.page.model.row_of(window.parts.page.tree.currentIndex().row()) == row
    entries["Quiet until its level changes"].trigger()
    assert window.parts.alerts.watch.count() == 0
    (alert,) = window.parts.alerts.watch.open
    assert alert.shelf.until is None


def test_a_chosen_row_keeps_its_colour(window, engine):
    """The red of what is critical is on the picture of the list, chosen or not."""
    feed(window, engine, 12, "agent2")
    dock = window.parts.alerts.dock
    window.resize(1500, 900)
    window.parts.show_alerts()
    QApplication.processEvents()

    def is_red():
        picture = dock.open.viewport().grab().toImage()
        inks = {
            picture.pixelColor(x, y).getRgb()[:3]
            for y in range(min(picture.height(), 60)) for x in range(min(picture.width(), 160))
        }  # fmt: skip
        return any(red > 130 and green < 90 and blue < 90 for red, green, blue in inks)

    assert is_red()
    dock.open.selectAll()
    assert is_red()
