"""Histories in a folder of the test's own, closed when it ends."""

import sys
from pathlib import Path

import pytest

from statmon.history import History

# pytest's importlib mode leaves sys.path alone: what tests share must be found by name.
sys.path.insert(0, str(Path(__file__).parent / "support"))
from readings import START


@pytest.fixture
def open_history(tmp_path):
    """Open histories, by default always the same one anew; all are closed when the test ends."""
    opened = []

    def begin(rules=None, folder=None, **options) -> History:
        options.setdefault("now", lambda: START)
        opened.append(History(folder or tmp_path / "history", rules, **options))
        return opened[-1]

    yield begin
    for history in opened:
        history.close()
