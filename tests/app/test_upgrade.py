"""What an older statmon left behind, opened with today's: nothing is lost.

``data/older`` was written by the statmon of commit 468bfa3: a workspace with a label, a chart that
was made in its window and a key of somebody else's, its settings with another look (the 30 days
of history by hand), and where its window's docks were. History of an older format has its own
test: tests/history/test_versions.py.
"""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from statmon.engine.read_only_engine import ReadOnlyEngine
from statmon.history import Rules
from statmon.storage.user import history_rules, preferences, recent, settings, workspace_file
from statmon.ui.start.compose import Whole
from statmon.ui.window.main_window import MainWindow

OLDER = Path(__file__).parent / "data" / "older"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder as the older statmon left it; the settings name it."""
    shutil.copytree(OLDER, tmp_path, dirs_exist_ok=True)
    kept = tmp_path / "settings.json"
    kept.write_text(kept.read_text("utf-8").replace("{folder}", tmp_path.as_posix()), "utf-8")
    monkeypatch.setattr(settings, "path", lambda: kept)
    return tmp_path


def test_its_settings_hold(home):
    """Look, rules of the history, the workspace of the last time; also after they were changed."""
    before = json.loads((home / "settings.json").read_text("utf-8"))
    assert settings.last_workspace() == home / "floor.statmon"
    assert recent.paths() == [home / "floor.statmon"]
    assert preferences.load().look == "dark"
    assert history_rules.wished() == Rules(keep_days=30)

    preferences.save(preferences.load())
    history_rules.keep(history_rules.wished())
    after = json.loads((home / "settings.json").read_text("utf-8"))
    assert {key: after[key] for key in before} == before


def test_its_workspace_is_written_as_it_was(home):
    """Every key, known or not, in its place."""
    file = home / "floor.statmon"
    before = file.read_bytes()
    workspace = workspace_file.read(file)
    workspace_file.write(file, workspace)

    assert file.read_bytes() == before
    assert workspace.subscriptions[0].statistics[1].statistic.name == "InboundCalls"
    assert workspace.objects[0].label == "Desk 1"


def test_its_window_comes_back_with_its_charts_and_docks(home, qapp, qtbot):
    """The docks have kept their names."""
    arranged = QSettings(str(home / "window.conf"), QSettings.Format.IniFormat)
    window = MainWindow(choice="dark", settings=arranged)
    try:
        window.show()
        qtbot.waitExposed(window)
        Whole(window, ReadOnlyEngine(workspace_file.read(home / "floor.statmon"))).finish()
        qtbot.waitUntil(lambda: window.parts.charts.tabs.tabText(0) == "Desk 1: InboundCalls")
        qtbot.waitUntil(lambda: abs(window.parts.docks.subscriptions.width() - 260) < 2)
        assert not window.parts.docks.connection.isVisible()
    finally:
        window.close()
        window.deleteLater()
