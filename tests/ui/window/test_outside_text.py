"""What acts or hides in names and values is seen as what it is, in the window and outside it."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QGroupBox,
    QLabel,
    QMenu,
    QTabBar,
    QWidget,
)

from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.value import channels_of, value_of
from statmon.domain.workspace import parse
from statmon.export.rows import names_of
from statmon.history import SeriesInfo
from statmon.ui.data.names import Names
from statmon.ui.look import text
from tests.ui.fake_engine import FakeEngine

EVIL = "a\x1b[2J\u202egpj\u200b.exe"
SEEN = "a‹U+001B›[2J‹U+202E›gpj‹U+200B›.exe"


@pytest.mark.parametrize(
    "raw",
    [
        EVIL,
        {"stringValue": EVIL},
        {"stateValue": {"status": EVIL}},
        {"stateValue": {"status": 4, "reasons": [EVIL]}},
        {"x": EVIL},
    ],
)
def test_a_value_is_seen(raw):
    """Tree, board, details, charts, exports and the command line all show this text."""
    shown = value_of(raw).text
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert visible(shown) == shown


def test_a_channel_is_seen():
    """Of an agent's place."""
    place = {"dnStatuses": [{"dnId": EVIL, "mediaType": EVIL, "status": EVIL}]}
    (channel,) = channels_of({"stateValue": {"place": place}})
    assert (channel.dn, channel.media, channel.state) == (SEEN, SEEN, SEEN)


def test_names_are_seen(qapp):
    """Of objects, of statistics, of labels: from the service and from a colleague's file."""
    ref = ObjectRef("Agent", EVIL)
    assert str(ref) == f"Agent {SEEN}"
    assert Statistic("s", ref, EVIL).title == SEEN
    objects = [{"objectType": "Agent", "objectId": "x", "label": EVIL}]
    names = Names(parse({"schema": 1, "subscriptions": [], "objects": objects}))
    assert names.short(ref) == SEEN
    assert names.short(ObjectRef("Agent", "x")) == SEEN
    assert names.name(ObjectRef("Agent", "x")) == f"{SEEN} (x)"
    assert names.label(ObjectRef("Agent", "x")) == EVIL  # to be edited as it is


def test_labels_and_tooltips_are_seen(qapp):
    """Whoever makes one, whatever it says."""
    assert text.label(EVIL).text() == SEEN
    assert SEEN in text.tooltip(EVIL)
    assert text.label("a\nb").text() == "a\nb"


def test_what_is_exported_is_seen():
    """In every format: they share the names."""
    statistic = Statistic("s", ObjectRef(EVIL, EVIL), EVIL)
    info = SeriesInfo(statistic.series("x"), EVIL, EVIL, EVIL)
    assert set(names_of(info)) == {SEEN}


def _texts(widget):
    """What a widget shows by itself, but for what is edited in it."""
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(n) for n in range(widget.count()))
    if isinstance(widget, QGroupBox | QMenu):
        yield widget.title()
    yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName())
    yield from (word for action in widget.actions() for word in (action.text(), action.toolTip()))
    if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        yield from _cells(model, QModelIndex())


def _cells(model, parent):
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(index.data(role) or "")
            if column == 0:
                yield from _cells(model, index)


def test_no_part_of_the_window_shows_a_name_raw(open_window):
    """Workspace, subscription, object, label, group, statistic, chart, board, threshold."""
    statistics = [
        {"id": str(n), "objectType": kind, "objectId": EVIL, "name": EVIL if n else "InboundCalls"}
        for n, kind in enumerate(("Agent", "Queue"))
    ]
    evil = parse({
        "schema": 1, "name": EVIL, "site": {"url": "http://127.0.0.1:1"},
        "subscriptions": [{"name": EVIL, "statistics": statistics}],
        "objects": [{"objectType": "Agent", "objectId": EVIL, "label": EVIL, "groups": [EVIL]}],
        "views": [{"kind": "tree"}, {"kind": "board", "title": EVIL, "objectType": "Agent"}],
        "charts": [{"kind": "chart", "title": EVIL, "series": [
            {"objectType": "Agent", "objectId": EVIL, "name": "InboundCalls"}]}],
        "alerts": [{"title": EVIL, "statistic": "InboundCalls", "high": {"warning": 5}}],
    })  # fmt: skip
    engine = FakeEngine(evil)
    window = open_window(engine)
    engine.go_up()
    row = engine.feed(EVIL, "InboundCalls", 7)
    window.parts.pulse.tick()
    window.parts.details.show_row(row)
    window.parts.alerts.watch.look_at_all()
    window.parts.alerts.dock.refresh()
    window.parts.page.tree.expand_all()
    window.parts.charts.open_waiting()
    QApplication.processEvents()

    raw = {
        (type(widget).__name__, said)
        for widget in [window, *window.findChildren(QWidget)]
        for said in _texts(widget)
        if "\x1b" in said or "\u202e" in said
    }

    assert raw == set()
