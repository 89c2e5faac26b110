"""When shifts begin, as a workspace says: ``"shifts": ["06:00", "14:00", "22:00"]``."""

import re
from typing import Any, Final

_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def shifts_in(items: Any) -> tuple[int, ...]:
    """Return at which minutes of the site's day shifts begin; what is no time is left out."""
    found = set()
    for item in items if isinstance(items, list) else []:
        match = _TIME.fullmatch(item) if isinstance(item, str) else None
        if match is not None:
            found.add(int(match[1]) * 60 + int(match[2]))
    return tuple(sorted(found))
