"""All that the doctor looks at, in the order in which a help desk would ask."""

import asyncio
from collections.abc import AsyncIterator, Callable
from importlib import import_module

from statmon.service.access import Access
from statmon.support import machine
from statmon.support.finding import Finding


async def examine(
    access: Access | None, window: Callable[[], list[Finding]]
) -> AsyncIterator[Finding]:
    """Look at the machine, the window's needs and the service, one finding after the other.

    Args:
        access: how to reach the service; None where none is named.
        window: looks for Qt and a screen; called in a thread.
    """
    yield machine.program()
    for finding in await asyncio.to_thread(window):
        yield finding
    proxy_fails = False
    for finding in await asyncio.to_thread(machine.examine, access):
        proxy_fails = proxy_fails or (finding.name, finding.outcome) == ("proxy", "failed")
        yield finding
    connection = await asyncio.to_thread(import_module, "statmon.support.connection")
    async for finding in connection.examine(access, proxy_fails=proxy_fails):
        yield finding
