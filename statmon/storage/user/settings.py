"""Settings: a small readable JSON file in the platform's folder."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs

from statmon.domain import plain_json
from statmon.named_files import read_state
from statmon.storage.machine.files import write_text
from statmon.storage.machine.locks import alone

_log = logging.getLogger(__name__)


def path() -> Path:
    """Return where the settings are kept."""
    return Path(platformdirs.user_config_dir("statmon", appauthor=False)) / "settings.json"


def load() -> dict[str, Any]:
    """Return the settings; damaged or missing ones count as empty."""
    try:
        data = plain_json.loads(read_state(path()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("the settings cannot be read, defaults are used: %s", error)
        return {}
    return data if isinstance(data, dict) else {}


def remember(key: str, value: Any) -> None:
    """Keep one setting; that it cannot be kept is logged and costs nothing else."""
    revise(key, lambda _: value)


def revise(key: str, change: Callable[[Any], Any]) -> None:
    """Keep what a change makes of one setting; no other thread or statmon keeps one meanwhile.

    Blocks for a moment, for five seconds where another statmon hangs in it.
    """
    target = path()
    with alone(target):
        data = load()
        data[key] = change(data.get(key))
        try:
            _keep_damaged(target)
            write_text(target, json.dumps(data, indent=2) + "\n")
        except OSError as error:
            _log.warning("the settings cannot be written: %s", error)


def _keep_damaged(target: Path) -> None:
    """Put settings that cannot be read aside before others take their place: sites are in them."""
    try:
        plain_json.loads(read_state(target))
    except ValueError:
        aside = target.with_suffix(".damaged.json")
        target.replace(aside)
        _log.warning("the damaged settings are kept in %s", aside)
    except FileNotFoundError:
        return


def last_workspace() -> Path | None:
    """Return the workspace that was opened last, if it is still there."""
    found = _remembered_workspace()
    return found if found is not None and found.is_file() else None


def lost_workspace() -> Path | None:
    """Return the workspace that was opened last, if it is not there any more."""
    found = _remembered_workspace()
    return found if found is not None and not found.is_file() else None


def _remembered_workspace() -> Path | None:
    name = load().get("lastWorkspace")
    return Path(name) if isinstance(name, str) else None
