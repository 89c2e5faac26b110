import pytest
from PySide6.QtGui import QGuiApplication

from statmon.ui.tree.columns import Column


@pytest.fixture
def window(engine, open_window):
    engine.go_up()
    engine.feed("agent2", "InboundCalls", 5)
    return open_window(engine)


def select(tree, *rows):
    tree.expand_all()
    flags = tree.selectionModel().SelectionFlag
    tree.clearSelection()
    for line in tree.model_.lines_of(rows):
        tree.selectionModel().select(tree.model_.index(line, 0), flags.Select | flags.Rows)


def test_pinned_statistics_stay_whatever_the_tree_shows(window, engine):
    """Filtered away below, still there above, and following the values."""
    tree, pinned = window.parts.page.tree, window.parts.page.pinned
    select(tree, 4)
    window.parts.actions.pinning.trigger()
    window.parts.page.filter.setText("queue")
    window.parts.page.apply_filter()
    engine.feed("agent2", "InboundCalls", 6)

    assert pinned.view.isVisible()
    assert [pinned.model.text(0, c) for c in (0, 1)] == ["agent2 · InboundCalls", "6"]


def test_pinning_again_takes_off(window):
    """And where none is left, no room is taken."""
    tree, pinned = window.parts.page.tree, window.parts.page.pinned
    select(tree, 4, 7)
    window.parts.actions.pinning.trigger()
    assert pinned.rows == (4, 7)

    select(tree, 4, 7)
    window.parts.actions.pinning.trigger()
    assert not pinned.view.isVisible()


def test_pins_are_kept_in_the_workspace(window, engine, open_window):
    """By what they are, not by their number."""
    select(window.parts.page.tree, 4)
    window.parts.actions.pinning.trigger()
    kept = next(view for view in engine.workspace.views if view["kind"] == "tree")
    assert kept["pinned"] == [
        {"objectType": "Agent", "objectId": "agent2", "measure": "InboundCalls"}
    ]

    assert open_window(engine).parts.page.pinned.rows == (4,)


@pytest.mark.parametrize("damaged", [5, [5], [{"objectType": "Agent"}], [{"measure": 5}]])
def test_damaged_pins_are_no_trouble(window, damaged):
    """Files are edited by hand."""
    window.parts.page.pinned.restore(damaged)

    assert window.parts.page.pinned.rows == ()


def test_its_columns_are_those_of_the_tree(window):
    """In the same order, as wide."""
    select(window.parts.page.tree, 4)
    window.parts.actions.pinning.trigger()
    main = window.parts.page.tree.horizontalHeader()
    own = window.parts.page.pinned.view.horizontalHeader()
    main.moveSection(1, 3)
    main.resizeSection(Column.VALUE, 77)

    assert [own.logicalIndex(n) for n in range(5)] == [main.logicalIndex(n) for n in range(5)]
    assert own.sectionSize(Column.VALUE) == 77


def test_the_menu_offers_what_fits(window):
    """A statistic is charted, pinned, copied; an object is renamed in place."""
    tree, menu = window.parts.page.tree, window.parts.page.menu
    select(tree, 4)
    can = {action.text(): action.isEnabled() for action in menu.menu().actions()}
    assert can["Show in chart"]
    assert can["Pin or unpin"]
    assert not can["Rename object"]

    next(a for a in menu.menu().actions() if a.text() == "Copy with headers").trigger()
    assert "InboundCalls" in QGuiApplication.clipboard().text()
    tree.setCurrentIndex(tree.model_.index(1, 0))
    can = {action.text(): action.isEnabled() for action in menu.menu().actions()}
    assert can["Rename object"]
    menu._edit(1, Column.GROUPS)
    assert not tree.isColumnHidden(Column.GROUPS)
    assert tree.state() == tree.State.EditingState
