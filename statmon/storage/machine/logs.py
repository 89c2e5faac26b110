"""Logging, with secrets masked before anything is written."""

import logging
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs

from statmon import private
from statmon.domain.outside import visible
from statmon.service.wire.masking import hide, masked

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class MaskSecrets(logging.Formatter):
    """Formats a record, tracebacks included, with known and likely secrets masked."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        hide(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text that may be written, and does nothing to a terminal."""
        return visible(masked(super().format(record)), lines=True)


def folder() -> Path:
    """Return where logs are kept."""
    return Path(platformdirs.user_log_dir("statmon", appauthor=False))


def log_to_stderr(*, verbose: bool, secrets: Iterable[str] = ()) -> None:
    """Log warnings (with ``verbose`` everything) to stderr."""
    _log_to(logging.StreamHandler(), logging.DEBUG if verbose else logging.WARNING, secrets)


def log_to_file(secrets: Iterable[str] = ()) -> Path | None:
    """Log to a rotating file in the platform's folder; return it, or None if that cannot be."""
    path = folder() / "statmon.log"
    try:
        private.folder(path.parent)
        handler = _PrivateFile(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
        return None
    _log_to(handler, logging.INFO, secrets)
    return path


class _PrivateFile(RotatingFileHandler):
    """A log that only its user may read."""

    def _open(self) -> TextIOWrapper:
        return TextIOWrapper(private.file(Path(self.baseFilename), "ab"), "utf-8")


def _log_to(handler: logging.Handler, level: int, secrets: Iterable[str]) -> None:
    handler.setFormatter(MaskSecrets(secrets))
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level or logging.WARNING))
    for name in ("httpx2", "httpcore2", "httpx", "httpcore", "websockets", "asyncio", "qasync"):
        logging.getLogger(name).setLevel(logging.WARNING)
