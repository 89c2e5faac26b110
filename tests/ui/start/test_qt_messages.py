"""What Qt says."""

import logging
import threading

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning

from statmon.ui.start import qt_messages

LAST_WORDS = "The Wayland connection broke. Did the Wayland compositor die?"


@pytest.fixture
def said(qapp, caplog):
    """Install the handler; give how often it made the last call."""
    calls = []
    caplog.set_level(logging.INFO, "qt")
    qt_messages.to_log(lambda: calls.append(len(caplog.messages)))
    yield calls
    qInstallMessageHandler(None)


def test_a_message_that_comes_again_and_again_is_logged_once(said, caplog):
    """Without its display Qt says the same at full speed."""
    for words in ("one", "one", "two", "one"):
        qWarning(words)

    assert caplog.messages == ["one", "two", "one"]
    assert said == []


def test_before_qt_ends_the_process_there_is_a_last_call(said):
    """Once, and after what Qt said is in the log."""
    qWarning(LAST_WORDS)
    qWarning("The Wayland connection experienced a fatal error: Broken pipe")

    assert said == [1]


def test_in_another_thread_nothing_is_done(said, caplog):
    """What has to be kept belongs to the window's thread."""
    thread = threading.Thread(target=qWarning, args=[LAST_WORDS])
    thread.start()
    thread.join()

    assert said == []
    assert caplog.messages == [LAST_WORDS]
