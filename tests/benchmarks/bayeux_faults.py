"""Silence and losses of the CometD client in the faults of the field, as a markdown table.

``python tests/benchmarks/bayeux_faults.py``: numbers, 20 a second, go through a fault-injecting TCP
proxy; a held connect lasts 4 s, a session 6 s more, the network delay is 2 s. The server is the
small one of the tests, in this process.
"""

import asyncio
import logging
import sys

from tests.faults.support.feed import feeding
from tests.faults.support.scenarios import NEW_SESSION, POLLING_ONLY, SAME_SESSION

COLUMNS = [
    ("long-polling", False),
    ("long-polling", True),
    ("websocket", False),
    ("websocket", True),
]
AT_ONCE = 6


async def run(name: str, transport: str, ack: bool, gate: asyncio.Semaphore) -> str:
    """Return "silence / lost" of one fault, with duplicates if there were any."""
    if transport == "websocket" and name in POLLING_ONLY:
        return "–"
    scenario = {**SAME_SESSION, **POLLING_ONLY, **NEW_SESSION}[name]
    async with gate, feeding(transport, 1.0, ack=ack, interval=0.05) as feed:
        try:
            await feed.suffer(scenario)
        except TimeoutError:
            return "**dead**"
        twice = f" / {feed.duplicates} twice" if feed.duplicates else ""
        return f"{feed.silence:.1f} / {feed.lost}{twice}"


async def table() -> str:
    """Run everything and return the table."""
    gate = asyncio.Semaphore(AT_ONCE)
    names = [*SAME_SESSION, *POLLING_ONLY, *NEW_SESSION]
    cells = await asyncio.gather(
        *(run(name, transport, ack, gate) for name in names for transport, ack in COLUMNS)
    )
    titles = [f"{transport}, ack {'on' if ack else 'off'}" for transport, ack in COLUMNS]
    lines = [f"| fault | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for row, name in enumerate(names):
        found = cells[row * len(COLUMNS) : (row + 1) * len(COLUMNS)]
        lines.append(f"| {name} | {' | '.join(found)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    logging.disable(logging.CRITICAL)
    sys.stdout.write(asyncio.run(table()) + "\n")


if __name__ == "__main__":
    main()
