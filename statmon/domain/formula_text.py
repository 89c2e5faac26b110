"""The text of a formula: its grammar, read by hand, and what is wrong with it in sentences.

Sums, products, brackets, numbers, names and a few functions; nothing is ever executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from statmon.domain.outside import brief, visible

DEEPEST: Final = 50
"""Brackets within each other."""
LONGEST: Final = 2000
"""Characters."""
LONGEST_CHAIN: Final = 100
"""Operators one after another."""
FUNCTIONS: Final = ("min", "max", "total", "increase")
LONGEST_WINDOW: Final = 86_400
"""Seconds."""
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


class Input(NamedTuple):
    """A statistic that a formula needs: of the object itself, or added up over all of its type."""

    name: str
    total: bool = False
    group: str = ""
    """With ``total``: only over the objects of this group."""
    window: float = 0.0
    """Seconds over which the increase of a counter is meant; 0: its number."""


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


def parse(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: it is none.
    """
    if len(text) > LONGEST:
        raise FormulaError(LONGEST, f"it is longer than {LONGEST} characters")
    return _Reader(text).whole()


def shown(text: str) -> str:
    """Return a name as it is shown in a sentence."""
    return brief(visible(text), 60)


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
        token = self._take()
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
        if name.text == "increase":
            return self._increase(name)
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
                raise FormulaError(self._next.column, self._unexpected('a group ("Sales")'))
            group = self._take().text
        self._close()
        return Node(name.column, "input", input=Input(token.text.strip(), True, group))

    def _increase(self, name: _Token) -> Node:
        token = self._next
        if token.kind not in ("name", "quoted") or not token.text.strip():
            raise FormulaError(token.column, self._unexpected("the name of a counter"))
        self._take()
        if self._next.kind != ",":
            raise FormulaError(self._next.column, self._unexpected("a comma and a time (15 min)"))
        self._take()
        at = self._next.column
        node = self._plain()
        if node.dimension != Dimension(0, 1) or not 60 <= node.number <= LONGEST_WINDOW:
            raise FormulaError(at, "the time of an increase is one from 1 min to 24 h, as 15 min")
        self._close()
        return Node(name.column, "input", input=Input(token.text.strip(), window=node.number))

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
