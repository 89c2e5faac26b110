"""Reads the statistic library: the shipped TOML files and the user's own entries."""

import json
import logging
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from statmon.domain import plain_json
from statmon.domain.library import Library, LibraryEntry, LibraryError, Provenance, Template
from statmon.domain.statistic import Statistic
from statmon.named_files import read_state
from statmon.storage.machine.files import write_text
from statmon.storage.machine.locks import alone
from statmon.storage.machine.resources import resource

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _File:
    """What one library file holds."""

    entry: tuple[LibraryEntry, ...] = ()
    template: tuple[Template, ...] = ()


@cache
def shipped() -> Library:
    """Return the library as it was shipped; read once.

    Raises:
        LibraryError: the installation is damaged.
    """
    files = [_read(path) for path in sorted(resource("library").glob("*.toml"))]
    return Library(
        (entry for file in files for entry in file.entry),
        (template for file in files for template in file.template),
    )


def entry_for(statistic: Statistic) -> LibraryEntry | None:
    """Return what the shipped library knows of a statistic, or None."""
    return shipped().entry_for(statistic)


def own_path() -> Path:
    """Return where the user's own entries are kept."""
    return Path(platformdirs.user_data_dir("statmon", appauthor=False)) / "library.json"


def load() -> Library:
    """Return the shipped library with the user's own entries before it.

    Own entries that cannot be used are logged and left out; their file is not touched.
    """
    try:
        return _with_own()
    except FileNotFoundError:
        return shipped()
    except (OSError, ValueError) as error:
        _log.warning("your own library entries cannot be read: %s", error)
        return shipped()


def change(make: Callable[[Library], Library]) -> Library:
    """Keep what is made of the library, and return it; no other statmon changes it meanwhile.

    Blocks: for a thread. Own entries that cannot be used are kept in a file beside it.

    Raises:
        LibraryError: what is made is no library; nothing is changed.
        OSError: it cannot be read or written; what was kept before still is.
    """
    path = own_path()
    with alone(path):
        try:
            known = _with_own()
        except FileNotFoundError:
            known = shipped()
        except ValueError as error:
            aside = path.with_suffix(".damaged.json")
            path.replace(aside)
            _log.warning("your own library entries are kept in %s: %s", aside, error)
            known = shipped()
        changed = make(known)
        _keep_own(changed)
    return changed


def _with_own() -> Library:
    base = shipped()
    own = _convert(plain_json.loads(read_state(own_path())), own_path())
    return Library((*own.entry, *base.entries), (*own.template, *base.templates))


def _keep_own(library: Library) -> None:
    """Keep a library's own entries and the templates that are not shipped."""
    base = {template.id for template in shipped().templates}
    data = {
        "entry": [_plain(e) for e in library.entries if e.provenance is Provenance.OWN],
        "template": [_plain(t) for t in library.templates if t.id not in base],
    }
    write_text(own_path(), json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def _plain(item: LibraryEntry | Template) -> Any:
    plain = msgspec.to_builtins(item)
    if isinstance(item, LibraryEntry) and item.definition is not None:
        plain["definition"] = dict(item.definition.fields)
    return plain


def _read(path: Path) -> _File:
    try:
        return _convert(tomllib.loads(read_state(path).decode()), path)
    except (OSError, ValueError, RecursionError) as error:
        raise LibraryError(f"{path} cannot be read ({error})") from None


def _convert(data: Any, path: Path) -> _File:
    try:
        return msgspec.convert(_wrapped(data), _File)
    except msgspec.ValidationError as error:
        raise LibraryError(f"{path} is no statistic library: {error}") from None


def _wrapped(data: Any) -> Any:
    """Put each definition's keys where ``Definition`` keeps them: as they are, known or not."""
    if not isinstance(data, dict) or not isinstance(data.get("entry"), list):
        return data
    entries = [
        {**item, "definition": {"fields": item["definition"]}}
        if isinstance(item, dict) and item.get("definition") is not None
        else item
        for item in data["entry"]
    ]
    return {**data, "entry": entries}
