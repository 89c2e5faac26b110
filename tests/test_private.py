"""What tells how people work is for its user alone, whatever the umask."""

import logging
import os
import stat
from pathlib import Path

import pytest

from statmon import private
from statmon.domain.workspace import parse
from statmon.history import History
from statmon.storage.machine import files, logs
from statmon.storage.machine.instance import Seat
from statmon.storage.machine.leftovers import Leftovers
from statmon.storage.user import settings
from statmon.storage.user.recovery import Recovery
from statmon.storage.user.tape import Tape
from statmon.support import machine
from statmon.updates import last_check

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a Windows profile lets nobody else in")
WORKSPACE = parse({"schema": 1, "name": "Floor", "site": {"url": "http://site"}})


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request):
    """The process's umask, from the one that hides nothing to the one that hides all."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What in a folder, itself included, others may read, or its user may not."""
    wrong = []
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode != (0o700 if path.is_dir() else 0o600):
            wrong.append(f"{path.name}: {mode:o}")
    return wrong


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The user's folders, none of which is there yet."""
    root = tmp_path / "home"
    for what in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{what}_HOME", str(root / what.lower()))
    return root


def test_history_settings_logs_and_notes_are_made_private(home, umask):
    """Folders 0700, files 0600; the history with all that SQLite puts beside it."""
    history = History(home / "data" / "statmon" / "history")
    settings.remember("language", "de")
    path = logs.log_to_file()
    handler = logging.getLogger().handlers[-1]
    logging.getLogger("statmon").warning("something")
    handler.doRollover()
    last_check.keep(last_check.LastCheck())
    seat, leftovers, recovery = Seat(), Leftovers("watch", "http://site"), Recovery()
    assert seat.take()
    leftovers.keep(["an id"])
    recovery.take()
    recovery.keep(WORKSPACE, None)
    assert history.flush().result()
    try:
        assert path is not None
        assert sum(item.is_file() for item in home.rglob("*")) >= 12
        assert open_to_others(home) == []
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
        history.close()
        leftovers.release()
        recovery.release()
        seat.release()
    assert open_to_others(home) == []


def test_a_recording_is_private_also_in_place_of_one_that_was_not(tmp_path, umask):
    """It lies where its user wants it; the folder stays as it is."""
    path = tmp_path / "session.jsonl"
    path.touch()
    path.chmod(0o644)
    tape = Tape(path, WORKSPACE, lambda _error: None)

    assert tape.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_an_earlier_statmon_made_is_mended_and_said(tmp_path, caplog):
    """Whatever statmon opens next; a link's target is nobody's business."""
    folder, elsewhere = tmp_path / "history", tmp_path / "shared.txt"
    History(folder).close()
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (folder / "link").symlink_to(elsewhere)
    for path in (folder / "history.db", folder / "history.tally"):
        path.chmod(0o664)
    folder.chmod(0o755)

    History(folder).close()

    (folder / "link").unlink()
    assert open_to_others(folder) == []
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644
    assert f"others could read 3 files or folders in {folder}: mended" in caplog.text


def test_the_doctor_says_what_it_mended(home):
    """Once."""
    machine.disk()
    for folder in machine.folders().values():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    machine.folders()["history"].chmod(0o755)

    assert "others could read history until now" in machine.disk().says
    assert "others could read" not in machine.disk().says


def test_a_file_of_the_users_own_is_as_the_umask_has_it(tmp_path):
    """A workspace that is saved among shared files is shared."""
    tmp_path.chmod(0o755)

    files.write_text(tmp_path / "floor.statmon", "{}")

    assert stat.S_IMODE((tmp_path / "floor.statmon").stat().st_mode) == 0o666 & ~files._UMASK


def test_what_cannot_be_mended_is_said(tmp_path, monkeypatch, caplog):
    """And costs nothing else."""
    folder = tmp_path / "history"
    folder.mkdir()
    folder.chmod(0o755)

    def refused(*_arguments, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)

    assert private.folder(folder) == []
    assert f"others may read what is in {folder}: Operation not permitted" in caplog.text
