import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QRegion
from PySide6.QtTest import QTest

from statmon.live.freshness import Freshness
from statmon.service import clock
from statmon.ui.data import drag
from statmon.ui.grid.density import Density
from statmon.ui.tree.columns import Column
from statmon.ui.tree.grouping import Grouping

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    for number in range(4):
        engine.feed(f"agent{number + 1}", "InboundCalls", 20 + number)
    return open_window(engine)


@pytest.fixture
def tree(window):
    return window.parts.page.tree


def line_of(tree, *path):
    """The line of a label, below the lines of those before it."""
    line = -1
    for label in path:
        line = next(n for n in range(line + 1, tree.model_.rowCount())
                    if tree.model_.text(n, 0) == label)  # fmt: skip
    return line


def place_of(tree, line):
    index = tree.model_.index(line, Column.VALUE)
    tree.scrollTo(index)
    return tree.visualRect(index).center()


def click(tree, line, modifier=NO_KEY):
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, modifier, place_of(tree, line))


def test_a_click_shows_the_details(window, tree):
    """Of the row that was clicked."""
    tree.expand_all()
    line = line_of(tree, "agent2", "InboundCalls")
    click(tree, line)

    assert window.parts.details.list.row == tree.model_.row_of(line)
    assert window.parts.details.list.topLevelItem(0).text(1) == "Agent agent2"


def test_only_rows_on_screen_are_drawn_again(tree):
    """Dirty rows that cannot be seen cost nothing."""
    tree.collapse_all()
    assert [line.rows for line in tree.on_screen()] == [frozenset(), frozenset()]

    tree.model_.toggle(0)
    seen = {row for line in tree.on_screen() for row in line.rows}
    assert len(seen) == 4


def test_what_is_on_screen_follows_scrolling(tree, window):
    """The cache of rectangles is dropped when the tree moves."""
    window.resize(900, 500)
    tree.expand_all()
    before = [line.number for line in tree.on_screen()]
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())

    assert [line.number for line in tree.on_screen()] != before


class Drawn(QObject):
    """What is drawn of a tree from now on."""

    def __init__(self, tree):
        super().__init__(tree)
        self.region = QRegion()
        tree.viewport().installEventFilter(self)

    def eventFilter(self, _, event):  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False

    def stands_still(self):
        self.region = QRegion()
        QGuiApplication.processEvents()
        return self.region.isEmpty()


def on_screen(window, tree):
    """What is on the screen, as it was drawn piece by piece; ``grab`` would draw all of it anew."""
    QGuiApplication.processEvents()
    place = QRect(tree.viewport().mapTo(window, QPoint(0, 0)), tree.viewport().size())
    return window.screen().grabWindow(window.winId(), *place.getRect()).toImage()


def stand_still(pulse):
    """Tick only when the test does."""
    pulse._seconds.stop()
    pulse._soon.stop()


@pytest.fixture
def pass_seconds(monkeypatch):
    """A clock that the test moves, ten seconds into a minute."""
    at = [clock.elapsed_ms()]
    at[0] += 70_000 - (at[0] + clock.steady._offset) % 60_000
    monkeypatch.setattr(clock.steady, "_elapsed", lambda: at[0])

    def forward(seconds):
        at[0] += seconds * 1000

    return forward


