"""Damaged files that were set aside, and what a repair left that was killed.

They hold readings as the history does: what is to be gone from it must be gone from them.
"""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NAME: Final = "history-damaged-{when}.db"
SAVING: Final = "saving-"
"""How the folder begins in which a sound file is made."""
_log = logging.getLogger(__name__)


def delete_copies(folder: Path) -> None:
    """Delete all of them.

    Raises:
        OSError: one cannot be deleted.
    """
    for path in _copies(folder):
        _delete(path)


def delete_old_copies(folder: Path, before: int) -> None:
    """Delete those that were last written before a time, local epoch milliseconds.

    One that cannot be deleted is logged, and tried again another time.
    """
    for path in _copies(folder):
        try:
            if path.stat().st_mtime * 1000 < before:
                _delete(path)
        except OSError as error:
            _log.warning("%s cannot be deleted: %s", path, error)


def _copies(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob(NAME.format(when="*") + "*"))
    yield from sorted(folder.glob(f"{SAVING}*"))


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    _log.info("%s was deleted: it held readings that are kept no longer, or elsewhere", path)
