"""What an administrator has laid down for all users of this computer: ``policy.json``.

It stands at one fixed path, which no environment variable moves, and on Windows in the registry as
well (``policy_registry``), whose values come first. What forbids or shortens counts wherever it
stands; values (addresses, keys, sites) count only from these two places, and from the file only
while nobody but the administrator can write there (decision 25).
"""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from statmon.named_files import read_bounded
from statmon.storage.machine import guarded, policy_keys, policy_registry, windows

_log = logging.getLogger(__name__)
_FILE: Final = Path("statmon", "policy.json")
_LARGEST: Final = 1_000_000
"""Bytes; anybody who sets a variable can name a file here."""


class UnreadablePolicy(Exception):
    """There is a policy and it cannot be read: whoever asks must do nothing that it may forbid."""


def path() -> Path:
    """Return the fixed path."""
    if sys.platform == "win32":
        return windows.program_data() / _FILE
    if sys.platform == "darwin":
        return Path("/Library/Application Support") / _FILE
    return Path("/etc/xdg") / _FILE


def others() -> list[Path]:
    """Return where else a policy is looked for that may only forbid and shorten.

    Desktops put folders of their own before the fixed one: Ubuntu, Plasma.
    """
    if sys.platform in {"win32", "darwin"}:
        return []
    folders = (Path(name) for name in os.environ.get("XDG_CONFIG_DIRS", "").split(os.pathsep))
    found = dict.fromkeys(folder / _FILE for folder in folders if folder.is_absolute())
    return [one for one in found if one != path()]


def restrictions(name: str) -> list[Mapping[str, Any]]:
    """Return what each policy says under a name, to forbid and to shorten by.

    Raises:
        UnreadablePolicy: one cannot be read, or is not written as a policy is.
    """
    return [_section(each, name) for each in _places()]


def value(name: str) -> Any:
    """Return what the policy at the fixed path holds under a name, or None.

    It counts as absent where somebody else than the administrator could have written it, and
    where it cannot be read: both are logged.
    """
    try:
        if name in (said := _in_registry()):
            return said[name]
        said = _read(path())
    except UnreadablePolicy as error:
        _log.error("%s", error)
        return None
    if name in said and (why := guarded.objection(path())):
        _log.error("what the policy %s says of %s does not count: %s", path(), name, why)
        return None
    return said.get(name)


def one_value(key: str) -> Any:
    """Return the value of one key at the fixed path, ``workspace.file``; None if it has no use."""
    section, _, name = key.partition(".")
    said = value(section)
    found = said.get(name) if isinstance(said, dict) else None
    return found if policy_keys.KEYS[key].usable(found) else None


def unusable(name: str = "") -> list[str]:
    """Return a sentence for each thing that a policy says and nobody can use, or nothing.

    Each says what holds instead: what forbids and cannot be read forbids.

    Args:
        name: of which part of the policies; of all by default.
    """
    found: list[str] = []
    for file in _places():
        values = file in (policy_registry.PLACE, path())
        try:
            clauses = policy_keys.unusable(_read(file), name, values=values)
        except UnreadablePolicy as error:
            found.append(f"{error}; it forbids all that it could")
        else:
            found += (f"the policy {file} cannot be used as it is: {clause}" for clause in clauses)
    return found


def problems() -> list[str]:
    """Return a sentence for each thing that is wrong with the policies, for doctor and window."""
    return [*unusable(), *_unknown()]


def _unknown() -> Iterator[str]:
    for file in _places():
        with suppress(UnreadablePolicy):
            for clause in policy_keys.unknown(_read(file)):
                yield f"the policy {file} is not read whole: {clause}"


def there() -> list[str]:
    """Return where there is a policy, for doctor."""
    found = [str(path())] if path().exists() else []
    with suppress(UnreadablePolicy):
        if _in_registry():
            found.insert(0, policy_registry.PLACE)
    return found


def _places() -> list[Path | str]:
    """Return all places, the registry's by its name."""
    registry = [policy_registry.PLACE] if sys.platform == "win32" else []
    return [*registry, path(), *others()]


def _in_registry() -> Mapping[str, Any]:
    try:
        return policy_registry.read(windows.policy_values(policy_registry.KEY))
    except OSError as error:
        said = f"the policy {policy_registry.PLACE} cannot be read: {error}"
        raise UnreadablePolicy(said) from error


def _section(file: Path | str, name: str) -> Mapping[str, Any]:
    found = _read(file).get(name, {})
    if not isinstance(found, dict):
        raise UnreadablePolicy(f'the policy {file} cannot be read: it must be {{"{name}": {{…}}}}')
    return found


def _read(file: Path | str) -> Mapping[str, Any]:
    if isinstance(file, str):
        return _in_registry()
    try:
        data = json.loads(read_bounded(file, _LARGEST)[0], object_pairs_hook=_once)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadablePolicy(f"the policy {file} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise UnreadablePolicy(f"the policy {file} cannot be read: it must be a JSON object")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; which of two of one name is meant nobody knows."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("it says one thing twice")
    return made
