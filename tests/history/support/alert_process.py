"""Keeps alerts at full rate until it is killed, and says what was acknowledged (``killed``).

Alerts are numbered; each is raised, acknowledged with its number, and ended.
"""

from pathlib import Path

from statmon.domain.statistic import Series
from statmon.history import AlertEntry, Deed, History, Rules
from tests.history.support.killed import say, serve

START = 1_700_000_000_000
BATCH = 10


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


if __name__ == "__main__":
    serve(keep)
