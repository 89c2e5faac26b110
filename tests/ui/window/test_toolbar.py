from dataclasses import replace

from PySide6.QtWidgets import QMenu

from tests.ui.fake_engine import FakeEngine


def test_the_toolbar_offers_what_can_be_done_now(engine, open_window):
    """One button: to connect while it does not run, to disconnect while it does."""
    window = open_window(engine)
    window.parts.set_running(False)
    assert window.parts.tools.link.defaultAction() is window.parts.actions.connecting
    window.parts.set_running(True)
    assert window.parts.tools.link.defaultAction() is window.parts.actions.disconnecting


def test_the_toolbar_names_the_site(engine, open_window):
    """By its host; the whole address on hover, and a long one is cut."""
    window = open_window(engine)
    assert window.parts.tools.site.text() == "127.0.0.1:1 ▾"

    url = f"https://{'long' * 20}.example/base"
    there = replace(engine.workspace, site=replace(engine.workspace.site, url=url))
    window = open_window(FakeEngine(there))
    window.parts.pulse.second.emit()
    assert len(window.parts.tools.site.text()) < 40
    assert url in window.parts.tools.site.toolTip()


def test_the_toolbar_counts_alerts_and_says_when_nobody_knows(engine, open_window):
    """While the feed is down "no alerts" would be a lie."""
    engine.go_up()
    window = open_window(engine)
    window.parts.pulse.second.emit()
    assert window.parts.tools.alerts.text() == "Alerts unknown"  # no value has come yet
    engine.feed("agent1", "InboundCalls", 1)
    window.parts.tools.show_alerts(2)
    assert window.parts.tools.alerts.text() == "2 alerts"
    window.parts.pulse.second.emit()
    assert window.parts.tools.alerts.text() == "No alerts"

    engine.service("UNAVAILABLE")
    window.parts.pulse.second.emit()
    assert window.parts.tools.alerts.text() == "Alerts unknown"


def test_what_has_not_changed_is_not_told_each_second(engine, open_window, monkeypatch):
    """A screen reader would hear the site and the alerts again and again."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 1)
    window, heard = open_window(engine), []
    window.parts.pulse.second.emit()
    for button in (window.parts.tools.site, window.parts.tools.alerts):
        monkeypatch.setattr(button, "setAccessibleName", heard.append)
    window.parts.pulse.second.emit()
    window.parts.pulse.second.emit()
    assert heard == []

    engine.service("UNAVAILABLE")
    window.parts.tools.show_site("https://elsewhere.example")
    window.parts.pulse.second.emit()
    assert "Alerts unknown" in heard
    assert "Site elsewhere.example" in heard


def test_the_alerts_button_brings_the_open_ones_to_the_front(engine, open_window):
    """Also when their dock was closed."""
    window = open_window(engine)
    window.parts.docks.alerts.close()
    window.parts.tools.alerts.click()

    assert window.parts.docks.alerts.isVisible()
    assert window.parts.alerts.dock.tabs.currentWidget() is window.parts.alerts.dock.open


def test_subscriptions_are_offered_from_their_menu(engine, open_window):
    """The same entries, and the list itself."""
    window = open_window(engine)
    menu = QMenu()
    new = menu.addAction("New …")
    window.parts.tools.offer_subscriptions(menu)

    assert window.parts.tools.subscriptions.menu().actions()[0] is new
    assert (
        window.parts.docks.subscriptions.toggleViewAction()
        in window.parts.tools.subscriptions.menu().actions()
    )
