"""What the user arranged: subscriptions, labels and groups, views, charts, alert rules.

``parse`` and ``dump`` are each other's inverse: keys that this version does not know survive,
at every level. There is no field for a secret, on purpose.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from statmon.domain import plain_json
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic

SCHEMA = 1
"""The newest schema that this version reads and the one that it writes."""

Json = Mapping[str, Any]
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""How the keys of a workspace of one schema become those of the next, by the older number.
There is only one schema so far; a new one brings its step along."""
_T = TypeVar("_T")


class WorkspaceError(ValueError):
    """A workspace that cannot be read; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Site:
    """One service to talk to. Its secrets live in the OS keyring, never here."""

    url: str
    settings: Json = field(default_factory=dict)
    """All other keys of the site, as written."""

    @property
    def time_zone(self) -> str:
        """The time zone whose midnight begins the site's day, as IANA names it; may be empty."""
        name = self.settings.get("timeZone")
        return name if isinstance(name, str) else ""

    def in_time_zone(self, name: str) -> "Site":
        """Return the site with another time zone; an empty name is this computer's."""
        others = {key: value for key, value in self.settings.items() if key != "timeZone"}
        return replace(self, settings={**others, "timeZone": name} if name else others)


@dataclass(frozen=True, slots=True)
class WantedStatistic:
    """A statistic as a workspace holds it: what is wanted, and keys that we do not know."""

    statistic: Statistic
    extra: Json = field(default_factory=dict)

    @property
    def enabled(self) -> bool:
        """Whether it is to be opened (``"enabled": false`` keeps it without opening it)."""
        return self.extra.get("enabled") is not False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A named set of statistics that the user wants open."""

    name: str
    statistics: tuple[WantedStatistic, ...] = ()
    extra: Json = field(default_factory=dict)

    @property
    def enabled(self) -> bool:
        """Whether it is to be opened (``"enabled": false`` keeps it without opening it)."""
        return self.extra.get("enabled") is not False


@dataclass(frozen=True, slots=True)
class ObjectLabel:
    """The user's own name and groups for an object: the API has no directory."""

    ref: ObjectRef
    label: str = ""
    groups: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the user arranged, in one readable file."""

    name: str
    site: Site
    subscriptions: tuple[Subscription, ...] = ()
    objects: tuple[ObjectLabel, ...] = ()
    views: tuple[Json, ...] = ()
    charts: tuple[Json, ...] = ()
    alerts: tuple[Json, ...] = ()
    extra: Json = field(default_factory=dict)

    def at(self, url: str) -> "Workspace":
        """Return the same arrangement at another service."""
        return replace(self, site=replace(self.site, url=url))

    def label_of(self, ref: ObjectRef) -> str:
        """Return the user's name for an object, or its id."""
        for item in self.objects:
            if item.ref == ref and item.label:
                return item.label
        return ref.object_id


def loads(text: str | bytes) -> Workspace:
    """Read a workspace from the text of its file.

    Raises:
        WorkspaceError: the text is not a workspace; says where and what to do.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise WorkspaceError(f"not a workspace: it is not valid JSON ({error})") from None
    except UnicodeDecodeError:
        raise WorkspaceError("not a workspace: it is not UTF-8") from None
    except ValueError:  # Python's bound on the digits of an integer
        raise WorkspaceError("not a workspace: a number in it has too many digits") from None
    except RecursionError:
        raise WorkspaceError("not a workspace: it is nested too deeply") from None
    try:
        plain_json.check(data)
    except plain_json.NotPlain as error:
        raise WorkspaceError(f"not a workspace: {error}") from None
    return parse(data)


def dumps(workspace: Workspace) -> str:
    """Write a workspace as text that diffs well: fixed key order, two-space indent."""
    return "".join(pieces(workspace))


def pieces(workspace: Workspace) -> Iterator[str]:
    """Write the same text in pieces of some thousand characters."""
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, allow_nan=False)
    tokens = encoder.iterencode(dump(workspace))
    while piece := "".join(islice(tokens, _TOKENS)):
        yield piece
    yield "\n"


_TOKENS = 2000
"""Tokens of a piece."""


def parse(data: Any) -> Workspace:
    """Read a workspace from decoded JSON.

    Raises:
        WorkspaceError: it is not a workspace, or of a newer schema.
    """
    root = _Fields(data, "the workspace")
    schema = root.take("schema", int)
    if schema > SCHEMA:
        raise WorkspaceError(
            f"the workspace has schema {schema}, this statmon reads up to {SCHEMA}: update statmon"
        )
    if schema < 1:
        raise WorkspaceError(f"the workspace has schema {schema}: write 1")
    for step in range(schema, SCHEMA):
        root.rest = MIGRATIONS[step](root.rest)
    site = _Fields(root.take("site", dict, {}), "site")
    return Workspace(
        name=root.take("name", str, ""),
        site=Site(site.take("url", str, ""), site.rest),
        subscriptions=root.each("subscriptions", parse_subscription),
        objects=root.each("objects", _parse_label),
        views=root.each("views", _parse_json),
        charts=root.each("charts", _parse_json),
        alerts=root.each("alerts", _parse_json),
        extra=root.rest,
    )


def dump(workspace: Workspace) -> dict[str, Any]:
    """Return the workspace as JSON data with its keys in the schema's order."""
    return {
        "schema": SCHEMA,
        "name": workspace.name,
        "site": {"url": workspace.site.url, **workspace.site.settings},
        "subscriptions": [dump_subscription(item) for item in workspace.subscriptions],
        "objects": [_dump_label(item) for item in workspace.objects],
        "views": [dict(item) for item in workspace.views],
        "charts": [dict(item) for item in workspace.charts],
        "alerts": [dict(item) for item in workspace.alerts],
        **workspace.extra,
    }


