"""Looking at this computer: folders, keyring, proxies, versions. May block."""

import platform
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs

from statmon import __version__, private
from statmon.service.access import Access, Part
from statmon.service.sign_in.way import OPTIONS, in_words, parts_of
from statmon.service.wire import proxies
from statmon.storage.machine import policy
from statmon.storage.machine.keyring import find
from statmon.storage.user import history_rules
from statmon.storage.user.secrets import background
from statmon.support import verdicts
from statmon.support.finding import Finding, failed_with, ok, warning
from statmon.support.verdicts import Folder

CONNECT_WITHIN: Final = 5.0
"""Seconds that a proxy has to accept a connection."""
KEYRING_WITHIN: Final = 10.0
"""Seconds that a keyring has to answer, the user's password for it included."""
_WHOLE: Final = 5000
"""Letters of a part of the way: a help desk wants to see all of a path."""
_NO_SECRET: Final = ("statmon doctor", "nobody")


def examine(access: Access | None) -> list[Finding]:
    """Look at all that can be known without asking the service."""
    return [
        keyring_(),
        disk(),
        history(),
        verdicts.policy(policy.there(), policy.problems()),
        *([way(access), proxy(access)] if access is not None else []),
    ]


def program() -> Finding:
    """Tell which statmon runs on what."""
    how = "packaged" if getattr(sys, "frozen", False) else "installed"
    return ok(
        "statmon",
        f"{__version__} ({how}), Python {platform.python_version()}, {platform.platform()}",
    )


def folders() -> dict[str, Path]:
    """Return where statmon writes, by what is kept there."""
    name = "statmon"
    return {
        "settings": Path(platformdirs.user_config_dir(name, appauthor=False)),
        "history": Path(platformdirs.user_data_dir(name, appauthor=False)) / "history",
        "state": Path(platformdirs.user_state_dir(name, appauthor=False)),
        "logs": Path(platformdirs.user_log_dir(name, appauthor=False)),
    }


def disk() -> Finding:
    """Look whether the folders can be written and how much room there is."""
    return verdicts.disk([_folder(what, path) for what, path in folders().items()])


def _folder(what: str, path: Path) -> Folder:
    try:
        mended = private.folder(path)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"statmon doctor" * 400)
            file.flush()
        return Folder(what, path, shutil.disk_usage(path).free, mended=len(mended))
    except OSError as error:
        return Folder(what, path, None, error.strerror or str(error))


def history() -> Finding:
    """Look whether every page of the history is what was written."""
    from statmon.history import UNREADABLE, NewerHistory, sentence, sound_reader  # slow to import

    folder = history_rules.folder()
    if not (folder / "history.db").exists():
        return ok("history", "none is kept yet")
    try:
        with sound_reader(folder) as (reader, damage):
            return verdicts.history(reader.samples, damage, saved=reader.folder == folder)
    except (NewerHistory, OSError, *UNREADABLE) as error:
        return warning("history", sentence(error), "close what holds it, or update statmon")


def keyring_() -> Finding:
    """Look which keyring there is, and whether it can be read."""
    try:
        import keyring  # slow to import; only a report needs it

        backend = type(keyring.get_keyring())
        trusted = find().backend
        if trusted is not None:  # it may be there and locked, or not answer
            background(lambda: trusted.get_password(*_NO_SECRET)).result(KEYRING_WITHIN)
    except TimeoutError:
        return verdicts.keyring("", "it does not answer")
    except Exception as error:  # noqa: BLE001 - backends raise whatever their libraries raise
        return verdicts.keyring("", str(error) or type(error).__name__)
    return verdicts.keyring(f"{backend.__module__}.{backend.__qualname__}")


def proxy(access: Access) -> Finding:
    """Look for the proxy that stands between us and the service, and whether it answers."""
    found = proxies.find(access)
    if found.problem:
        return failed_with("proxy", found.problem)
    origin = who_says(access, "proxy") if access.proxy else found.origin
    return verdicts.proxy(found.address, origin, _reach(found.address) if found.address else None)


def way(access: Access) -> Finding:
    """Tell of each part of the way that somebody set, who that is."""
    parts = parts_of(access)
    said = (
        f"{in_words(part, parts[part], _WHOLE)} (from {who_says(access, part)})" for part in parts
    )
    return ok("way", ", ".join(said) or "nothing is set on purpose: the system's proxy and trust")


def who_says(access: Access, part: Part) -> str:
    """Return for people where a part of the way comes from."""
    option = OPTIONS.get(part, "")
    return {
        "option": option,
        "environment": f"STATMON_{option[2:].upper().replace('-', '_')}",
        "policy": f"the policy {policy.path()}",
        "list": "your list of sites",
        "file": "the workspace, to which you have said yes",
    }[dict(access.origins).get(part, "list")]


def _reach(address: str) -> str:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        where = (parts.hostname or "", parts.port or 80)
        socket.create_connection(where, CONNECT_WITHIN).close()
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return ""
