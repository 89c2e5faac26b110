"""A bundle: a workspace and a slice of history in one file, to look at the same instant anywhere.

A ZIP file with ``bundle.json``, ``workspace.statmon`` and the files of a small history of its
own. It holds no secret, as a workspace holds none; it holds readings, which may be about people.
"""

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from statmon.domain.statistic import Series
from statmon.domain.workspace import Workspace, WorkspaceError, dumps, loads
from statmon.storage.machine.files import write_bytes
from statmon.storage.machine.scratch import scratch
from statmon.storage.user import unzip
from statmon.storage.user.workspace_file import LARGEST

if TYPE_CHECKING:
    from statmon.history import History

SCHEMA: Final = 1
_ABOUT, _WORKSPACE, _HISTORY = "bundle.json", "workspace.statmon", "history/"
_DATABASE: Final = "history.db"
_FILES: Final = (_DATABASE, "history.tally")
"""Of a history: all else that lies beside it is made anew."""
_LARGEST: Final = 2_000_000_000
"""Bytes that a bundle may have, and unpack to: a wicked file must not fill the disk."""
_LARGEST_ABOUT: Final = 64 * 1024
_GAPS_BACK: Final = 7 * 86_400_000


class BundleError(ValueError):
    """A bundle that cannot be read; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of the history a bundle holds; local epoch milliseconds."""

    begin: int
    end: int
    instant: int
    """What it is opened at."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was unpacked into a folder."""

    workspace: Workspace
    part: Slice
    history: Path
    """The folder of its history."""


def write(path: Path, workspace: Workspace, history: "History", part: Slice) -> None:
    """Write a bundle. Waits for the history: not to be called in the Qt loop.

    Args:
        path: the file.
        workspace: what the user arranged, at the site whose series were recorded.
        history: where to read.
        part: what of it to take.

    Raises:
        OSError: the file cannot be written.
    """
    wanted = {
        item.statistic.series(workspace.site.url)
        for subscription in workspace.subscriptions
        for item in subscription.statistics
    }
    with scratch() as folder:
        _copy_slice(history, sorted(wanted), part, folder)
        about = {"bundle": SCHEMA, "begin": part.begin, "end": part.end, "instant": part.instant}
        target = folder / "bundle.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(_ABOUT, json.dumps(about, indent=2))
            file.writestr(_WORKSPACE, dumps(workspace))
            for kept in sorted(folder.iterdir()):
                if kept.is_file() and kept != target and kept.suffix != ".lock":
                    file.write(kept, _HISTORY + kept.name)
        write_bytes(path, target.read_bytes())


def _copy_slice(history: "History", wanted: Sequence[Series], part: Slice, folder: Path) -> None:
    members = set(wanted)
    before = [r for r in history.as_of(part.begin).result() if r.series in members]
    found = history.arrived(wanted, part.begin + 1, part.end + 1).result()
    steps = history.steps(part.begin, part.end + 1).result()
    gaps = history.gaps(part.begin - _GAPS_BACK, part.end).result()
    copy = _history(folder, part)
    try:
        copy.record([*sorted(before, key=lambda reading: reading.arrived), *found])
        for gap in gaps:
            copy.gap(gap.kind, gap.start, gap.series)
            if gap.end is not None:
                copy.mend(gap.kind, gap.end, gap.series)
        for at, by in steps:
            copy.note_step(at, by)
        copy.flush().result()
    finally:
        copy.close()


def unpack(path: Path, folder: Path, told: unzip.Told = lambda _done: None) -> Bundle:
    """Unpack a bundle into an empty folder; the file itself is never changed.

    Args:
        path: the file.
        folder: where its history goes.
        told: hears how much is done, and may raise to end it there.

    Raises:
        BundleError: it is no bundle, damaged, larger than it may be, or of a newer statmon.
        Exception: whatever ``told`` raises.
    """
    try:
        with unzip.bounded(path, _LARGEST) as file:
            part = _part_of(json.loads(unzip.read(file, _ABOUT, _LARGEST_ABOUT)))
            workspace = loads(unzip.read(file, _WORKSPACE, LARGEST))
            there = set(file.namelist())
            wanted = {_HISTORY + name: folder / name for name in _FILES if _HISTORY + name in there}
            unzip.extract(file, wanted, _LARGEST, told)
        _check_history(folder / _DATABASE)
    except WorkspaceError as error:
        raise BundleError(f"the bundle {path.name} cannot be read: {error}") from None
    except unzip.TooMuch as error:
        raise BundleError(f"the bundle {path.name} was not opened: {error}") from None
    except BundleError:
        raise
    except (*unzip.FAULTS, KeyError, TypeError, RecursionError, OverflowError) as error:
        # What else an error says is Python's, and repeats what a stranger's file holds.
        why = error if isinstance(error, unzip.Lacks) else getattr(error, "strerror", None)
        words = f"{path.name} is not a bundle, or it is damaged"
        raise BundleError(f"{words} ({why})" if why else words) from None
    return Bundle(workspace, part, folder)


def _check_history(database: Path) -> None:
    from statmon.history import NewerHistory, genuine  # slow to import; most open no bundle

    if not database.exists():
        return
    try:
        genuine.check(database)
    except (genuine.Foreign, NewerHistory) as error:
        raise BundleError(f"the bundle was not opened: {error}") from None
    except sqlite3.Error:
        raise BundleError("its database is damaged") from None


def _part_of(about: dict[str, int]) -> Slice:
    if about["bundle"] > SCHEMA:
        raise BundleError(f"the bundle was written by a newer statmon ({about['bundle']}): update")
    return Slice(int(about["begin"]), int(about["end"]), int(about["instant"]))


def open_history(bundle: Bundle) -> "History":
    """Return the history of an unpacked bundle, as old as it is."""
    return _history(bundle.history, bundle.part)


def _history(folder: Path, part: Slice) -> "History":
    """Return a history that forgets nothing and whose clock stands at the end of the part."""
    from statmon.history import History, Rules  # slow to import; most starts open no bundle

    return History(folder, Rules(keep_days=None, keep_bytes=None), now=lambda: part.end)
