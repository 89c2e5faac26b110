from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from statmon.ui.board.model import NAME
from statmon.ui.board.page import BoardPage
from statmon.ui.board.spec import By, Look
from statmon.ui.data import drag
from statmon.ui.grid.density import Density
from statmon.ui.tree.grouping import Grouping


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    for number in (7001, 7002):
        engine.feed(f"{number}@SIP_Switch", "Total_Answered", number)
    window = open_window(engine)
    window.parts.views.tabs.setCurrentIndex(1)
    return window


@pytest.fixture
def page(window):
    return window.parts.views.boards.pages[0]


def click(view, line, column, modifier=Qt.KeyboardModifier.NoModifier):
    where = view.visualRect(view.model().index(line, column)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def test_a_workspace_without_boards_gets_one_of_queues_and_one_of_agents(window):
    """Something to see at once."""
    tabs = window.parts.views.tabs

    assert [tabs.tabText(i) for i in range(tabs.count())] == ["Tree", "Queues", "Agents"]


def test_a_second_board_has_a_name_of_its_own(window):
    """Two tabs of one name could not be told apart."""
    boards = window.parts.views.boards
    boards.add("Queue")
    boards.add("Queue")
    titles = [page.model.spec.title for page in boards.pages]
    assert titles == ["Queues", "Agents", "Queues 2", "Queues 3"]


def test_enter_charts_the_selected_cells(window, page, qtbot):
    """And details show the current one."""
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    click(page.view, 2, 2)
    assert window.parts.details.list.row == page.model.row_at(2, 2)

    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert len(window.parts.charts.charts) == 2


def test_copied_cells_come_with_names_and_headers(window, page):
    """As a spreadsheet takes them."""
    click(page.view, 2, 2)
    click(page.view, 3, 2, Qt.KeyboardModifier.ControlModifier)
    window.parts.actions.copying.trigger()

    assert QGuiApplication.clipboard().text().splitlines() == [
        "Queue\tCalls answered", "7001@SIP_Switch\t7,001", "7002@SIP_Switch\t7,002",
    ]  # fmt: skip


def test_a_folded_group_copies_its_objects(window, page):
    """As if it were unfolded; a name stands for its line."""
    page.view.setFocus()
    page.view.selectAll()
    window.parts.actions.copying.trigger()
    opened = QGuiApplication.clipboard().text()
    page.model.toggle(next(n for n in range(page.model.rowCount()) if page.model.can_fold(n)))
    assert page.model.rowCount() < len(opened.splitlines()) - 1

    page.view.selectAll()
    window.parts.actions.copying.trigger()

    assert QGuiApplication.clipboard().text() == opened


def test_cells_are_carried_by_a_drag(page, monkeypatch):
    """A name carries all of its line."""
    carried = []
    monkeypatch.setattr("statmon.ui.board.view.QDrag.exec", lambda self, _: carried.append(
        drag.unpack(self.mimeData())))  # fmt: skip
    page.view.selectionModel().select(
        page.model.index(2, NAME), page.view.selectionModel().SelectionFlag.ClearAndSelect
    )
    page.view.startDrag(Qt.DropAction.CopyAction)

    assert len(carried[0]) == 3


def test_a_click_on_a_header_sorts_the_largest_first_then_the_other_way_then_not(page):
    """The spec says so, and is kept."""
    header = page.view.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(2) + 20, header.height() // 2)
    seen = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton,
                         Qt.KeyboardModifier.NoModifier, where)  # fmt: skip
        seen.append(page.model.spec.sort)

    assert seen == [("Total_Answered", True), ("Total_Answered", False), None]


def test_columns_are_removed_added_moved_dressed_and_frozen_by_the_header(page):
    """All of it by its menu, and the order by dragging."""

    def choose(column, *path):
        menu = page.header.menu(column)
        for name in path:
            action = next(a for a in menu.actions() if a.text() == name)
            menu = action.menu() or menu
        action.trigger()

    choose(1, "Remove column")
    assert page.model.layout_.titles == ("Total_Answered", "ServiceLevel")
    choose(1, "Add column", "CurrentNumberWaitingCalls")
    choose(1, "Bars")
    choose(1, "Freeze up to here")
    page.view.horizontalHeader().moveSection(3, 1)

    spec = page.model.spec
    assert [c.title for c in spec.columns] == [
        "CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel",
    ]  # fmt: skip
    assert (spec.column("Total_Answered").look, spec.frozen) == (Look.BARS, 2)
    assert not page.frozen.over.isColumnHidden(1)
    assert page.frozen.over.isColumnHidden(2)


def test_frozen_names_stay_when_the_board_scrolls(window, page, qtbot):
    """They lie over it, line by line at the same height."""
    page.view.setColumnWidth(2, 3000)
    qtbot.waitUntil(lambda: page.view.horizontalScrollBar().maximum() > 500)
    page.view.horizontalScrollBar().setValue(500)
    over, view = page.frozen.over, page.view

    assert view.columnViewportPosition(NAME) == -500
    assert over.columnViewportPosition(NAME) == 0
    assert over.width() == view.columnWidth(NAME)
    assert over.rowViewportPosition(2) == view.rowViewportPosition(2)
    click(over, 2, NAME)
    assert view.currentIndex().row() == 2


