"""``statmon export``: the history as CSV, XLSX or Parquet."""

import argparse
import contextlib
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from statmon.commands import output
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.output import OutputError
from statmon.history import NewerHistory, Reader, SeriesInfo, sentence
from statmon.service.clock import epoch_ms
from statmon.storage import files, history_rules

if TYPE_CHECKING:
    from statmon.export.table import Table, Writer

_UNITS: Final = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN: Final = re.compile(r"(\d+)([smhd])")
FORMATS: Final = ("csv", "xlsx", "parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``export`` takes."""
    when = "a local date or time (2026-03-29, 2026-03-29T14:00), or how long ago (90m, 8h, 7d)"
    parser.add_argument("--from", dest="start", metavar="TIME", help=f"{when}; default: the start")
    parser.add_argument("--to", dest="end", metavar="TIME", help="the same; default: now")
    parser.add_argument(
        "--series",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only these: matches object id, label, statistic or subscription; * and ? stand for "
        "anything; may be repeated",
    )
    parser.add_argument(
        "--every", metavar="SPAN", help="a row an interval (1m, 15m, 1h) and not a row a reading"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: by FILE's ending, else csv")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: CSV to standard output"
    )


def run(args: argparse.Namespace) -> int:
    """Write what was asked for; return 0.

    Raises:
        CommandError: there is no history, or the file cannot be written.
        UsageError: the options make no sense.
    """
    kind = _format(args)
    now = epoch_ms()
    start = _time(args.start, now, "--from") if args.start else None
    end = _time(args.end, now, "--to") if args.end else now + 1
    if start is not None and start >= end:
        raise UsageError("--from is not before --to: nothing lies between them")
    every = _every(args.every)
    with _history() as reader:
        span = reader.span()
        if start is None:
            start = end if span is None else span[0]
        chosen = [info for info in reader.catalogue.infos() if _wanted(info, args.series)]
        if args.series and not chosen:
            patterns = ", ".join(f"«{pattern}»" for pattern in args.series)
            sys.stderr.write(f"statmon: no series in the history matches {patterns}\n")
        table = _table(reader, chosen, min(start, end), end, every)
        try:
            _write(table, kind, args.output)
        except OutputError:
            raise
        except OSError as error:
            raise CommandError(
                f"{args.output} cannot be written ({error.strerror or error})"
            ) from None
    return 0


def _table(
    reader: Reader, chosen: Sequence[SeriesInfo], start: int, end: int, every: int | None
) -> "Table":
    from statmon.export import intervals, rows

    if every is None:
        return rows.readings(reader, chosen, start, end)
    return intervals.intervals(reader, chosen, start, end, every)


@contextlib.contextmanager
def _history() -> Iterator[Reader]:
    folder = history_rules.folder()
    try:
        reader = Reader(folder)
    except NewerHistory as error:
        raise CommandError(str(error)) from None
    except sqlite3.Error as error:
        if not (folder / "history.db").exists():
            raise CommandError(
                f"there is no history in {folder} yet: open the window, or watch --history"
            ) from None
        raise CommandError(sentence(error)) from None
    with contextlib.closing(reader):
        try:
            yield reader
        except sqlite3.Error as error:
            raise CommandError(sentence(error)) from None


def _write(table: "Table", kind: str, path: Path | None) -> None:
    if path is None:
        with output.stdout() as stream:
            stream.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[attr-defined]
            _fill(_writer(kind, None, table), table, quiet=True)
        return
    # Ctrl-C, a full disk: the draft goes, and what was there before stays.
    with files.replacing(path) as draft:
        count = _fill(_writer(kind, draft, table), table, quiet=not sys.stderr.isatty())
    sys.stderr.write(f"statmon: {count:,} rows in {path}\n")


def _writer(kind: str, path: Path | None, table: "Table") -> "Writer":
    from statmon.export.csv_file import CsvWriter

    if path is None:
        return CsvWriter(sys.stdout, table.columns)
    if kind == "xlsx":
        from statmon.export.xlsx_file import XlsxWriter

        return XlsxWriter(path, table.columns)
    if kind == "parquet":
        from statmon.export.parquet_file import NoParquet, ParquetWriter

        try:
            return ParquetWriter(path, table.columns)
        except NoParquet as error:
            raise CommandError(str(error)) from None
    return _CsvFile(path, table)


class _CsvFile:
    """A CSV file that is closed with its table."""

    def __init__(self, path: Path, table: "Table") -> None:
        from statmon.export.csv_file import CsvWriter

        self._file = path.open("w", encoding="utf-8", newline="")
        inner = CsvWriter(self._file, table.columns)
        self.write = inner.write

    def close(self) -> None:
        self._file.close()


def _fill(writer: "Writer", table: "Table", *, quiet: bool) -> int:
    """Write all rows, with progress on stderr; return how many there were."""
    count = 0
    try:
        for portion in table.portions:
            writer.write(portion.rows)
            count += len(portion.rows)
            if not quiet:
                sys.stderr.write(f"\rstatmon: {portion.done:4.0%}  {count:,} rows ")
                sys.stderr.flush()
    finally:
        if not quiet:
            sys.stderr.write("\r\x1b[K")
        writer.close()
    return count


def _format(args: argparse.Namespace) -> str:
    ending = args.output.suffix[1:].lower() if args.output is not None else ""
    kind: str = args.format or (ending if ending in FORMATS else "csv")
    if args.output is None and kind != "csv":
        raise UsageError(f"{kind} cannot go to standard output: name a file with -o")
    return kind


def _time(text: str, now: int, option: str) -> int:
    """Read a time: a local date, date and time, or how long ago."""
    ago = _SPAN.fullmatch(text)
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{option} is «{text}»: write a date, a date and time (2026-03-29T14:00) or 8h"
        ) from None


def _every(text: str | None) -> int | None:
    if text is None:
        return None
    match = _SPAN.fullmatch(text)
    if match is None or not int(match[1]):
        raise UsageError(f"--every is «{text}»: write 1m, 15m or 1h")
    return int(match[1]) * _UNITS[match[2]]


def _wanted(info: SeriesInfo, patterns: Sequence[str]) -> bool:
    series = info.series
    names = (
        series.object_id,
        info.label,
        info.title or series.measure,
        *info.subscription.split(", "),
        f"{series.object_type} {series.object_id}",
        f"{series.object_type}/{series.object_id}/{info.title or series.measure}",
    )
    return not patterns or any(
        fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns for name in names
    )
