import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from statmon.ui.tree.outline import ROOT


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    for number in range(4):
        engine.feed(f"agent{number + 1}", "InboundCalls", 20 + number)
    return open_window(engine)


@pytest.fixture
def tree(window):
    return window.page.tree


def node_of(tree, above, label):
    outline = tree.model_.outline
    parent = outline.label.index(above)
    return next(n for n in outline.children[parent] if outline.label[n] == label)


def click(tree, node, modifier=Qt.KeyboardModifier.NoModifier):
    index = tree.model_.index_of(node)
    tree.scrollTo(index)
    where = tree.visualRect(index).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def test_a_click_shows_the_details(window, tree):
    """Of the row that was clicked."""
    node = node_of(tree, "agent2", "InboundCalls")
    click(tree, node)

    assert window.details.row == tree.model_.outline.row[node]
    assert window.details.topLevelItem(0).text(1) == "Agent agent2"


def test_only_rows_on_screen_are_drawn_again(window, tree, qtbot):
    """Dirty rows that cannot be seen cost nothing."""
    tree.collapse_all()
    outline = tree.model_.outline
    assert tree.on_screen() == []

    tree.expand(tree.model_.index_of(outline.children[ROOT][0]))
    seen = {row for row, _ in tree.on_screen()}
    agents = outline.children[outline.children[ROOT][0]]
    assert seen == {outline.row[agent] for agent in agents}


def test_what_is_on_screen_follows_scrolling(tree, window):
    """The cache of row rectangles is dropped when the tree moves."""
    window.resize(900, 500)
    before = tree.on_screen()
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())

    assert tree.on_screen() != before


def test_drawing_again_only_what_changed_gives_the_same_picture(window, tree, engine, qtbot):
    """Region by region or all at once: the pixels are the same."""
    window.pulse.tick()
    engine.feed("agent1", "InboundCalls", 99)
    window.pulse.tick()
    qtbot.wait(20)
    piecemeal = tree.viewport().grab().toImage()
    tree.viewport().update()

    assert tree.viewport().grab().toImage() == piecemeal


def test_copied_rows_come_with_headers(window, tree):
    """As a spreadsheet takes them: the selected statistics, from top to bottom."""
    click(tree, node_of(tree, "agent3", "InboundCalls"))
    click(tree, node_of(tree, "agent2", "InboundCalls"), Qt.KeyboardModifier.ControlModifier)
    window.copying.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()

    assert lines[0].split("\t") == ["Type", "Object", "Statistic", "Value", "Age", "Freshness"]
    assert [line.split("\t")[1:4] for line in lines[1:]] == [
        ["agent2", "InboundCalls", "21"],
        ["agent3", "InboundCalls", "22"],
    ]


def test_typing_in_the_tree_finds_a_label(tree):
    """Also one that is folded away."""
    tree.collapse_all()
    tree.setFocus()
    QTest.keyClicks(tree, "agent3")

    assert tree.model_.outline.label[tree.model_.node(tree.currentIndex())] == "agent3"


def test_enter_opens_a_chart(window, tree, qtbot):
    """Of the selected statistics."""
    qtbot.waitUntil(lambda: len(window.charts.charts) == 1)
    click(tree, node_of(tree, "agent2", "InboundCalls"))
    QTest.keyClick(tree, Qt.Key.Key_Return)

    assert len(window.charts.charts) == 2


def test_a_filter_unfolds_what_it_finds_and_gives_back_what_was(window, tree):
    """Escape brings the former unfolding back."""
    tree.collapse_all()
    QTest.keyClicks(window.page.filter, "agent4")
    window.page.apply_filter()
    assert window.page.matches.text() == "3 of 18"
    assert tree.isExpanded(tree.model_.index_of(tree.model_.outline.label.index("agent4")))

    QTest.keyClick(window.page.filter, Qt.Key.Key_Escape)
    window.page.apply_filter()
    assert not tree.isExpanded(tree.model_.index_of(1))


def test_down_goes_from_the_filter_to_the_tree(window, tree, qtbot):
    """The keyboard reaches everything."""
    window.activateWindow()
    window.page.filter.setFocus()
    QTest.keyClick(window.page.filter, Qt.Key.Key_Down)

    assert window.focusWidget() is tree


def test_a_click_on_the_branch_folds_the_row(tree):
    """Drawing our own rows must leave Qt's branches in their place."""
    node = tree.model_.outline.label.index("7001@SIP_Switch")
    index = tree.model_.index_of(node)
    rect = tree.visualRect(index)
    QTest.mouseClick(
        tree.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(rect.left() - tree.indentation() // 2, rect.center().y()),
    )

    assert not tree.isExpanded(index)


def test_at_first_objects_with_a_state_are_folded(tree):
    """An agent's row says the most important thing itself; a queue's does not."""
    outline = tree.model_.outline

    assert not tree.isExpanded(tree.model_.index_of(outline.label.index("agent2")))
    assert tree.isExpanded(tree.model_.index_of(outline.label.index("7001@SIP_Switch")))
