"""The editor as a person uses it: typing, pasting, ticking, saving; with the keyboard alone."""

import json

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import parse
from statmon.storage.user import library
from statmon.ui.data import drag
from statmon.ui.editor.statistics_model import COLUMNS, StatisticsModel
from statmon.ui.editor.statistics_page import DefinitionDialog
from statmon.ui.look import theme as themes

KEY = Qt.Key
STRANGE = b'[{"id": "s", "objectType": "Agent", "objectId": "a", "name": "x", "n": 1e999}]'
"""A number that no file could hold."""


def find(editor, kind, name):
    """Find a control as a screen reader does: by what it is and what it is called."""
    found = [one for one in editor.findChildren(kind) if one.accessibleName() == name]
    assert len(found) == 1, [one.accessibleName() for one in editor.findChildren(kind)]
    return found[0]


def press(editor, qtbot, name):
    """Click a button by its words."""
    qtbot.mouseClick(find(editor, QAbstractButton, name), Qt.MouseButton.LeftButton)


def saved(editor):
    """Collect what the editor wants to be saved."""
    wishes = []
    editor.save_wanted.connect(wishes.append)
    return wishes


def test_average_handling_time_of_a_team_takes_a_minute(edit, qtbot):
    """Paste the team, type what it is called, tick, add, save."""
    editor = edit()
    wishes = saved(editor)
    find(editor, QPlainTextEdit, "Objects, one a line").setPlainText(
        "Employee ID\tFull name\tTeam\nann@x.y\tAnn\tSales\nbob@x.y\tBob\tSales"
    )
    qtbot.keyClicks(find(editor, QLineEdit, "Search statistics"), "aht")
    qtbot.keyClick(find(editor, QLineEdit, "Search statistics"), KEY.Key_Return)
    assert "How long a call takes" in editor.choose.about.text()
    press(editor, qtbot, "Add 2 × 1 = 2")
    name = find(editor, QLineEdit, "Name of the subscription")
    name.selectAll()
    qtbot.keyClicks(name, "Team AHT")
    press(editor, qtbot, "Save")

    (edited,) = wishes
    assert edited.instead_of is None
    assert edited.subscription.name == "Team AHT"
    assert [item.statistic.id for item in edited.subscription.statistics] == [
        "ann@x.y/AverageHandlingTime", "bob@x.y/AverageHandlingTime"
    ]  # fmt: skip
    assert [(item.label, item.groups) for item in edited.labels] == [
        ("Ann", ("Sales",)), ("Bob", ("Sales",))
    ]  # fmt: skip


def test_save_takes_what_is_ticked_but_was_not_added(edit, qtbot):
    """Who ticks and saves meant it: nothing is lost for a button that was not pressed."""
    editor = edit()
    wishes = saved(editor)
    find(editor, QPlainTextEdit, "Objects, one a line").setPlainText("ann@x.y")
    qtbot.keyClicks(find(editor, QLineEdit, "Search statistics"), "aht")
    qtbot.keyClick(find(editor, QLineEdit, "Search statistics"), KEY.Key_Return)
    press(editor, qtbot, "Save")
    press(editor, qtbot, "Save")
    assert [len(edited.subscription.statistics) for edited in wishes] == [1, 1]


def test_ticking_with_the_mouse_shows_what_it_means(edit):
    """The meaning and the value now are those of what was touched last."""
    editor = edit()
    find(editor, QPlainTextEdit, "Objects, one a line").setPlainText("ann@x.y")
    shown = editor.choose.picker.list
    (item,) = shown.findItems("AverageHandlingTime", Qt.MatchFlag.MatchContains)
    item.setCheckState(Qt.CheckState.Checked)
    assert "How long a call takes" in editor.choose.about.text()


