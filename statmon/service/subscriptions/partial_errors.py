"""Which statistics of a partly successful opening the service refused.

Which field of an ``errors[]`` item names the statistic is not documented
(docs/reference/statistics-api.md §3). What is missing among the answered ones was refused; an
error is attached to those that it names, else in order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from statmon.domain.statistic import Series, Statistic
from statmon.service.wire.api import Answer, ErrorItem

_WORD: Final = re.compile(r"[\w@+./-]*[\w@+/-]")
"""Part of an id or a name as it may stand in a sentence: without the full stop at its end."""


def refused_in(answer: Answer, asked: Mapping[Series, Statistic]) -> dict[Series, str]:
    """Return the refused series, each with the service's words."""
    if not answer.failures:
        # Silence is no refusal: a value may come later.
        return {}
    answered = {value.statistic_id for value in answer.statistics}
    missing = {key: item for key, item in asked.items() if item.id not in answered}
    refused, errors = _named(answer.failures, missing)
    rest = [series for series in missing if series not in refused]
    if len(rest) <= len(errors):
        refused.update(zip(rest, map(_words, errors), strict=False))
    elif errors:
        words = "; ".join(dict.fromkeys(map(_words, errors)))
        refused.update(dict.fromkeys(rest, words))
    return refused


def _named(
    errors: Iterable[ErrorItem], missing: Mapping[Series, Statistic]
) -> tuple[dict[Series, str], list[ErrorItem]]:
    """Attach the errors that name a statistic; return those that do not as well."""
    index = _Index(missing)
    refused: dict[Series, str] = {}
    others: list[ErrorItem] = []
    for error in errors:
        found = [series for series in index.named_by(error) if series not in refused]
        refused.update(dict.fromkeys(found, _words(error)))
        if not found:
            others.append(error)
    return refused, others


class _Index:
    """The missing statistics by what an error may call them; built once for all errors."""

    def __init__(self, missing: Mapping[Series, Statistic]) -> None:
        self._missing = missing
        self._by_id = {statistic.id: series for series, statistic in missing.items()}
        self._by_word: dict[str, list[Series]] = {}
        for series, statistic in missing.items():
            for word in set(_WORD.findall(statistic.ref.object_id)):
                self._by_word.setdefault(word, []).append(series)

    def named_by(self, error: ErrorItem) -> list[Series]:
        """Return what an error names: by ids, or one by its name and object."""
        text = error.status.message or ""
        words = {*text.translate(_QUOTES).split(), *_WORD.findall(text)}
        calls = _texts(error.status.detail) | words
        by_id = [self._by_id[call] for call in calls if call in self._by_id]
        return by_id or list(self._by_name(text, words))

    def _by_name(self, text: str, words: set[str]) -> Iterator[Series]:
        buckets = [self._by_word[word] for word in words if word in self._by_word]
        for bucket in sorted(buckets, key=len):
            found = {series: len(name) for series, name in self._in(text, bucket)}
            if found:  # the longest: one predefined name may begin with another
                yield max(found, key=found.__getitem__)
                return

    def _in(self, text: str, bucket: Iterable[Series]) -> Iterator[tuple[Series, str]]:
        for series in bucket:
            statistic = self._missing[series]
            name = statistic.name
            if name and name in text and statistic.ref.object_id in text:
                yield series, name


_QUOTES: Final = str.maketrans("'\",", "   ")


def _texts(detail: Any) -> set[str]:
    if isinstance(detail, dict):
        return {str(value) for value in detail.values()}
    return {detail} if isinstance(detail, str) else set()


def _words(error: ErrorItem) -> str:
    return error.status.words
