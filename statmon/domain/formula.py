"""Own formulas, such as ``answered_20 / (answered + abandoned - short)``: units are checked.

A name is that of a statistic, of an entry of the library, or of another formula; one that is no
plain word stands in square brackets: ``[answered-within-20]``. The grammar is ``formula_text``'s.

Inside a formula a share is one of 1 and a rate one a second, so that ``20 %`` is 0.2; the formula's
unit says how the result is written: of two counts, ``%`` writes a hundred times their ratio.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from statmon.domain.formula_text import (
    LONGEST_CHAIN,
    Dimension,
    FormulaError,
    Input,
    Node,
    UnknownName,
    parse,
    shown,
)
from statmon.domain.unit import Unit

Floats = NDArray[np.float64]
KEY: Final = "formulas"
"""Where a workspace has them."""
MOST: Final = 1000
"""Formulas of a workspace: a stranger's file must not hold up its opening."""
MOST_PARTS: Final = 1000
"""Numbers, names and operators of a formula, with the formulas that it names."""
MOST_PARTS_OF_ALL: Final = 50_000
"""The same of all formulas of a workspace together."""
UNITS: Final = (Unit.COUNT, Unit.SECONDS, Unit.PERCENT, Unit.PER_HOUR)
"""The units that a formula may have."""
SCALE: Final[Mapping[Unit, float]] = {Unit.PERCENT: 0.01, Unit.PER_HOUR: 1 / 3600}
"""What a number in a unit is inside a formula."""
_OF_UNIT: Final = {
    Unit.COUNT: Dimension(1), Unit.SECONDS: Dimension(0, 1), Unit.PERCENT: Dimension(),
    Unit.PER_HOUR: Dimension(1, -1),
}  # fmt: skip
_GIVES: Final = {
    Unit.COUNT: (Dimension(1), Dimension()),
    Unit.SECONDS: (Dimension(0, 1), Dimension(-1, 1)),
    Unit.PERCENT: (Dimension(),),
    Unit.PER_HOUR: (Dimension(1, -1),),
}
"""What a formula of each unit may give."""


