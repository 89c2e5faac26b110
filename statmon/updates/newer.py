"""Whether an announcement is news: pure."""

from datetime import datetime, timedelta
from typing import Final

from statmon.updates.manifest import Refused, Release

CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead of this computer the signer's clock may be."""


def is_newer(release: Release, own: str, newest_seen: datetime | None, now: datetime) -> bool:
    """Tell whether a signed announcement is of a newer version than this one.

    Args:
        release: what is announced.
        own: the version that runs.
        newest_seen: when the newest announcement ever believed here was issued.
        now: this computer's time.

    Raises:
        Refused: it must not be believed: from the future, expired, or older than one before.
    """
    if release.issued > now + CLOCKS_DIFFER:
        raise Refused(f"it is dated {release.issued:%Y-%m-%d}; check this computer's clock")
    if release.expires <= now:
        raise Refused(f"it expired on {release.expires:%Y-%m-%d}")
    if newest_seen is not None and release.issued < newest_seen:
        raise Refused(f"it is older than the one of {newest_seen:%Y-%m-%d} that came before")
    announced, running = _number(release.version), _number(own)
    if announced < running:
        raise Refused(f"it announces {release.version}, which is older than this {own}")
    return announced > running


def _number(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
