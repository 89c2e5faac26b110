"""Reads a history that may be damaged: what can be saved of it is read from a copy."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from statmon.history.archive import FILE, Reader
from statmon.history.repair import salvage
from statmon.history.sqlite_errors import UNREADABLE, trouble_in

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def sound_reader(folder: Path) -> Iterator[tuple[Reader, str]]:
    """Give a reader of the history in a folder that has nothing damaged in it.

    Every page is looked at first. Where one is damaged, or anything else, what can be saved is
    written into a temporary file and read from there; the damaged one is left as it is.

    Gives the reader, and a sentence on what is gone: nothing if nothing is.

    Raises:
        sqlite3.Error: there is none, or it cannot be read now.
        NewerHistory: a newer statmon wrote it.
        OSError: there is no room for the copy.
    """
    with contextlib.ExitStack() as stack:
        try:
            reader = _proved(folder)
            said = reader.damage
        except UNREADABLE as error:
            if trouble_in(error) != "damaged":
                raise
            _log.warning("the history is damaged (%s)", error)
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="statmon-history-"))
            said = salvage(folder / FILE, folder, Path(place)).sentence
            reader = Reader(Path(place))
        with contextlib.closing(reader):
            yield reader, said


def _proved(folder: Path) -> Reader:
    """Return a reader of a file in which every page is what was written."""
    reader = Reader(folder)
    try:
        for _ in reader.proof():
            pass
    except BaseException:
        reader.close()
        raise
    return reader
