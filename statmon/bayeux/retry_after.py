"""How long a server asks to be left alone."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

LONGEST: Final = 3_600.0
"""Seconds; who asks for more is asked again after an hour."""


def retry_after(headers: Mapping[str, Any], now: float | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for, in either of its forms, or None.

    A date is measured against the answer's own ``Date`` where it has one: then the two clocks
    need not agree (RFC 9110 §10.2.3).

    Args:
        headers: of the answer.
        now: epoch seconds; else this computer's.
    """
    raw = str(headers.get("Retry-After") or "").strip()
    if raw.isascii() and raw.isdigit():
        return min(float(raw[:8]), LONGEST)
    until = _epoch(raw)
    if until is None:
        return None
    sent = _epoch(str(headers.get("Date") or ""))
    here = time.time() if now is None else now
    return min(max(0.0, until - (here if sent is None else sent)), LONGEST)


def _epoch(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, OverflowError):
        return None
