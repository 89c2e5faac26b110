"""Own formulas, such as ``answered_20 / (answered + abandoned - short)``: units are checked.

A small grammar, read by hand: sums, products, brackets, numbers, names, and a few functions. A name
is that of a statistic, of an entry of the library, or of another formula; one that is no plain
word stands in square brackets: ``[answered-within-20]``. Nothing in it is ever executed.

Inside a formula a share is one of 1 and a rate one a second, so that ``20 %`` is 0.2; the formula's
unit says how the result is written: of two counts, ``%`` writes a hundred times their ratio.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.domain.outside import brief, visible
from statmon.domain.unit import Unit

Floats = NDArray[np.float64]
UNITS: Final = (Unit.COUNT, Unit.SECONDS, Unit.PERCENT, Unit.PER_HOUR)
"""The units that a formula may have."""
DEEPEST: Final = 50
"""Brackets within each other."""
LONGEST: Final = 2000
"""Characters."""
LONGEST_CHAIN: Final = 100
"""Operators one after another."""
SCALE: Final[Mapping[Unit, float]] = {Unit.PERCENT: 0.01, Unit.PER_HOUR: 1 / 3600}
"""What a number in a unit is inside a formula."""
FUNCTIONS: Final = ("min", "max", "total")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|\[(?P<quoted>[^\[\]]*)\]|\"(?P<text>[^\"]*)\"|(?P<sign>[-+*/()%,×÷−·])|(?P<other>\S))"
)
_SIGNS: Final = {"×": "*", "·": "*", "÷": "/", "−": "-"}
_TIMES: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}


class FormulaError(ValueError):
    """A formula that cannot be used: where, and one sentence for the user."""

    def __init__(self, column: int, sentence: str) -> None:
        super().__init__(f"column {column + 1}: {sentence}")
        self.column = column
        """From 0."""
        self.sentence = sentence


class UnknownName(FormulaError):
    """Nothing of that name is open: the formula may be right all the same."""


class Dimension(NamedTuple):
    """What a number measures: counts and seconds, with their exponents."""

    counts: int = 0
    seconds: int = 0

    def __str__(self) -> str:
        known = _DIMENSIONS.get(self)
        return known or f"counts^{self.counts} × seconds^{self.seconds}"


_DIMENSIONS: Final = {
    Dimension(1): "a count", Dimension(0, 1): "a duration", Dimension(): "a plain number",
    Dimension(1, -1): "a rate", Dimension(-1, 1): "a duration for each",
}  # fmt: skip
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


class Input(NamedTuple):
    """A statistic that a formula needs: of the object itself, or added up over all of its type."""

    name: str
    total: bool = False
    group: str = ""
    """With ``total``: only over the objects of this group."""


_NONE: Final = Input("")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula, and where it stands."""

    column: int
    kind: str
    """``number``, ``input``, ``-`` (one part), ``+ - * /`` (two parts), ``min`` or ``max``."""
    parts: "tuple[Node, ...]" = ()
    number: float = 0.0
    input: Input = _NONE
    dimension: Dimension | None = None
    """Of a number with a unit."""

    def walk(self) -> "Iterator[Node]":
        """Return it and all of its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()


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

    def check(self, unit_of: Callable[[str], Unit | None]) -> None:
        """Look whether its units fit together.

        Args:
            unit_of: the unit of a statistic by its name; None where there is none of that name.

        Raises:
            FormulaError: they do not, or a name is not known.
        """
        gives = _dimension(self.root, unit_of) or _OF_UNIT[self.unit]
        if gives not in _GIVES[self.unit]:
            raise FormulaError(
                0,
                f"it gives {gives}, which cannot be told in «{self.unit.value}»: {_advice(gives)}",
            )
        if self.unit is Unit.PERCENT:
            _no_hundred(self.root)


def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: it is none.
    """
    if len(text) > LONGEST:
        raise FormulaError(LONGEST, f"it is longer than {LONGEST} characters")
    return _Reader(text).whole()


def formulas_in(items: Any) -> tuple[list[Formula], list[str]]:
    """Read the formulas of a workspace (its key ``formulas``), and say what of them cannot be used.

    A formula that cannot be used never keeps a workspace from opening.
    """
    errors: list[str] = []
    raw: dict[str, Mapping[str, Any]] = {}
    for item in items if isinstance(items, list) else []:
        id_ = item.get("id") if isinstance(item, Mapping) else None
        if not isinstance(id_, str) or not id_ or not isinstance(item.get("formula"), str):
            errors.append('a formula needs an "id" and a "formula", both texts')
        elif id_ in raw:
            errors.append(f"two formulas are called «{shown(id_)}»: rename one")
        else:
            raw[id_] = item
    found = []
    for id_, item in raw.items():
        try:
            found.append(_formula(id_, item, raw))
        except FormulaError as error:
            errors.append(f"formula «{shown(id_)}», {error}")
    return found, errors


def shown(text: str) -> str:
    """Return a name as it is shown in a sentence."""
    return brief(visible(text), 60)


def written(node: Node) -> str:
    """Write a formula in one spelling: equal for two that compute the same in the same way."""
    match node.kind:
        case "number":
            return f"{node.number!r}{'' if node.dimension is None else tuple(node.dimension)}"
        case "input":
            group = f',"{node.input.group}"' if node.input.group else ""
            name = f"[{node.input.name}{group}]"
            return f"total{name}" if node.input.total else name
        case kind:
            return f"{kind}({','.join(map(written, node.parts))})"


