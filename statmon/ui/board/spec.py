"""How a board is arranged, as the workspace file keeps it.

A file holds only boards that somebody has made or arranged. Until then the window has some of its
own accord: a file without any arranged view does not speak of them, any other says ``AUTOMATIC``.
A tree alone, as older versions wrote it where all were removed, has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

KIND = "board"
AUTOMATIC = "automatic boards"
"""The kind that stands in the views for boards that nobody has made or arranged."""


class Look(StrEnum):
    """How a column's numbers are shown, besides their thresholds."""

    PLAIN = "plain"
    BARS = "bars"
    """A bar behind the number, as long as its share of the column's largest."""
    HEAT = "heat"
    """A ground that is the stronger the larger the number is."""


class By(StrEnum):
    """What the objects of a board are grouped by."""

    NOTHING = "nothing"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A statistic of the board."""

    title: str
    """The statistic's title, as the tree shows it."""
    width: int | None = None
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class BoardSpec:
    """A board; without columns it shows all that its objects have."""

    title: str
    object_type: str
    columns: tuple[BoardColumn, ...] = ()
    by: By = By.GROUP
    hide_zero: bool = False
    frozen: int = 1
    """Columns that stay when the others scroll, the objects' names included."""
    filter: str = ""
    sort: tuple[str, bool] | None = None
    """The title of a column, or empty for the names, and whether the largest comes first."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Keys that this version does not know."""

    def column(self, title: str) -> BoardColumn:
        """Return the spec of a column, or that of one that it does not name."""
        return next((item for item in self.columns if item.title == title), BoardColumn(title))

    def with_column(self, column: BoardColumn) -> "BoardSpec":
        """Return the spec with one column as given."""
        columns = tuple(column if item.title == column.title else item for item in self.columns)
        return replace(self, columns=columns)


def parse(view: Mapping[str, Any]) -> BoardSpec:
    """Read a board; what is damaged or missing is as at first."""
    rest = dict(view)
    rest.pop("kind", None)

    def take(key: str, kind: type, default: Any) -> Any:
        value = rest.pop(key, default)
        return value if type(value) is kind else default

    sort = take("sort", dict, {})
    return BoardSpec(
        title=take("title", str, ""),
        object_type=take("objectType", str, ""),
        columns=tuple(filter(None, map(_column, take("columns", list, [])))),
        by=_choice(By, take("groupBy", str, ""), By.GROUP),
        hide_zero=take("hideZero", bool, False),
        frozen=max(1, take("frozen", int, 1)),
        filter=take("filter", str, ""),
        sort=(str(sort["column"]), sort.get("descending") is True) if "column" in sort else None,
        extra=rest,
    )


def dump(spec: BoardSpec) -> dict[str, Any]:
    """Return a board as the workspace file keeps it."""
    result: dict[str, Any] = {
        "kind": KIND,
        "title": spec.title,
        "objectType": spec.object_type,
        "columns": [_dump_column(column) for column in spec.columns],
        "groupBy": spec.by.value,
        "hideZero": spec.hide_zero,
        "frozen": spec.frozen,
    }
    if spec.filter:
        result["filter"] = spec.filter
    if spec.sort is not None:
        result["sort"] = {"column": spec.sort[0], "descending": spec.sort[1]}
    return {**result, **spec.extra}


def _column(item: object) -> BoardColumn | None:
    if not isinstance(item, dict) or not isinstance(item.get("statistic"), str):
        return None
    width = item.get("width")
    return BoardColumn(
        item["statistic"],
        width if type(width) is int and width > 0 else None,
        _choice(Look, item.get("look"), Look.PLAIN),
    )


def _dump_column(column: BoardColumn) -> dict[str, Any]:
    result: dict[str, Any] = {"statistic": column.title}
    if column.width is not None:
        result["width"] = column.width
    if column.look is not Look.PLAIN:
        result["look"] = column.look.value
    return result


def _choice(kind: type[Any], text: object, default: Any) -> Any:
    return kind(text) if text in {item.value for item in kind} else default
