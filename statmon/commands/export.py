"""``statmon export``: the history as CSV, XLSX or Parquet."""

import argparse
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from statmon.commands import output
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.exit_codes import ExitCode
from statmon.domain.workspace import WorkspaceError
from statmon.service.clock import epoch_ms
from statmon.storage.user import history_rules

if TYPE_CHECKING:
    from statmon.domain.workspace import Workspace
    from statmon.export.job import Kind, Period, Told
    from statmon.export.table import Table
    from statmon.history import Reader

_UNITS: Final = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN: Final = re.compile(r"(\d+)([smhd])")
FORMATS: "Final[tuple[Kind, ...]]" = ("csv", "xlsx", "parquet")


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
    parser.add_argument(
        "--workforce", type=Path, metavar="FILE.statmon",
        help="what this workspace's counters counted in each interval of --every (15m if not "
        "said): offered, answered, abandoned, handling time, service level",
    )  # fmt: skip
    parser.add_argument(
        "--alerts", action="store_true",
        help="not readings but alerts: one row each, with what people did about it",
    )  # fmt: skip
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
    from statmon.export.job import ExportError, Period, fits, history_in, table_of

    kind = _format(args)
    now = epoch_ms()
    start = _time(args.start, now, "--from") if args.start else None
    end = _time(args.end, now, "--to") if args.end else now + 1
    if start is not None and start >= end:
        raise UsageError("--from is not before --to: nothing lies between them")
    period = Period(start, end, _every(args.every))
    workspace = _counted(args)
    if args.alerts:
        _write(_alerts(period, args), kind, args.output)
        return ExitCode.DONE
    try:
        with history_in(history_rules.folder()) as (reader, damage):
            if damage:
                sys.stderr.write(f"statmon: {damage}\n")
            if workspace is not None:
                _write(_workforce(reader, workspace, period), kind, args.output)
                return ExitCode.DONE
            chosen = [info for info in reader.catalogue.infos() if fits(info, args.series)]
            if args.series and not chosen:
                patterns = ", ".join(f"«{pattern}»" for pattern in args.series)
                sys.stderr.write(f"statmon: no series in the history matches {patterns}\n")
            _write(table_of(reader, chosen, period), kind, args.output)
    except ExportError as error:
        raise CommandError(str(error)) from None
    return ExitCode.DONE


def _counted(args: argparse.Namespace) -> "Workspace | None":
    """Return the workspace whose counters are to be told."""
    from statmon.storage.user import workspace_file

    if args.workforce is None:
        return None
    if args.series:
        raise UsageError("--workforce takes the counters of its workspace: leave --series away")
    try:
        return workspace_file.read(args.workforce)
    except WorkspaceError as error:
        raise CommandError(str(error)) from None


def _alerts(period: "Period", args: argparse.Namespace) -> "Table":
    from statmon.export.alerts import alerts_in
    from statmon.export.job import ExportError

    if args.every or args.workforce is not None:
        raise UsageError("--alerts is a row an alert: leave --every and --workforce away")
    try:
        return alerts_in(history_rules.folder(), period, args.series)
    except ExportError as error:
        raise CommandError(str(error)) from None


def _workforce(reader: "Reader", workspace: "Workspace", period: "Period") -> "Table":
    from statmon.export.job import counted_by
    from statmon.export.workforce import counted_in
    from statmon.storage.user import library

    known = library.load()
    if not counted_in(workspace, known):
        sys.stderr.write("statmon: the workspace has no counters of calls: see Parts of ratios\n")
    return counted_by(reader, workspace, known, period)


def _write(table: "Table", kind: "Kind", path: Path | None) -> None:
    from statmon.export import job
    from statmon.export.csv_file import CsvWriter

    if path is None:
        with output.stdout() as stream:
            stream.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[attr-defined]
            job.fill(CsvWriter(sys.stdout, table.columns), table, _quiet)
        return
    on_screen = sys.stderr.isatty()
    told: Told = _tell if on_screen else _quiet
    try:
        count = job.write(table, kind, path, told)
    finally:
        if on_screen:
            sys.stderr.write("\r\x1b[K")
    sys.stderr.write(f"statmon: {count:,} rows in {path}\n")


def _tell(done: float, count: int) -> None:
    sys.stderr.write(f"\rstatmon: {done:4.0%}  {count:,} rows ")
    sys.stderr.flush()


def _quiet(_done: float, _count: int) -> None:
    pass


def _format(args: argparse.Namespace) -> "Kind":
    ending = args.output.suffix[1:].lower() if args.output is not None else ""
    by_ending: Kind = next((kind for kind in FORMATS if kind == ending), "csv")
    kind: Kind = args.format or by_ending
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
