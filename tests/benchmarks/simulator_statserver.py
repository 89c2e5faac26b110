"""What the simulator costs: events and values per CPU second, memory, by open statistics.

Run ``python tests/benchmarks/simulator_statserver.py [COUNT …]``; each count is measured in a
process of its own. Prints one row of a Markdown table each.
"""

import gc
import os
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
    "| open statistics | opened in (CPU s) | events | values | CPU s | of it without statistics"
    " | CPU µs per value | events per CPU s | MB: centre | opened | after 10 min | after 20 min"
    " | bytes per statistic |\n|" + "---:|" * 13
)


def memory() -> int:
    """Return the resident bytes of this process."""
    pages = int(open("/proc/self/statm").read().split()[1])  # noqa: SIM115, PTH123
    return pages * os.sysconf("SC_PAGE_SIZE")


def centre_at_work() -> tuple[Agenda, StatServer]:
    """Return a contact centre that has been at work for an hour."""
    agenda = Agenda(1_700_000_000_000)
    size = Size(AGENTS, 60, chats=4, emails=4)
    centre = ordinary(agenda, size, seed=1, midnight=agenda.now - 10 * HOUR)
    agenda.run_until(agenda.now + HOUR)
    return agenda, StatServer(agenda, Directory(centre))


def ten_minutes(agenda: Agenda) -> float:
    """Let ten minutes pass; return the CPU seconds that they took."""
    start = time.process_time()
    agenda.run_until(agenda.now + 10 * MINUTE)
    return time.process_time() - start


def measure(count: int) -> str:
    """Open this many statistics on agents, let twenty minutes pass, return the table's row."""
    agenda, server = centre_at_work()
    floor = ten_minutes(agenda)
    names = [name for name in PREDEFINED if suits(name, "Agent")][:10]
    delivered = [0]

    def deliver(_value: object) -> None:
        delivered[0] += 1

    gc.collect()
    empty, start = memory(), time.process_time()
    for number in range(count):
        agent, name = f"agent{number // len(names) % AGENTS + 1}", names[number % len(names)]
        opened = server.open("Agent", agent, name=name)
        Watcher(opened.statistic, opened.definition.notification, deliver)
    opening, sizes = time.process_time() - start, [empty, memory()]
    done = agenda.done
    spent = ten_minutes(agenda)
    events, values = agenda.done - done, delivered[0]
    sizes.append(memory())
    ten_minutes(agenda)
    sizes.append(memory())
    megabytes = " | ".join(f"{size // 2**20}" for size in sizes)
    return (
        f"| {count:,} | {opening:.2f} | {events:,} | {values:,} | {spent:.2f} | {floor:.2f}"
        f" | {(spent - floor) / max(1, values) * 1e6:.0f} | {events / spent:,.0f}"
        f" | {megabytes} | {(sizes[1] - empty) // count:,} |"
    )


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        sys.stdout.write(measure(int(sys.argv[2])) + "\n")
    else:
        sys.stdout.write(HEADER + "\n")
        for wanted in sys.argv[1:] or ["1000", "10000", "100000"]:
            sys.stdout.flush()
            subprocess.run([sys.executable, __file__, "--one", wanted], check=True)
