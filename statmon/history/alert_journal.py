"""The journal of alerts, in a file beside the readings: how each stands, and what people did.

An alert is one row, written anew whenever something happens to it, and what people did is kept by
alert, time and deed: so whatever is written twice is there once. Whoever writes it knows what an
alert is; here it is a text.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from statmon import private
from statmon.domain.statistic import Series
from statmon.history.aside import NAME
from statmon.history.model import PERSONAL, Rules
from statmon.history.sqlite_errors import UNREADABLE, trouble_in
from statmon.history.transaction import transaction

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
FILE: Final = "alerts.db"
MOST_WAITING: Final = 10_000
"""Entries that are held while the disk cannot be written; the oldest go first."""
_TRIM_EVERY: Final = 3_600_000
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS alert (id TEXT PRIMARY KEY, site TEXT NOT NULL, "
    "object_type TEXT NOT NULL, object_id TEXT NOT NULL, measure TEXT NOT NULL, "
    "since INTEGER NOT NULL, ended INTEGER, at INTEGER NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS deed (alert TEXT NOT NULL, at INTEGER NOT NULL, "
    "change TEXT NOT NULL, who TEXT NOT NULL, words TEXT NOT NULL, "
    "PRIMARY KEY (alert, at, change)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS alert_since ON alert (since)",
    "PRAGMA user_version = 1",
)


class AlertEntry(NamedTuple):
    """How an alert stands. Times are local epoch milliseconds."""

    id: str
    series: Series
    since: int
    ended: int | None
    at: int
    """When something happened to it last."""
    body: str
    """All of it, as whoever wrote it reads it again."""


class Deed(NamedTuple):
    """What somebody did about an alert."""

    alert: str
    at: int
    change: str
    who: str
    words: str
    series: Series
    """What the alert is about."""


Entry = AlertEntry | Deed


class AlertJournal:
    """The file in a folder; all calls come from one thread, none raises because of the disk."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self._folder, self._rules = folder, rules
        self._path = folder / FILE
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[object, Entry] = {}
        self._trimmed: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether something is not on disk yet."""
        return bool(self._waiting)

    def write(self, entries: Iterable[Entry]) -> bool:
        """Put entries on disk, with what waits; return whether all is there now."""
        for one in entries:
            if self._rules.allow(one.series):
                key: object = one.id if isinstance(one, AlertEntry) else one[:3]
                self._waiting[key] = one
        for key in list(self._waiting)[:-MOST_WAITING]:
            del self._waiting[key]
        written: bool = self._do(self._write, False) if self._waiting else True
        if written:
            self._waiting.clear()
        return not self._waiting

    def unfinished(self, since: int) -> list[AlertEntry]:
        """Return the alerts that have not ended, and those that ended after a time."""
        return self._do(
            lambda file: _entries(file, "ended IS NULL OR ended >= ?", (since,)),
            list[AlertEntry](),
        )

    def between(self, start: int, end: int) -> tuple[list[AlertEntry], list[Deed]]:
        """Return the alerts that were there in a span of time, and what was done about them."""
        nothing: tuple[list[AlertEntry], list[Deed]] = [], []
        return self._do(lambda file: between(file, start, end), nothing)

    def erase(self, chosen: Callable[[Series], bool]) -> int:
        """Erase the alerts of some series for good, and their deeds; how many there were.

        Raises:
            OSError: it cannot be done now.
        """
        self._waiting = {key: one for key, one in self._waiting.items() if not chosen(one.series)}

        def erase(file: sqlite3.Connection) -> int:
            rows = file.execute("SELECT id, site, object_type, object_id, measure FROM alert")
            ids = [(id_,) for id_, *series in rows.fetchall() if chosen(Series(*series))]
            with transaction(file):
                _delete(file, ids)
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return len(ids)

        erased = self._do(erase, -1)
        if erased < 0:
            raise OSError("the journal of alerts cannot be written: make its folder writable")
        return erased

    def trim(self, now: int) -> None:
        """Delete what is older than the rules let be kept; once an hour."""
        if self._trimmed is not None and 0 <= now - self._trimmed < _TRIM_EVERY:
            return
        self._trimmed = now
        others, personal = self._rules.oldest(now)

        def trim(file: sqlite3.Connection) -> bool:
            kinds = ", ".join("?" * len(PERSONAL))
            rows = file.execute(
                "SELECT id FROM alert WHERE coalesce(ended, at) < ? OR "  # noqa: S608
                f"(coalesce(ended, at) < ? AND object_type IN ({kinds}))",
                (others, personal, *PERSONAL),
            ).fetchall()
            with transaction(file):
                _delete(file, rows)
                # Who did something is a person, too.
                file.execute("UPDATE deed SET who = '' WHERE at < ? AND who <> ''", (personal,))
            return True

        self._do(trim, False)

    def close(self) -> None:
        """Write what waits, and close the file."""
        self.write(())
        self._close()

    def _write(self, file: sqlite3.Connection) -> bool:
        with transaction(file):
            for one in self._waiting.values():
                if isinstance(one, AlertEntry):
                    file.execute(
                        "INSERT OR REPLACE INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (one.id, *one.series, *one[2:]),
                    )
                else:
                    file.execute("INSERT OR REPLACE INTO deed VALUES (?, ?, ?, ?, ?)", one[:5])
        return True

    def _do(self, act: Callable[[sqlite3.Connection], _T], nothing: _T) -> _T:
        """Do something with the file; with a sound one, if it is damaged."""
        for _ in range(2):
            try:
                return act(self._opened())
            except (*UNREADABLE, OSError) as error:
                _log.warning("the journal of alerts: %s", error)
                self._close()
                if isinstance(error, OSError) or trouble_in(error) != "damaged":
                    return nothing
                self._set_aside()
        return nothing

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            if not self._path.exists():
                private.make(self._path)
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
            self._connection = connection
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA secure_delete=ON")
            for statement in _TABLES:
                connection.execute(statement)
        return self._connection

    def _set_aside(self) -> None:
        """Put a damaged file where it goes with the others that were."""
        number = 1
        while (aside := self._folder / NAME.format(when=f"alerts-{number}")).exists():
            number += 1
        with contextlib.suppress(FileNotFoundError):
            self._path.replace(aside)
        for ending in ("-wal", "-shm"):
            self._path.with_name(FILE + ending).unlink(missing_ok=True)
        _log.error("the journal of alerts was damaged and is set aside as %s", aside)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the journal in a folder for reading only; None where there is none.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        yield None
        return
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def between(file: sqlite3.Connection, start: int, end: int) -> tuple[list[AlertEntry], list[Deed]]:
    """Return the alerts that were there in a span of time, and what was done about them.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    alerts = _entries(file, "since < ? AND (ended IS NULL OR ended >= ?)", (end, start))
    series = {one.id: one.series for one in alerts}
    deeds = file.execute("SELECT alert, at, change, who, words FROM deed ORDER BY at, alert")
    return alerts, [
        Deed(alert, at, change, who, words, series[alert])
        for alert, at, change, who, words in deeds
        if alert in series
    ]


def _entries(file: sqlite3.Connection, where: str, values: Sequence[int]) -> list[AlertEntry]:
    rows = file.execute(
        "SELECT id, site, object_type, object_id, measure, since, ended, at, body FROM alert "  # noqa: S608
        f"WHERE {where} ORDER BY since, id",
        values,
    )
    return [AlertEntry(row[0], Series(*row[1:5]), *row[5:]) for row in rows]


def _delete(file: sqlite3.Connection, ids: Sequence[tuple[str]]) -> None:
    file.executemany("DELETE FROM deed WHERE alert = ?", ids)
    file.executemany("DELETE FROM alert WHERE id = ?", ids)
