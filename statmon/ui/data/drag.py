"""What is dragged: statistics, by their definitions for a subscription, by series for a chart."""

import json
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData

from statmon.domain import plain_json
from statmon.domain.statistic import Series
from statmon.domain.workspace import (
    WantedStatistic,
    WorkspaceError,
    dump_statistic,
    parse_statistic,
)

MIME = "application/x-statmon-series+json"
"""A JSON list of series, each a list of its four parts; beside it the names as plain text."""
STATISTICS_MIME = "application/x-statmon-statistics+json"
"""A JSON list of statistics as a workspace holds them."""


def pack(series: Iterable[Series], statistics: Sequence[WantedStatistic] = ()) -> QMimeData:
    """Return what a drag carries for some series, and the statistics behind them."""
    chosen = list(dict.fromkeys(series))
    data = QMimeData()
    # What is computed here cannot be asked of the service.
    if asked := [item for item in statistics if item.statistic.formula is None]:
        _add(data, asked)
    data.setData(MIME, json.dumps(chosen).encode())
    data.setText("\n".join(f"{item.ref} {item.measure}" for item in chosen))
    return data


def pack_statistics(statistics: Sequence[WantedStatistic]) -> QMimeData:
    """Return what a drag carries for statistics that need not be open."""
    data = QMimeData()
    data.setText(_add(data, statistics))
    return data


def _add(data: QMimeData, statistics: Sequence[WantedStatistic]) -> str:
    text = json.dumps([dump_statistic(item) for item in statistics], ensure_ascii=False)
    data.setData(STATISTICS_MIME, text.encode())
    return text


def unpack(data: QMimeData) -> list[Series]:
    """Return the series in what was dropped; none where it is something else or damaged."""
    return [Series(*parts) for item in _items(data, MIME) if (parts := _series_parts(item))]


def unpack_statistics(data: QMimeData) -> list[WantedStatistic]:
    """Return the statistics in what was dropped; none where it is something else or damaged."""
    try:
        return [parse_statistic(item, "statistic") for item in _items(data, STATISTICS_MIME)]
    except WorkspaceError:
        return []


def _items(data: QMimeData, mime: str) -> list[object]:
    if not data.hasFormat(mime):
        return []
    try:
        items = json.loads(bytes(data.data(mime).data()))
        plain_json.check(items)
    except (ValueError, RecursionError):
        return []
    return items if isinstance(items, list) else []


def _series_parts(item: object) -> list[str]:
    parts = [part for part in item if isinstance(part, str)] if isinstance(item, list) else []
    whole = isinstance(item, list) and len(parts) == len(item) == len(Series._fields)
    return parts if whole else []