def test_a_second_draws_what_ticks_and_nothing_else(pass_seconds, window, tree, engine, qtbot):
    """Ages and times in state; of a row that grows late the line. The pixels are those of all."""
    owing = engine.feed("agent2", "InboundCalls", 21)
    engine.owe(owing, 3)
    now = clock.epoch_ms() // 1000
    engine.feed("agent1", "CurrentAgentState", {"status": 8, "time": now})
    tree.expand_all()
    stand_still(window.parts.pulse)
    drawn = Drawn(tree)
    qtbot.waitUntil(drawn.stands_still)
    pass_seconds(2)
    window.parts.pulse.tick()
    qtbot.waitUntil(drawn.stands_still)
    before = on_screen(window, tree)
    pass_seconds(1)
    window.parts.pulse.tick()
    after = on_screen(window, tree)
    age = tree.columnViewportPosition(Column.AGE), tree.columnWidth(Column.AGE)
    ages = QRect(age[0], 0, age[1], tree.viewport().height())
    states = [line.rect for line in tree.on_screen()
              if any(engine.table.states[row] for row in line.rows)]  # fmt: skip

    assert after != before
    assert drawn.region.intersects(ages)
    assert drawn.region.subtracted(sum(map(QRegion, states), QRegion(ages))).isEmpty()
    assert not sum(map(QRegion, states), QRegion()).subtracted(drawn.region).isEmpty()
    tree.viewport().update()
    assert on_screen(window, tree) == after

    assert drawn.stands_still()
    pass_seconds(6)
    window.parts.pulse.tick()
    late = on_screen(window, tree)
    assert window.parts.pulse.lens.freshness(owing) is Freshness.LATE
    whole = next(line.rect for line in tree.on_screen() if owing in line.rows)
    assert QRegion(whole).subtracted(drawn.region).isEmpty()
    tree.viewport().update()
    assert on_screen(window, tree) == late


def test_drawing_again_only_what_changed_gives_the_same_picture(
    clock_stands, window, tree, engine, qtbot
):
    """Region by region or all at once: the pixels are the same, and are those of the new value."""
    tree.expand_all()
    window.parts.pulse.tick()
    window.parts.pulse._seconds.stop()
    window.parts.pulse._soon.stop()
    drawn = Drawn(tree)
    qtbot.waitUntil(lambda: drawn.stands_still() and not window.parts.page._looking.isActive())
    before = on_screen(window, tree)
    engine.feed("agent2", "InboundCalls", 99)
    window.parts.pulse.tick()
    piecemeal = on_screen(window, tree)
    changed = tree.model_.row_of(line_of(tree, "agent2", "InboundCalls"))
    lines = [line.rect for line in tree.on_screen() if changed in line.rows]

    assert piecemeal != before
    assert not drawn.region.isEmpty()
    assert drawn.region.subtracted(sum(map(QRegion, lines), QRegion())).isEmpty()
    tree.viewport().update()
    assert on_screen(window, tree) == piecemeal


def test_copied_rows_come_with_headers(window, tree):
    """As a spreadsheet takes them: the selected statistics, from top to bottom."""
    tree.expand_all()
    click(tree, line_of(tree, "agent3", "InboundCalls"))
    click(tree, line_of(tree, "agent2", "InboundCalls"), Qt.KeyboardModifier.ControlModifier)
    window.parts.actions.copying.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()

    assert lines[0].split("\t")[:5] == ["Type", "Object", "Name", "Statistic", "Value"]
    assert [line.split("\t")[1:5] for line in lines[1:]] == [
        ["agent2", "agent2", "InboundCalls", "21"],
        ["agent3", "agent3", "InboundCalls", "22"],
    ]


def copied(window):
    """What Ctrl+C puts on the clipboard, without the headings."""
    window.parts.actions.copying.trigger()
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()][1:]


def test_a_folded_line_copies_what_is_under_it(window, tree):
    """Each statistic once, with its freshness, however it is folded and however often selected."""
    tree.setFocus()
    tree.expand_all()
    tree.selectAll()
    opened = copied(window)
    tree.collapse_all()
    tree.selectAll()

    assert copied(window) == opened
    assert len(opened) == tree.model_.statistics
    assert all(row[-1] for row in opened)


def test_typing_in_the_tree_finds_a_label(tree):
    """From the current line on, round to the top."""
    tree.setFocus()
    QTest.keyClicks(tree, "agent3")

    assert tree.model_.text(tree.currentIndex().row(), 0) == "agent3"


def test_enter_opens_a_chart(window, tree, qtbot):
    """Of the selected statistics; on a head it unfolds."""
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    tree.expand_all()
    click(tree, line_of(tree, "agent2", "InboundCalls"))
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert len(window.parts.charts.charts) == 2

    click(tree, 0)
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert not tree.model_.is_expanded(0)


