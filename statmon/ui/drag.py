"""What is dragged from tree and board, and dropped on a chart: statistics, by their series."""

import json
from collections.abc import Iterable

from PySide6.QtCore import QMimeData

from statmon.domain.statistic import Series

MIME = "application/x-statmon-series+json"
"""A JSON list of series, each a list of its four parts; beside it the names as plain text."""


def pack(series: Iterable[Series]) -> QMimeData:
    """Return what a drag carries for some series."""
    chosen = list(dict.fromkeys(series))
    data = QMimeData()
    data.setData(MIME, json.dumps(chosen).encode())
    data.setText("\n".join(f"{item.ref} {item.measure}" for item in chosen))
    return data


def unpack(data: QMimeData) -> list[Series]:
    """Return the series in what was dropped; none where it is something else or damaged."""
    if not data.hasFormat(MIME):
        return []
    try:
        parts = json.loads(bytes(data.data(MIME).data()))
    except ValueError:
        return []
    items = parts if isinstance(parts, list) else []
    return [Series(*item) for item in items if _is_series(item)]


def _is_series(item: object) -> bool:
    return (
        isinstance(item, list)
        and len(item) == len(Series._fields)
        and all(isinstance(part, str) for part in item)
    )
