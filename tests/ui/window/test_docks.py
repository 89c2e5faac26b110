import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QTabBar

from statmon.ui.data.reasons import reason
from statmon.ui.details.details import describe
from statmon.ui.start.compose import Whole
from statmon.ui.window.main_window import MainWindow


def texts(tree):
    """All texts of a QTreeWidget's rows, from top to bottom, as (depth, columns…)."""
    found = []

    def walk(item, depth):
        found.append((depth, *(item.text(i) for i in range(tree.columnCount()))))
        for place in range(item.childCount()):
            walk(item.child(place), depth + 1)

    for place in range(tree.topLevelItemCount()):
        walk(tree.topLevelItem(place), 0)
    return found


def test_subscriptions_stand_with_state_and_count(engine, open_window):
    """As the engine has them, at once and after every change."""
    window = open_window(engine)
    assert texts(window.parts.subscriptions) == [
        (0, "Sales agents", "✕ closed", "12"),
        (0, "Queues", "✕ closed", "6"),
    ]

    engine.go_up()
    window.parts.told()
    assert texts(window.parts.subscriptions)[0] == (0, "Sales agents", "● open", "12")


def test_refusals_unfold_in_the_services_words(engine, open_window):
    """Attached to their statistic."""
    engine.go_up()
    engine.refuse("agent4", "InboundCalls", "<b>not configured</b>")
    window = open_window(engine)
    rows = texts(window.parts.subscriptions)

    assert rows[0] == (0, "Sales agents", "⚠ 1 error", "12")
    assert rows[1] == (1, "⚠  Agent agent4 InboundCalls: <b>not configured</b>", "", "")


def test_details_show_every_field_of_a_value(engine, open_window):
    """Also of one that nobody understands."""
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", {"odd": {"deep": [1, "two"]}})
    window = open_window(engine)
    window.parts.details.list.show_row(row)
    rows = texts(window.parts.details.list)

    assert (3, "0", "1") in rows
    assert (3, "1", "two") in rows


def test_details_go_on_with_the_value(engine, open_window):
    """They are brought up to date while they are shown."""
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", 5)
    window = open_window(engine)
    window.parts.details.list.show_row(row)
    engine.feed("agent1", "InboundCalls", 6)
    window.parts.pulse.tick()

    assert (0, "Value", "6") in texts(window.parts.details.list)


def test_without_a_selection_the_details_say_what_to_do(engine, open_window):
    """An empty list says what to do next."""
    window = open_window(engine)

    assert "Select a statistic" in texts(window.parts.details.list)[0][1]


def test_every_freshness_has_its_reason(engine, open_window):
    """In words, next to the state."""
    engine.go_up()
    lens = open_window(engine).parts.pulse.lens
    row = engine.feed("agent1", "InboundCalls", 5)
    quiet = engine.feed("agent2", "InboundCalls", 5, ago=200)
    refused = engine.refuse("agent3", "InboundCalls", "no such statistic")
    undefined = engine.feed("agent4", "InboundCalls", None)
    lens.refresh(lens.now + 10)

    assert reason(lens, row) == "its value is as of now"
    assert reason(lens, quiet).startswith("nothing changed")
    assert reason(lens, refused) == "no such statistic"
    assert "cannot compute" in reason(lens, undefined)
    assert "no value has come" in reason(lens, 0)
    engine.table.set_open([engine.table.series[row]], is_open=False)
    lens.refresh(lens.now + 10)
    assert "subscription" in reason(lens, row)
    engine.service("UNAVAILABLE")
    lens.refresh(lens.now + 10)
    assert "down" in reason(lens, row)


def test_a_bottomless_value_is_cut_off(engine, open_window):
    """Depth and number of fields are bounded."""
    deep = {"a": 1}
    for _ in range(50):
        deep = {"a": deep}
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", deep)
    lens = open_window(engine).parts.pulse.lens
    lens.refresh(lens.now + 1)

    assert max(depth for depth, _, _ in describe(lens, row)) < 10


def test_a_panel_that_is_switched_on_comes_to_the_front(engine, open_window, qtbot):
    """Connection shares its place with Details: who asks for it wants to see it."""
    window = open_window(engine)
    panel = window.parts.docks.connection
    panel.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())


def test_docks_have_the_same_sizes_in_a_window_that_was_shown_empty(engine, open_window, qtbot):
    """The frame is painted first, and filled then."""
    frame = MainWindow(choice="light")
    frame.show()
    qtbot.waitExposed(frame)
    Whole(frame, engine).finish()

    def sizes(window):
        return [(dock.width(), dock.height()) for dock in window.parts.docks[:4]]

    at_once = open_window(engine)
    try:
        qtbot.waitUntil(lambda: sizes(frame) == sizes(at_once))
        assert sizes(frame)[0][0] == 240
    finally:
        frame.close()
        frame.deleteLater()


@pytest.fixture
def opened_again(engine, qtbot, tmp_path):
    """Opens windows as the program does: a frame is shown, then filled, its arrangement kept."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    windows = []

    def opened():
        window = MainWindow(choice="light", settings=settings)
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        Whole(window, engine).finish()
        return window

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()


def test_docks_come_back_as_they_were(opened_again, qtbot):
    """Their sizes too, start after start."""
    window = opened_again()
    subscriptions, _, charts = window.parts.docks[:3]
    qtbot.waitUntil(lambda: subscriptions.width() == 240)
    window.resizeDocks([subscriptions], [200], Qt.Orientation.Horizontal)
    window.resizeDocks([charts], [260], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: (subscriptions.width(), charts.height()) == (200, 260))

    for _ in range(3):
        window.close()
        window = opened_again()
        subscriptions, _, charts = window.parts.docks[:3]
        left, below = subscriptions, charts
        qtbot.waitUntil(lambda left=left, below=below: (left.width(), below.height()) == (200, 260))


def test_a_window_closed_at_once_keeps_the_arrangement_of_the_last_time(opened_again, qtbot):
    """It was never arranged itself."""
    window = opened_again()
    qtbot.waitUntil(lambda: window.parts.docks[0].width() == 240)
    window.parts.docks[0].hide()
    window.close()

    opened_again().close()

    again = opened_again()
    qtbot.waitUntil(lambda: not again.parts.docks[0].isVisible())


@pytest.mark.parametrize("shown_first", [True, False])
def test_docks_that_share_a_place_have_one_bar_of_tabs(engine, shown_first, qtbot):
    """Whether the window is filled before it is shown or after that."""
    window = MainWindow(choice="light")
    try:
        if shown_first:
            window.show()
            qtbot.waitExposed(window)
        Whole(window, engine).finish()
        window.show()
        qtbot.waitUntil(lambda: window.parts.docks[0].width() == 240)
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
        seen = [bar for bar in bars if not bar.visibleRegion().isEmpty()]
        assert [[bar.tabText(i) for i in range(bar.count())] for bar in seen] == [
            ["Alerts", "What changed"]
        ]
    finally:
        window.close()
        window.deleteLater()
