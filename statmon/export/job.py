"""One export, from the history's folder to a file: what command line and window share."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from statmon.domain.cells import SCRIPTS, Dialect
from statmon.domain.library import Library
from statmon.domain.workspace import Workspace
from statmon.export import intervals, rows, workforce
from statmon.export.csv_file import CsvWriter
from statmon.export.table import Table, Writer
from statmon.history import UNREADABLE, NewerHistory, Reader, SeriesInfo, sentence, sound_reader
from statmon.storage.machine import files

Kind = Literal["csv", "xlsx", "parquet"]
KINDS: Final[tuple[Kind, ...]] = ("csv", "xlsx", "parquet")
_QUARTER: Final = 900_000
Told = Callable[[float, int], object]
"""Is told how much is done (0 to 1), and how many rows there are; may raise to end it there."""


class ExportError(Exception):
    """It cannot be done; says in a sentence why."""


class Stopped(Exception):
    """Somebody did not want it any more."""


@dataclass(frozen=True, slots=True)
class Period:
    """What lies between two instants, in rows of readings or of intervals."""

    start: int | None
    """Local epoch milliseconds; None: the first reading."""
    end: int
    """Until before; local epoch milliseconds."""
    every: int | None = None
    """Milliseconds of an interval; None: a row a reading."""


class Progress:
    """How far an export is; it works in one thread and is watched and stopped from another."""

    def __init__(self) -> None:
        self.done, self.rows = 0.0, 0
        self._stop = threading.Event()

    def stop(self) -> None:
        """Have it end before its next portion."""
        self._stop.set()

    def __call__(self, done: float, count: int) -> None:
        """Be told.

        Raises:
            Stopped: it was stopped.
        """
        self.done, self.rows = done, count
        if self._stop.is_set():
            raise Stopped


def fits(info: SeriesInfo, patterns: Sequence[str]) -> bool:
    """Whether a pattern (``*`` and ``?`` stand for anything) fits a series, or there is none.

    They are held against object id, label, statistic and subscription, in any case.
    """
    if not patterns:
        return True
    series = info.series
    title = info.title or series.measure
    names = (
        series.object_id,
        info.label,
        title,
        *info.subscription.split(", "),
        f"{series.object_type} {series.object_id}",
        f"{series.object_type}/{series.object_id}/{title}",
    )
    return any(
        fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns for name in names
    )


@contextlib.contextmanager
def history_in(folder: Path) -> Iterator[tuple[Reader, str]]:
    """Give a reader of the history in a folder; another statmon may be recording it.

    Gives with it a sentence on what of it is gone because its file was damaged; or nothing.

    Raises:
        ExportError: there is none, or it cannot be read.
    """
    if not (folder / "history.db").exists():
        raise ExportError(
            f"there is no history in {folder} yet: open the window, or watch --history"
        )
    try:
        with sound_reader(folder) as (reader, said):
            yield reader, said
    except NewerHistory as error:
        raise ExportError(str(error)) from None
    except UNREADABLE as error:
        raise ExportError(sentence(error)) from None


def table_of(reader: Reader, chosen: Sequence[SeriesInfo], period: Period) -> Table:
    """Return the table of some series; it is read while it is written."""
    start, end = _start(reader, period), period.end
    if period.every is None:
        return rows.readings(reader, chosen, start, end)
    return intervals.intervals(reader, chosen, start, end, period.every)


def counted_by(reader: Reader, workspace: Workspace, library: Library, period: Period) -> Table:
    """Return what a workspace's counters counted in each interval, by default 15 minutes.

    Raises:
        ExportError: the site's time zone is not known here.
    """
    start = _start(reader, period)
    name = workspace.site.time_zone
    try:
        zone = ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        raise ExportError(f"the time zone {name} of the site is not known here") from None
    every = period.every or _QUARTER
    return workforce.workforce(reader, workspace, library, start, period.end, every, zone)


def _start(reader: Reader, period: Period) -> int:
    """Return when a period begins: with the first reading where it does not say."""
    if period.start is not None:
        return period.start
    span = reader.span()
    return period.end if span is None else min(span[0], period.end)


def write(table: Table, kind: Kind, path: Path, told: Told, dialect: Dialect = SCRIPTS) -> int:
    """Write a table into a file, CSV in a dialect, and return how many rows it has.

    Whatever ends it before its time, what was there before stays, and no half file is left.

    Raises:
        ExportError: it cannot be written.
        Exception: whatever ``told`` raises.
    """
    try:
        with files.replacing(path) as draft:
            return fill(_writer(kind, draft, table, dialect), table, told)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or error})") from None


def fill(writer: Writer, table: Table, told: Told) -> int:
    """Write all rows and close the writer; return how many there were."""
    count = 0
    try:
        for portion in table.portions:
            writer.write(portion.rows)
            count += len(portion.rows)
            told(portion.done, count)
    finally:
        writer.close()
    return count


def _writer(kind: Kind, path: Path, table: Table, dialect: Dialect) -> Writer:
    if kind == "xlsx":
        from statmon.export.xlsx_file import XlsxWriter

        return XlsxWriter(path, table.columns)
    if kind == "parquet":
        from statmon.export.parquet_file import NoParquet, ParquetWriter

        try:
            return ParquetWriter(path, table.columns)
        except NoParquet as error:
            raise ExportError(str(error)) from None
    return _CsvFile(path, table, dialect)


class _CsvFile:
    """A CSV file that is closed with its table."""

    def __init__(self, path: Path, table: Table, dialect: Dialect) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        inner = CsvWriter(self._file, table.columns, dialect)
        self.write = inner.write

    def close(self) -> None:
        self._file.close()
