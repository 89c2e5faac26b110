"""Logging, with secrets masked before anything is written."""

import logging
import re
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_PATTERNS: Final = (
    re.compile(r"(?i)(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"),
    re.compile(
        r"(?i)\b(access_token|refresh_token|client_secret|password|x-api-key|api_?key|token)"
        r"([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+"
    ),
    # Only in URLs: "code: 403" in a sentence is no secret.
    re.compile(r"([?&]code)(=)[^\s\"'&]+"),
    re.compile(r"(://)()[^\s/@]+(?=@)"),
    re.compile(r"(?i)\b((?:set-)?cookie)(\s*:\s*)[^\r\n]+"),
)
MASK: Final = "•••"
_SHORTEST: Final = 4


class _Hidden:
    """What is masked, the longest first; replaced as a whole, since any thread may log."""

    secrets: tuple[str, ...] = ()


def hide(secrets: Iterable[str]) -> None:
    """Mask these from now on in everything that is logged: secrets come while statmon runs."""
    known = {*_Hidden.secrets, *(secret for secret in secrets if len(secret) >= _SHORTEST)}
    _Hidden.secrets = tuple(sorted(known, key=len, reverse=True))


class MaskSecrets(logging.Formatter):
    """Formats a record, tracebacks included, with known and likely secrets masked."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        hide(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text that may be written."""
        return masked(super().format(record))


def masked(text: str) -> str:
    """Return a text with what is hidden, and what looks like a secret, masked."""
    for secret in _Hidden.secrets:
        text = text.replace(secret, MASK)
    text = _PATTERNS[0].sub(rf"\1 {MASK}", text)
    for pattern in _PATTERNS[1:]:
        text = pattern.sub(rf"\1\2{MASK}", text)
    return text


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
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("no log file: %s", error)
        return None
    _log_to(handler, logging.INFO, secrets)
    return path


def _log_to(handler: logging.Handler, level: int, secrets: Iterable[str]) -> None:
    handler.setFormatter(MaskSecrets(secrets))
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level or logging.WARNING))
    for name in ("httpx2", "httpcore2", "httpx", "httpcore", "websockets", "asyncio", "qasync"):
        logging.getLogger(name).setLevel(logging.WARNING)
