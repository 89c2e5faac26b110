"""A file that somebody named holds nothing up, whatever it is."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

from statmon import cli, private
from statmon.named_files import TooLarge, opened, read_bounded, within
from statmon.storage.machine import files

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
STATMON = [sys.executable, "-m", "statmon"]


@pytest.fixture
def pipe(tmp_path):
    """A pipe into which nobody ever writes."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def _name(path: Path, kind: str) -> list[str]:
    """The command lines that name a file, each for its own purpose."""
    url = ["--url", "https://127.0.0.1:1", "--api-key", "k", "--token", "t"]
    one = ["--type", "Agent", "--id", "a", "X"]
    return {
        "workspace": ["watch", str(path), "--for", "1"],
        "authorities": ["peek", *url, "--ca-bundle", str(path), *one],
        "certificate": ["peek", *url, "--client-certificate", str(path), *one],
        "recording": ["replay", str(path)],
        "difference": ["diff", str(path), str(path)],
        "bundle": [str(path)],
    }[kind]


KINDS = ["workspace", "authorities", "certificate", "recording", "difference", "bundle"]


@needs_pipes
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("thing", ["pipe", "/dev/zero"])
def test_what_is_no_file_is_refused_in_a_sentence(tmp_path, monkeypatch, capfd, thing, kind):
    """A pipe, a device without an end; for every purpose that a file is named for."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    path = tmp_path / ("named.statbundle" if kind == "bundle" else "named")
    if thing == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(thing)

    code = cli.main(_name(path, kind))

    said = capfd.readouterr().err
    assert code == 1
    assert "no ordinary file" in said
    assert len(said.strip().splitlines()) == 1


@needs_pipes
def test_a_pipe_in_place_of_a_file_at_the_last_moment_is_refused(pipe, monkeypatch):
    """What is opened is looked at, not what had the name before."""
    plain = Path(__file__).stat()
    monkeypatch.setattr(Path, "stat", lambda *_args, **_more: plain)

    with pytest.raises(OSError, match="no ordinary file"):
        opened(pipe)


def test_a_folder_and_a_file_that_is_too_large_are_said(tmp_path):
    """With the bound."""
    (tmp_path / "large").write_bytes(b"x" * (2 << 20))

    with pytest.raises(IsADirectoryError):
        opened(tmp_path)
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        read_bounded(tmp_path / "large", 1 << 20)
    assert len(read_bounded(tmp_path / "large", 2 << 20)[0]) == 2 << 20


def test_a_drive_that_does_not_answer_is_given_up(tmp_path):
    """The thread that waits for it holds up no end of the program."""
    never = threading.Event()

    with pytest.raises(TimeoutError, match="is its drive connected"):
        within(never.wait, 0.01)
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "reading"] == [True]
    never.set()


def test_a_file_that_cannot_be_read_keeps_nothing_of_who_asked(tmp_path):
    """A painter in a caller's frame would else be active until garbage is collected."""

    class Painter:
        """Lives as long as something holds it."""

    def paint():
        painter = Painter()
        kept.append(weakref.ref(painter))
        with contextlib.suppress(FileNotFoundError):
            read_bounded(tmp_path / "nothing", 1)

    kept = []
    gc.disable()
    try:
        paint()
        assert kept[0]() is None
    finally:
        gc.enable()


@needs_pipes
def test_a_program_that_reads_a_dead_drive_ends_when_it_is_asked_to(tmp_path):
    """By SIGTERM, at once: the read itself cannot be interrupted."""
    code = (
        "import threading, statmon.named_files as n\n"
        "n._read = lambda *_: (print('reading', flush=True), threading.Event().wait())\n"
        "from statmon.storage.user import workspace_file\n"
        "from pathlib import Path\n"
        "n.read_bounded(Path('x'), 1)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"reading\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == -signal.SIGTERM


@needs_pipes
@pytest.mark.parametrize("thing", ["pipe", "device"])
def test_what_is_no_file_is_never_replaced_by_one(tmp_path, thing):
    """As root that would break the computer: /dev/full became an ordinary file."""
    target = tmp_path / "out.csv"
    if thing == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to("/dev/full")
    before = target.stat()

    with pytest.raises(OSError, match="no ordinary file"):
        files.write_text(target, "x")
    assert target.stat().st_mode == before.st_mode
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out.csv"]


@needs_pipes
def test_a_pipe_that_nobody_reads_is_an_error_at_once(pipe):
    """And one that somebody reads is written to."""
    with pytest.raises(OSError, match="No such device"):
        private.file(pipe, "wb")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with private.file(pipe, "wb") as file:
            file.write(b"x")
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)
