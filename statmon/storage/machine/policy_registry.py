"""An administrator's policy in Windows' registry: what Group Policy, Intune and the MSI write.

``HKEY_LOCAL_MACHINE\\Software\\Policies\\statmon``, which only administrators can change; a section
of ``policy.json`` is a key below it. A flag is 0 or 1, a list has an entry a line, a site is its
URL or one line of JSON.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from statmon.storage.machine.policy_keys import KEYS, Kind

PLACE: Final = r"HKEY_LOCAL_MACHINE\Software\Policies\statmon"
KEY: Final = r"Software\Policies\statmon"
_NAMES: Final = {part.casefold(): part for name in KEYS for part in (name, name.partition(".")[0])}
_FLAGS: Final = {0: False, 1: True}


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy as ``policy.json`` would say it.

    What cannot be read as what it must be stays as it is: it is then told, and forbids.

    Args:
        values: of each name under the key: a number, a text or a list of texts, or of a section
            the same again.
    """
    made: dict[str, Any] = {}
    for written, value in values.items():
        name = _known(written)
        if isinstance(value, dict):
            inner = {_known(f"{name}.{key}"): one for key, one in value.items()}
            made[name] = {key.partition(".")[2]: _value(key, one) for key, one in inner.items()}
        else:
            made[name] = _value(name, value)
    return made


def _known(name: str) -> str:
    """Return the name as statmon writes it: the registry does not tell Record from record."""
    return _NAMES.get(name.casefold(), name)


def _value(name: str, value: Any) -> Any:
    kind: Kind | None = KEYS[name].kind if name in KEYS else None
    if kind == "flag" and isinstance(value, int):
        return _FLAGS.get(value, value)
    if kind == "texts" and isinstance(value, str):
        return [value]
    if kind == "sites":
        return _sites(value)
    return value


def _sites(value: Any) -> Any:
    lines = [value] if isinstance(value, str) else value
    try:
        return [_site(line) for line in lines]
    except (TypeError, ValueError, RecursionError):
        return value


def _site(line: str) -> Any:
    return {"url": line} if line.startswith(("https://", "http://")) else json.loads(line)
