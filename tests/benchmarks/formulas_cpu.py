"""What formulas cost: 1,000 of them over 10,000 statistics that change 20,000 times a second.

The same readings are taken in with and without them, by a picture with a listener, in one process
at a time and by turns. What counts is the loop thread's CPU; others wait for the longest slice.
"""

import argparse
import asyncio
import statistics
import sys
import time

from statmon.domain.reading import Reading
from statmon.domain.statistic import Wanted
from statmon.domain.workspace import Workspace, parse
from statmon.engine.read_only_engine import ReadOnlyEngine
from statmon.service.wire.events import Arrival, ReadingsArrived

OBJECTS, NAMES = 1000, 10
"""Ten statistics of a thousand objects."""
FORMULAS, EACH = 1000, 10
"""So many formulas, each for a hundredth of the objects, which are of types of their own."""
BATCH, RATE = 100, 20_000
"""Readings a message, and a second."""


def workspace(formulas: int) -> Workspace:
    """Return a workspace of 10,000 statistics and some formulas on them."""
    statistics_ = [
        {"id": f"{o}/{n}", "objectType": f"Type{o // EACH}", "objectId": f"o{o}", "name": f"n{n}"}
        for o in range(OBJECTS) for n in range(NAMES)
    ]  # fmt: skip
    kinds = OBJECTS // EACH
    items = [
        {"id": f"f{f}", "unit": "%", "objectType": f"Type{f % kinds}",
         "formula": f"n{f % 7} / (n{f % 7 + 1} + n{f % 7 + 2} + {f})"}
        for f in range(formulas)
    ]  # fmt: skip
    return parse(
        {"schema": 1, "name": "", "site": {"url": "http://x"}, "formulas": items,
         "subscriptions": [{"name": "all", "statistics": statistics_}]}
    )  # fmt: skip


async def run(formulas: int, seconds: float) -> tuple[float, float, int]:
    """Return the CPU a second, the longest slice in ms, and the results that were told."""
    still = ReadOnlyEngine(workspace(formulas))
    told = [0]
    still.listen(lambda event: told.__setitem__(0, told[0] + len(getattr(event, "arrivals", ()))))
    table = still.table
    table.healthy = True
    inputs = list(table.series)
    table.set_open(inputs, is_open=True)
    wanted = {series: table.statistics[row] for row, series in enumerate(inputs)}
    longest, at = 0.0, 1_700_000_000_000
    if formulas:
        still.formulas.settle()
    go_on = still.formulas._go_on

    def timed() -> None:
        nonlocal longest
        before = time.thread_time()
        go_on()
        longest = max(longest, time.thread_time() - before)

    still.formulas._go_on = timed  # type: ignore[method-assign]
    place, number, began = 0, 0, time.monotonic()
    used = time.thread_time()
    while (passed := time.monotonic() - began) < seconds:
        if number * BATCH > passed * RATE:
            await asyncio.sleep(0.002)
            continue
        number += 1
        arrivals = []
        for _ in range(BATCH):
            series = inputs[place % len(inputs)]
            place += 1
            reading = Reading(series, place % 997, at + place, at + place, "update")
            arrivals.append(Arrival(reading, (Wanted("all", wanted[series], series),), "s"))
        still._tell(ReadingsArrived(tuple(arrivals), at + place))
        await asyncio.sleep(0)
    still.formulas.stop()
    results = told[0] - number * BATCH
    return (time.thread_time() - used) / (time.monotonic() - began), longest * 1000, results


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    found: dict[int, list[tuple[float, float, int]]] = {0: [], FORMULAS: []}
    for _ in range(args.rounds):
        for formulas, rounds in found.items():
            rounds.append(asyncio.run(run(formulas, args.seconds)))
    lines = ["| formulas | CPU of the loop's thread | longest slice | results a second |"]
    lines.append("|---|---|---|---|")
    for formulas, rounds in found.items():
        cpu = statistics.median(one[0] for one in rounds)
        longest = max(one[1] for one in rounds)
        results = statistics.median(one[2] for one in rounds) / args.seconds
        lines.append(f"| {formulas:,} | {cpu:.1%} | {longest:.1f} ms | {results:,.0f} |")
    without, with_ = (statistics.median(one[0] for one in rounds) for rounds in found.values())
    lines.append(f"\nWith formulas {with_ / without - 1:+.1%}.")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
