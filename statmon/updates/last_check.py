"""What the last question brought, kept between starts; a damaged file counts as none."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import platformdirs

from statmon import private
from statmon.named_files import read_state
from statmon.storage.machine import files

_log = logging.getLogger(__name__)


class LastCheck(msgspec.Struct, frozen=True):
    """Nothing in it is believed because it is here: an answer is checked again when it is used."""

    asked: float = 0.0
    """When somebody was asked last, epoch seconds, whatever came of it."""
    problem: str = ""
    """Why the last answer, or the lack of one, does not count."""
    answer: str = ""
    """The last announcement that was believed."""
    newest: datetime | None = None
    """When the newest announcement ever believed was issued."""


def path() -> Path:
    """Return where it is kept."""
    return Path(platformdirs.user_state_dir("statmon", appauthor=False)) / "updates.json"


def load() -> LastCheck:
    """Return what is remembered."""
    try:
        memory = msgspec.json.decode(read_state(path()), type=LastCheck)
    except FileNotFoundError:
        return LastCheck()
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        _log.warning("what is known of updates cannot be read: %s", error)
        return LastCheck()
    if memory.newest is not None and memory.newest.tzinfo is None:
        return msgspec.structs.replace(memory, newest=memory.newest.replace(tzinfo=UTC))
    return memory


def keep(memory: LastCheck) -> None:
    """Keep it; that it cannot be kept is logged and costs another question at the next start."""
    try:
        private.folder(path().parent)
        text = json.dumps(msgspec.to_builtins(memory), indent=2)
        files.write_text(path(), text + "\n")
    except OSError as error:
        _log.warning("what is known of updates cannot be kept: %s", error)