class _Fields:
    """The keys of one JSON object, taken one by one; what is not taken is ``rest``."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise WorkspaceError(f"{where} must be a JSON object, not {_kind(data)}")
        self.rest: dict[str, Any] = dict(data)
        self.where = where

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        if key not in self.rest:
            if default is None:
                raise WorkspaceError(f'{self.where} lacks "{key}": add it')
            return default
        value = self.rest.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise WorkspaceError(
                f'"{key}" of {self.where} must be {_NAMES[kind]}, not {_kind(value)}'
            )
        return value

    def each(self, key: str, parse_item: Callable[[Any, str], _T]) -> tuple[_T, ...]:
        items = self.take(key, list, [])
        return tuple(
            parse_item(item, f"{key}[{index}] of {self.where}") for index, item in enumerate(items)
        )


_NAMES: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    dict: "a JSON object",
    list: "a list",
    bool: "true or false",
    float: "a number",
    type(None): "null",
}


def _kind(value: Any) -> str:
    return _NAMES.get(type(value), type(value).__name__)


def _parse_json(data: Any, where: str) -> Json:
    return _Fields(data, where).rest


def parse_subscription(data: Any, where: str) -> Subscription:
    """Read one subscription from decoded JSON; ``where`` names it in errors (WorkspaceError)."""
    fields = _Fields(data, where)
    name = fields.take("name", str)
    statistics = fields.each("statistics", parse_statistic)
    seen: set[str] = set()
    for item in statistics:
        if item.statistic.id in seen:
            raise WorkspaceError(
                f'the id "{item.statistic.id}" stands twice in subscription "{name}": '
                "ids must differ"
            )
        seen.add(item.statistic.id)
    return Subscription(name, statistics, fields.rest)


def parse_statistic(data: Any, where: str) -> WantedStatistic:
    """Read one statistic from decoded JSON; ``where`` names it in errors (WorkspaceError)."""
    fields = _Fields(data, where)
    ref = ObjectRef(fields.take("objectType", str), fields.take("objectId", str))
    name = fields.take("name", str, "") or None
    definition = None
    if "definition" in fields.rest:
        definition = Definition(fields.take("definition", dict))
    if name is None and definition is None:
        raise WorkspaceError(f'{where} has neither "name" nor "definition": give it one of them')
    return WantedStatistic(Statistic(fields.take("id", str), ref, name, definition), fields.rest)


def _parse_label(data: Any, where: str) -> ObjectLabel:
    fields = _Fields(data, where)
    ref = ObjectRef(fields.take("objectType", str), fields.take("objectId", str))
    groups = fields.take("groups", list, [])
    if not all(isinstance(group, str) for group in groups):
        raise WorkspaceError(f'"groups" of {where} must be a list of texts')
    return ObjectLabel(ref, fields.take("label", str, ""), tuple(groups), fields.rest)


def dump_subscription(item: Subscription) -> dict[str, Any]:
    """Return a subscription as JSON data."""
    statistics: Sequence[dict[str, Any]] = [dump_statistic(wanted) for wanted in item.statistics]
    return {"name": item.name, "statistics": statistics, **item.extra}


def dump_statistic(wanted: WantedStatistic) -> dict[str, Any]:
    """Return a statistic as JSON data: ``id``, object, name or definition, other keys."""
    statistic = wanted.statistic
    return {
        "id": statistic.id,
        "objectType": statistic.ref.object_type,
        "objectId": statistic.ref.object_id,
        **({"name": statistic.name} if statistic.name is not None else {}),
        **({"definition": dict(statistic.definition.fields)} if statistic.definition else {}),
        **wanted.extra,
    }


def _dump_label(item: ObjectLabel) -> dict[str, Any]:
    return {
        "objectType": item.ref.object_type,
        "objectId": item.ref.object_id,
        **({"label": item.label} if item.label else {}),
        **({"groups": list(item.groups)} if item.groups else {}),
        **item.extra,
    }