def test_the_same_with_the_keyboard_alone(edit, qtbot):
    """Tab from control to control, Enter ticks, Alt+letters press, Ctrl+S saves."""
    editor = edit()
    wishes = saved(editor)
    editor.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)

    def tab_to(name):
        seen = []
        for _ in range(60):
            seen.append(QApplication.focusWidget() and QApplication.focusWidget().accessibleName())
            here = QApplication.focusWidget()
            if here is not None and here.accessibleName() == name:
                return here
            qtbot.keyClick(QApplication.focusWidget() or editor, KEY.Key_Tab)
        raise AssertionError(f"{name} is not reached with the Tab key: {seen}")

    name = tab_to("Name of the subscription")
    qtbot.keyClick(name, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(name, "By keys")
    ids = tab_to("Objects, one a line")
    qtbot.keyClicks(ids, "agent1")
    qtbot.keyClick(ids, KEY.Key_Return)
    qtbot.keyClicks(ids, "agent2")
    search = tab_to("Search statistics")
    qtbot.keyClicks(search, "inbound calls")
    qtbot.keyClick(search, KEY.Key_Return)
    qtbot.keyClick(tab_to("Add 2 × 1 = 2"), KEY.Key_Space)
    qtbot.keyClick(editor, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert wishes[0].subscription.name == "By keys"
    assert [item.statistic.title for item in wishes[0].subscription.statistics] == [
        "InboundCalls"
    ] * 2


def test_every_control_has_a_name(edit):
    """A screen reader says what it is; on every page, and the definition's dialog."""
    editor = edit("Sales agents")
    editor.choose.form.change({"category": "ServiceFactor1"})
    bare = Statistic("s", ObjectRef("Agent", "agent1"), None, Definition({}))
    dialog = DefinitionDialog(bare, 1, themes.current("light"), editor)
    kinds = (
        QAbstractButton,
        QLineEdit,
        QPlainTextEdit,
        QComboBox,
        QAbstractItemView,
        QAbstractSpinBox,
    )
    nameless = [
        (type(one).__name__, one.objectName())
        for kind in kinds
        for one in [*editor.findChildren(kind), *dialog.findChildren(kind)]
        if not one.accessibleName()
        and not (isinstance(one, QAbstractButton) and one.text())
        and not _inside(one)
    ]
    dialog.close()

    assert not nameless


def _inside(one: QWidget) -> bool:
    """Whether it is a part that Qt puts into a control of its own."""
    parent = one.parentWidget()
    own = one.objectName().startswith("qt_") or isinstance(one, QAbstractItemView)
    inner = isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit)
    popup = parent is not None and "PrivateContainer" in parent.metaObject().className()
    return inner or popup or (own and "qt_" in one.objectName()) or "Corner" in str(type(one))


def test_a_template_is_ticked_in_one_step(edit, qtbot):
    """The statistics of an agent's day, with what its ratios are made of."""
    editor = edit()
    each = next(len(t.entries) for t in library.load().templates if t.title == "Agent day")
    editor.choose.objects.take("agent1\nagent2")
    template = next(
        a for a in editor.choose.picker.templates.menu().actions() if a.text() == "Agent day"
    )
    template.trigger()
    press(editor, qtbot, f"Add 2 × {each} = {2 * each}")

    assert len(editor.subscription.statistics) == 2 * each > 24
    assert editor.choose.picker.entries == []


def test_objects_used_before_come_by_type_and_group(edit, qtbot):
    """From the menu; what is in the text already is not added again."""
    editor = edit()
    box = editor.choose.objects
    box.ids.setPlainText("agent2")
    menu = box.before.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[0] == "All Agent (4)"
    assert "Early shift (1)" in texts
    next(a for a in menu.actions() if a.text() == "Early shift (1)").trigger()
    assert [ref.object_id for ref in box.refs] == ["agent2", "agent1"]
    menu.actions()[0].trigger()

    assert box.ids.toPlainText().split() == ["agent2", "agent1", "agent3", "agent4"]


def test_the_library_offers_what_suits_the_objects(edit, qtbot):
    """A queue has no after-call work; what the service does not have is found and explained."""
    editor = edit()
    editor.choose.objects.kind.setCurrentText("Queue")
    shown = [
        editor.choose.picker.list.item(n).text() for n in range(editor.choose.picker.list.count())
    ]
    assert any("ServiceLevel" in text for text in shown)
    assert not any("WrapDuration" in text for text in shown)

    qtbot.keyClicks(editor.choose.picker.search, "csat")
    assert "Not a statistic of this service" in editor.choose.about.text()
    qtbot.keyClick(editor.choose.picker.search, KEY.Key_Return)
    assert editor.choose.choices == []


def test_composing_offers_only_what_goes_together(edit, qtbot):
    """The subject follows the object, the words follow the category."""
    editor = edit()
    editor.choose.objects.kind.setCurrentText("Queue")
    editor.choose.ways.setCurrentWidget(editor.choose.form)
    form = editor.choose.form
    subjects = [form.field("subject").itemData(n) for n in range(form.field("subject").count())]
    assert subjects == ["DNAction", "DNStatus"]
    words = form.field("mainMask").list
    assert [words.item(n).text() for n in range(words.count())] == [
        "CallWait", "Monitored", "NotMonitored"
    ]  # fmt: skip
    box = form.field("category")
    box.setCurrentIndex([box.itemData(n) for n in range(box.count())].index("TotalNumber"))
    assert form.definition.category == "TotalNumber"
    assert words.count() > 3
    assert not form.field("timeRangeLeft").isVisibleTo(form)
    box.setCurrentIndex([box.itemData(n) for n in range(box.count())].index("ServiceFactor1"))
    assert form.field("timeRangeLeft").isVisibleTo(form)
    assert form.field("timeRangeRight2").isVisibleTo(form)


def test_ticking_words_writes_the_mask_and_typing_ticks(edit, qtbot):
    """Both ways; what the list does not know stays."""
    editor = edit()
    mask = editor.choose.form.field("mainMask")
    mask.text.selectAll()
    qtbot.keyClicks(mask.text, "*,~LoggedOut,CallInbound")
    ticked = [
        mask.list.item(n).text()
        for n in range(mask.list.count())
        if mask.list.item(n).checkState() == Qt.CheckState.Checked
    ]
    assert ticked == ["CallInbound"]
    mask.list.item(0).setCheckState(Qt.CheckState.Checked)

    assert editor.choose.form.definition.text("mainMask").startswith("*,~LoggedOut,CallInbound,")


def test_a_remark_is_mended_with_one_click(edit, qtbot):
    """Interval on a current category: refused, mended, gone."""
    editor = edit()
    form = editor.choose.form
    editor.choose.ways.setCurrentWidget(form)
    form.change({"category": "CurrentNumber"})
    assert form.remarks.isVisible()  # without scrolling: beside the form, not below it
    form.remarks.list.setCurrentRow(0)
    assert "about now" in form.remarks.list.item(0).text()
    press(form.remarks, qtbot, "Mend it")

    assert form.definition.text("intervalType") == ""
    assert "about now" not in "".join(
        form.remarks.list.item(n).text() for n in range(form.remarks.list.count())
    )


def test_each_field_is_explained_while_the_keyboard_is_in_it(edit, qtbot):
    """Not only to the mouse; and the whole definition stands there in words."""
    editor = edit()
    page = editor.choose
    page.ways.setCurrentWidget(page.form)
    page.form.entered.emit("mainMask")
    assert page.about.text().startswith("Which (mainMask): Which actions or statuses count")
    assert "All of it in words: How many happened in the interval: CallInbound" in page.about.text()
    page.form.change({"category": "AverageTime"})
    page.form.entered.emit("subject")
    assert "makes no difference" in page.about.text()


def test_pasted_names_are_shown_with_the_objects(edit):
    """Names of a team list stand in the table and go with the subscription."""
    editor = edit()
    editor.choose.objects.take("employeeId\tName\tTeam\nagent7\tAnn Lee\tEarly")
    editor.choose.picker._ticked["InboundCalls"] = None
    editor.add()
    model = editor.page.model

    assert model.data(model.index(0, 1)) == "Ann Lee – Agent agent7"
    assert editor.edited.labels[0].groups == ("Early",)


def test_many_are_changed_switched_copied_and_deleted_together(edit, qtbot):
    """And undone one by one."""
    editor = edit()
    editor.choose.objects.take("agent1\nagent2\nagent3")
    editor.choose.ways.setCurrentWidget(editor.choose.form)
    editor.add()
    page = editor.page
    editor.tabs.setCurrentWidget(page)
    page.view.selectAll()
    press(page, qtbot, "Change")
    dialog = editor.findChild(DefinitionDialog)
    dialog.form.field("notificationFrequency").setValue(120)
    dialog.accept()
    assert {
        item.statistic.definition.fields["notificationFrequency"]
        for item in editor.subscription.statistics
    } == {120}

    page.view.selectRow(1)
    press(page, qtbot, "Switch off or on")
    assert [item.enabled for item in editor.subscription.statistics] == [True, False, True]
    press(page, qtbot, "Duplicate")
    assert len(editor.subscription.statistics) == 4
    page.view.selectAll()
    editor.activateWindow()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus)
    qtbot.keyClick(page.view, KEY.Key_Delete)
    assert editor.subscription.statistics == ()
    for count in (4, 3, 3):
        press(editor, qtbot, "Undo")
        assert len(editor.subscription.statistics) == count
    press(editor, qtbot, "Undo")
    assert (
        editor.subscription.statistics[0].statistic.definition.fields["notificationFrequency"] == 60
    )
    press(editor, qtbot, "Redo")
    assert (
        editor.subscription.statistics[0].statistic.definition.fields["notificationFrequency"]
        == 120
    )


