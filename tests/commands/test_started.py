"""Whether a desktop started us: never guessed, since a wrong guess lets a script wait for ever."""

import os

import pytest

from statmon.commands.started import by_a_desktop


@pytest.fixture
def pipe():
    """A stderr that somebody reads, or keeps."""
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w") as stream:
        yield stream


class Terminal:
    """A stderr that is seen."""

    def isatty(self):
        return True

    def fileno(self):
        raise OSError


def journal(stream):
    there = os.fstat(stream.fileno())
    return {"JOURNAL_STREAM": f"{there.st_dev}:{there.st_ino}"}


def test_a_pipe_or_a_terminal_alone_is_no_desktop(pipe):
    """A script, a test, a person."""
    assert not by_a_desktop(pipe, {"DISPLAY": ":0"})
    assert not by_a_desktop(Terminal(), {"DISPLAY": ":0"})


def test_a_program_without_stderr_was_started_by_a_desktop():
    """As Windows' program without a console is."""
    assert by_a_desktop(None, {})


@pytest.mark.parametrize(
    "sign",
    [
        {"DESKTOP_STARTUP_ID": "files-1-host_TIME1"},
        {"XDG_ACTIVATION_TOKEN": "x"},
        {"GIO_LAUNCHED_DESKTOP_FILE_PID": "77"},
    ],
)
def test_a_launchers_sign_counts(pipe, sign):
    """But not to a person at a terminal that was started so, nor where nobody looks."""
    assert by_a_desktop(pipe, sign, 77)
    assert not by_a_desktop(Terminal(), sign, 77)
    assert not by_a_desktop(pipe, {**sign, "QT_QPA_PLATFORM": "offscreen"}, 77)


def test_a_launchers_sign_for_another_process_is_none(pipe):
    """A script inherits it from the program that was launched."""
    assert not by_a_desktop(pipe, {"GIO_LAUNCHED_DESKTOP_FILE_PID": "76"}, 77)


def test_the_sessions_journal_is_read_by_nobody(pipe):
    """Only if it is this very stream."""
    assert by_a_desktop(pipe, journal(pipe))
    assert not by_a_desktop(pipe, {"JOURNAL_STREAM": "1:2"})
