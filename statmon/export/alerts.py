"""The journal of alerts as a table: one row an alert, with what people did about it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from statmon.alerts.record import alert_of
from statmon.domain.cells import Cell
from statmon.export.job import ExportError, Period, fits
from statmon.export.table import Column, Portion, Table, iso
from statmon.history import (
    UNREADABLE,
    AlertEntry,
    Deed,
    SeriesInfo,
    alert_journal,
    sentence,
)

COLUMNS: Final = (
    Column("from"), Column("to"), Column("seconds", "number"), Column("level"),
    Column("object type"), Column("object"), Column("statistic"), Column("rule"),
    Column("last number", "number"), Column("acknowledged"), Column("by"), Column("words"),
    Column("shelved"), Column("site"), Column("id"),
)  # fmt: skip
_WORDS: Final = {-2: "critically low", -1: "low", 0: "", 1: "high", 2: "critically high"}


def alerts_in(folder: Path, period: Period, patterns: Sequence[str]) -> Table:
    """Return the alerts that were there in a period, of the series that fit.

    Raises:
        ExportError: there is no journal, or it cannot be read.
    """
    try:
        with alert_journal.reading(folder) as file:
            if file is None:
                raise ExportError("there is no journal of alerts on this computer yet")
            start = 0 if period.start is None else period.start
            alerts, deeds = alert_journal.between(file, start, period.end)
    except UNREADABLE as error:
        raise ExportError(f"the journal of alerts cannot be read: {sentence(error)}") from None
    return Table(COLUMNS, _rows(alerts, deeds, patterns))


def _rows(
    alerts: Sequence[AlertEntry], deeds: Sequence[Deed], patterns: Sequence[str]
) -> Iterator[Portion]:
    done: dict[str, list[Deed]] = {}
    for deed in deeds:
        done.setdefault(deed.alert, []).append(deed)
    rows = [_row(entry, done.get(entry.id, []), patterns) for entry in alerts]
    yield Portion([row for row in rows if row is not None], 1.0)


def _row(
    entry: AlertEntry, deeds: Sequence[Deed], patterns: Sequence[str]
) -> tuple[Cell, ...] | None:
    alert = alert_of(entry.id, entry.series, entry.since, entry.ended, entry.body)
    if alert is None or not fits(
        SeriesInfo(entry.series, alert.statistic, "", "", alert.unit), patterns
    ):
        return None
    seen = [one for one in deeds if one.change == "acknowledged"]
    shelved = [one for one in deeds if one.change == "shelved"]
    who = ", ".join(dict.fromkeys(one.who for one in seen if one.who))
    lasted = None if entry.ended is None else (entry.ended - entry.since) / 1000
    return (
        iso(entry.since), "" if entry.ended is None else iso(entry.ended), lasted,
        _WORDS.get(alert.worst, ""), entry.series.object_type, entry.series.object_id,
        alert.statistic, alert.rule.name, alert.number if alert.number == alert.number else None,
        iso(seen[0].at) if seen else "", who,
        "; ".join(one.words for one in seen if one.words),
        "; ".join(iso(one.at) for one in shelved), entry.series.site, entry.id,
    )  # fmt: skip
