"""A history to export, and the real program that exports it."""

from pathlib import Path

import pytest

from statmon.history import History, Reader, Rules
from statmon.storage.user import history_rules


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where ``statmon export`` looks for the history."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(history_rules, "folder", lambda: tmp_path / "data/statmon/history")
    return tmp_path / "data/statmon/history"


@pytest.fixture
def recorded(folder):
    """Record readings (and tell the history more), and give a reader of them."""
    readers = []

    def record(readings, tell=lambda history: None) -> Reader:
        history = History(folder, Rules(keep_days=None))
        history.record(readings)
        tell(history)
        history.settled().result()
        history.close()
        readers.append(Reader(folder))
        return readers[-1]

    yield record
    for reader in readers:
        reader.close()
