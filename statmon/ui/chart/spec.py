"""What a chart is to show, as the workspace keeps it. The keys are explained in docs/charts.md."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Json

Kind = Literal["line", "multiples", "states", "bars", "intervals", "waits"]
"""Lines over time, one small chart an object, agents' states over time, bars of now, bars of
how many in each interval, and how many callers waited how long."""
Compare = Literal["", "day", "week"]
"""With nothing, with the day before, with the week before."""
Level = Literal["warn", "bad"]

DEFAULT_SPAN = 900.0
"""Seconds that a chart shows when it does not say."""
_OWN = ("kind", "title", "series", "span", "stacked", "compare", "usual", "bands", "notes")


@dataclass(frozen=True, slots=True)
class Band:
    """A range of values that means something, drawn across the chart."""

    low: float
    high: float
    level: Level
    percent: bool = False
    """On the scale of per cent."""


@dataclass(frozen=True, slots=True)
class Note:
    """The user's words at an instant."""

    at: int
    """Epoch milliseconds."""
    text: str


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """One chart of a workspace; keys that are not known are kept in ``extra``."""

    kind: Kind = "line"
    title: str = ""
    series: tuple[Json, ...] = ()
    span: float = DEFAULT_SPAN
    """Seconds."""
    stacked: bool = False
    """Every series in a panel of its own, above each other on one time axis."""
    compare: Compare = ""
    usual: bool = False
    """Show the band of what is usual at this time of day."""
    bands: tuple[Band, ...] = ()
    notes: tuple[Note, ...] = ()
    extra: Json = field(default_factory=dict)

    def with_note(self, note: Note) -> "ChartSpec":
        """Return the same chart with one more note."""
        return replace(self, notes=tuple(sorted((*self.notes, note), key=lambda n: n.at)))


def parse(data: Json) -> ChartSpec | None:
    """Read a chart; None for a kind that this version does not know.

    What is not understood is left at its default: a chart must never keep a workspace from
    opening.
    """
    kind: Any = data.get("kind")
    if kind not in get_args(Kind):
        return None
    span: Any = data.get("span")
    compare: Any = data.get("compare")
    return ChartSpec(
        kind=kind,
        title=str(data.get("title", "")),
        series=tuple(_objects(data.get("series"))),
        span=float(span) if _is_number(span) and span > 0 else DEFAULT_SPAN,
        stacked=data.get("stacked") is True,
        compare=compare if compare in get_args(Compare) else "",
        usual=data.get("usual") is True,
        bands=tuple(filter(None, map(_band, _objects(data.get("bands"))))),
        notes=tuple(filter(None, map(_note, _objects(data.get("notes"))))),
        extra={key: value for key, value in data.items() if key not in _OWN},
    )


def dump(spec: ChartSpec) -> dict[str, Any]:
    """Return a chart as the workspace keeps it; what is at its default is left out."""
    options: dict[str, Any] = {
        "span": int(spec.span) if spec.span == int(spec.span) else spec.span,
        "stacked": spec.stacked,
        "compare": spec.compare,
        "usual": spec.usual,
        "bands": [_dump_band(band) for band in spec.bands],
        "notes": [{"at": note.at, "text": note.text} for note in spec.notes],
    }
    return {
        "kind": spec.kind,
        "title": spec.title,
        "series": [dict(item) for item in spec.series],
        **{key: value for key, value in options.items() if value},
        **spec.extra,
    }


def item_of(statistic: Statistic) -> dict[str, Any]:
    """Return how a chart names a statistic: by what makes its series, and a name for people."""
    item: dict[str, Any] = {
        "objectType": statistic.ref.object_type,
        "objectId": statistic.ref.object_id,
    }
    if statistic.name or statistic.formula:
        item["name"] = statistic.name or statistic.title
    if statistic.definition is not None:
        item["definition"] = dict(statistic.definition.fields)
    return item


class Finder:
    """Finds the rows of a chart's items by their series, and by name where that is all they say.

    It follows the statistics it is given: more may come behind those that are there.
    """

    def __init__(self, statistics: Sequence[Statistic]) -> None:
        self._statistics, self._seen = statistics, 0
        self._by_measure: dict[tuple[ObjectRef, str], int] = {}
        self._by_title: dict[tuple[ObjectRef, str], int] = {}

    def rows(self, items: Sequence[Json]) -> list[int]:
        """Return the rows of the items that are in the table, each once."""
        for row in range(self._seen, len(self._statistics)):
            statistic = self._statistics[row]
            self._by_measure.setdefault((statistic.ref, statistic.measure), row)
            self._by_title.setdefault((statistic.ref, statistic.title), row)
        self._seen = len(self._statistics)
        found = (self._row(item) for item in items)
        return list(dict.fromkeys(row for row in found if row is not None))

    def _row(self, item: Json) -> int | None:
        ref = ObjectRef(str(item.get("objectType", "")), str(item.get("objectId", "")))
        definition, name = item.get("definition"), str(item.get("name", ""))
        if isinstance(definition, Mapping):
            return self._by_measure.get((ref, f"#{Definition(definition).digest}"))
        row = self._by_measure.get((ref, name))
        return self._by_title.get((ref, name)) if row is None else row


def _objects(data: Any) -> list[Json]:
    return [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _band(data: Json) -> Band | None:
    low, high = data.get("from"), data.get("to")
    level: Any = data.get("level")
    if level not in get_args(Level) or not (_is_number(low) or _is_number(high)):
        return None
    return Band(
        float(low) if low is not None and _is_number(low) else -math.inf,
        float(high) if high is not None and _is_number(high) else math.inf,
        level,
        data.get("unit") == "%",
    )


def _dump_band(band: Band) -> dict[str, Any]:
    ends = {"from": band.low, "to": band.high}
    kept: dict[str, Any] = {key: value for key, value in ends.items() if math.isfinite(value)}
    return {**kept, "level": band.level, **({"unit": "%"} if band.percent else {})}


def _note(data: Json) -> Note | None:
    at, text = data.get("at"), data.get("text")
    return (
        Note(int(at), text) if at is not None and _is_number(at) and isinstance(text, str) else None
    )
