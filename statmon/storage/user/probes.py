"""Which predefined names a site has configured, as far as it was asked: kept for each site.

Names differ between contact centres and the service cannot list them; what was once found out
need not be asked again.
"""

import json
import logging
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs

from statmon.domain import plain_json
from statmon.named_files import read_state
from statmon.storage.machine.files import write_text
from statmon.storage.machine.locks import alone

_log = logging.getLogger(__name__)
Known = dict[str, dict[str, bool]]
"""By object type and predefined name: whether the site has it."""


def path(site: str) -> Path:
    """Return where the answers of a site are kept."""
    name = f"{sha256(site.rstrip('/').encode()).hexdigest()[:16]}.json"
    return Path(platformdirs.user_state_dir("statmon", appauthor=False)) / "probes" / name


def load(site: str) -> Known:
    """Return what is known of a site; nothing if nothing was kept or it is damaged."""
    try:
        data: Any = plain_json.loads(read_state(path(site)))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("what a site has configured cannot be read: %s", error)
        return {}
    if not isinstance(data, dict):
        return {}
    return {
        kind: {name: found for name, found in names.items() if isinstance(found, bool)}
        for kind, names in data.items()
        if isinstance(names, dict)
    }


def keep(site: str, object_type: str, answers: Mapping[str, bool]) -> Known:
    """Add answers to what is known of a site and return all of it."""
    with alone(path(site)):
        known = load(site)
        known.setdefault(object_type, {}).update(answers)
        try:
            write_text(path(site), json.dumps(known, indent=2, sort_keys=True) + "\n")
        except OSError as error:
            _log.warning("what a site has configured cannot be kept: %s", error)
    return known
