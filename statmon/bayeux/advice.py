"""Server advice and error strings (docs/reference/bayeux.md §2, §3)."""

from dataclasses import dataclass
from typing import Any, Final

DEFAULT_TIMEOUT: Final = 60.0
"""Seconds a server may hold a connect when it did not say (as the official clients assume)."""
DEFAULT_MAX_INTERVAL: Final = 10.0
"""Seconds a session lives without a connect when the server did not say (CometD's default)."""
LONGEST_TIMEOUT: Final = 300.0
"""Seconds; nobody's connection is held longer, and one that is dead must be noticed."""
LONGEST_INTERVAL: Final = 60.0
"""Seconds between two connects: beyond it nobody would call it live."""
LONGEST_LIFE: Final = 24 * 3600.0
"""Seconds that a session lives without a connect, at most."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice in seconds. New advice replaces the old one altogether; ``reconnect`` never sticks."""

    timeout: float = DEFAULT_TIMEOUT
    interval: float = 0.0
    max_interval: float = DEFAULT_MAX_INTERVAL
    multiple_clients: bool = False

    @property
    def lifetime(self) -> float:
        """Seconds after which a session without contact is surely gone."""
        return self.timeout + self.interval + self.max_interval


def advice_of(raw: Any, transport: str) -> Advice | None:
    """Read the ``advice`` of a message; None when there is none worth the name."""
    if not isinstance(raw, dict):
        return None
    nested = raw.get(transport)
    fields = {**raw, **nested} if isinstance(nested, dict) else raw
    return Advice(
        timeout=_seconds(fields.get("timeout"), DEFAULT_TIMEOUT, LONGEST_TIMEOUT),
        interval=_seconds(fields.get("interval"), 0.0, LONGEST_INTERVAL),
        max_interval=_seconds(fields.get("maxInterval"), 0.0, LONGEST_LIFE) or DEFAULT_MAX_INTERVAL,
        multiple_clients=fields.get("multiple-clients") is True,
    )


def reconnect_of(raw: Any, transport: str) -> str | None:
    """Return ``retry``, ``handshake`` or ``none`` when this very message says so.

    A negative interval means "do not retry" (docs/reference/bayeux.md §2).
    """
    if not isinstance(raw, dict):
        return None
    nested = raw.get(transport)
    fields = {**raw, **nested} if isinstance(nested, dict) else raw
    interval = fields.get("interval")
    if isinstance(interval, int | float) and interval < 0:
        return "none"
    reconnect = fields.get("reconnect")
    return reconnect if reconnect in ("retry", "handshake", "none") else None


def error_code(error: Any) -> int | None:
    """Return the number of a ``code:args:text`` error: only it is the same in all servers."""
    head = error.split(":", 1)[0].strip() if isinstance(error, str) else ""
    return int(head) if len(head) == 3 and head.isascii() and head.isdigit() else None


def is_unknown_session(error: Any) -> bool:
    """Tell whether an error means that the session is gone (fallback where advice is missing)."""
    code = error_code(error)
    text = error.lower() if isinstance(error, str) else ""
    if code == 402:
        return "missing" not in text
    return code in (401, 403) and "unknown" in text


def _seconds(raw: Any, default: float, longest: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < float("inf"):
        return default
    return min(raw, longest * 1000) / 1000  # first: an integer may be too large for a division
