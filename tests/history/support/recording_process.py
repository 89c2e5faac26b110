"""Records at full rate until it is killed, and says what was acknowledged (``killed``).

Series are numbered 1 to 20, and a reading's value is its number.
"""

from pathlib import Path

from statmon.history import History, Rules, memtable
from tests.history.support.killed import say, serve
from tests.history.support.readings import START, bean, reading

SERIES = 20
BATCH = 200


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


if __name__ == "__main__":
    serve(record)
