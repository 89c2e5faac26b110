"""The ways to group statistics: each says under which heads a table's rows stand."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from statmon.domain.statistic import Statistic
from statmon.domain.workspace import Workspace
from statmon.live.catalogue import Catalogue, Coded, Codes
from statmon.live.table import LiveTable
from statmon.ui.data.names import Names


class Grouping(StrEnum):
    """What the heads of the tree are."""

    TYPE = "type"
    """Object type → object → statistic."""
    SUBSCRIPTION = "subscription"
    """Subscription → object → statistic."""
    STATISTIC = "statistic"
    """Statistic → object."""
    GROUP = "group"
    """The user's group → object → statistic."""
    FLAT = "flat"
    """One list without heads."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of heads: for each member its head's number, and what the heads are called."""

    codes: Codes
    labels: Sequence[str]
    keys: Sequence[Hashable]
    objects: bool = False
    """The heads are objects."""


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of a tree, each as often as it has places, and the heads they stand under."""

    rows: Codes
    levels: tuple[Level, ...]
    by_object: bool
    """A leaf is called by its object, not by its statistic."""


class Groups:
    """Groups the rows of a table in each of the ways.

    A row stands in as many places as it has subscriptions or groups.
    """

    def __init__(self, catalogue: Catalogue, names: Names, no_group: str) -> None:
        self._catalogue, self._names = catalogue, names
        self._no_group = no_group
        self._subscriptions: Coded[str] = Coded()
        self._groups: Coded[str] = Coded()
        self._of_subscriptions: tuple[int, Workspace, Codes, Codes] | None = None

    def members(
        self, grouping: Grouping, table: LiveTable, workspace: Workspace, rows: Codes
    ) -> Members:
        """Return the places of some rows, in their order, and their heads.

        Args:
            grouping: what the heads are to be.
            table: the table that the rows belong to.
            workspace: says which subscriptions want which statistic.
            rows: the table's rows.
        """
        catalogue = self._catalogue
        match grouping:
            case Grouping.TYPE:
                above = Level(
                    catalogue.type_of[catalogue.object_of[rows]],
                    catalogue.types.keys,
                    catalogue.types.keys,
                )
                return Members(rows, (above, self._objects(rows)), by_object=False)
            case Grouping.STATISTIC:
                titles = catalogue.titles.keys
                above = Level(catalogue.title_of[rows], titles, titles)
                return Members(rows, (above,), by_object=True)
            case Grouping.SUBSCRIPTION:
                codes, placed = self._by_subscription(table, workspace, rows)
                above = Level(codes, self._subscriptions.keys, self._subscriptions.keys)
            case Grouping.GROUP:
                codes, placed = self._by_group(rows)
                labels = [name or self._no_group for name in self._groups.keys]
                above = Level(codes, labels, self._groups.keys)
            case Grouping.FLAT:
                return Members(rows, (), by_object=False)
        return Members(placed, (above, self._objects(placed)), by_object=False)

    def _objects(self, rows: Codes) -> Level:
        objects = self._catalogue.objects.keys
        return Level(
            self._catalogue.object_of[rows], _Lazy(self._names.name, objects), objects, objects=True
        )

    def _by_group(self, rows: Codes) -> tuple[Codes, Codes]:
        objects = self._catalogue.objects.keys
        for name in sorted({group for ref in objects for group in self._names.groups(ref)}):
            self._groups.code(name)
        of_object = [
            [self._groups.code(group) for group in self._names.groups(ref) or ("",)]
            for ref in objects
        ]
        counts = np.array([len(codes) for codes in of_object], np.int32)
        flat = np.array([code for codes in of_object for code in codes], np.int32)
        first = np.concatenate((np.zeros(1, np.int32), np.cumsum(counts, dtype=np.int32)))
        times = counts[self._catalogue.object_of[rows]]
        placed = np.repeat(rows, times)
        nth = np.arange(len(placed)) - np.repeat(np.cumsum(times) - times, times)
        return flat[first[self._catalogue.object_of[placed]] + nth], placed

    def _by_subscription(
        self, table: LiveTable, workspace: Workspace, rows: Codes
    ) -> tuple[Codes, Codes]:
        key = (table.structure, workspace)
        known = self._of_subscriptions
        if known is None or known[0] != key[0] or known[1] is not key[1]:
            known = self._of_subscriptions = (*key, *self._places(table, workspace))
        kept = np.isin(known[3], rows)
        return known[2][kept], known[3][kept]

    def _places(self, table: LiveTable, workspace: Workspace) -> tuple[Codes, Codes]:
        """Return for each place of a statistic in a subscription its code and its row."""
        row_of = {id(statistic): row for row, statistic in enumerate(table.statistics)}
        site = workspace.site.url.rstrip("/")

        def find(statistic: Statistic) -> int | None:
            row = row_of.get(id(statistic))
            return table.row_of(statistic.series(site)) if row is None else row

        codes, placed = [], []
        for subscription in workspace.subscriptions:
            code = self._subscriptions.code(subscription.name)
            for wanted in subscription.statistics if subscription.enabled else ():
                row = find(wanted.statistic)
                if row is not None:
                    codes.append(code)
                    placed.append(row)
        return np.array(codes, np.int32), np.array(placed, np.int32)


class _Lazy(Sequence[str]):
    """Names that are made when they are asked for: few of 100,000 ever are."""

    def __init__(self, name: Callable[..., str], keys: Sequence[Hashable]) -> None:
        self._name, self._keys = name, keys

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return self._name(self._keys[place])