def test_ticks_in_the_table_switch_single_statistics(edit):
    """As in a list of things to do."""
    editor = edit("Sales agents")
    model = editor.page.model
    index = model.index(1, 0)
    assert model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)

    assert [item.enabled for item in editor.subscription.statistics[:3]] == [True, False, True]
    assert model.data(index, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked


def test_json_is_what_is_sent_and_is_taken_back(edit, qtbot):
    """Unknown keys of a definition included; what is ours alone stays with its statistic."""
    editor = edit("Queues")
    editor.page.view.selectRow(0)
    editor.page.toggle()
    editor.page.view.selectRow(1)
    editor.tabs.setCurrentWidget(editor.json)
    shown = json.loads(editor.json.text.toPlainText())["data"]["statistics"]
    wanted = editor.subscription.statistics[1].statistic
    assert len(shown) == 5  # what is switched off is not sent
    assert shown[0] == {
        "statisticId": wanted.id, "objectId": "7001@SIP_Switch", "objectType": "Queue",
        "name": "Total_Answered"
    }  # fmt: skip
    assert "Switched off, not sent and not shown: 1." in editor.json.note.text()
    del shown[0]["name"]
    shown[0]["definition"] = {"category": "TotalNumber", "x-new": {"a": [1.5, None]}}
    editor.json.text.setPlainText(json.dumps(shown))
    editor.json.settled.now()

    changed = editor.subscription.statistics
    assert changed[1].statistic.definition == Definition(shown[0]["definition"])
    assert [item.enabled for item in changed] == [False, True, True, True, True, True]
    editor.undo()
    assert editor.subscription.statistics[1].statistic == wanted
    assert json.loads(editor.json.text.toPlainText())["data"]["statistics"][0]["name"]


def test_the_cursor_stays_where_somebody_types(edit, qtbot):
    """Also in the statistic that is chosen in the table."""
    editor = edit("Queues")
    editor.page.view.selectRow(2)
    editor.tabs.setCurrentWidget(editor.json)
    text = editor.json.text
    text.setFocus()
    qtbot.waitUntil(text.hasFocus)
    cursor = text.textCursor()
    cursor.movePosition(cursor.MoveOperation.Down, n=2)
    cursor.movePosition(cursor.MoveOperation.EndOfLine)
    cursor.movePosition(cursor.MoveOperation.Left, n=2)
    text.setTextCursor(cursor)
    qtbot.keyClicks(text, "99")
    place = text.textCursor().position()
    editor.json.settled.now()

    assert editor.subscription.statistics[2].statistic.ref.object_id.endswith("99")
    assert text.textCursor().position() == place


def test_the_json_of_ten_thousand_is_all_of_them_and_a_key_reads_one(edit, qtbot):
    """Nothing is cut off; the row that is chosen is in sight; the rest is not looked at again."""
    editor = edit()
    editor.choose.objects.take("\n".join(f"a{n}" for n in range(5000)))
    editor.choose.picker._ticked.update({"InboundCalls": None, "TalkDuration": None})
    editor.add()
    before = editor.subscription.statistics
    editor.page.view.selectRow(9000)
    editor.tabs.setCurrentWidget(editor.json)
    assert editor.json.text.isReadOnly()  # as long as it is being written
    qtbot.waitUntil(lambda: not editor.json.text.isReadOnly(), timeout=60_000)
    assert len(json.loads(editor.json.text.toPlainText())["data"]["statistics"]) == 10_000
    cursor = editor.json.text.textCursor()
    assert editor.json.text.viewport().rect().contains(editor.json.text.cursorRect().center())

    cursor.movePosition(cursor.MoveOperation.Down, n=2)
    cursor.movePosition(cursor.MoveOperation.EndOfLine)
    cursor.movePosition(cursor.MoveOperation.Left, n=2)
    cursor.insertText("x")
    editor.json.settled.now()

    after = editor.subscription.statistics
    changed = [row for row in range(10_000) if after[row] is not before[row]]
    assert changed == [9000]
    assert after[9000].statistic.ref.object_id == "a4500x"


@pytest.mark.parametrize("text", ["{", "5", '{"data": {}}', '[{"objectId": "x"}]'])
def test_only_malformed_json_blocks(edit, text):
    """The words say why; mending it frees the button."""
    editor = edit("Queues")
    editor.tabs.setCurrentWidget(editor.json)
    good = editor.json.text.toPlainText()
    editor.json.text.setPlainText(text)
    editor.json.settled.now()
    editor._judge()
    assert not editor.save.isEnabled()
    assert editor.json.note.text().startswith("⚠")

    editor.json.text.setPlainText(good)
    editor.json.settled.now()
    editor._judge()
    assert editor.save.isEnabled()


def test_a_name_beside_a_definition_is_told_in_the_table(edit):
    """Only there: what is typed is JSON, and the form has no name."""
    editor = edit("Sales agents")
    editor.tabs.setCurrentWidget(editor.json)
    raw = json.loads(editor.json.text.toPlainText())
    calls = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallInbound"}
    raw["data"]["statistics"][0] |= {"name": "Calls", "definition": calls}
    editor.json.text.setPlainText(json.dumps(raw))
    editor.json.settled.now()
    index = editor.page.model.index(0, COLUMNS.index("Remarks"))

    assert "▲" in index.data()
    assert "Calls is no more than what it is called here" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_remarks_never_block(edit):
    """The service has the last word."""
    editor = edit()
    editor.choose.objects.take("agent1")
    editor.choose.form.change({"category": "Nonsense", "mainMask": None})
    editor.choose.ways.setCurrentWidget(editor.choose.form)
    editor.add()

    assert editor.save.isEnabled()


@pytest.mark.parametrize(("name", "words"), [("", "Give it a name"), ("Queues", "Another")])
def test_a_name_is_needed_and_is_its_own(edit, qtbot, name, words):
    """Nothing else is."""
    editor = edit("Sales agents")
    field = find(editor, QLineEdit, "Name of the subscription")
    field.selectAll()
    qtbot.keyClick(field, KEY.Key_Delete)
    qtbot.keyClicks(field, name)

    assert not editor.save.isEnabled()
    assert words in editor.problem.text()


def test_dragged_statistics_move_and_come_from_other_editors(edit):
    """Within a subscription they move, from elsewhere they are copied."""
    editor, other = edit("Sales agents"), edit("Queues")
    model = editor.page.model
    move = Qt.DropAction.MoveAction
    first = editor.subscription.statistics[0]
    model.dropMimeData(model.mimeData([model.index(0, 1)]), move, 3, 0, model.index(-1, -1))
    assert editor.subscription.statistics[2] == first
    assert len(editor.subscription.statistics) == 12

    strange = other.page.model.mimeData([other.page.model.index(0, 1)])
    model.dropMimeData(strange, move, 0, 0, model.index(-1, -1))
    assert editor.subscription.statistics[0].statistic.ref.object_type == "Queue"
    assert len(editor.subscription.statistics) == 13


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"[5]", b"{}", b'[{"objectType": 1}]', b"\xff", b'[{"id": "\\ud800"}]', STRANGE],
)
def test_damaged_drops_are_nothing(data):
    """Whatever another program offers under our name."""
    mime = QMimeData()
    mime.setData("application/x-statmon-statistics+json", data)

    assert drag.unpack_statistics(mime) == []