def _formula(id_: str, item: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> Formula:
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
    root = _with_others(parse(item["formula"]), {id_}, others)
    return Formula(id_, title, unit, item["formula"], kind if isinstance(kind, str) else "", root)


def _with_others(
    node: Node, within: set[str], others: Mapping[str, Mapping[str, Any]], depth: int = 0
) -> Node:
    """Put the formulas that are named in the place of their names."""
    if depth > 4 * LONGEST_CHAIN:
        raise FormulaError(node.column, "its formulas are nested too deeply")
    if node.kind == "input" and node.input.name in others:
        name = node.input.name
        if name in within:
            raise FormulaError(node.column, f"«{shown(name)}» leads back to itself")
        if node.input.total:
            raise FormulaError(node.column, "a total is one of a statistic, not of a formula")
        try:
            inner = parse(others[name]["formula"])
        except FormulaError as error:
            words = f"«{shown(name)}» cannot be used, {error}"
            raise FormulaError(node.column, words) from None
        return _with_others(_at(inner, node.column), within | {name}, others, depth + 1)
    parts = tuple(_with_others(part, within, others, depth + 1) for part in node.parts)
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


# Reading.


class _Token(NamedTuple):
    kind: str
    """``number``, ``name``, ``quoted``, ``text``, ``end``, or the sign itself."""
    text: str
    column: int


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._next.kind == "end":
            raise FormulaError(0, "there is no formula yet")
        node = self._sum()
        if self._next.kind != "end":
            raise FormulaError(self._next.column, self._unexpected("an operator (+ - * /)"))
        level, deep = [node], 0
        while level:
            level, deep = [part for one in level for part in one.parts], deep + 1
        if deep > LONGEST_CHAIN:
            raise FormulaError(0, "it is too long: give a part of it a formula of its own")
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _unexpected(self, wanted: str) -> str:
        token = self._next
        if token.kind == "end":
            return f"it ends where {wanted} is missing"
        return f"«{shown(token.text)}» stands where {wanted} is expected"

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(self._next.column, "its brackets are nested too deeply")
        node = self._product()
        while self._next.kind in ("+", "-"):
            sign = self._take()
            node = Node(sign.column, sign.kind, (node, self._product()))
        self._depth -= 1
        return node

    def _product(self) -> Node:
        node = self._factor()
        while self._next.kind in ("*", "/"):
            sign = self._take()
            node = Node(sign.column, sign.kind, (node, self._factor()))
        return node

    def _factor(self) -> Node:
        signs = []
        while self._next.kind in ("+", "-"):
            signs.append(self._take())
        node = self._plain()
        for sign in reversed(signs):
            if sign.kind == "-":
                node = Node(sign.column, "-", (node,))
        return node

    def _plain(self) -> Node:
        token = self._next
        if token.kind == "number":
            return self._number()
        if token.kind == "(":
            self._take()
            node = self._sum()
            self._close()
            return node
        if token.kind == "name" and self._tokens[self._at + 1].kind == "(":
            return self._function()
        if token.kind in ("name", "quoted"):
            self._take()
            if not token.text.strip():
                raise FormulaError(token.column, "the square brackets are empty")
            return Node(token.column, "input", input=Input(token.text.strip()))
        raise FormulaError(token.column, self._unexpected("a number or a name"))

    def _number(self) -> Node:
        token, number = self._take(), 0.0
        number = float(token.text)
        if number == float("inf"):
            raise FormulaError(token.column, "the number is too large")
        if self._next.kind == "%":
            self._take()
            return Node(token.column, "number", number=number / 100, dimension=Dimension())
        if self._next.kind == "name" and self._next.text in _TIMES:
            number *= _TIMES[self._take().text]
            return Node(token.column, "number", number=number, dimension=Dimension(0, 1))
        return Node(token.column, "number", number=number)

    def _function(self) -> Node:
        name = self._take()
        self._take()
        if name.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise FormulaError(name.column, f"there is no function «{shown(name.text)}»: {known}")
        if name.text == "total":
            return self._total(name)
        parts = [self._sum()]
        while self._next.kind == ",":
            self._take()
            parts.append(self._sum())
        self._close()
        return Node(name.column, name.text, tuple(parts))

    def _total(self, name: _Token) -> Node:
        token = self._next
        if token.kind not in ("name", "quoted") or not token.text.strip():
            raise FormulaError(token.column, self._unexpected("the name of a statistic"))
        self._take()
        group = ""
        if self._next.kind == ",":
            self._take()
            if self._next.kind != "text":
                raise FormulaError(self._next.column, self._unexpected('a group, as "Sales",'))
            group = self._take().text
        self._close()
        return Node(name.column, "input", input=Input(token.text.strip(), True, group))

    def _close(self) -> None:
        if self._next.kind != ")":
            raise FormulaError(self._next.column, self._unexpected("«)»"))
        self._take()


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while match := _TOKEN.match(text, place):
        kind = str(match.lastgroup)
        found, column = match[kind], match.start(kind) - (kind in ("quoted", "text"))
        place = match.end()
        if kind == "other":
            words = {"[": "«[» is not closed", '"': "the quotation mark is not closed"}
            raise FormulaError(column, words.get(found, f"«{shown(found)}» has no meaning here"))
        if kind == "sign":
            yield _Token(_SIGNS.get(found, found), found, column)
        else:
            yield _Token(kind, found, column)
    yield _Token("end", "", len(text))
