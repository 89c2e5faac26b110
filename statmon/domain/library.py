"""The statistic library: what is known of each statistic, so that people need not know it.

An entry is chosen by what it means and goes to the service either by its predefined name or as
a definition. Unit, direction, aggregate and parts tell every view how to show and add it up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from statmon.domain.definition import Definition
from statmon.domain.ratio import Ratio, computes, ratio_of
from statmon.domain.statistic import Statistic
from statmon.domain.unit import Unit, unit_of

PARTS = "Parts of ratios"
"""The topic of entries that are opened for the sake of others; see ``domain/parts.py``."""
RANGES = "Waits in ranges"
"""The topic of those that are counted together for a distribution; see ``domain/waits.py``."""


class LibraryError(ValueError):
    """A library file that cannot be used; the message is one sentence for the user."""


class Direction(StrEnum):
    """Whether more of it is good."""

    MORE = "more"
    LESS = "less"
    NEUTRAL = "neutral"


class Aggregate(StrEnum):
    """How the numbers of several objects become the number of their group."""

    SUM = "sum"
    MEAN = "mean"
    """The ratio of the sums of its parts (``LibraryEntry.ratio``): never a mean of means."""
    MAX = "max"
    MIN = "min"
    NONE = "none"


class Provenance(StrEnum):
    """Where an entry comes from."""

    SHIPPED = "shipped"
    """Genesys ships this name (agent-api-simulator, ``cluster-options.yaml``)."""
    DOCUMENTED = "documented"
    """Name or statistic type stand in Genesys's documentation or published code."""
    COMPOSED = "composed"
    """Put together from documented categories and masks; check it on your contact centre."""
    OWN = "own"
    """Added by the user."""
    ELSEWHERE = "elsewhere"
    """People look for it here, but the Statistics service does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Where a number begins to be noteworthy and bad, on either side; None where it never is."""

    warning_low: float | None = None
    warning_high: float | None = None
    critical_low: float | None = None
    critical_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """One statistic of the library."""

    id: str
    """The predefined name where it has one, else words with hyphens; unique in the library."""
    title: str
    meaning: str
    """One sentence for a team lead."""
    formula: str
    """How the number comes about, in words."""
    topic: str
    """The heading under which it is listed."""
    object_types: tuple[str, ...]
    """Types of objects that it is valid for, most usual first."""
    name: str | None = None
    """The predefined name; whether a contact centre has it configured must be probed."""
    definition: Definition | None = None
    """The same as an ad hoc definition, with a gentle notification (60 s, insensitivity 1)."""
    direction: Direction = Direction.NEUTRAL
    aggregate: Aggregate = Aggregate.NONE
    weight: tuple[str, ...] = ()
    """Ids of the entries whose number weighs a ratio whose parts are not open, best first. What
    comes of it is approximate and says so; one of them weighs all members of a group."""
    thresholds: Levels = field(default_factory=Levels)
    """A sensible start, in the statistic's unit."""
    provenance: Provenance = Provenance.COMPOSED
    also: tuple[str, ...] = ()
    """Other words that people search for: abbreviations, names in other products."""
    own_unit: Unit | None = None
    """The unit, where the category or the name does not tell it."""

    @property
    def unit(self) -> Unit:
        """The unit of its number."""
        return self.own_unit or unit_of(self.name, self.definition)

    @property
    def ratio(self) -> Ratio | None:
        """Its numerator, denominator and what that leaves out, over the definition's window.

        None if it is no ratio, or if only the contact centre knows its parts.
        """
        return None if self.definition is None else ratio_of(self.definition)

    @property
    def is_part(self) -> bool:
        """Whether it is there for what is made of it, and rarely looked at by itself."""
        return self.topic in (PARTS, RANGES)

    @property
    def obtainable(self) -> bool:
        """Whether the Statistics service can be asked for it."""
        return self.name is not None or self.definition is not None

    def valid_for(self, object_type: str) -> bool:
        """Whether it makes sense for this type of object; own types of a site are let through."""
        return not self.object_types or object_type in self.object_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Several entries that belong together, chosen in one step."""

    id: str
    title: str
    meaning: str
    object_types: tuple[str, ...]
    entries: tuple[str, ...]
    """Ids of the entries."""


class Library:
    """All entries and templates, and the ways to find one.

    Raises:
        LibraryError: an id stands twice, or a template or weight names an entry that is not there.
    """

    def __init__(self, entries: Iterable[LibraryEntry], templates: Iterable[Template] = ()) -> None:
        self.entries: tuple[LibraryEntry, ...] = tuple(entries)
        self.templates: tuple[Template, ...] = tuple(templates)
        self._by_id: dict[str, LibraryEntry] = {}
        for entry in self.entries:
            if entry.id in self._by_id:
                raise LibraryError(f'the library has "{entry.id}" twice: rename one')
            self._by_id[entry.id] = entry
        for owner, wanted in (
            *((template.id, template.entries) for template in self.templates),
            *((entry.id, entry.weight) for entry in self.entries),
        ):
            for name in wanted:
                if name not in self._by_id:
                    raise LibraryError(f'"{owner}" names "{name}", which the library lacks')
        self._by_name = {entry.name: entry for entry in self.entries if entry.name}
        defined = [(entry.definition, entry) for entry in self.entries if entry.definition]
        self._by_digest = {definition.digest: entry for definition, entry in reversed(defined)}
        self._by_computed = {computes(definition): entry for definition, entry in reversed(defined)}
        self._by_meaning = {
            meaning_of(definition): entry for definition, entry in reversed(defined)
        }

    def __getitem__(self, entry_id: str) -> LibraryEntry:
        return self._by_id[entry_id]

    def get(self, entry_id: str) -> LibraryEntry | None:
        """Return the entry of this id, or None."""
        return self._by_id.get(entry_id)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._by_id

    def entry_for(self, statistic: Statistic) -> LibraryEntry | None:
        """Return what is known of a statistic, or None.

        Found by its predefined name, by its definition, by one that computes the same but is
        told otherwise, or by one that does under another interval, filter or range.
        """
        if statistic.name is not None:
            return self._by_name.get(statistic.name)
        if statistic.definition is None:
            return None
        definition = statistic.definition
        return (
            self._by_digest.get(definition.digest)
            or self._by_computed.get(computes(definition))
            or self._by_meaning.get(meaning_of(definition))
        )

    def search(self, words: str, object_types: Iterable[str] = ()) -> list[LibraryEntry]:
        """Return the entries in which every word is found, best first.

        A word is looked for in title, name, abbreviations, meaning, formula and unit. With
        ``object_types``, only entries that are valid for one of them.
        """
        wanted = words.casefold().split()
        kinds = tuple(object_types)
        found = [
            (rank, place, entry)
            for place, entry in enumerate(self.entries)
            if (not kinds or any(entry.valid_for(kind) for kind in kinds))
            and (rank := _rank(entry, wanted)) is not None
        ]
        return [entry for _, _, entry in sorted(found, key=lambda item: item[:2])]


def meaning_of(definition: Definition) -> tuple[Any, ...]:
    """Return what a definition computes, whatever its interval, filter and notification."""
    return (
        definition.category.casefold(),
        definition.text("subject").casefold(),
        _words(definition.text("mainMask")),
        _words(definition.text("relativeMask")),
    )


def _words(mask: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in mask.split(",") if part.strip())


def _rank(entry: LibraryEntry, words: Iterable[str]) -> int | None:
    """Return how well an entry fits, 0 best, or None if a word is in no part of it."""
    parts = (
        " ".join((entry.title, entry.name or "", *entry.also)).casefold(),
        f"{entry.topic} {entry.meaning}".casefold(),
        f"{entry.formula} {entry.unit.value} {_UNIT_WORDS[entry.unit]}".casefold(),
    )
    worst = 0
    for word in words:
        place = next((index for index, part in enumerate(parts) if word in part), None)
        if place is None:
            return None
        worst = max(worst, place)
    return worst


_UNIT_WORDS: Mapping[Unit, str] = {
    Unit.COUNT: "count number",
    Unit.SECONDS: "seconds duration",
    Unit.PERCENT: "percent percentage share",
    Unit.PER_HOUR: "per hour rate",
    Unit.STATE: "state status",
}
