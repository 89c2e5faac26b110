"""Rows go while the user is at one of them, in every list of statmon."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

import statmon.ui
from statmon.alerts.rules import Rule
from statmon.analysis.moves import Move
from statmon.domain import editing
from statmon.domain.library import Levels
from statmon.domain.lint import Remark, Severity
from statmon.service.access import Access
from statmon.service.wire.events import SignedIn
from statmon.storage.user import library
from statmon.storage.user.sites import SavedSite
from statmon.support.finding import Finding
from statmon.ui.alerts.dialog import ThresholdDialog
from statmon.ui.connect.site_list import SiteList
from statmon.ui.editor.mask import MaskBox
from statmon.ui.editor.picker import Picker
from statmon.ui.editor.remarks import Remarks
from statmon.ui.look import theme as themes
from statmon.ui.look.row_height import RowHeight
from statmon.ui.support.doctor_dialog import DoctorDialog
from statmon.ui.widgets.listing import Line, Listing
from tests.ui.fake_engine import now

HIGH = Rule(title="Many", statistic="InboundCalls", levels=Levels(warning_high=5))
HIGHER = Rule(title="Many", statistic="InboundCalls", levels=Levels(warning_high=9))
AGENTS = "agent2", "agent3", "agent4"
NO_KEYS = Qt.KeyboardModifier.NoModifier


def click(tree, place):
    """Click a row as a mouse does."""
    item = tree.item(place) if isinstance(tree, QListWidget) else tree.topLevelItem(place)
    where = tree.visualItemRect(item).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, where)


def column(tree, at):
    return [tree.topLevelItem(row).text(at) for row in range(tree.topLevelItemCount())]


def chosen(tree, at):
    return [item.text(at) for item in tree.selectedItems()]


def to_the_front(qtbot, dock, widget):
    """Tabs of docks are laid out with the window's first events."""
    qtbot.waitUntil(lambda: dock.show() or dock.raise_() or widget.isVisible())


# Alerts, in the window.


@pytest.fixture
def window(engine, open_window, qtbot):
    engine.go_up()
    window = open_window(engine)
    window.parts.alerts.watch.set_rules([HIGH])
    to_the_front(qtbot, window.parts.docks.alerts, window.parts.alerts.dock.open)
    return window


def feed(window, engine, number, *agents):
    for agent in agents:
        engine.feed(agent, "InboundCalls", number)
    window.parts.alerts.watch.look_at_all()


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("how", ["ends", "limit", "all"])
def test_a_clicked_alert_ends(window, engine, how, at):
    """By its number, its limit or with all others: it goes, and nothing is in its stead."""
    feed(window, engine, 7, *AGENTS)
    listing = window.parts.alerts.dock.open
    click(listing, at)
    (agent,) = chosen(listing, 1)
    if how == "ends":
        feed(window, engine, 1, agent)
    elif how == "limit":
        window.parts.alerts.watch.set_rules([HIGHER])
    else:
        feed(window, engine, 1, *AGENTS)

    left = [one for one in AGENTS if one != agent] if how == "ends" else []
    assert sorted(column(listing, 1)) == left
    assert not listing.selectedItems()
    assert listing.currentItem() is None
    assert not window.parts.alerts.dock.acknowledging.isEnabled()


def test_another_alert_than_the_chosen_one_is_never_acknowledged(window, engine):
    """Rows move up when those above them go; what is chosen moves with its alert."""
    feed(window, engine, 7, *AGENTS)
    listing, dock = window.parts.alerts.dock.open, window.parts.alerts.dock
    click(listing, 2)
    (agent,) = chosen(listing, 1)
    for other in AGENTS:
        if other != agent:
            feed(window, engine, 1, other)

    assert chosen(listing, 1) == [agent]
    dock.acknowledging.click()
    assert [alert.acknowledged is not None for alert in window.parts.alerts.watch.open] == [True]
    assert window.parts.alerts.watch.count() == 0


