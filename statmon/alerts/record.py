"""An alert as text, to be kept and read again."""

import json
from collections.abc import Mapping
from typing import Any

from statmon.alerts.life import Acknowledgement, Alert, Phase, Shelf
from statmon.alerts.rules import dump, parse
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit

FORMAT = 1


def text_of(alert: Alert) -> str:
    """Return all of an alert that a later run needs to go on with it."""
    seen, shelf = alert.acknowledged, alert.shelf
    return json.dumps(
        {
            "format": FORMAT,
            "statistic": alert.statistic,
            "unit": alert.unit.value,
            "rule": dump(alert.rule),
            "number": alert.number if abs(alert.number) < 1e300 else None,
            "phase": alert.phase.value,
            "level": alert.level,
            "worst": alert.worst,
            "raised": alert.raised,
            "told": {str(side): level for side, level in alert.told.items()},
            "on": alert.on,
            "acknowledged": None if seen is None else [seen.at, seen.who, seen.words],
            "shelf": None if shelf is None else [shelf.at, shelf.until, shelf.who, shelf.words],
        },
        ensure_ascii=False,
    )


def alert_of(id_: str, series: Series, since: int, ended: int | None, text: str) -> Alert | None:
    """Read an alert again; None if it is damaged, or a newer statmon wrote it."""
    try:
        body = json.loads(text)
        if body["format"] != FORMAT:
            return None
        return Alert(
            id_, series, str(body["statistic"]), Unit(body["unit"]), parse(body["rule"]),
            since, float(body["number"] if body["number"] is not None else "nan"),
            phase=Phase(body["phase"]), level=int(body["level"]), worst=int(body["worst"]),
            raised=body["raised"], ended=ended, on=int(body["on"]),
            told={int(side): int(level) for side, level in body["told"].items()},
            acknowledged=_seen(body), shelf=_shelf(body),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _seen(body: Mapping[str, Any]) -> Acknowledgement | None:
    found = body["acknowledged"]
    return None if found is None else Acknowledgement(int(found[0]), str(found[1]), str(found[2]))


def _shelf(body: Mapping[str, Any]) -> Shelf | None:
    found = body["shelf"]
    if found is None:
        return None
    until = None if found[1] is None else int(found[1])
    return Shelf(int(found[0]), until, str(found[2]), str(found[3]))
