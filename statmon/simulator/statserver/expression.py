"""Filters and formulas on what a call is about: its medium and the data attached to it.

A filter such as ``MediaType=voice & ~PairExists("Language","Spanish")`` says whether an action or
status counts; a formula such as ``GetNumber("Revenue") * 2`` is what custom-value categories add
up. The functions are Stat Server's; the grammar beyond them is this simulator's own::

    either     = both { "|" both }            both = denied { "&" denied }
    denied     = "~" denied | comparison
    comparison = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum ]
    sum        = product { ("+" | "-") product }
    product    = value { ("*" | "/") value }
    value      = number | "text" | word | function | "-" value | "(" either ")"
    function   = PairExists("key" [, "value"]) | GetString("key") | GetNumber("key")
"""

import operator
import re
from collections.abc import Callable
from functools import lru_cache

from statmon.simulator.stream import Span

Value = str | float | bool
Evaluate = Callable[[Span], Value]
LONGEST = 2000
"""Characters of an expression at most."""
_DEEPEST = 50
_TOKEN = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?)|"(?P<text>[^"]*)"|(?P<word>[A-Za-z_][\w-]*)'
    r"|(?P<sign>!=|<=|>=|==|[=<>~&|()+*/,-]))"
)
_MEDIUM = re.compile(r"\s*Media(?:Type)?\s*=\s*\"?([A-Za-z]+)\"?\s*", re.IGNORECASE)


class ExpressionError(ValueError):
    """The expression cannot be read; the text says why."""


@lru_cache(maxsize=2_000)
def condition(text: str) -> Callable[[Span], bool]:
    """Return what a filter says of a span; an empty one lets everything count.

    Raises ExpressionError.
    """
    if not text.strip():
        return lambda _span: True
    if match := _MEDIUM.fullmatch(text):  # nearly every filter: worth a shorter way
        medium = match[1].lower()
        return lambda span: span.media == medium
    evaluate = _Parser(text, "filter").all()
    return lambda span: _truth(evaluate(span))


@lru_cache(maxsize=1_000)
def thousandths(text: str) -> Callable[[Span], int]:
    """Return a formula's value of a span in whole thousandths, so that sums stay exact.

    Raises ExpressionError.
    """
    evaluate = _Parser(text, "formula").all()
    return lambda span: _bounded(_number(evaluate(span)))


def _bounded(number: float) -> int:
    return round(max(-1e12, min(1e12, number)) * 1000)


def _truth(value: Value) -> bool:
    return bool(value) if not isinstance(value, str) else value != ""


def _number(value: Value) -> float:
    """Return a number; what is none counts as 0, as an absent key does."""
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return number if abs(number) < 1e15 else 0.0


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return _number(one) == _number(other)


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "=": _same,
    "==": _same,
    "!=": lambda a, b: not _same(a, b),
    "<": lambda a, b: _number(a) < _number(b),
    "<=": lambda a, b: _number(a) <= _number(b),
    ">": lambda a, b: _number(a) > _number(b),
    ">=": lambda a, b: _number(a) >= _number(b),
}
_CALCULATE: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else 0.0,
}


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, what: str) -> None:
        if len(text) > LONGEST:
            raise ExpressionError(f"the {what} is longer than {LONGEST} characters")
        self._text, self._what = text, what
        self._tokens = self._split()
        self._next = 0
        self._depth = 0

    def all(self) -> Evaluate:
        """Read the whole text."""
        found = self._either()
        if self._next < len(self._tokens):
            raise self._error(f"'{self._tokens[self._next][1]}' is not expected")
        return found

    def _error(self, why: str) -> ExpressionError:
        return ExpressionError(f"{self._what} '{self._text}' cannot be read: {why}")

    def _split(self) -> list[tuple[str, str]]:
        tokens, position, text = [], 0, self._text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise self._error(f"at '{text[position : position + 20]}'")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        return tokens

    def _take(self, *signs: str) -> str:
        """Return the next token if it is one of these signs, else nothing."""
        if self._next < len(self._tokens):
            kind, token = self._tokens[self._next]
            if kind == "sign" and token in signs:
                self._next += 1
                return token
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._error(f"'{sign}' is missing")

    def _either(self) -> Evaluate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error("it is nested too deep")
        parts = [self._both()]
        while self._take("|"):
            parts.append(self._both())
        self._depth -= 1
        if len(parts) == 1:
            return parts[0]
        return lambda span: any(_truth(part(span)) for part in parts)

    def _both(self) -> Evaluate:
        parts = [self._denied()]
        while self._take("&"):
            parts.append(self._denied())
        if len(parts) == 1:
            return parts[0]
        return lambda span: all(_truth(part(span)) for part in parts)

    def _denied(self) -> Evaluate:
        count = 0
        while self._take("~"):
            count += 1
        found = self._comparison()
        if not count:
            return found
        return lambda span: _truth(found(span)) != bool(count % 2)

    def _comparison(self) -> Evaluate:
        left = self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._value))
        sign = self._take(*_COMPARE)
        if not sign:
            return left
        right = self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._value))
        compare = _COMPARE[sign]
        return lambda span: compare(left(span), right(span))

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Evaluate]) -> Evaluate:
        found = part()
        while sign := self._take(*signs):
            found = _calculated(_CALCULATE[sign], found, part())
        return found

    def _value(self) -> Evaluate:
        negative = False
        while self._take("-"):
            negative = not negative
        if self._take("("):
            found = self._either()
            self._need(")")
        elif self._next < len(self._tokens):
            found = self._plain()
        else:
            raise self._error("something is missing at its end")
        return (lambda span: -_number(found(span))) if negative else found

    def _plain(self) -> Evaluate:
        kind, token = self._tokens[self._next]
        self._next += 1
        if kind == "number":
            number = float(token)
            return lambda _span: number
        if kind == "text":
            return lambda _span: token
        if kind == "word":
            return self._function(token) if self._take("(") else _word(token)
        raise self._error(f"'{token}' is not expected")

    def _function(self, name: str) -> Evaluate:
        arguments = [self._argument()]
        while self._take(","):
            arguments.append(self._argument())
        self._need(")")
        key = arguments[0]
        if name == "PairExists" and len(arguments) == 2:
            wanted = arguments[1].casefold()
            return lambda span: span.data.get(key, "\0").casefold() == wanted
        if name == "PairExists" and len(arguments) == 1:
            return lambda span: key in span.data
        if name == "GetString" and len(arguments) == 1:
            return lambda span: span.data.get(key, "")
        if name == "GetNumber" and len(arguments) == 1:
            return lambda span: _number(span.data.get(key, ""))
        raise self._error(f"there is no function {name} of {len(arguments)} arguments")

    def _argument(self) -> str:
        if self._next < len(self._tokens):
            kind, token = self._tokens[self._next]
            if kind == "text":
                self._next += 1
                return token
        raise self._error("a function's arguments are texts in quotation marks")


def _calculated(
    calculate: Callable[[float, float], float], one: Evaluate, other: Evaluate
) -> Evaluate:
    return lambda span: calculate(_number(one(span)), _number(other(span)))


def _word(word: str) -> Evaluate:
    """A medium or other plain word; ``Media`` and ``MediaType`` are the span's own."""
    if word.casefold() in ("media", "mediatype"):
        return lambda span: span.media
    return lambda _span: word
