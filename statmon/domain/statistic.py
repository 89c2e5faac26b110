"""What can be wanted: one object, and one statistic of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from statmon.domain.definition import Definition
from statmon.domain.outside import visible
from statmon.domain.unit import Unit, unit_of

if TYPE_CHECKING:
    from statmon.domain.formula import Formula


class ObjectRef(NamedTuple):
    """What is measured: ``Agent agent2``, ``Queue 7001@SIP_Switch``."""

    object_type: str
    object_id: str

    def __str__(self) -> str:
        return visible(f"{self.object_type} {self.object_id}")


class Series(NamedTuple):
    """What readings belong to, across sessions and workspaces."""

    site: str
    object_type: str
    object_id: str
    measure: str
    """The predefined name; or ``#`` with a definition's digest, ``=`` with a formula's."""

    @property
    def ref(self) -> ObjectRef:
        """The object that is measured."""
        return ObjectRef(self.object_type, self.object_id)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One object × one predefined name or one definition.

    ``id`` is the ``statisticId`` that the user's workspace gives it, unique in a subscription.
    """

    id: str
    ref: ObjectRef
    name: str | None = None
    definition: Definition | None = None
    formula: "Formula | None" = None
    """What it is computed by here; the service is not asked for it."""

    @property
    def measure(self) -> str:
        """What is measured, as a series knows it."""
        if self.formula is not None:
            return f"={self.formula.digest}"
        if self.definition is None:
            return self.name or ""
        return f"#{self.definition.digest}"

    @property
    def title(self) -> str:
        """What is measured, for people."""
        if self.formula is not None:
            return visible(self.formula.title)
        if self.name:
            return visible(self.name)
        return visible(self.definition.title) if self.definition else ""

    @property
    def unit(self) -> Unit:
        """The unit of its numeric view."""
        if self.formula is not None:
            return self.formula.unit
        return unit_of(self.name, self.definition)

    def series(self, site: str) -> Series:
        """Return the series of this statistic at the given site."""
        return Series(site, self.ref.object_type, self.ref.object_id, self.measure)

    @property
    def period(self) -> float | None:
        """Seconds between two values that the service owes us, or None when it owes none.

        Only a periodical statistic with insensitivity 0 is sent whether it changed or not.
        """
        definition = self.definition
        if definition is None or not definition.periodical:
            return None
        if definition.seconds("insensitivity") != 0:
            return None
        return definition.seconds("notificationFrequency")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statistic as one subscription of the user's wants it."""

    subscription: str
    statistic: Statistic
    series: Series


def free_id(wish: str, taken: set[str]) -> str:
    """Return an id that is not taken yet, as near to the wish as can be, and take it."""
    result, number = wish, 1
    while result in taken:
        number += 1
        result = f"{wish}-{number}"
    taken.add(result)
    return result
