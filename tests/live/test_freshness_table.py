"""The table of docs/reference/freshness.md §1, row by row and transition by transition."""

from dataclasses import dataclass, field

import pytest

from statmon.domain.definition import Definition
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable

LIVE, QUIET, LATE, STALE = Freshness.LIVE, Freshness.QUIET, Freshness.LATE, Freshness.STALE
NO_DATA, UNDEFINED, ERROR = Freshness.NO_DATA, Freshness.UNDEFINED, Freshness.ERROR
PERIODICAL = {"notificationMode": "Periodical", "notificationFrequency": 10, "insensitivity": 0}
ON_CHANGE = {"notificationMode": "Immediate", "insensitivity": 1}
GENTLE = {"notificationMode": "Periodical", "notificationFrequency": 10, "insensitivity": 1}


@dataclass
class Stage:
    """One statistic, and a clock in seconds."""

    definition: dict
    now: float = 1000.0
    table: LiveTable = field(default_factory=LiveTable)

    def __post_init__(self):
        item = Statistic("s", ObjectRef("Queue", "q"), definition=Definition(self.definition))
        self.series = item.series("http://site")
        self.table.add(item, self.series)
        self.table.healthy = True
        self.table.set_open([self.series], is_open=True)

    def value(self, raw):
        at = int(self.now * 1000)
        self.table.apply([Reading(self.series, raw, at, at, "update")])

    def do(self, step):
        match step:
            case ("value", raw):
                self.value(raw)
            case ("after", seconds):
                self.now += seconds
            case ("connection", up):
                self.table.healthy = up
            case ("subscription", is_open):
                self.table.set_open([self.series], is_open=is_open)
            case ("refused", words):
                self.table.set_error(self.series, words)
            case _:
                raise ValueError(step)

    @property
    def freshness(self):
        return self.table.freshness_of(0, int(self.now * 1000))


def after(seconds):
    return ("after", seconds)


def value(raw):
    return ("value", raw)


UP, DOWN = ("connection", True), ("connection", False)
OPEN, LOST = ("subscription", True), ("subscription", False)
REFUSED, TAKEN_BACK = ("refused", "no such statistic"), ("refused", None)

TABLE = {
    "subscribed, nothing yet": (ON_CHANGE, [], [NO_DATA]),
    "a value makes it live": (ON_CHANGE, [value(5)], [LIVE]),
    "live for a minute after a change": (ON_CHANGE, [value(5), after(60)], [LIVE, LIVE]),
    "then quiet, however long": (ON_CHANGE, [value(5), after(61), after(9e5)],
                                 [LIVE, QUIET, QUIET]),
    "the same value again is no change": (ON_CHANGE, [value(5), after(61), value(5)],
                                          [LIVE, QUIET, QUIET]),
    "another value is": (ON_CHANGE, [value(5), after(61), value(6)], [LIVE, QUIET, LIVE]),
    "insensitivity owes nothing": (GENTLE, [value(5), after(200)], [LIVE, QUIET]),
    "a periodical one is live for two periods": (PERIODICAL, [value(5), after(20)], [LIVE, LIVE]),
    "then late": (PERIODICAL, [value(5), after(21)], [LIVE, LATE]),
    "late up to five periods": (PERIODICAL, [value(5), after(50)], [LIVE, LATE]),
    "then stale": (PERIODICAL, [value(5), after(51)], [LIVE, STALE]),
    "and live with the next value": (PERIODICAL, [value(5), after(51), value(5)],
                                     [LIVE, STALE, LIVE]),
    "connection or service down": (ON_CHANGE, [value(5), DOWN], [LIVE, STALE]),
    "up again, subscription never lost": (ON_CHANGE, [value(5), DOWN, UP], [LIVE, STALE, LIVE]),
    "subscription lost": (ON_CHANGE, [value(5), LOST], [LIVE, STALE]),
    "open again, but the number is old": (ON_CHANGE, [value(5), LOST, OPEN],
                                          [LIVE, STALE, STALE]),
    "until a value proves it": (ON_CHANGE, [value(5), LOST, OPEN, value(5)],
                                [LIVE, STALE, STALE, LIVE]),
    "never opened": (ON_CHANGE, [LOST], [STALE]),
    "the service cannot compute it": (ON_CHANGE, [value(None)], [UNDEFINED]),
    "undefined until there is a number": (ON_CHANGE, [value(None), value(5)], [UNDEFINED, LIVE]),
    "undefined does not become late": (PERIODICAL, [value(None), after(30)],
                                       [UNDEFINED, UNDEFINED]),
    "stale goes over undefined": (ON_CHANGE, [value(None), DOWN], [UNDEFINED, STALE]),
    "stale goes over no data": (ON_CHANGE, [DOWN], [STALE]),
    "error goes over live": (ON_CHANGE, [value(5), REFUSED], [LIVE, ERROR]),
    "error goes over stale": (ON_CHANGE, [value(5), DOWN, REFUSED], [LIVE, STALE, ERROR]),
    "error goes over no data, for as long as it lasts": (
        ON_CHANGE, [REFUSED, after(9e5), TAKEN_BACK], [ERROR, ERROR, NO_DATA]),
}  # fmt: skip


@pytest.mark.parametrize(("definition", "steps", "expected"), TABLE.values(), ids=TABLE)
def test_each_row_and_transition_of_the_table(definition, steps, expected):
    """After each step the freshness is the one that the page says."""
    stage = Stage(definition)
    if not steps:
        assert [stage.freshness] == expected
        return
    seen = []
    for step in steps:
        stage.do(step)
        seen.append(stage.freshness)

    assert seen == expected
