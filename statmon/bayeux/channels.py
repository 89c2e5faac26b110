"""Channel names (docs/reference/bayeux.md §1)."""

import re
from typing import Final

_SEGMENT: Final = r"[A-Za-z0-9\-_!~()$@]+"
_PATTERN: Final = re.compile(rf"(/{_SEGMENT})*(/{_SEGMENT}|/\*{{1,2}})")


def check_channel(channel: str) -> str:
    """Return the channel; servers answer an illegal one with a bare HTTP 500.

    See docs/reference/bayeux.md §1.

    Raises:
        ValueError: It is not a channel that one may subscribe or publish to.
    """
    if not _PATTERN.fullmatch(channel) or channel.startswith("/meta/"):
        raise ValueError(f"{channel!r} is not a channel: write it as /one/two, /one/* or /one/**.")
    return channel