@dataclass(frozen=True)
class Formula:
    """A formula of a workspace, as its author wrote it."""

    id: str
    title: str
    unit: Unit
    text: str
    object_type: str = ""
    """Objects that it is for; empty: all that have what it needs."""
    root: Node = field(default=Node(0, "number"), compare=False)
    """With the formulas that it names put in their places."""

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that name what it computes, in which unit."""
        import hashlib  # loads OpenSSL; a start without formulas needs none

        canonical = f"{self.unit.value}|{written(self.root)}"
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What it needs, each once."""
        nodes = (node.input for node in self.root.walk() if node.kind == "input")
        return tuple(dict.fromkeys(nodes))

    def compute(self, values: Mapping[Input, Floats]) -> Floats:
        """Return the result in its unit; NaN where it is not defined, as where nothing is divided.

        Args:
            values: of each input, as inside a formula (``SCALE``), NaN where not known.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = np.asarray(_compute(self.root, values), np.float64) / SCALE.get(self.unit, 1.0)
        return np.where(np.isfinite(result), result, np.nan)

    def check(
        self, unit_of: Callable[[str], Unit | None], counts: Callable[[str], bool] = bool
    ) -> None:
        """Look whether its units fit together.

        Args:
            unit_of: the unit of a statistic by its name; None where there is none of that name.
            counts: whether one is a counter, which has an increase.

        Raises:
            FormulaError: they do not, or a name is not known.
        """
        gives = _dimension(self.root, unit_of) or _OF_UNIT[self.unit]
        if gives not in _GIVES[self.unit]:
            raise FormulaError(
                0,
                f"it gives {gives}, which cannot be told in «{self.unit.value}»: {_advice(gives)}",
            )
        for node in self.root.walk():
            if node.input.window and not counts(node.input.name):
                words = f"«{shown(node.input.name)}» is no counter, so it has no increase"
                raise FormulaError(node.column, words)
        if self.unit is Unit.PERCENT:
            _no_hundred(self.root)


def formulas_in(items: Any) -> tuple[list[Formula], list[str]]:
    """Read the formulas of a workspace (its key ``formulas``), and say what of them cannot be used.

    A formula that cannot be used never keeps a workspace from opening.
    """
    errors: list[str] = []
    raw: dict[str, Mapping[str, Any]] = {}
    listed = items if isinstance(items, list) else []
    if len(listed) > MOST:
        errors.append(f"there are {len(listed):,} formulas: the first {MOST:,} count")
    for item in listed[:MOST]:
        id_ = item.get("id") if isinstance(item, Mapping) else None
        if not isinstance(id_, str) or not id_ or not isinstance(item.get("formula"), str):
            errors.append('a formula needs an "id" and a "formula", both texts')
        elif id_ in raw:
            errors.append(f"two formulas are called «{shown(id_)}»: rename one")
        else:
            raw[id_] = item
    found, room = [], _Room()
    for id_, item in raw.items():
        room.next()
        try:
            found.append(_formula(id_, item, raw, room))
        except FormulaError as error:
            errors.append(problem(id_, error))
    return found, errors


def problem(id_: str, error: FormulaError) -> str:
    """Return in a sentence what is wrong with a formula."""
    return f"formula «{shown(id_)}», {error}"


def written(node: Node) -> str:
    """Write a formula in one spelling: equal for two that compute the same in the same way."""
    match node.kind:
        case "number":
            return f"{node.number!r}{'' if node.dimension is None else tuple(node.dimension)}"
        case "input":
            group = f',"{node.input.group}"' if node.input.group else ""
            name = f"[{node.input.name}{group}]"
            if node.input.window:
                return f"increase{name}{node.input.window:g}"
            return f"total{name}" if node.input.total else name
        case kind:
            return f"{kind}({','.join(map(written, node.parts))})"


def _formula(
    id_: str, item: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]], room: "_Room"
) -> Formula:
    try:
        unit = Unit(item.get("unit", Unit.COUNT.value))
    except ValueError:
        unit = Unit.STATE
    if unit not in UNITS:
        known = ", ".join(f"«{own.value}»" for own in UNITS)
        raise FormulaError(0, f"its unit is none of {known}")
    title = item.get("title")
    title = title if isinstance(title, str) and title.strip() else id_
    kind = item.get("objectType")
    root = _with_others(parse(item["formula"]), {id_}, others, room)
    return Formula(id_, title, unit, item["formula"], kind if isinstance(kind, str) else "", root)


class _Room:
    """How many parts a formula may still have: named twice each, formulas grow without end."""

    def __init__(self) -> None:
        self._left, self._of_all = MOST_PARTS, MOST_PARTS_OF_ALL

    def next(self) -> None:
        """Begin another formula."""
        self._left = MOST_PARTS

    def take(self, column: int) -> None:
        """Have one part more."""
        self._left -= 1
        self._of_all -= 1
        if self._left < 0:
            raise FormulaError(column, "with the formulas that it names it is too long")
        if self._of_all < 0:
            raise FormulaError(column, "the formulas before it are too long together")


def _with_others(
    node: Node, within: set[str], others: Mapping[str, Mapping[str, Any]], room: _Room,
    depth: int = 0,
) -> Node:  # fmt: skip
    """Put the formulas that are named in the place of their names."""
    room.take(node.column)
    if depth > 4 * LONGEST_CHAIN:
        raise FormulaError(node.column, "its formulas are nested too deeply")
    if node.kind == "input" and node.input.name in others:
        name = node.input.name
        if name in within:
            raise FormulaError(node.column, f"«{shown(name)}» leads back to itself")
        if node.input.total or node.input.window:
            words = "a total or an increase is one of a statistic, not of a formula"
            raise FormulaError(node.column, words)
        try:
            inner = parse(others[name]["formula"])
        except FormulaError as error:
            words = f"«{shown(name)}» cannot be used, {error}"
            raise FormulaError(node.column, words) from None
        return _with_others(_at(inner, node.column), within | {name}, others, room, depth + 1)
    parts = tuple(_with_others(part, within, others, room, depth + 1) for part in node.parts)
    return Node(node.column, node.kind, parts, node.number, node.input, node.dimension)


def _at(node: Node, column: int) -> Node:
    """Let a part of another formula stand where that is named."""
    parts = tuple(_at(part, column) for part in node.parts)
    return Node(column, node.kind, parts, node.number, node.input, node.dimension)


# Units.


def _dimension(node: Node, unit_of: Callable[[str], Unit | None]) -> Dimension | None:
    """Return what a part measures; None for a plain number, which fits everywhere."""
    if node.kind == "number":
        return node.dimension
    if node.kind == "input":
        unit = unit_of(node.input.name)
        if unit is None:
            words = f"nothing here is called «{shown(node.input.name)}»"
            raise UnknownName(node.column, f"{words}: subscribe to it, or look at its name")
        if unit is Unit.STATE:
            raise FormulaError(node.column, f"«{shown(node.input.name)}» is a state and no number")
        return _OF_UNIT[unit]
    parts = [_dimension(part, unit_of) for part in node.parts]
    if node.kind in "*/":
        left, right = (part or Dimension() for part in parts)
        sign = 1 if node.kind == "*" else -1
        if all(part is None for part in parts):
            return None
        return Dimension(left.counts + sign * right.counts, left.seconds + sign * right.seconds)
    known = [part for part in parts if part is not None]
    other = next((part for part in known if part != known[0]), None)
    if other is not None:
        verb = {"+": "added", "-": "subtracted"}.get(node.kind, "compared")
        raise FormulaError(node.column, f"{known[0]} and {other} cannot be {verb}")
    return known[0] if known else None


def _advice(gives: Dimension) -> str:
    unit = next((unit for unit, dims in _GIVES.items() if gives in dims), None)
    if gives == Dimension():
        return "its unit is «%» or «count»"
    return "divide or multiply" if unit is None else f"its unit is «{unit.value}»"


def _no_hundred(root: Node) -> None:
    """Per cent is written as such: a hundred more is one hundred too many."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.kind in "*/" and node.parts:
            stack += node.parts
        elif node.kind == "number" and node.number == 100 and node.dimension is None:
            raise FormulaError(node.column, "with the unit «%» leave out «100 ×»: % says it")


def _compute(node: Node, values: Mapping[Input, Floats]) -> "Floats | float":
    match node.kind:
        case "number":
            return node.number
        case "input":
            return values[node.input]
    parts = [_compute(part, values) for part in node.parts]
    match node.kind, parts:
        case "-", [one]:
            return -one
        case "+", [left, right]:
            return left + right
        case "-", [left, right]:
            return left - right
        case "*", [left, right]:
            return left * right
        case "/", [left, right]:
            return np.divide(left, right)
        case "min", _:
            return np.minimum.reduce(np.broadcast_arrays(*parts))  # type: ignore[no-any-return]
        case _:
            return np.maximum.reduce(np.broadcast_arrays(*parts))  # type: ignore[no-any-return]
