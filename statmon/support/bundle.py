"""The support bundle: what a help desk needs to see, in one file, with secrets masked.

It holds no reading and no name of an object: findings, settings, logs and versions only. What
is written is masked once more on its way in, whatever masked it before.
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from statmon.service.access import Access
from statmon.service.wire.masking import MASK, masked
from statmon.storage.machine import logs
from statmon.storage.user import settings, sites
from statmon.support.finding import Finding

LONGEST_LOG: Final = 2_000_000
"""Bytes of each log file, its end."""
_ABOUT: Final = """This is a support bundle of statmon. It was written because you asked for it,
and is sent nowhere. Passwords, tokens and keys are masked. Look through it before you hand it on:
the addresses of your service are in it.
"""


def write(target: Path, findings: Iterable[Finding], paths: Iterable[str] = ()) -> None:
    """Write the bundle in one step: after a failure there is none.

    Args:
        target: the file.
        findings: the doctor's.
        paths: of certificates and keys, which are hidden as those of the sites are.

    Raises:
        OSError: it cannot be written.
    """
    parts = dict(_parts(findings))
    hidden = {*paths, *(path for site in sites.load() for path in key_files(site.access))}
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for part, text in parts.items():
                archive.writestr(part, _without_paths(text, hidden), zipfile.ZIP_DEFLATED)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def key_files(access: Access) -> list[str]:
    """Return where certificates and keys of a site are."""
    return [path for path in (access.client_certificate, access.ca_bundle) if path]


def _without_paths(text: str, hidden: Iterable[str]) -> str:
    """Return a text with secrets masked, without these paths and without the user's home."""
    text = masked(text)
    for path in sorted(hidden, key=len, reverse=True):
        # As it stands in a sentence, and as JSON writes it.
        for form in (path, json.dumps(path)[1:-1]):
            text = text.replace(form, MASK)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def suggested_name(when: datetime | None = None) -> str:
    """Return a file name that says what it is and when it was made."""
    return f"statmon-support-{(when or datetime.now(UTC)):%Y%m%d-%H%M%S}.zip"


def _parts(findings: Iterable[Finding]) -> Iterable[tuple[str, str]]:
    yield "README.txt", _ABOUT
    yield "doctor.txt", "".join(f"{finding.line}\n" for finding in findings)
    yield "settings.json", json.dumps(_public(settings.load()), indent=2) + "\n"
    yield "components.txt", "".join(_components())
    for file in log_files():
        yield f"logs/{file.name}", tail(file, LONGEST_LOG)


def _public(data: dict[str, Any]) -> dict[str, Any]:
    """Return the settings without where the user keeps things."""
    hidden = ("workspace", "recent", "path", "folder")
    return {
        key: MASK if any(word in key.casefold() for word in hidden) else value
        for key, value in data.items()
    }


def _components() -> list[str]:
    return sorted({f"{found.name} {found.version}\n" for found in distributions()})


def log_files() -> list[Path]:
    """Return the log files, the newest first."""
    return sorted(logs.folder().glob("statmon.log*"), key=lambda file: file.name)


def tail(file: Path, most: int) -> str:
    """Return the end of a text file, from the beginning of a line; nothing if it cannot be read."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - most))
            data = stream.read()
    except OSError as error:
        return f"{file.name} cannot be read ({error.strerror})\n"
    if size > most:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", "replace")
