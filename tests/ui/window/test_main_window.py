import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QWidget,
)

from statmon.ui.look import theme as themes
from statmon.ui.start.compose import whole_window
from statmon.ui.tree.columns import Column
from statmon.ui.window.main_window import MainWindow
from tests.ui.fake_engine import state

EVIL = '<img src="http://127.0.0.1:9/x"><b>bold</b>'


def texts(window):
    """The texts of all statistics in the tree, by object and statistic."""
    model, table = window.parts.page.model, window.parts.page.model.lens.table
    model.expand_all(True)
    names = model.names
    return {
        f"{names.name(table.statistics[model.row_of(line)].ref)}/{model.text(line, 0)}": tuple(
            model.text(line, column) for column in (Column.VALUE, Column.AGE, Column.FRESHNESS)
        )
        for line in range(model.rowCount())
        if model.is_statistic(line)
    }


@pytest.mark.usefixtures("clock_stands")
def test_values_appear_in_the_tree(engine, open_window):
    """A value that the table holds stands in the tree with its age and freshness."""
    engine.go_up()
    window = open_window(engine)
    engine.feed("agent2", "InboundCalls", {"intValue": 23, "stringValue": "23"})
    window.parts.pulse.tick()
    shown = texts(window)

    assert shown["agent2/InboundCalls"] == ("23", "0 s", "● live")
    assert shown["Desk 1 (agent1)/InboundCalls"] == ("…", "", "… no data")


def edge(window):
    """The colour at the edge of the views."""
    return window.parts.frame.grab().toImage().pixelColor(0, 100)


@pytest.mark.usefixtures("clock_stands")
def test_a_paused_view_stands_still_and_says_so(engine, open_window):
    """Amber frame, how long, how many updates behind; then the present again."""
    engine.go_up()
    engine.feed("agent2", "InboundCalls", 23)
    window = open_window(engine)
    window.parts.actions.pausing.trigger()
    engine.feed("agent2", "InboundCalls", 24)
    window.parts.pulse.tick()
    window.parts.pulse.second.emit()

    assert texts(window)["agent2/InboundCalls"][0] == "23"
    assert window.parts.banner.text == "‖ paused 0:00, 1 updates behind"
    assert window.parts.status.data.text == "data: paused"
    assert edge(window) == window.theme.badge

    window.parts.actions.pausing.trigger()
    assert edge(window) != window.theme.badge
    assert texts(window)["agent2/InboundCalls"][0] == "24"
    assert window.parts.banner.text == ""


def test_looking_changes_nothing_of_the_workspace(engine, open_window, qtbot):
    """A window that is opened, made larger and closed leaves its views as the file has them."""
    before = engine.workspace
    window = open_window(engine)
    for width in (1500, 900):
        window.resize(width, 700)
        qtbot.wait(1)
    window.close()
    assert engine.workspace.views == before.views
    assert engine.workspace.charts == before.charts


def test_new_statistics_appear_by_themselves(engine, open_window):
    """The tree follows the set of rows."""
    window = open_window(engine)
    other = engine.table.statistics[0]
    engine.table.add(other, other.series("another site"))
    window.parts.pulse.tick()

    assert window.parts.page.model.outline.statistics == 19


def test_an_empty_workspace_says_what_to_do(open_window, empty_engine):
    """Centre, subscriptions, charts and details: none is just blank."""
    window = open_window(empty_engine)

    assert window.parts.page.empty.words.text().startswith("Nothing is subscribed yet.")
    assert window.parts.page.empty.isVisible()
    assert window.parts.charts._empty.isVisible()
    assert window.parts.subscriptions.topLevelItem(0).text(0)


def test_a_filter_without_a_match_says_how_to_get_back(engine, open_window):
    """And shows what was typed exactly as it was typed."""
    window = open_window(engine)
    window.parts.page.filter.setText(EVIL)
    window.parts.page.apply_filter()

    assert EVIL in window.parts.page.empty.words.text()
    assert window.parts.page.empty.unfiltering.isVisible()


def all_widgets(window):
    return [window, *window.findChildren(QWidget)]


def test_no_text_is_ever_taken_for_html(engine, open_window, qtbot):
    """Whatever a server or a file says is shown, not interpreted; no widget guesses."""
    engine.go_up(who=EVIL)
    engine.refuse("agent1", "InboundCalls", EVIL)
    engine.feed("agent2", "CurrentAgentState", state(EVIL))
    engine.connect("reconnecting", EVIL)
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    window.parts.charts.show_rows([0])
    window.parts.banner.say(EVIL)
    window.parts.actions.about.trigger()
    window.parts.told()

    widgets = all_widgets(window)
    guessing = [w for w in widgets if isinstance(w, QLabel) and _may_be_html(w)]
    assert not guessing
    assert not [w for w in widgets if "<img" in w.toolTip() or "<b>" in w.toolTip()]
    window.findChild(QDialog).close()


def _may_be_html(label):
    return label.textFormat() != Qt.TextFormat.PlainText and bool(label.text())


