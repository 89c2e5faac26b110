import sys

from PySide6.QtCore import QObject

from statmon.ui.start import pyside_features


def test_sources_of_what_is_imported_later_are_not_read(tmp_path, monkeypatch):
    """Reading them takes a tenth of a start."""
    pyside_features.none_used()
    (tmp_path / "statmon_imported_later.py").write_text("import PySide6.QtCore\n")
    monkeypatch.syspath_prepend(tmp_path)
    read = []
    monkeypatch.setattr("inspect.getsource", lambda module: read.append(module) or "")

    import statmon_imported_later

    assert read == []
    del sys.modules[statmon_imported_later.__name__]


def test_names_of_qt_stay_as_they_are():
    """Nobody has asked for others."""
    pyside_features.none_used()

    assert hasattr(QObject(), "objectName")
