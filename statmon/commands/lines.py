"""JSON lines on stdout: one object a line, every one with ``"at"``.

See docs/reference/command-line.md §3.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any, Final

import msgspec

from statmon.commands import output
from statmon.domain.outside import escaped
from statmon.domain.reading import Reading
from statmon.domain.statistic import Statistic
from statmon.domain.value import value_of
from statmon.service.wire.events import (
    Arrival,
    ClockStepped,
    ConnectionChanged,
    Event,
    FreshnessChanged,
    ReadingsArrived,
    ServiceChanged,
    SignInNeeded,
    StatisticError,
    SubscriptionChanged,
    SubscriptionState,
)
from statmon.storage.machine.outbox import Outbox

_encoder = msgspec.json.Encoder()
Line = dict[str, Any]
_PIECE: Final = 500
"""Lines that are made and written at once: a batch may be of hundreds of thousands."""


def write(lines: list[Line]) -> None:
    """Write lines to stdout at once.

    Raises:
        OutputError: stdout cannot be written.
    """
    _write(iter(lines))


def _write(lines: Iterator[Line]) -> None:
    while piece := [escaped(_encoder.encode(line)) + b"\n" for line in islice(lines, _PIECE)]:
        output.write(b"".join(piece))


class Writer:
    """Writes lines to stdout in a thread of its own."""

    def __init__(self, failed: Callable[[OSError], None]) -> None:
        """Start writing; if that fails, ``failed`` is called once, in the thread."""
        self._failed = failed
        self._outbox: Outbox[Iterator[Line]] = Outbox("stdout", self._write, self._cannot_write)

    @property
    def behind(self) -> int:
        """Batches that wait to be read."""
        return self._outbox.behind

    def put(self, lines: Iterator[Line]) -> None:
        """Have lines written, soon; what gives them is asked in the thread."""
        self._outbox.put(lines)

    def close(self, within: float) -> bool:
        """Write what waits; return False if nobody reads it within so many seconds."""
        return self._outbox.close(within)

    def _write(self, batches: list[Iterator[Line]]) -> None:
        _write(chain.from_iterable(batches))

    def _cannot_write(self, error: OSError) -> None:
        output.discard()
        self._failed(error)


class Standing:
    """Knows which subscriptions are open, and says that they are not while the line is cut."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], SubscriptionChanged] = {}
        self._cut = False

    def lines_of(self, event: Event) -> Iterator[Line]:
        """Return the lines that tell of an event, and of what it means for the subscriptions."""
        match event:
            case SubscriptionChanged(name, id_, state):
                was_open = self._open.pop((name, id_), None)
                if state == "open":
                    self._open[name, id_] = event
                # What was open is told as lost already; what opens, when there is a connection.
                told = state == "open" or (was_open is not None and state == "lost")
                if not (self._cut and told):
                    yield from lines_of(event)
            case ConnectionChanged(state):
                yield from lines_of(event)
                cut, self._cut = self._cut, state != "connected"
                if self._cut != cut:
                    said: SubscriptionState = "lost" if self._cut else "open"
                    for one in self._open.values():
                        yield _subscription(replace(one, state=said, at=event.at))
            case _:
                yield from lines_of(event)


def lines_of(event: Event) -> Iterator[Line]:
    """Return the lines that tell of an event."""
    match event:
        case ConnectionChanged(state, transport, reason, at):
            yield {
                "event": "connection",
                "state": state,
                "transport": transport,
                "reason": reason,
                "at": at,
            }
        case ClockStepped(by, at):
            yield {"event": "clock", "by": by, "at": at}
        case ServiceChanged(state, at):
            yield {"event": "service", "state": state, "at": at}
        case SubscriptionChanged():
            yield _subscription(event)
        case ReadingsArrived(arrivals) | FreshnessChanged(arrivals):
            yield from chain.from_iterable(map(_values, arrivals))
        case SignInNeeded(reason, at):
            yield {"event": "sign-in", "reason": reason, "at": at}


def value_line(statistic: Statistic, reading: Reading) -> Line:
    """Return the part of a value's line that a peek and a subscription share."""
    value = value_of(reading.value, statistic.unit)
    number = value.number
    return {
        "name": statistic.title,
        "objectType": statistic.ref.object_type,
        "objectId": statistic.ref.object_id,
        "value": reading.value,
        "number": int(number) if number is not None and number == int(number) else number,
        "display": value.text,
        "timestamp": reading.timestamp,
        "origin": reading.origin,
        "at": reading.arrived,
    }


def _values(arrival: Arrival) -> Iterator[Line]:
    """Return a line for every subscription that wants the reading."""
    computed = arrival.reading.origin == "formula"
    for wanted in arrival.wanted:
        line: Line = {
            "event": "value",
            "subscription": None if computed else wanted.subscription,
            "subscriptionId": None if computed else arrival.subscription_id,
            "statisticId": wanted.statistic.id,
            **value_line(wanted.statistic, arrival.reading),
        }
        yield {**line, "freshness": arrival.freshness} if computed else line


def _subscription(event: SubscriptionChanged) -> Line:
    errors = [_error(error) for error in event.errors]
    if event.message is not None and not errors:
        errors = [{"message": event.message}]
    return {
        "event": "subscription",
        "name": event.name,
        "subscriptionId": event.subscription_id,
        "state": event.state,
        "statistics": len(event.series),
        "errors": errors,
        "at": event.at,
    }


def _error(error: StatisticError) -> Line:
    return {
        "statisticId": error.statistic.id,
        "name": error.statistic.title,
        "objectType": error.statistic.ref.object_type,
        "objectId": error.statistic.ref.object_id,
        "message": error.message,
    }