def test_a_filter_unfolds_what_it_finds_and_gives_back_what_was(window, tree):
    """Escape brings the former unfolding back."""
    tree.collapse_all()
    QTest.keyClicks(window.parts.page.filter, "agent4")
    window.parts.page.apply_filter()
    assert window.parts.page.matches.text() == "3 of 18"
    assert tree.model_.rowCount() == 5

    QTest.keyClick(window.parts.page.filter, Qt.Key.Key_Escape)
    window.parts.page.apply_filter()
    assert tree.model_.rowCount() == 2


def test_down_goes_from_the_filter_to_the_tree(window, tree):
    """The keyboard reaches everything."""
    window.activateWindow()
    window.parts.page.filter.setFocus()
    QTest.keyClick(window.parts.page.filter, Qt.Key.Key_Down)

    assert window.focusWidget() is tree


def test_a_click_on_the_sign_folds_the_line(tree):
    """And a second one unfolds it."""
    line = line_of(tree, "7001@SIP_Switch")
    before = tree.model_.rowCount()
    where = tree._branch(line).center()
    assert tree.model_.is_expanded(line)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, where)
    assert tree.model_.rowCount() == before - 3

    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, where)
    assert tree.model_.rowCount() == before


def test_arrows_walk_the_tree(tree):
    """Right unfolds and goes in, Left goes out and folds."""
    tree.setCurrentIndex(tree.model_.index(1, 0))
    for key, expected in (
        (Qt.Key.Key_Right, (1, True)), (Qt.Key.Key_Right, (2, False)),
        (Qt.Key.Key_Left, (1, True)), (Qt.Key.Key_Left, (1, False)),
        (Qt.Key.Key_Left, (0, True)), (Qt.Key.Key_Left, (0, False)),
    ):  # fmt: skip
        QTest.keyClick(tree, key)
        line = tree.currentIndex().row()
        assert (line, tree.model_.is_expanded(line)) == expected


def test_at_first_objects_with_a_state_are_folded(tree):
    """An agent's row says the most important thing itself; a queue's does not."""
    assert not tree.model_.is_expanded(line_of(tree, "agent2"))
    assert tree.model_.is_expanded(line_of(tree, "7001@SIP_Switch"))


@pytest.mark.parametrize("grouping", [Grouping.GROUP, Grouping.STATISTIC, Grouping.FLAT])
def test_regrouping_keeps_the_selection(window, tree, grouping):
    """Whatever the heads are, the selected statistics stay selected and current."""
    tree.expand_all()
    click(tree, line_of(tree, "agent3", "InboundCalls"))
    click(tree, line_of(tree, "agent2", "InboundCalls"), Qt.KeyboardModifier.ControlModifier)
    rows, current = tree.selected_rows(), tree.model_.row_of(tree.currentIndex().row())
    window.parts.page.group_by(grouping)

    assert sorted(tree.selected_rows()) == sorted(rows)
    assert tree.model_.row_of(tree.currentIndex().row()) == current


def test_regrouping_and_back_keeps_the_place(window, tree):
    """The line at the top is the same, to the pixel."""
    window.resize(900, 520)
    tree.expand_all()
    tree.verticalScrollBar().setValue(47)
    top = tree.model_.ident(tree.rowAt(0))
    window.parts.page.rebuild()

    assert (tree.verticalScrollBar().value(), tree.model_.ident(tree.rowAt(0))) == (47, top)


def test_columns_are_hidden_moved_and_kept(window, tree):
    """What the user arranged comes back in another window."""
    choice = window.parts.page.columns
    header = tree.horizontalHeader()
    choice.show_column(Column.FRESHNESS, False)
    choice.show_column(Column.OBJECT, True)
    header.moveSection(header.visualIndex(Column.AGE), 1)
    header.resizeSection(Column.AGE, 123)
    choice.sort(Column.VALUE, descending=True)
    kept = choice.dump()
    choice.reset()
    choice.sort(None)
    assert choice.dump() != kept

    choice.restore(kept)
    assert choice.dump() == kept
    assert kept["columns"][1] == {"key": "age", "width": 123}
    assert kept["sort"] == {"column": "value", "descending": True}
    assert tree.model_.sorting.column == Column.VALUE