def test_every_control_has_a_name_for_those_who_cannot_see_it(engine, open_window, qtbot):
    """Buttons, fields, lists and trees."""
    window = open_window(engine)
    qtbot.waitUntil(lambda: len(window.parts.charts.charts) == 1)
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in all_widgets(window)
        if isinstance(widget, kinds)
        and not widget.objectName().startswith("qt_")
        and not (QAccessible.queryAccessibleInterface(widget) or _None()).text(
            QAccessible.Text.Name
        )
        and widget.isVisible()
    ]

    assert nameless == []


class _None:
    def text(self, _):
        return ""


def test_the_arrangement_comes_back(engine, tmp_path, qtbot):
    """Docks and size are as they were left."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = whole_window(engine, "light", settings)
    first.show()
    qtbot.waitUntil(lambda: first.parts.docks.subscriptions.width() == 240)
    first.resize(760, 560)  # the offscreen screen is 800 wide
    first.parts.docks.details.close()
    first.close()
    again = whole_window(engine, "light", settings)
    again.show()

    qtbot.waitUntil(lambda: not again.parts.docks.details.isVisible())
    assert again.size() == first.size()
    again.close()
    for window in (first, again):
        window.deleteLater()


def test_a_first_window_is_no_larger_than_its_screen(engine, open_window):
    """Whatever the system's frame takes: its status bar is in sight."""
    window = open_window(engine)
    before, room = window.size(), window.screen().availableSize()
    assert before.height() > room.height()
    window.fit_to_screen()

    assert window.height() < room.height()
    assert window.width() < before.width()


@pytest.mark.parametrize("maximised", [False, True])
def test_a_place_on_a_screen_that_is_gone_is_not_taken_up(engine, tmp_path, qtbot, maximised):
    """The laptop left its second monitor: the window comes up where it can be reached."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = whole_window(engine, "light", settings)
    first.setGeometry(9_000, 4_000, 700, 500)
    first.showMaximized() if maximised else first.show()
    first.close()
    # As it was on another screen: what Qt has written says so, and its geometry.
    again = whole_window(engine, "light", settings)
    again.show()
    qtbot.waitExposed(again)

    screen = again.screen().availableGeometry()
    title = again.frameGeometry().topLeft()
    assert screen.intersects(again.frameGeometry())
    assert screen.top() <= title.y() < screen.bottom()
    for window in (first, again):
        window.close()
        window.deleteLater()


def test_the_desktop_turns_dark_while_the_window_is_open(
    engine, open_window, qapp, qtbot, monkeypatch
):
    """And light again; a window whose look the user has chosen stays as it is."""
    real = qapp.styleHints()
    follows, stays = open_window(engine, "system"), open_window(engine, "light")

    qtbot.waitUntil(lambda: bool(follows.parts.charts.charts))
    chart = follows.parts.charts.charts[0].view

    class Hints:
        scheme = Qt.ColorScheme.Unknown

        def colorScheme(self):  # noqa: N802
            return self.scheme

    # This platform has no desktop that could be dark; the signal is Qt's own.
    monkeypatch.setattr(themes.QGuiApplication, "styleHints", Hints)
    for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        Hints.scheme = scheme
        real.colorSchemeChanged.emit(scheme)
        assert follows.theme.dark is dark
        assert (chart._view.backgroundBrush().color().lightness() < 128) is dark
        assert not stays.theme.dark


def test_about_opens_beside_the_running_window(engine, open_window):
    """Never by ``exec``: the loop goes on."""
    window = open_window(engine)
    window.parts.actions.about.trigger()
    dialog = window.findChild(QDialog)

    assert dialog.isVisible()
    assert any("statmon" in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()


def test_the_banner_can_be_dismissed(engine, open_window):
    """And a very long sentence does not fill the window."""
    window = open_window(engine)
    window.parts.banner.say("x" * 5_000)
    assert len(window.parts.banner.text) < 600

    window.parts.banner._close.click()
    assert window.parts.banner.text == ""


def test_the_theme_follows_the_system_while_it_runs(engine, open_window):
    """A change of the desktop's scheme reaches every part."""
    window = open_window(engine)
    window.set_look("dark")
    app = QApplication.instance()

    assert app.palette().window().color().lightness() < 128
    window.set_look("light")
    assert app.palette().window().color().lightness() > 128


def test_a_closed_window_ticks_no_more(engine, open_window):
    """And lets go of the table."""
    window = open_window(engine)
    window.close()

    assert not window.parts.pulse._seconds.isActive()
    assert engine.table._observers == []


def test_asked_for_a_chart_of_nothing_it_says_what_to_choose(engine, open_window):
    """An object's head holds statistics, and is none."""
    window = open_window(engine)
    window.parts.actions.charting.trigger()

    assert "unfold an object" in window.parts.banner.text
    assert window.parts.charts.tabs.count() == 0


def test_every_menu_has_a_key_of_its_own(qapp):
    """With Alt; the demo's menu, which the frame does not know yet, has M."""
    window = MainWindow(choice="light")
    titles = [action.text() for action in window.menuBar().actions()]
    keys = [title[title.index("&") + 1].lower() for title in titles]
    window.deleteLater()

    assert len(keys) == 7
    assert len({*keys, "m"}) == 8
