"""Where standard output cannot be written, a line says so; nothing is printed into the void."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e

COMMANDS = ["watch", "peek", "doctor", "diff"]
INTO = {"full": 'exec "$@" >/dev/full', "closed": 'exec "$@" >&-'}
WORDS = {"full": "No space left on device", "closed": "it is closed"}


def line_of(command, workspace, tmp_path) -> list[str]:
    empty = tmp_path / "empty.statmon"
    empty.write_text(json.dumps({"schema": 1}))
    arguments = {
        "watch": ["watch", workspace],
        "peek": ["peek", "--type", "Agent", "--id", "agent2", "InboundCalls", "Nope"],
        "doctor": ["doctor"],
        "diff": ["diff", workspace, empty],
    }
    return [sys.executable, "-m", "statmon", *map(str, arguments[command])]


@pytest.mark.parametrize("into", INTO)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_or_no_output_at_all_is_said_in_one_line(
    command, into, simulate, workspace, tmp_path
):
    """Exit 1, and no traceback."""
    ended = subprocess.run(
        ["sh", "-c", INTO[into], "sh", *line_of(command, workspace, tmp_path)],
        env={**os.environ, **simulate()},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr == f"statmon: standard output cannot be written ({WORDS[into]})\n"


def test_a_simulator_that_cannot_say_where_it_listens_ends():
    """Nobody would find it; a program without any stdout is one of the window's, and goes on."""
    ended = subprocess.run(
        [
            "sh",
            "-c",
            INTO["full"],
            "sh",
            sys.executable,
            "-m",
            "statmon",
            "simulate",
            "--port",
            "0",
        ],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    words = f"statmon simulate: standard output cannot be written ({WORDS['full']})\n"
    assert ended.stderr == words


@pytest.mark.parametrize("command", ["peek", "doctor", "diff"])
def test_a_reader_that_has_enough_is_no_error(command, simulate, workspace, tmp_path):
    """As with ``| head``: it ends without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        line_of(command, workspace, tmp_path),
        env={**os.environ, **simulate()},
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (1, "")


def test_without_any_stream_it_still_ends_properly(workspace, tmp_path):
    """A service manager may give none."""
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *line_of("diff", workspace, tmp_path)],
        check=False,
    )

    assert ended.returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp850", "utf-8"])
def test_what_the_encoding_lacks_is_escaped(encoding, workspace, tmp_path):
    """As where Windows redirects into a file: quotes, other alphabets; no traceback."""
    other = tmp_path / "other.statmon"
    other.write_text(json.dumps({"schema": 1, "name": "Зал"}))
    ended = subprocess.run(
        [sys.executable, "-m", "statmon", "diff", workspace, other],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    wanted = "“Зал”".encode(encoding, "backslashreplace")
    assert wanted in ended.stdout