def test_what_room_a_wide_window_has_goes_to_the_trend(window, tree):
    """Where agents' states are told, too; until a width is chosen, and nothing is kept of it."""
    header = tree.horizontalHeader()

    def widths(pixels):
        tree.parentWidget().setFixedWidth(pixels)
        window.parts.page.setFixedWidth(pixels)
        tree.resize(pixels, 400)
        sections = [header.sectionSize(column) for column in Column]
        return sections[Column.TREND], sum(sections) <= header.viewport().width() + 1

    narrow, _ = widths(500)
    wide, within = widths(1500)
    assert wide > narrow + 500
    assert within
    assert widths(500)[0] == narrow
    assert not any("width" in column for column in window.parts.page.columns.dump()["columns"])

    header.resizeSection(Column.AGE, 123)
    assert widths(1500)[0] == narrow


@pytest.mark.parametrize("damaged", [
    {}, {"columns": 5}, {"columns": [1, {"key": 5}, {"key": "nosuch"}]}, {"sort": 5},
    {"sort": {"column": []}}, {"columns": [{"key": "age", "width": "x"}]},
])  # fmt: skip
def test_a_damaged_arrangement_is_no_trouble(window, damaged):
    """Files are edited by hand; the first column never goes."""
    window.parts.page.columns.restore(damaged)

    assert not window.parts.page.tree.isColumnHidden(0)


def test_a_third_click_on_a_header_gives_the_old_order_back(window, tree):
    """Up, down, as the workspace has it."""
    header = tree.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(Column.VALUE) + 30, header.height() // 2)
    orders = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NO_KEY, where)
        orders.append((tree.model_.sorting.column, tree.model_.sorting.descending))

    assert orders == [(Column.VALUE, False), (Column.VALUE, True), (None, False)]


def test_the_selection_is_carried_by_a_drag(tree, monkeypatch):
    """As series, which is what charts keep."""
    carried = []
    monkeypatch.setattr("statmon.ui.tree.view.QDrag.exec", lambda self, _: carried.append(
        drag.unpack(self.mimeData())))  # fmt: skip
    tree.expand_all()
    click(tree, line_of(tree, "agent2", "InboundCalls"))
    tree.startDrag(Qt.DropAction.CopyAction)

    assert [series.object_id for series in carried[0]] == ["agent2"]


def test_an_object_is_dragged_with_all_its_statistics(tree, monkeypatch):
    """Folded or not; a statistic of it that is selected too comes once."""
    carried = []
    monkeypatch.setattr("statmon.ui.tree.view.QDrag.exec", lambda self, _: carried.append(
        self.mimeData()))  # fmt: skip
    tree.expand_all()
    head = line_of(tree, "agent2", "InboundCalls")
    while tree.model_.is_statistic(head):
        head -= 1
    click(tree, head)
    assert tree.model_.index(head, 0).flags() & Qt.ItemFlag.ItemIsDragEnabled
    tree.startDrag(Qt.DropAction.CopyAction)
    tree.selectAll()
    tree.startDrag(Qt.DropAction.CopyAction)

    one, everything = (drag.unpack(each) for each in carried)
    assert {series.object_id for series in one} == {"agent2"}
    assert len(one) == 3
    assert len(everything) == len(set(everything)) == tree.model_.statistics


def test_each_density_has_its_height(tree):
    """Compact, normal, and large enough for a wall."""
    heights = []
    for density in Density:
        tree.set_density(density)
        heights.append(tree.rowHeight(0))

    assert heights == sorted(set(heights))
    assert heights[0] <= 20
    assert heights[2] >= 42


def test_what_is_folded_away_leaves_the_user_at_its_head(window, tree):
    """Not at a neighbour that nobody chose, of which the details would tell."""
    tree.expand_all()
    head = line_of(tree, "agent2")
    click(tree, line_of(tree, "agent2", "InboundCalls"))
    told = []
    tree.chosen.connect(told.append)
    rect = tree._branch(head)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, rect.center())

    assert tree.currentIndex().row() == head
    assert not tree.model_.is_expanded(head)
    assert set(told) <= {tree.model_.row_of(head)}
