"""A table that is fed by hand, an evaluator on it, and a clock that the test sets."""

from collections.abc import Iterable, Sequence
from typing import Any

from statmon.alerts.evaluator import Evaluator
from statmon.alerts.rules import Rule
from statmon.alerts.telling import Transition
from statmon.domain.definition import Definition
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.table import LiveTable

SITE = "http://site"
START = 1_700_000_000_000


def statistic(object_id: str, kind: str = "Queue", name: str = "CurrNumberWaitingCalls",
              definition: Definition | None = None) -> Statistic:  # fmt: skip
    own = None if definition is not None else name
    return Statistic(object_id, ObjectRef(kind, object_id), own, definition)


class Bench:
    """Seconds are counted from ``START``; what is told is collected."""

    def __init__(
        self, rules: Sequence[Rule], statistics: Iterable[Statistic] = (statistic("q1"),),
        groups: dict[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.table = LiveTable()
        for item in statistics:
            self.table.add(item, item.series(SITE))
        self.table.healthy = True
        self.table.set_open(self.table.series, is_open=True)
        self.groups = groups or {}
        self.evaluator = Evaluator(self.table, rules, self.groups_of)
        self.told: list[Transition] = []

    def groups_of(self, ref: ObjectRef) -> tuple[str, ...]:
        return self.groups.get(ref.object_id, ())

    def feed(self, second: float, value: Any, row: int = 0) -> list[Transition]:
        """Let a value come."""
        at = when(second)
        self.table.apply([Reading(self.table.series[row], value, at, at, "update")])
        return self._note(self.evaluator.take([row], at))

    def down(self, second: float) -> list[Transition]:
        """Let the feed go down."""
        self.table.healthy = False
        return self.look(second)

    def up(self, second: float) -> list[Transition]:
        """Let it be back, as if nothing had been missed."""
        self.table.healthy = True
        return self.look(second)

    def look(self, second: float) -> list[Transition]:
        return self._note(self.evaluator.look(when(second)))

    def advance(self, second: float) -> list[Transition]:
        return self._note(self.evaluator.advance(when(second)))

    def changes(self) -> list[tuple[float, str, int]]:
        """Return what was told: second, change, level."""
        return [(seconds(one.at), one.change.value, one.level) for one in self.told]

    def spoken(self) -> list[float]:
        """Return when something was news to a person."""
        return [seconds(one.at) for one in self.told if one.speaks]

    def _note(self, told: list[Transition]) -> list[Transition]:
        self.told += told
        return told


def when(second: float) -> int:
    return START + round(second * 1000)


def seconds(at: int) -> float:
    return (at - START) / 1000
