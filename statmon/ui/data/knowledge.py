"""What the statistic library knows of a table's rows: title, direction, aggregate, parts."""

from collections.abc import Hashable

import numpy as np

from statmon.domain.definition import Definition
from statmon.domain.library import Aggregate, Direction, Library, LibraryEntry
from statmon.domain.ratio import computes
from statmon.domain.statistic import Statistic
from statmon.domain.targets import Target, Targets, names_of
from statmon.live.catalogue import Catalogue
from statmon.live.table import LiveTable
from statmon.storage.user import library
from statmon.ui.data.in_words import counted_in_words


class Knowledge:
    """Asks the library once for each statistic.

    It is read at once: who asks first may be painting, and must not wait for a disk.
    """

    def __init__(self, known: Library | None = None) -> None:
        self.library = library.load() if known is None else known
        """The shipped library with the user's own entries."""
        self._entries: dict[str, LibraryEntry | None] = {}
        self._computed: dict[str, Hashable] = {}
        self._called: dict[str, tuple[str, ...]] = {}

    def entry(self, statistic: Statistic) -> LibraryEntry | None:
        """Return what is known of a statistic, or None."""
        key = statistic.measure
        if key not in self._entries:
            self._entries[key] = self.library.entry_for(statistic)
        return self._entries[key]

    def definition(self, statistic: Statistic) -> Definition | None:
        """Return what a statistic computes: as it says, or as its name is usually defined."""
        if statistic.definition is not None:
            return statistic.definition
        entry = self.entry(statistic)
        return entry.definition if entry else None

    def counted(self, statistic: Statistic) -> str:
        """Return in words over which part of the past it counts; nothing of what is about now."""
        return counted_in_words(statistic, self.definition(statistic))

    def computes(self, statistic: Statistic) -> Hashable:
        """Return a key that is equal for two statistics that give the same number."""
        key = statistic.measure
        if key not in self._computed:
            definition = self.definition(statistic)
            self._computed[key] = key if definition is None else computes(definition)
        return self._computed[key]

    def _of_title(self, code: int, table: LiveTable, catalogue: Catalogue) -> LibraryEntry | None:
        rows = np.flatnonzero(catalogue.title_of == code)
        return self.entry(table.statistics[int(rows[0])]) if len(rows) else None

    def of_title(self, title: str, table: LiveTable, catalogue: Catalogue) -> LibraryEntry | None:
        """Return what is known of the statistics of a title, or None."""
        code = catalogue.titles.find(title)
        return None if code is None else self._of_title(code, table, catalogue)

    def direction(self, statistic: Statistic) -> Direction:
        """Return whether more of it is good; neutral where that is not known."""
        entry = self.entry(statistic)
        return entry.direction if entry else Direction.NEUTRAL

    def target(self, statistic: Statistic, targets: Targets, group: str = "") -> Target | None:
        """Return what a statistic's number is to be: of its object, or of a group it is in."""
        if not targets:
            return None
        called = self._names_of(statistic)
        if group:
            return targets.of_group(group, called)
        entry = self.entry(statistic)
        aggregate = entry.aggregate if entry else Aggregate.NONE
        return targets.of_object(statistic.ref, called, aggregate)

    def _names_of(self, statistic: Statistic) -> tuple[str, ...]:
        key = statistic.measure
        if key not in self._called:
            self._called[key] = names_of(statistic, self.library)
        return self._called[key]
