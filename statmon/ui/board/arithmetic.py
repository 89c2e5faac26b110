"""The arithmetic of a group's number in words: what was added, what is missing, why it is near."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from statmon.analysis.aggregates import EXACT, Doubt
from statmon.domain.definition import Definition
from statmon.domain.library import Aggregate
from statmon.domain.outside import visible
from statmon.domain.ratio import Term
from statmon.domain.unit import Unit, unit_of
from statmon.live.freshness import KNOWN, Freshness
from statmon.ui.board.layout import TOTAL, Layout
from statmon.ui.board.totals import Total, Totals
from statmon.ui.data.in_words import ratio_in_words, window_in_words
from statmon.ui.data.names import Names
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tr

NEAR, PARTIAL = "≈", "~"
"""Before a group's number: it is approximate; it lacks members."""
_MOST = 6
"""Members that a hint names; what the others add stands in one sum."""


def marked(text: str, total: Total, group: int) -> str:
    """Return a group's number with the marks of what it is worth."""
    got = total.got
    near = f"{NEAR} " if got.doubts[group] else ""
    partial = f"{PARTIAL} " if got.missing[group] else ""
    return f"{near}{partial}{text}"


def in_words(
    sums: Totals, layout: Layout, names: Names, group: int, column: int, unit: Unit
) -> list[str]:
    """Return the sentences that tell how a group's number came about.

    The first is the number with its arithmetic: adding up what it names gives the number again.
    """
    return list(_Words(sums, layout, names, group, column, unit).lines())


