"""The parts of ratios that are not open: which they are, and the workspace with them."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from statmon.domain.definition import Definition
from statmon.domain.editing import Choice
from statmon.domain.library import Library
from statmon.domain.ratio import Term, computes, ratio_of
from statmon.domain.statistic import ObjectRef, Statistic, free_id
from statmon.domain.workspace import Subscription, WantedStatistic, Workspace

Missing = tuple[ObjectRef, Choice]
"""An object, and what of it is to be opened."""
_FREQUENCY: Final = 10
"""Seconds between two notifications of most predefined names as they are shipped."""
_Part = tuple[Hashable, Choice]
"""What a part computes, and how it is asked for."""


def missing_parts(
    ratios: Iterable[Statistic], opened: Iterable[Statistic], library: Library
) -> list[Missing]:
    """Return what has to be opened so that the numbers of these ratios' groups are exact.

    That is their denominators; and the numerator, unless ratio and denominators are all names or
    all definitions: the service counts a name all day, a definition from when it was opened
    (decision 28). A part that has a name is taken by it where the ratio is, for the same reason.
    """
    known = _Known(library)
    there: dict[tuple[ObjectRef, Hashable], bool] = {}
    """What is open, and whether by a name; of several for the same the first counts."""
    for one in opened:
        there.setdefault((one.ref, known.computed(one)), one.definition is None)
    result: list[Missing] = []
    for one in ratios:
        below, above = known.parts(one)
        for key, choice in below:
            if (one.ref, key) not in there:
                there[one.ref, key] = choice.name is not None
                result.append((one.ref, choice))
        alike = all(there[one.ref, key] == (one.definition is None) for key, _ in below)
        for key, choice in () if alike else above:
            if (one.ref, key) not in there:
                there[one.ref, key] = choice.name is not None
                result.append((one.ref, choice))
    return result


def with_parts(workspace: Workspace, missing: Sequence[Missing], name: str) -> Workspace:
    """Return the workspace that opens them, in a subscription of this name."""
    all_of_them = workspace.subscriptions
    at = next((n for n, one in enumerate(all_of_them) if one.name == name and one.enabled), None)
    own = Subscription(name) if at is None else all_of_them[at]
    wanted = {(one.ref, one.measure) for one in statistics_of(missing)}
    # What is there is switched off: it is wanted now.
    kept = [i for i in own.statistics if (i.statistic.ref, i.statistic.measure) not in wanted]
    taken = {item.statistic.id for item in kept}
    fresh = [
        WantedStatistic(replace(one, id=free_id(f"{one.ref.object_id}/{choice.tag}", taken)))
        for one, (_, choice) in zip(statistics_of(missing), missing, strict=True)
    ]
    own = replace(own, statistics=(*kept, *fresh))
    if at is None:
        return replace(workspace, subscriptions=(*all_of_them, own))
    return replace(workspace, subscriptions=(*all_of_them[:at], own, *all_of_them[at + 1 :]))


def statistics_of(missing: Iterable[Missing]) -> list[Statistic]:
    """Return them as statistics, to say what they cost."""
    return [Statistic("", ref, choice.name, choice.definition) for ref, choice in missing]


class _Known:
    """What the library knows, asked once for each measure: there may be thousands of objects."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._computed: dict[str, Hashable] = {}
        self._parts: dict[str, tuple[tuple[_Part, ...], tuple[_Part, ...]]] = {}
        self._entries = [
            (computes(entry.definition), entry) for entry in library.entries if entry.definition
        ]

    def computed(self, statistic: Statistic) -> Hashable:
        """Return what a statistic computes; where that is not known, its name."""
        key = statistic.measure
        if key not in self._computed:
            definition = self._definition(statistic)
            self._computed[key] = key if definition is None else computes(definition)
        return self._computed[key]

    def parts(self, ratio: Statistic) -> tuple[tuple[_Part, ...], tuple[_Part, ...]]:
        """Return the denominators of a ratio, and its numerators."""
        if ratio.measure not in self._parts:
            definition = self._definition(ratio)
            of = None if definition is None else ratio_of(definition)
            named = ratio.definition is None
            self._parts[ratio.measure] = (
                (self._found(of.denominator, named=named), self._found(of.numerator, named=named))
                if of is not None
                else ((), ())
            )
        return self._parts[ratio.measure]

    def _found(self, terms: Iterable[Term], *, named: bool) -> tuple[_Part, ...]:
        keys = [(computes(term.definition), term.definition) for term in terms]
        return tuple((key, self._choice(key, own, named=named)) for key, own in keys)

    def _choice(self, key: Hashable, definition: Definition, *, named: bool) -> Choice:
        same = [entry for own, entry in self._entries if own == key]
        if named and (name := next((entry.name for entry in same if entry.name), None)):
            return Choice(name)
        if named:  # told as often as names are: parts of another moment make another ratio
            definition = Definition({**definition.fields, "notificationFrequency": _FREQUENCY})
        slug = next((entry.id for entry in same if entry.name is None), "")
        return Choice(None, definition, slug)

    def _definition(self, statistic: Statistic) -> Definition | None:
        if statistic.definition is not None:
            return statistic.definition
        entry = self._library.entry_for(statistic)
        return entry.definition if entry else None