def test_boards_are_kept_in_the_workspace(window, engine, page):
    """Added, renamed and removed ones."""
    boards = window.parts.views.boards
    boards.add("Queue")
    boards.call(boards.pages[-1], "All & queues")
    boards.remove(boards.pages[1])
    page.zero.setChecked(True)
    page.by.setCurrentIndex(page.by.findData(By.NOTHING))
    page.by.activated.emit(1)

    kept = [view for view in engine.workspace.views if view["kind"] == "board"]
    assert [(view["title"], view["hideZero"], view["groupBy"]) for view in kept] == [
        ("Queues", True, "nothing"), ("All & queues", False, "group"),
    ]  # fmt: skip
    assert window.parts.views.tabs.tabText(2) == "All && queues"


def test_renaming_asks_without_stopping_the_loop(window, qtbot):
    """A dialog that waits would stop what other tasks do."""
    window.parts.views.boards.rename(1)
    dialog = window.parts.views.tabs.findChild(QInputDialog)
    dialog.setTextValue("Lines")
    dialog.accept()

    assert window.parts.views.tabs.tabText(1) == "Lines"


def test_a_filter_chooses_objects_and_the_empty_board_says_what_to_do(page):
    """Escape brings them back."""
    QTest.keyClicks(page.filter, "7002")
    page.apply_filter()
    assert page.model.rowCount() == 3

    page.filter.setText("nothing like it")
    page.apply_filter()
    assert "Esc" in page.empty.text()
    QTest.keyClick(page.filter, Qt.Key.Key_Escape)
    page.apply_filter()
    assert page.model.rowCount() == 4


def test_selection_stays_with_its_object_when_lines_move(page, engine):
    """Not with the line's number."""
    page._change(page.model.spec)
    page.model.sort_by(2, descending=True)
    click(page.view, 2, 2)
    before = page.view.selected_rows()
    page.model.sort_by(2, descending=False)

    assert page.view.selected_rows() == before
    assert page.view.currentIndex().row() == 3


def test_density_is_one_for_all_views(window, page):
    """And kept with the tree."""
    window.parts.views.set_density(Density.WALL)

    assert (
        page.view.rowHeight(0)
        == page.frozen.over.rowHeight(0)
        == window.parts.page.tree.rowHeight(0)
    )
    assert window.parts.source.workspace.views[0]["density"] == "wall"


def test_a_workspace_changed_elsewhere_is_shown(window, engine):
    """Boards, labels and thresholds: by undo, or because another file was opened."""
    views = (
        {"kind": "board", "title": "Only one", "objectType": "Queue"},
        {"kind": "tree", "groupBy": "flat"},
    )
    alerts = ({"kind": "threshold", "statistic": "Total*", "high": {"warning": 1}},)
    other = replace(engine.workspace, views=views, alerts=alerts, objects=())
    window.parts.document.load(other, None, None)
    tabs = window.parts.views.tabs

    assert [tabs.tabText(i) for i in range(tabs.count())][:2] == ["Tree", "Only one"]
    assert window.parts.page.model.grouping is Grouping.FLAT
    assert window.parts.views.names.label(engine.table.statistics[0].ref) == ""
    assert window.parts.alerts.watch.rules[0].statistic == "Total*"


def test_each_second_draws_again_what_looks_otherwise(page, engine, qtbot):
    """A number that went stale or passed a threshold, although no value came."""
    page._looks_other()
    assert not page._looks_other()

    engine.table.healthy = False
    page._pulse.lens.refresh(page._pulse.lens.now)
    assert page._looks_other()
    page._pulse.lens.levels[page.model.row_at(2, 1)] = 1
    assert page._looks_other()


@pytest.fixture
def beginning(engine, open_window):
    """A window on its tree: nobody has gone to a board yet."""
    engine.go_up()
    engine.feed("7001@SIP_Switch", "Total_Answered", 7)
    return open_window(engine)


def test_a_board_is_made_when_somebody_goes_to_its_tab(beginning):
    """The start does not wait for it, and its tab is there all the same."""
    tabs = beginning.parts.views.tabs
    texts = [tabs.tabText(place) for place in range(tabs.count())]
    assert not any(isinstance(tabs.widget(place), BoardPage) for place in (1, 2))

    tabs.setCurrentIndex(2)

    front = tabs.currentWidget()
    assert isinstance(front, BoardPage)
    assert beginning.parts.views.view is front.view
    assert [tabs.tabText(place) for place in range(tabs.count())] == texts
    assert tabs.currentIndex() == 2


