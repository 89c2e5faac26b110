"""The connection panel says what is wrong and since when, and gives support what it needs."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QTreeWidget

from statmon.live.freshness import Freshness
from statmon.service.wire.events import ConnectionChanged, SignedIn, SignInNeeded
from statmon.service.wire.masking import masked
from statmon.ui.connect import report
from tests.ui.fake_engine import now


@pytest.fixture
def window(engine, open_window):
    window = open_window(engine)
    window.parts.line.parentWidget().show()
    window.parts.line.parentWidget().raise_()
    return window


def texts(panel):
    panel.refresh()
    return [one.text() for one in panel.findChildren(QLabel)]


def rows(table):
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return [[item.text(column) for column in range(table.columnCount())] for item in items]


def test_before_the_start_it_says_what_to_do(window):
    """Empty lists are not just blank."""
    window.parts.set_running(False)
    window.parts.told()

    assert "Nothing is asked for. Choose Site, Connect." in texts(window.parts.line)
    assert rows(window.parts.line.outages)[0][0] == "None so far."
    assert rows(window.parts.line.events)[0][0] == "None so far."


def test_each_light_is_explained(window, engine):
    """The same words as in the status bar, and what they mean."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 1)
    window.parts.told()
    shown = texts(window.parts.line)
    assert any(text.startswith("Values come by long-polling.") for text in shown)
    assert any("The service has its source of data" in text for text in shown)

    engine.service("UNAVAILABLE")
    window.parts.pulse.lens.refresh(window.parts.pulse.lens.now + 1)
    window.parts.told()
    shown = texts(window.parts.line)
    assert any("dropped all subscriptions" in text for text in shown)
    assert any(text.startswith("18 stale. Stale: the last that is known") for text in shown)


@pytest.mark.usefixtures("clock_stands")
def test_outages_are_listed_with_reason_and_length(window, engine):
    """The one that lasts on top."""
    minute = 60_000
    start = now() - 10 * minute
    for event in (
        ConnectionChanged("reconnecting", "websocket", "nothing answers", start),
        ConnectionChanged("connected", "websocket", None, start + minute),
        SignInNeeded("the sign-in has ended", now() - 5_000),
    ):
        engine.tell(event)
    window.parts.line.refresh()
    lasting, over = rows(window.parts.line.outages)

    assert lasting[1:] == ["0:05 and lasts", "sign-in", "the sign-in has ended"]
    assert over[1:] == ["1:00", "connection", "nothing answers"]
    engine.tell(SignedIn("sue", now()))
    window.parts.line.refresh()
    assert rows(window.parts.line.outages)[0][1] == "0:05"
    assert rows(window.parts.line.events)[0][1] == "signed in as sue"


def test_counters_clock_and_who_are_there(window, engine):
    """Late, duplicate and foreign updates; the offset of the service's clock."""
    engine.go_up("sue")
    engine.feed("agent1", "InboundCalls", 1, ago=90)
    shown = {fact.name: fact.text for fact in report.facts(engine, engine.workspace.site.url)}

    assert shown["Signed in as"] == "sue"
    assert (shown["Late, dropped"], shown["Duplicate, dropped"], shown["Foreign, dropped"]) == (
        "3",
        "2",
        "17",
    )
    assert shown["Service's clock"].endswith("s ahead of ours")


def test_everything_can_be_copied_for_support(window, engine):
    """As text, with all events."""
    engine.go_up()
    window.parts.told()
    button = window.parts.line.findChild(QPushButton)
    assert button.accessibleName() == "Copy for support"
    button.click()
    text = QGuiApplication.clipboard().text()

    assert text.startswith("statmon ")
    assert "connection: connected" in text
    assert "service AVAILABLE" in text
    assert button.text() == "Copied"


def test_what_comes_from_the_service_is_shown_as_it_is(window, engine):
    """No label guesses at HTML, no tooltip interprets it."""
    evil = "<img src=x>"
    engine.connect("reconnecting", evil)
    window.parts.told()
    window.parts.line.refresh()
    labels = [one for one in window.parts.line.findChildren(QLabel) if one.text()]
    tables = window.parts.line.findChildren(QTreeWidget)

    assert not [one for one in labels if one.textFormat() != Qt.TextFormat.PlainText]
    assert any(evil in one.text() for one in labels)
    assert all("<img" not in table.topLevelItem(0).toolTip(3) for table in tables)


def test_an_unseen_panel_costs_nothing(window, engine, monkeypatch):
    """It is brought up to date when it is shown."""
    window.parts.line.parentWidget().hide()
    calls = []
    monkeypatch.setattr(window.parts.line, "refresh", lambda: calls.append(1))
    window.parts.pulse.second.emit()

    assert not calls


def test_the_data_light_names_every_freshness():
    """In the order of their precedence, with words."""
    fresh = np.array([Freshness.LIVE, Freshness.LATE, Freshness.LIVE])
    words = report.why_data(SimpleNamespace(rows=[0, 1, 2], fresh=fresh))
    assert "2 live" in words
    assert "1 late" in words
    assert "Late: longer without news than they promise." in words


def test_a_mask_hides_the_longest_secret_first():
    """A secret inside another must not leave the rest of it."""
    assert masked("abcd abcdefgh x", ["abcd", "abcdefgh", "x"]) == "••• ••• x"
