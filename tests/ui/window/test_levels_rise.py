"""What is critical is seen wherever it is folded away, hidden behind a tab, or selected."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from statmon.ui.tree.columns import Column
from tests.ui.limited import feed as fed
from tests.ui.limited import limited

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def window(engine, open_window):
    return limited(engine, open_window)


def feed(window, engine, number):
    fed(window, engine, number)
    window.parts.pulse.second.emit()


def heads(model):
    return [line for line in range(len(model.shown)) if not model.is_statistic(line)]


def spoken(model, line):
    return model.index(line, Column.STATISTIC).data(SPOKEN)


def test_a_folded_head_shows_the_worst_of_what_is_under_it(window, engine):
    """Of the object, of its group, of the one at the top; of others nothing; and it goes again."""
    feed(window, engine, 12)
    model = window.parts.page.model
    model.expand_all(expanded=False)
    top = [line for line in heads(model) if model.worst(line) == 2]
    assert len(top) == 1
    assert "critically high" in spoken(model, top[0])

    model.expand_all(expanded=True)
    marked = [model.label(line) for line in heads(model) if model.worst(line)]
    assert len(marked) == 2
    assert "agent2" in marked[1]
    feed(window, engine, 6)
    assert {model.worst(line) for line in heads(model)} == {0, 1}
    feed(window, engine, 1)
    assert {model.worst(line) for line in heads(model)} == {0}


def column_of_red(window, view):
    """Return whether the theme's critical ground is on the picture of a view."""
    picture = view.viewport().grab().toImage().convertToFormat(window.grab().toImage().format())
    wanted = window.theme.critical.rgb()
    return any(
        picture.pixel(x, y) == wanted
        for y in range(picture.height())
        for x in range(min(picture.width(), 300))
    )


def test_the_sign_is_drawn_also_where_the_line_is_selected(window, engine):
    """Colours are kept when a line is chosen; without an alert nothing is red."""
    tree = window.parts.page.tree
    tree.model_.expand_all(expanded=False)
    assert not column_of_red(window, tree)
    feed(window, engine, 12)
    assert column_of_red(window, tree)
    tree.selectAll()
    assert column_of_red(window, tree)


def test_a_tab_shows_the_worst_of_its_board_whichever_is_in_front(window, engine):
    """As a picture, and in words for who hears it; the others stay as they are."""
    pages = window.parts.views.boards.pages
    tabs = window.parts.views.tabs
    feed(window, engine, 12)
    place = 1 + [page.model.spec.object_type for page in pages].index("Agent")
    with_icons = [n for n in range(tabs.count()) if not tabs.tabIcon(n).isNull()]

    assert with_icons == [0, place]
    assert "critically high" in tabs.tabBar().accessibleTabName(place)
    assert tabs.tabText(place) == "Agents"
    feed(window, engine, 1)
    assert all(tabs.tabIcon(n).isNull() for n in range(tabs.count()))
    assert tabs.tabBar().accessibleTabName(place) == ""


def test_a_group_of_a_board_shows_the_worst_of_its_objects(window, engine):
    """Also while they are folded away."""
    page = next(p for p in window.parts.views.boards.pages if p.model.spec.object_type == "Agent")
    model = page.model
    feed(window, engine, 12)
    line = next(n for n in range(model.rowCount()) if model.group_of(n) is not None)

    assert model.worst(model.group_of(line)) == 2
    assert "critically high" in model.index(line, 0).data(SPOKEN)
    model.toggle(line)
    assert model.worst(model.group_of(line)) == 2
    assert np.array_equal(model.worst_of_all(), 2)