def test_boards_are_made_behind_the_tree_one_by_one(beginning, qtbot):
    """What is in front stays there, and nobody is told of a change of tabs."""
    views, tabs = beginning.parts.views, beginning.parts.views.tabs
    beginning.show()
    with qtbot.assertNotEmitted(tabs.currentChanged):
        assert views.boards.open_next()
        assert not isinstance(tabs.widget(2), BoardPage)
        assert views.boards.open_next()
        assert not views.boards.open_next()

    assert tabs.currentWidget() is views.page
    assert views.page.isVisible()
    assert [tabs.widget(place) for place in (1, 2)] == views.boards.pages


def titles(window):
    tabs = window.parts.views.tabs
    return [tabs.tabText(place) for place in range(tabs.count())]


def kinds(workspace):
    return [view["kind"] for view in workspace.views]


def test_boards_that_nobody_arranged_are_not_in_the_workspace(beginning, engine):
    """An arranged tree or density leaves them automatic: they go with what is subscribed."""
    beginning.parts.page.columns.sort(2)
    beginning.parts.views.set_density(Density.WALL)
    assert [page.filter.text() for page in beginning.parts.views.boards.pages] == ["", ""]
    assert kinds(engine.workspace) == ["tree", "automatic boards"]

    def without_queues(workspace):
        kept = [item for item in workspace.subscriptions if "Queues" not in item.name]
        return replace(workspace, subscriptions=tuple(kept))

    beginning.parts.document.edit("delete queues", without_queues)
    assert titles(beginning) == ["Tree", "Agents"]
    beginning.parts.document.undo()
    assert titles(beginning) == ["Tree", "Queues", "Agents"]


def test_what_somebody_arranges_of_a_board_keeps_all_of_them(beginning, engine):
    """Also removed ones stay away, until undo; a tree sorted then changes nothing of that."""
    boards = beginning.parts.views.boards
    beginning.parts.page.columns.sort(2)
    boards.pages[0].zero.setChecked(True)
    assert kinds(engine.workspace) == ["tree", "board", "board"]

    for _ in range(2):
        boards.remove(boards.pages[0])
    beginning.parts.page.columns.sort(1)
    assert kinds(engine.workspace) == ["tree"]
    assert titles(beginning) == ["Tree"]
    for _ in range(2):
        beginning.parts.document.undo()
    assert titles(beginning) == ["Tree", "Queues", "Agents"]
    assert boards.pages[0].model.spec.hide_zero


def test_removing_automatic_boards_is_undone_to_automatic_ones(beginning, engine):
    """Also where the tree was sorted in between: arrangements hold for all steps."""
    boards = beginning.parts.views.boards
    beginning.parts.page.columns.sort(2)
    for _ in range(2):
        boards.remove(boards.pages[0])
    beginning.parts.page.columns.sort(1)
    for _ in range(2):
        beginning.parts.document.undo()

    assert titles(beginning) == ["Tree", "Queues", "Agents"]
    assert kinds(engine.workspace) == ["tree", "automatic boards"]


def test_a_file_of_an_older_version_has_the_boards_that_it_names(beginning, engine):
    """All that were shown stood in it; with a tree alone, there were none."""
    tree, board = {"kind": "tree"}, {"kind": "board", "title": "Mine", "objectType": "Queue"}
    for views, shown in (
        ((), ["Tree", "Queues", "Agents"]),
        (({"kind": "of tomorrow"},), ["Tree", "Queues", "Agents"]),
        ((tree,), ["Tree"]),
        ((board,), ["Tree", "Mine"]),
        ((board, tree), ["Tree", "Mine"]),
        ((tree, {"kind": "automatic boards"}, board), ["Tree", "Mine"]),
    ):
        beginning.parts.document.load(replace(engine.workspace, views=views), None, None)
        assert titles(beginning) == shown
        beginning.parts.page.columns.sort(1 + len(views))
        assert titles(beginning) == shown


def test_the_menu_of_a_ratio_opens_its_parts_and_says_what_that_costs(window, page):
    """The board's columns stay; undo closes the parts again; a count has none."""
    column = page.model.layout_.titles.index("ServiceLevel") + 1
    before = page.model.layout_.titles
    action = page.header.menu(column).actions()[0]
    assert action.text() == (
        "&Open the parts of this ratio: 8 statistics, about 8 notifications a minute"
    )
    counted = page.header.menu(page.model.layout_.titles.index("Total_Answered") + 1)
    assert not any("parts" in action.text() for action in counted.actions())

    action.trigger()
    window.parts.pulse.tick()
    added = window.parts.document.workspace.subscriptions[-1]
    assert (added.name, len(added.statistics)) == ("Parts of ratios", 8)
    assert page.model.layout_.titles == before
    assert not any("parts" in action.text() for action in page.header.menu(column).actions())

    window.parts.document.undo()
    window.parts.pulse.tick()
    assert [one.name for one in window.parts.document.workspace.subscriptions] != [
        "Parts of ratios"
    ]
    assert "parts" in page.header.menu(column).actions()[0].text()
