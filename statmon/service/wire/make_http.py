"""Makes the HTTP of a service away from the loop: importing its library alone takes 0.1 s.

Whoever only hands an ``Http`` on names it for the type checker; a start shows its window, and the
last readings in it, before anybody imports it.
"""

import asyncio
from typing import TYPE_CHECKING

from statmon.service.access import Access
from statmon.service.wire.tap import Tap

if TYPE_CHECKING:
    from statmon.service.wire.http import Http


async def reach(access: Access, tap: Tap | None = None) -> "Http":
    """Return the HTTP of a service; the tap hears every call.

    Raises:
        ServiceError: the CA file cannot be used.
    """
    return await asyncio.to_thread(_make, access, tap)


def _make(access: Access, tap: Tap | None) -> "Http":
    from statmon.service.wire.http import Http

    return Http(access, tap)
