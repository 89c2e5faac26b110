"""What the simulator costs: events and values per CPU second, memory, by open statistics.

Run ``python tests/benchmarks/simulator_statserver.py [COUNT …]``; each count is measured in a
process of its own. Prints one row of a Markdown table each.
"""

import gc
import os
import resource
import subprocess
import sys
import time

from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.predefined import PREDEFINED, suits
from statmon.simulator.statserver.server import StatServer
from statmon.simulator.statserver.statistic import Watcher

AGENTS = 10_000
HEADER = (
    "| open statistics | agents | opened in (CPU s) | simulated minutes | events | values"
    " | CPU s | CPU µs per value | memory MB | bytes per statistic |\n|" + "---:|" * 10
)


def memory() -> int:
    """Return the resident bytes of this process."""
    pages = int(open("/proc/self/statm").read().split()[1])  # noqa: SIM115, PTH123
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(count: int) -> str:
    """Open this many statistics on agents, let ten minutes pass, return the table's row."""
    agenda = Agenda(1_700_000_000_000)
    centre = ordinary(agenda, Size(AGENTS, 60), seed=1, midnight=agenda.now - 10 * HOUR)
    agenda.run_until(agenda.now + HOUR)
    server = StatServer(agenda, Directory(centre))
    names = [name for name in PREDEFINED if suits(name, "Agent")][:10]
    delivered = [0]

    def deliver(_value: object) -> None:
        delivered[0] += 1

    gc.collect()
    before, start = memory(), time.process_time()
    for number in range(count):
        agent, name = f"agent{number // len(names) % AGENTS + 1}", names[number % len(names)]
        opened = server.open("Agent", agent, name=name)
        Watcher(opened.statistic, opened.definition.notification, deliver)
    opening, used = time.process_time() - start, memory() - before
    done, start = agenda.done, time.process_time()
    agenda.run_until(agenda.now + 10 * MINUTE)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"| {count:,} | {AGENTS:,} | {opening:.2f} | 10 | {agenda.done - done:,} | {delivered[0]:,}"
        f" | {spent:.2f} | {spent / max(1, delivered[0]) * 1e6:.1f} | {peak}"
        f" | {used // count:,} |"
    )


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        sys.stdout.write(measure(int(sys.argv[2])) + "\n")
    else:
        sys.stdout.write(HEADER + "\n")
        for wanted in sys.argv[1:] or ["1000", "10000", "100000"]:
            sys.stdout.flush()
            subprocess.run([sys.executable, __file__, "--one", wanted], check=True)
