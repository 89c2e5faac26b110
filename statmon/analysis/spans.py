"""States over time as spans: from when to when it was which."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """From and to, epoch milliseconds, and the state between."""

    begin: int
    end: int
    state: str


def spans(words: Iterable[tuple[int, str]], begin: int, end: int) -> list[Span]:
    """Return the spans within a stretch of time; neighbours of one state are one span.

    Args:
        words: when which state was entered, by time; an empty one says that it is not known.
        begin: epoch milliseconds.
        end: epoch milliseconds until which the last state holds.
    """
    found: list[Span] = []
    last: tuple[int, str] | None = None
    for item in [*words, (end, "")]:
        if last is not None and last[1]:
            _add(found, Span(max(last[0], begin), min(item[0], end), last[1]))
        last = item
    return found


def _add(found: list[Span], span: Span) -> None:
    if span.end <= span.begin:
        return
    if found and found[-1].end == span.begin and found[-1].state == span.state:
        found[-1] = found[-1]._replace(end=span.end)
    else:
        found.append(span)


def at_width(found: Sequence[Span], width: int) -> list[Span]:
    """Return spans of which none is narrower than a column, for drawing.

    A column that several states share goes to the one that lasted longest in it. Time that is
    not known stays so where it fills a column.
    """
    shares: dict[int, dict[str, int]] = {}
    drawn: list[Span] = []
    for span in found:
        if span.end - span.begin >= 2 * width:
            drawn.append(span)
            continue
        for number in range(span.begin // width, (span.end - 1) // width + 1):
            part = min(span.end, (number + 1) * width) - max(span.begin, number * width)
            states = shares.setdefault(number, {})
            states[span.state] = states.get(span.state, 0) + part
    for number, states in shares.items():
        state = max(states, key=lambda name: states[name])
        drawn.append(Span(number * width, (number + 1) * width, state))
    return sorted(drawn)
