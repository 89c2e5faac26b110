"""The suite's own tools: what a test before has done to the application holds up none after."""

import pytest
from PySide6.QtCore import QTimer


def test_qtbot_waits_though_the_application_was_told_to_end(qapp, request: pytest.FixtureRequest):
    qapp.exit()  # as the last test's loop did, when nothing ran
    waiting = request.getfixturevalue("qtbot")
    done = []
    QTimer.singleShot(1, lambda: done.append(True))

    waiting.waitUntil(lambda: bool(done))
