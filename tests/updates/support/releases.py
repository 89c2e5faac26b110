"""Announcements, made by the tool that makes them at a release."""

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nacl.signing import SigningKey

_TOOL = Path(__file__).parents[3] / "packaging" / "sign_release.py"
_spec = importlib.util.spec_from_file_location("sign_release", _TOOL)
assert _spec is not None
assert _spec.loader is not None
sign_release = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sign_release)

KEY = SigningKey(b"only for these tests, 32 bytes !")
PUBLIC = bytes(KEY.verify_key)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "https://statmon.example/0.2.0"


def announced(version="0.2.0", key=KEY, **changes) -> bytes:
    """Return an announcement of yesterday's, good for a month."""
    said = {
        "version": version,
        "page": PAGE,
        "notes": "Charts remember their span.",
        "issued": NOW - timedelta(days=1),
        "expires": NOW + timedelta(days=30),
    }
    return sign_release.announcement(key, **{**said, **changes}).encode()
