"""Keeps alerts at full rate until it is killed, and says what was acknowledged.

``python alert_process.py``: for each line ``FOLDER FIRST`` on stdin a child is forked that notes
alerts, numbered on from FIRST, into the folder; each is raised, acknowledged with its number, and
ended. Lines on stdout: ``child PID``; ``acknowledged N``: all below N are on disk; ``ended`` once
the child is dead.
"""

import os
import sys
from pathlib import Path

from statmon.domain.statistic import Series
from statmon.history import AlertEntry, Deed, History, Rules

START = 1_700_000_000_000
BATCH = 10


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def series(number: int) -> Series:
    return Series("http://site", "Queue", f"q{number % 7}", "Waiting")


def entries_of(number: int) -> list[AlertEntry | Deed]:
    """Return what happens to one alert: three states, one deed."""
    id_, about, since = f"alert{number}", series(number), START + number * 1000
    return [
        AlertEntry(id_, about, since, None, since, f"raised {number}"),
        AlertEntry(id_, about, since, None, since + 1, f"acknowledged {number}"),
        Deed(id_, since + 1, "acknowledged", "sue", f"deed {number}", about),
        AlertEntry(id_, about, since, since + 2, since + 2, f"ended {number}"),
    ]


def keep(folder: str, number: int) -> None:
    history = History(Path(folder), Rules(keep_days=None))
    while True:
        for _ in range(BATCH):
            for one in entries_of(number):
                history.note([one])
            number += 1
        if history.flush().result():
            say(f"acknowledged {number}")


def main() -> None:
    for line in sys.stdin:
        folder, first = line.rsplit(" ", 1)
        child = os.fork()
        if not child:
            keep(folder, int(first))
        say(f"child {child}")
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    main()
