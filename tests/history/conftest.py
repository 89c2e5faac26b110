"""Histories in a folder of the test's own, closed when it ends."""

import pytest

from statmon.history import History
from tests.history.support.readings import START


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
