"""Opens, shares and closes statistics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from statmon.simulator.agenda import MINUTE, Agenda
from statmon.simulator.statserver.calculator import sharing_key
from statmon.simulator.statserver.definition import (
    Definition,
    DefinitionError,
    Formula,
    parse_definition,
)
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.predefined import PREDEFINED, suits
from statmon.simulator.statserver.statistic import Statistic

LINGER = 5 * MINUTE
"""How long a predefined statistic that nobody uses is kept."""
LINGERING = 20_000
"""How many are kept at most."""
_Key = tuple[str, str, Formula, bool]


@dataclass(frozen=True)
class Opened:
    """A statistic in use; give it back with ``StatServer.close``."""

    statistic: Statistic
    definition: Definition
    key: _Key


class StatServer:
    """All open statistics.

    Predefined ones count since the run began, as if always open; ad hoc definitions count from
    the moment they are first asked for.
    """

    def __init__(self, agenda: Agenda, directory: Directory, zone: str = "UTC") -> None:
        """Compute on this agenda; ``zone`` is where a day begins and growing intervals reset."""
        self.agenda = agenda
        self._zone = zone
        self.directory = directory
        self._began = agenda.now
        self._open: dict[_Key, Statistic] = {}
        self._lingering: set[_Key] = set()

    def open(
        self,
        object_type: str,
        object_id: str,
        *,
        name: str | None = None,
        definition: Mapping[str, Any] | None = None,
    ) -> Opened:
        """Open a statistic by its predefined name or by a definition.

        Raises DefinitionError or LookupError with the reason in the server's words.
        """
        measured = self.directory.find(object_type, object_id)
        parsed = _definition(object_type, name, definition)
        only = measured.filter(parsed.formula.subject, parsed.formula.filter)
        formula = _resolved(parsed.formula, self._zone, only)
        key = (measured.object_type, object_id, formula, name is not None)
        statistic = self._open.get(key)
        if statistic is None:
            opened = self._began if name is not None else self.agenda.now
            statistic = Statistic(self.agenda, measured, formula, opened)
            self._open[key] = statistic
        statistic.users += 1
        return Opened(statistic, parsed, key)

    def close(self, opened: Opened) -> None:
        """Give a statistic back; the last user's going closes it.

        A predefined number is kept for a while, so that polling it does not mean counting again
        from the journal each time.
        """
        statistic = opened.statistic
        statistic.users -= 1
        if statistic.users:
            return
        of_name = opened.key[3] and not statistic.formula.is_state
        if of_name and len(self._lingering) < LINGERING:
            if opened.key not in self._lingering:
                self._lingering.add(opened.key)
                self.agenda.after(LINGER, self._let_go, opened)
        else:
            self._end(opened)

    def _let_go(self, opened: Opened) -> None:
        self._lingering.discard(opened.key)
        if not opened.statistic.users and self._open.get(opened.key) is opened.statistic:
            self._end(opened)

    def _end(self, opened: Opened) -> None:
        opened.statistic.close()
        del self._open[opened.key]

    def __len__(self) -> int:
        return len(self._open)


@lru_cache(maxsize=4096)
def _resolved(formula: Formula, zone: str, only: str) -> Formula:
    """Return the formula as it is computed: at a site in this zone, with the object's filter.

    One and the same object for equal ones, of which there may be tens of thousands.
    """
    shared, interval = sharing_key(formula), formula.interval
    if not shared.is_current and interval.kind == "GrowingWindow" and not interval.zone:
        shared = replace(shared, interval=replace(interval, zone=zone))
    return replace(shared, filter=only)


def _definition(
    object_type: str, name: str | None, definition: Mapping[str, Any] | None
) -> Definition:
    if name is None:
        if definition is None:
            raise DefinitionError("a statistic needs a name or a definition")
        return parse_definition(definition)
    predefined = PREDEFINED.get(name)
    if predefined is None:
        raise DefinitionError(f"statistic '{name}' is not configured")
    if not suits(name, object_type):
        raise DefinitionError(f"statistic '{name}' does not suit objectType {object_type}")
    return predefined