class _Words:
    def __init__(
        self, sums: Totals, layout: Layout, names: Names, group: int, column: int, unit: Unit
    ) -> None:
        self._shared = sums.shared
        self._total, self._adding = sums.columns[column], layout.adding[column]
        self._layout, self._names = layout, names
        self._group, self._unit = group, unit
        got, members = self._total.got, self._total.members
        self._mine = members.groups == group
        self._doubts = Doubt(int(got.doubts[group]))
        self._value = float(got.values[group])
        self._open = self._mine & (members.measures >= 0)

    def lines(self) -> Iterator[str]:
        yield self._sum()
        if self._adding.kind is Aggregate.MEAN and math.isnan(self._value):
            nothing = bool(self._total.got.used[self._group])
            yield tr("Nothing happened yet.") if nothing else tr("Its parts are not open.")
            yield from () if nothing else self._cure()
        yield from self._reasons()
        yield from self._lacking()
        if self._group == TOTAL and self._shared:
            yield tr("Objects that are in several groups count once: {number}.").format(
                number=numbers.count(self._shared)
            )
        freshness = Freshness(int(self._total.freshness[self._group]))
        if freshness not in (*KNOWN[:2], Freshness.PAUSED):
            yield tr("As old as its oldest part: {state}.").format(
                state=signs.of_freshness(freshness).word
            )
        if self._adding.kind is Aggregate.MEAN:
            yield from self._about_the_ratio()

    # The first sentence.

    def _sum(self) -> str:
        if math.isnan(self._value):
            return "–"
        value = marked(numbers.written(self._value, self._unit), self._total, self._group)
        if self._adding.formula is not None:
            return self._of_the_sums(value)
        if self._adding.kind is not Aggregate.MEAN:
            return self._plain(value)
        if not self._exact:
            return value
        top, bottom = self._amounts()
        counted = self._total.got.counted & self._mine
        if not counted.any():
            return value
        whole = self._quotient(top[counted].sum(), bottom[counted].sum(), tr("of"))
        return f"{value} = {whole} {self._window()} ({self._each(counted, top, bottom)})"

    def _of_the_sums(self, value: str) -> str:
        """Tell a formula's number with the sums that it is made of: they give it again."""
        formula, got = self._adding.formula, self._total.got
        parts = ", ".join(
            f"{visible(name)} {numbers.written(float(sums[self._group]), unit)}"
            for name, unit, sums in self._total.parts
        )
        used, missing = int(got.used[self._group]), int(got.missing[self._group])
        return tr("{value} = {formula}, with the sums of {used} of {all}: {parts}").format(
            value=value, formula="" if formula is None else visible(formula.text),
            used=numbers.count(used), all=numbers.count(used + missing), parts=parts,
        )  # fmt: skip

    def _plain(self, value: str) -> str:
        got = self._total.got
        counted = got.counted & self._mine
        used, missing = int(got.used[self._group]), int(got.missing[self._group])
        words = f"{value}, {signs.of_aggregate(self._adding.kind)} {numbers.count(used)}"
        if missing:
            words = tr("{words} of {all}").format(words=words, all=numbers.count(used + missing))
        if self._adding.kind is Aggregate.SUM and counted.any():
            values = self._total.members.values
            return f"{words} ({self._each(counted, values)})"
        return words

    @property
    def _exact(self) -> bool:
        return int(self._total.got.ways[self._group]) == EXACT

    def _amounts(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self._total.got.numerators, self._total.got.denominators

    def _quotient(self, above: float, below: float, between: str) -> str:
        ratio = self._adding.ratio
        if ratio is None:
            return ""
        top = numbers.written(float(above), _unit(ratio.numerator))
        bottom = numbers.written(float(below), _unit(ratio.denominator))
        counts = self._unit is Unit.PERCENT
        sign = between if counts else "÷"
        return f"{top} {sign} {bottom}" if sign != "/" else f"{top}/{bottom}"

    def _each(
        self, counted: NDArray[np.bool_], top: NDArray[np.float64],
        bottom: NDArray[np.float64] | None = None,
    ) -> str:  # fmt: skip
        places = np.flatnonzero(counted)
        order = np.argsort(-(top if bottom is None else bottom)[places], kind="stable")
        shown, rest = places[order[:_MOST]], places[order[_MOST:]]

        def amount(chosen: NDArray[np.int64]) -> str:
            if bottom is None:
                return numbers.written(float(top[chosen].sum()), self._unit)
            return self._quotient(top[chosen].sum(), bottom[chosen].sum(), "/")

        words = [f"{self._name(int(place))} {amount(np.array([place]))}" for place in shown]
        if len(rest):
            words.append(
                tr("{number} more {amount}").format(
                    number=numbers.count(len(rest)), amount=amount(rest)
                )
            )
        return ", ".join(words)

    def _name(self, place: int) -> str:
        return self._names.short(self._layout.objects[int(self._total.objects[place])])

    def _window(self) -> str:
        definition = self._adding.definition
        return "" if definition is None else window_in_words(definition)

    # The others.

    def _about_the_ratio(self) -> Iterator[str]:
        ratio = self._adding.ratio
        if ratio is None:
            yield tr("Its parts are not known: they are set at your site.")
            return
        yield tr("Counted: {parts}.").format(parts=ratio_in_words(ratio))
        if ratio.excluded:
            left = ", ".join(term.words for term in ratio.excluded)
            yield tr("Left out: {parts}.").format(parts=left)
        if self._adding.named:
            yield tr("As this statistic is usually defined; your site may have set it otherwise.")

    def _reasons(self) -> Iterator[str]:
        if self._doubts & Doubt.WEIGHT:
            yield from self._weighted()
        if self._doubts & Doubt.WINDOWS:
            yield tr("Approximate: its members do not all measure the same ({measures}).").format(
                measures=", ".join(self._measures())
            )
        if self._doubts & Doubt.ROUNDED:
            yield tr("Approximate: the service sends the shares rounded.")
        if self._doubts & Doubt.PARTS:
            yield tr(
                "Approximate: the parts do not make the members' own numbers; they are of"
                " another moment, or your site defines them otherwise."
            )
        if self._doubts & Doubt.OVERLAP:
            yield tr("Approximate: who is in two of these groups counts in both.")

    def _weighted(self) -> Iterator[str]:
        weight = self._adding.weights[int(self._total.got.ways[self._group])]
        words = tr("Approximate: weighted by {weight}, because not all of its own parts are open.")
        yield words.format(weight=_titled(weight.entry.title, weight.definition))
        yield from self._cure()
        values = self._total.members.values[self._total.got.counted & self._mine]
        if len(values):
            low, high = (numbers.written(float(v), self._unit) for v in (min(values), max(values)))
            yield tr("The true number is between {low} and {high}.").format(low=low, high=high)

    def _cure(self) -> Iterator[str]:
        """Say where the parts are opened, if it is known which they are."""
        if self._adding.ratio is not None:
            yield tr("The menu of the column's heading opens them.")

    def _measures(self) -> list[str]:
        """Return the windows of the members, or how many things they measure."""
        cells = self._total.members.measures[self._total.got.counted & self._mine]
        return [tr("{number} kinds").format(number=numbers.count(len(np.unique(cells))))]

    def _lacking(self) -> Iterator[str]:
        got, members = self._total.got, self._total.members
        lacking = self._mine & ~got.counted
        if not lacking.any() or not self._open.any():
            return
        closed = lacking & ~self._open
        empty = lacking & self._open & np.isnan(members.values)
        for chosen, words in (
            (closed, tr("{number} not open: {names}.")),
            (empty, tr("{number} without a number: {names}.")),
            (lacking & ~closed & ~empty, tr("{number} without what weights it: {names}.")),
        ):
            places = np.flatnonzero(chosen)
            if len(places):
                named = ", ".join(self._name(int(place)) for place in places[:_MOST])
                more = " …" if len(places) > _MOST else ""
                yield words.format(number=numbers.count(len(places)), names=named + more)


def _unit(terms: tuple[Term, ...]) -> Unit:
    return unit_of(None, terms[0].definition)


def _titled(title: str, definition: Definition | None) -> str:
    window = "" if definition is None else window_in_words(definition)
    return f"{title} {window}".rstrip()
