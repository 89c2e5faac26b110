"""Every dialog of ours, on a small laptop's screen, also with a large font."""

import importlib
import os
import pkgutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QScrollArea, QVBoxLayout

import statmon.ui
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.service.access import Access
from statmon.storage.user import library
from statmon.storage.user.preferences import Preferences
from statmon.ui.alerts.dialog import ThresholdDialog
from statmon.ui.chart.toolbar import Toolbar
from statmon.ui.connect.dialog import ConnectDialog
from statmon.ui.desktop.preferences_dialog import Choices, PreferencesDialog
from statmon.ui.desktop.updates_dialog import UpdatesDialog
from statmon.ui.desktop.welcome import Welcome
from statmon.ui.editor.editor import SubscriptionEditor
from statmon.ui.editor.formulas import FormulaDialog
from statmon.ui.editor.library_edits import AskTitle
from statmon.ui.editor.site_hours import SiteHoursDialog
from statmon.ui.editor.statistics_page import DefinitionDialog
from statmon.ui.editor.targets import TargetDialog
from statmon.ui.history.export_dialog import ExportDialog
from statmon.ui.support.doctor_dialog import DoctorDialog
from statmon.ui.support.log_dialog import LogDialog
from statmon.ui.widgets import dialog as dialogs
from statmon.ui.widgets.dialog import FRAME, Dialog
from statmon.ui.window.about import About
from statmon.updates.check import Standing
from statmon.updates.release_source import NOWHERE

SCREEN = QSize(1280, 720)
ROOM = SCREEN - FRAME
PICTURES = os.environ.get("STATMON_PICTURES", "")


def _idle(work, _name):
    work.close()


def _editor(window):
    workspace = window.parts.document.workspace
    subscription = workspace.subscriptions[0]
    return SubscriptionEditor(
        workspace, subscription, library.shipped(), lambda: None, _idle, window.theme, window
    )


def _definition(window):
    statistic = Statistic(
        "s", ObjectRef("Agent", "agent1"), None, Definition({"category": "TotalNumber"})
    )
    return DefinitionDialog(statistic, 1, window.theme, window)


def _connect(window):
    made = ConnectDialog(_idle, window.theme, window)
    made.show_sites([], "", Access("http://gapi.example", username="sue"))
    made.form.more.setChecked(True)
    made.say_why("the sign-in has ended and cannot be renewed; sign in again")
    return made


def _targets(window):
    document, table = window.parts.document, window.parts.pulse.lens.live
    return TargetDialog(document.workspace, table, document.edit, None, window)


def _site_hours(window):
    document = window.parts.document
    return SiteHoursDialog(document.workspace, None, lambda: 0, document.edit, window)


def _formulas(window):
    document, table = window.parts.document, window.parts.pulse.lens.live
    return FormulaDialog(document.workspace, table, document.edit, window)


MADE = {
    About: About,
    AskTitle: lambda window: AskTitle("What is it called?", str, window),
    ConnectDialog: _connect,
    DefinitionDialog: _definition,
    DoctorDialog: lambda window: DoctorDialog(lambda: iter(()), _idle, window.theme, window),
    ExportDialog: lambda window: ExportDialog(
        SimpleNamespace(), (), window.parts.document.workspace, _idle, window
    ),
    FormulaDialog: _formulas,
    LogDialog: lambda window: LogDialog(lambda: "line\n" * 500, _idle, window),
    PreferencesDialog: lambda window: PreferencesDialog(
        Choices(Preferences(), autostart=False), has_tray=True, kept_in="/home/sue/settings.json",
        parent=window,
    ),
    SubscriptionEditor: _editor,
    ThresholdDialog: lambda window: ThresholdDialog(
        window.parts.alerts.watch, window.parts.views.names, None, None, window
    ),
    UpdatesDialog: lambda window: UpdatesDialog(
        Standing(NOWHERE, 0.0, "", None), wanted=False, parent=window
    ),
    SiteHoursDialog: _site_hours,
    TargetDialog: _targets,
    Welcome: lambda _window: Welcome("floor.statmon cannot be read", Path("last.statmon")),
}  # fmt: skip


