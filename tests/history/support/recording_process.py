"""Records at full rate until it is killed, and says what was acknowledged.

``python recording_process.py``: for each line ``FOLDER FIRST`` on stdin a child is forked (which
saves starting an interpreter) that records readings, numbered on from FIRST, into the folder.
Series are numbered 1 to 20, and a reading's value is its number. Lines on stdout: ``child PID``;
``acknowledged N``: all readings below N are on disk; ``ended`` once the child is dead.
"""

import os
import sys
from pathlib import Path

from statmon.history import History, Rules, memtable
from tests.history.support.readings import START, bean, reading

SERIES = 20
BATCH = 200


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def record(folder: str, number: int) -> None:
    memtable.MOST = 3000
    history = History(Path(folder), Rules(keep_days=None))
    while True:
        batch = [
            reading(1 + n % SERIES, bean(n, START + n), n) for n in range(number, number + BATCH)
        ]
        history.record(batch)
        number += BATCH
        if number % (5 * BATCH) == 0 and history.flush().result():
            say(f"acknowledged {number}")


def main() -> None:
    for line in sys.stdin:
        folder, first = line.rsplit(" ", 1)
        child = os.fork()
        if not child:
            record(folder, int(first))
        say(f"child {child}")
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    main()
