"""Subscriptions as others read and write them: the API's request body, and tables.

Writing is the inverse of reading (``tables.read_table`` reads tables). Cells that a spreadsheet
would take for a formula are written with an apostrophe before them and read without it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from statmon.domain import headings, plain_json
from statmon.domain.cells import SCRIPTS, Dialect, ExchangeError, as_text
from statmon.domain.statistic import free_id
from statmon.domain.workspace import (
    ObjectLabel,
    Subscription,
    WantedStatistic,
    WorkspaceError,
    dump_statistic,
    parse_statistic,
)


def read_request(text: str) -> Subscription:
    """Read the body of ``POST /subscriptions`` as a subscription named by its operationId.

    Raises:
        ExchangeError: it is no such body; says what is wrong.
    """
    try:
        data = json.loads(text)
        plain_json.check(data)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"this is not JSON ({error})") from None
    body = data.get("data", data) if isinstance(data, dict) else {"statistics": data}
    items = body.get("statistics") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise ExchangeError('there is no "statistics" list in it: is it a request body?')
    name = data.get("operationId") if isinstance(data, dict) else None
    taken: set[str] = set()
    statistics = []
    for index, item in enumerate(items):
        found = read_request_item(item, index)
        own = free_id(found.statistic.id, taken)
        statistics.append(replace(found, statistic=replace(found.statistic, id=own)))
    title = name if isinstance(name, str) and name else "Imported"
    return Subscription(title, tuple(statistics))


def read_request_item(item: Any, index: int) -> WantedStatistic:
    """Read one statistic of a request body, under the id that is written there.

    Raises:
        ExchangeError: it is no statistic; says which, by ``index``, and what is wrong.
    """
    where = f"statistics[{index}]"
    if not isinstance(item, dict):
        raise ExchangeError(f"{where} must be a JSON object")
    rest = {key: value for key, value in item.items() if key != "statisticId"}
    wanted = item.get("statisticId", rest.get("id"))
    rest["id"] = wanted if isinstance(wanted, str) and wanted else f"s{index + 1}"
    try:
        return parse_statistic(rest, where)
    except WorkspaceError as error:
        raise ExchangeError(str(error)) from None


def request_item(wanted: WantedStatistic) -> dict[str, Any]:
    """Return a statistic as the service gets it: nothing of our own is in it."""
    statistic = wanted.statistic
    item: dict[str, Any] = {
        "statisticId": statistic.id,
        "objectId": statistic.ref.object_id,
        "objectType": statistic.ref.object_type,
    }
    if statistic.definition is not None:
        return {**item, "definition": dict(statistic.definition.fields)}
    return {**item, "name": statistic.name}


def write_request(subscription: Subscription) -> str:
    """Write a subscription as the body of ``POST /subscriptions``."""
    items = [request_item(item) for item in subscription.statistics if item.enabled]
    body = {"operationId": subscription.name, "data": {"statistics": items}}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def write_table(
    subscription: Subscription, objects: Iterable[ObjectLabel] = (), dialect: Dialect = SCRIPTS
) -> str:
    """Write a subscription as a table with headings; labels and groups stand with the objects."""
    known = {item.ref: item for item in objects}
    rows: list[Sequence[str]] = [headings.OWN]
    for item in subscription.statistics:
        ref, data = item.statistic.ref, dump_statistic(item)
        label = known.get(ref, ObjectLabel(ref))
        definition = data.get("definition")
        text = "" if definition is None else json.dumps(definition, ensure_ascii=False)
        cells = (*ref, label.label, ", ".join(label.groups), item.statistic.name or "", text)
        rows.append((*cells, item.statistic.id, "" if item.enabled else "false"))
    return as_text(rows, dialect)