def ours():
    """Every class of a dialog that is defined in the window's folders."""
    for module in pkgutil.walk_packages(statmon.ui.__path__, "statmon.ui."):
        importlib.import_module(module.name)

    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return {kind for kind in below(QDialog) if kind.__module__.startswith("statmon.")} - {Dialog}


def test_every_dialog_of_ours_is_one_that_fits_and_is_looked_at_here():
    """A new one is of the same kind, and is measured."""
    assert ours() == set(MADE)
    assert all(issubclass(kind, Dialog) for kind in ours())


@pytest.fixture
def small(qapp, monkeypatch, engine, open_window):
    """A window on a small screen, with a font of some points."""
    monkeypatch.setattr(dialogs, "room_for", lambda _: ROOM)
    before = QApplication.font()

    def opened(points):
        font = QApplication.font()
        font.setPointSize(points)
        QApplication.setFont(font)
        engine.go_up()
        return open_window(engine)

    yield opened
    QApplication.setFont(before)


@pytest.mark.parametrize("points", [9, 18])
@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.__name__)
def test_no_dialog_is_larger_than_the_screen_has_room_for(small, qapp, kind, points, request):
    """With its frame; and what does not fit can be scrolled to."""
    made = MADE[kind](small(points))
    try:
        made.show()
        qapp.processEvents()
        size = made.frameGeometry().size()
        if PICTURES:
            made.grab().save(f"{PICTURES}/{kind.__name__}-{points}.png")
        assert size.boundedTo(SCREEN) == size
        assert made.size().boundedTo(ROOM) == made.size()
        least = made.minimumSizeHint()
        assert least.boundedTo(ROOM) == least
    finally:
        made.done(0)
        made.deleteLater()


def test_what_grows_while_it_is_shown_begins_to_scroll(small, qapp):
    """A message of many lines comes later; the dialog keeps its place on the screen."""
    small(9)
    made = Dialog()
    layout = QVBoxLayout(made)
    layout.addWidget(QPushButton("first"))
    made.show()
    for number in range(60):
        layout.addWidget(QPushButton(str(number)))
    qapp.processEvents()
    qapp.processEvents()

    assert made.size().boundedTo(ROOM) == made.size()
    (scroll,) = made.findChildren(QScrollArea)
    assert scroll.verticalScrollBar().maximum() > 0
    made.close()
    made.deleteLater()


@pytest.mark.parametrize("points", [9, 18])
def test_the_charts_tools_fold_instead_of_being_crushed(small, qapp, points):
    """What is to be seen is whole; the rest is in a menu that does the same."""
    small(points)
    row = Toolbar()
    heard = []
    row.usual_wanted.connect(heard.append)
    row.kind_wanted.connect(heard.append)
    row.export_wanted.connect(heard.append)
    row.show()
    for width in (2400, 900, 500, 260, 120):
        row.resize(width, row.sizeHint().height())
        qapp.processEvents()
        seen = [part for part in row._parts if part.isVisible()]
        if PICTURES:
            row.grab().save(f"{PICTURES}/toolbar-{points}-{width}.png")
        assert all(part.width() >= part.sizeHint().width() for part in seen), width
        assert row.more.isVisible() == bool(row.folded)
        assert bool(row.folded) == (width <= 500) or width == 900
        assert row.closing.isVisible()
        assert row.closing.geometry().right() <= width or width < 200
    assert row.live.isVisible() or points == 18

    menu = row.more.menu()
    menu.aboutToShow.emit()
    by_name = {action.text(): action for action in menu.actions()}
    row.usual.setEnabled(True)
    assert row.custom.accessibleName() in by_name
    by_name[row.usual.accessibleName()].trigger()
    by_name[row.kind.accessibleName()].menu().actions()[2].trigger()
    by_name[row.export.accessibleName()].menu().actions()[0].trigger()
    assert heard == [True, "states", "copy"]
    row.close()
    row.deleteLater()