def test_an_alert_ends_in_the_midst_of_being_chosen(window, engine, qtbot):
    """Whoever is told of it lets it end: with the mouse, and with the keyboard."""
    feed(window, engine, 7, *AGENTS)
    listing, told = window.parts.alerts.dock.open, []

    def end(row):
        told.append(row)
        engine.feed(window.parts.pulse.lens.table.statistics[row].ref.object_id, "InboundCalls", 1)
        window.parts.alerts.watch.look_at_all()

    window.parts.alerts.dock.chosen.connect(end)
    click(listing, 1)
    assert listing.topLevelItemCount() == 2
    qtbot.keyClick(listing, Qt.Key.Key_Down)
    qtbot.keyClick(listing, Qt.Key.Key_Down)
    assert listing.topLevelItemCount() == 0
    assert len(told) == 3


def test_ended_alerts_and_outages_come_while_one_is_chosen(window, engine):
    """The newest is put above it; what is chosen is the same as before."""
    dock = window.parts.alerts.dock
    feed(window, engine, 7, "agent2")
    feed(window, engine, 1, "agent2")
    engine.connect("reconnecting", "first")
    engine.connect("connected")

    def another_alert():
        feed(window, engine, 7, "agent3")
        feed(window, engine, 1, "agent3")

    def another_outage():
        engine.connect("reconnecting", "second")
        engine.connect("connected")

    for listing, more, at in ((dock.closed, another_alert, 1), (dock.outages, another_outage, 4)):
        dock.tabs.setCurrentWidget(listing)
        dock.refresh()
        click(listing, 0)
        before = chosen(listing, at)
        more()
        dock.refresh()
        assert listing.topLevelItemCount() == 2
        assert chosen(listing, at) == before
        assert not listing.topLevelItem(0).isSelected()


# The other lists of the window.


def test_a_chosen_subscription_is_deleted(window, engine):
    """By undo or by somebody else: nothing is chosen, and what needs a choice is not offered."""
    listing = window.parts.subscriptions
    window.parts.docks.subscriptions.raise_()
    told = []
    listing.itemSelectionChanged.connect(lambda: told.append(listing.chosen_names))
    click(listing, 0)
    engine.apply(editing.drop(engine.workspace, ["Sales agents"]))
    listing.refresh()

    assert column(listing, 0) == ["Queues"]
    assert told == [["Sales agents"], []]
    click(listing, 0)
    listing.itemSelectionChanged.connect(
        lambda: listing.chosen_names or engine.apply(editing.drop(engine.workspace, ["Queues"]))
    )
    engine.apply(editing.drop(engine.workspace, ["Queues"]))
    listing.refresh()
    assert column(listing, 0)[0].startswith("None yet")
    assert listing.chosen_names == []


def test_a_chosen_refusal_goes(window, engine):
    """From below its subscription, which stays chosen itself."""
    engine.refuse("agent1", "InboundCalls", "no such thing")
    listing = window.parts.subscriptions
    listing.refresh()
    listing.expandAll()
    listing.setCurrentItem(listing.topLevelItem(0).child(0))
    assert listing.chosen_names == ["Sales agents"]
    engine.subscriptions["Sales agents"].errors = ()
    listing.refresh()

    assert listing.topLevelItem(0).childCount() == 0
    assert listing.chosen_names == ["Sales agents"]


def test_what_moved_moves_no_more(window, engine, qtbot):
    """The list of moves is another every five seconds; a chosen one stays chosen, or goes."""
    changes = window.parts.changes
    to_the_front(qtbot, window.parts.docks.changes, changes.list)
    first, second, third = (Move(row, 1.0, 9.0 - row) for row in range(3))
    changes._take([first, second, third])
    click(changes.list, 1)
    name = chosen(changes.list, 1)
    changes._take([third, second])
    assert chosen(changes.list, 1) == name
    shown = []
    changes.chosen.connect(lambda row: (shown.append(row), changes._take([])))
    click(changes.list, 0)
    assert shown == [third.row]
    assert changes.list.topLevelItemCount() == 0


