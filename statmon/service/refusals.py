"""Which statistics of a partly successful opening the service refused.

Which field of an ``errors[]`` item names the statistic is not documented (reference §1.9). What
is missing among the answered ones was refused; an error is attached to the one that it names,
else in order.
"""

from collections.abc import Mapping
from typing import Any

from statmon.domain.statistic import Series, Statistic
from statmon.service.api import Answer, ErrorItem


def refused_in(answer: Answer, asked: Mapping[Series, Statistic]) -> dict[Series, str]:
    """Return the refused series, each with the service's words."""
    answered = {value.statistic_id for value in answer.statistics}
    missing = {key: item for key, item in asked.items() if item.id not in answered}
    if not answer.failures:
        # Silence is no refusal: a value may come later.
        return {}
    errors = list(answer.failures)
    refused: dict[Series, str] = {}
    for series, statistic in missing.items():
        named = next((error for error in errors if _names(error, statistic)), None)
        if named is not None:
            errors.remove(named)
            refused[series] = _words(named)
    if len(missing) - len(refused) <= len(errors):
        rest = [series for series in missing if series not in refused]
        refused.update(zip(rest, map(_words, errors), strict=False))
    elif errors:
        words = "; ".join(dict.fromkeys(map(_words, errors)))
        refused.update({series: words for series in missing if series not in refused})
    return refused


def _names(error: ErrorItem, statistic: Statistic) -> bool:
    detail = error.status.detail
    return statistic.id in _texts(detail) or _mentions(error.status.message or "", statistic)


def _mentions(text: str, statistic: Statistic) -> bool:
    if statistic.id in text.replace("'", " ").replace('"', " ").replace(",", " ").split():
        return True
    return bool(statistic.name) and all(
        part in text for part in (statistic.name or "", statistic.ref.object_id)
    )


def _texts(detail: Any) -> set[str]:
    if isinstance(detail, dict):
        return {str(value) for value in detail.values()}
    return {detail} if isinstance(detail, str) else set()


def _words(error: ErrorItem) -> str:
    return error.status.message or f"status code {error.status.code}"
