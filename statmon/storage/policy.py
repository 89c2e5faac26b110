"""What an administrator has laid down for all users of this computer: ``policy.json``.

Each section of it has its own reader, which lets it forbid and shorten, never allow more.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs


class UnreadablePolicy(Exception):
    """There is a policy and it cannot be read: whoever asks must do nothing that it may forbid."""


def path() -> Path:
    """Return where a policy is looked for."""
    return Path(platformdirs.site_config_dir("statmon", appauthor=False)) / "policy.json"


def section(name: str) -> Mapping[str, Any]:
    """Return what the policy says under a name; nothing where there is no policy.

    Raises:
        UnreadablePolicy: it cannot be read, or is not written as a policy is.
    """
    try:
        data = json.loads(path().read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UnreadablePolicy(f"the policy {path()} cannot be read: {error}") from error
    found = data.get(name, {}) if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise UnreadablePolicy(
            f'the policy {path()} cannot be read: it must be {{"{name}": {{…}}}}'
        )
    return found