def test_events_push_the_chosen_one_down(window, engine, qtbot):
    """In the connection panel; two of the same words at the same time are two rows."""
    panel = window.parts.line
    to_the_front(qtbot, window.parts.docks.connection, panel)
    panel.tabs.setCurrentWidget(panel.events)
    panel.refresh()
    at = now()
    for who in ("ann", "bob", "bob"):
        engine.tell(SignedIn(who, at))
    panel.refresh()
    click(panel.events, 2)
    assert chosen(panel.events, 1) == ["signed in as ann"]
    engine.tell(SignedIn("eve", at))
    panel.refresh()
    assert column(panel.events, 1)[:4] == [
        f"signed in as {who}" for who in ("eve", "bob", "bob", "ann")
    ]
    assert chosen(panel.events, 1) == ["signed in as ann"]


def test_the_doctor_looks_again(qtbot):
    """While one of the findings is chosen."""

    def start(work, _name):
        work.close()

    dialog = DoctorDialog(lambda: iter(()), start, themes.LIGHT, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.list.show_lines([dialog._line(Finding(name, "ok", "well")) for name in "ab"])
    click(dialog.list, 0)
    dialog.look()
    assert dialog.list.topLevelItemCount() == 0
    assert dialog.list.currentItem() is None


# Lists in dialogs: filled anew from what they tell.


def test_lists_are_filled_anew_from_their_own_signals(window, qtbot):
    """Rules, sites, remarks, the library and the words of a mask."""
    remark = Remark("r", Severity.NOTE, "words", {"a": 1})
    dialog = ThresholdDialog(window.parts.alerts.watch, window.parts.views.names, None)
    dialog.rules[:] = [HIGH, HIGHER, HIGH]
    dialog.list.fill(0)
    sites, mask = SiteList(), MaskBox("Mask", themes.LIGHT)
    sites.show_sites([SavedSite(name, Access(f"http://{name}")) for name in "abc"])
    mask.set_words(["CallInbound", "CallOutbound", "CallInternal"])
    remarks = Remarks(themes.LIGHT)
    remarks.show_remarks([remark, remark, remark])
    picker = Picker(library.shipped(), themes.LIGHT)
    picker.set_types(["Agent"])
    for widget in (dialog, sites, mask, remarks, picker):
        qtbot.addWidget(widget)
        widget.resize(600, 400)
        widget.show()
    dialog.list.currentRowChanged.connect(lambda _row: dialog.list.fill(0))
    sites.chosen.connect(lambda _site: sites.show_sites(sites.sites[:1]))
    mask.edited.connect(lambda _text: mask.set_words(["CallInbound"]))
    remarks.list.currentRowChanged.connect(lambda _row: remarks.show_remarks([remark]))
    picker.changed.connect(lambda: picker.list.count() > 9 and picker.search.setText("ready"))

    for listing in (dialog.list, sites.list, mask.list, remarks.list, picker.list):
        click(listing, 2)
    mask.list.item(1).setCheckState(Qt.CheckState.Checked)
    tickable = next(
        n for n in range(9) if picker.list.item(n).flags() & Qt.ItemFlag.ItemIsUserCheckable
    )
    picker.list.item(tickable).setCheckState(Qt.CheckState.Checked)

    assert (sites.list.count(), mask.list.count(), remarks.list.count()) == (1, 1, 1)
    assert dialog.list.currentRow() == 0
    assert picker.entries


# The list itself.

KEYS = st.lists(st.integers(0, 5), max_size=7)
"""Keys of rows; the same one may stand there twice."""


@given(st.lists(st.tuples(KEYS, st.integers(0, 6), st.booleans(), KEYS), max_size=6))
def test_whatever_is_shown_what_is_chosen_stays_or_goes(qapp, steps):
    """Rows as asked for, in that order; nobody is told of a row that nobody chose."""
    listing, told = Listing("List", ("Key",)), []
    listing.setSelectionMode(Listing.SelectionMode.ExtendedSelection)
    again = []

    def on_told(key):
        told.append(key)
        if again:
            listing.show_lines(again.pop())

    listing.came_to.connect(on_told)
    for keys, place, nested, others in steps:
        before, current = set(listing.chosen), listing.key_of(listing.currentItem())
        told.clear()
        listing.show_lines([Line(key, (str(key),), below=("x",) * (key % 2)) for key in keys])
        assert told == []
        assert [line.key for line in listing.lines] == keys
        assert column(listing, 0) == [str(key) for key in keys]
        assert set(listing.chosen) <= before & set(keys)
        assert listing.key_of(listing.currentItem()) in (None, current)
        if nested:
            again.append([Line(key, (str(key),)) for key in others])
        if place < len(keys):
            listing.setCurrentItem(listing.topLevelItem(place))
        again.clear()
    listing.deleteLater()


REMOVERS = {"takeTopLevelItem", "takeItem", "takeChildren", "takeChild", "removeChild"}
LISTS = {"QTreeWidget", "QListWidget", "QTableWidget"}


def names(nodes):
    return {getattr(node, "id", "") for node in nodes}


def removals(tree):
    """Find what removes rows of a list outside of ``refilling``."""
    nodes = list(ast.walk(tree))
    safe, lists = set(), set()
    for node in nodes:
        if isinstance(node, ast.With):
            around = [getattr(item.context_expr, "func", None) for item in node.items]
            if "refilling" in names(around):
                safe |= set(ast.walk(node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            if names([node.value.func]) & LISTS:
                lists |= {ast.dump(target).replace("Store", "Load") for target in node.targets}
        elif isinstance(node, ast.ClassDef) and names(node.bases) & LISTS:
            lists.add(ast.dump(ast.Name("self", ast.Load())))
    for node in set(nodes) - safe:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clears = node.func.attr == "clear" and ast.dump(node.func.value) in lists
            if clears or node.func.attr in REMOVERS:
                yield node.lineno


def test_no_list_loses_rows_but_unheard():
    """Every list of Qt's items is filled by ``Listing`` or within ``refilling``."""
    folder = Path(statmon.ui.__file__).parent
    found = [
        f"{path.relative_to(folder)}:{line}"
        for path in folder.rglob("*.py")
        if path.name != "listing.py"
        for line in removals(ast.parse(path.read_text("utf-8")))
    ]

    assert not found


def test_coming_to_a_list_chooses_nothing(qapp, qtbot):
    """Qt makes the first row current; when a dialog closes it is nobody's choice."""
    listing = Listing("List", ["What"])
    qtbot.addWidget(listing)
    told = []
    listing.came_to.connect(told.append)
    listing.show_lines([Line(key, (key,)) for key in "abc"])
    listing.show()
    listing.activateWindow()
    listing.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
    qtbot.waitUntil(listing.hasFocus)

    assert told == []
    assert listing.chosen == []


class Measured(RowHeight):
    """Counts how often a row is measured."""

    times = 0

    def sizeHint(self, option, index):  # noqa: N802
        self.times += 1
        return super().sizeHint(option, index)


def test_thousands_of_rows_are_not_measured_at_each_change(qapp):
    """Columns as wide as what is in them were measured whenever one text changed."""
    listing = Listing("List", ("Name", "State", "Count"), right=[2])
    measured = Measured(listing)
    listing.setItemDelegate(measured)
    listing.show()
    modes = [listing.header().sectionResizeMode(column) for column in range(3)]
    for state in ("closed", "opening", "open"):
        listing.show_lines([Line(n, (f"s{n}", state, "48")) for n in range(1_000)])
        assert column(listing, 1) == [state] * 1_000
    qapp.processEvents()

    assert [listing.header().sectionResizeMode(column) for column in range(3)] == modes
    assert measured.times < 20_000
    listing.deleteLater()