def test_the_table_is_a_good_model(edit):
    """Qt's own tester finds nothing, through growth and shrinking; a drag reads back equal."""
    editor = edit("Sales agents")
    model = StatisticsModel(editor.subscription)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(edit("Queues").subscription)
    model.show(parse({"schema": 1, "subscriptions": [{"name": "E"}]}).subscriptions[0])
    model.show(editor.subscription)

    assert tester.model() is model
    items = editor.subscription.statistics
    assert drag.unpack_statistics(drag.pack_statistics(items)) == list(items)


def test_the_cost_is_told(edit, qtbot):
    """After each change."""
    editor = edit("Sales agents")
    qtbot.waitUntil(lambda: editor.cost.text().startswith("12 statistics"))
    editor.page.view.selectAll()
    editor.page.duplicate()
    qtbot.waitUntil(lambda: "12 duplicates cost nothing" in editor.cost.text())


def test_a_hostile_workspace_is_shown_as_it_is(edit):
    """No markup of others is rendered."""
    evil = "<img src=x><b>bold</b>"
    whole = parse({"schema": 1, "subscriptions": [{"name": evil, "statistics": [
        {"id": "1", "objectType": evil, "objectId": evil, "name": evil}]}]})  # fmt: skip
    editor = edit(evil, whole=whole)
    editor.page.view.selectAll()
    model = editor.page.model

    assert model.data(model.index(0, 2)) == evil
    assert editor.name.text() == evil
    assert QAccessible.queryAccessibleInterface(editor) is not None
