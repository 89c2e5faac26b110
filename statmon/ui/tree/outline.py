"""The tree's shape: object type → object → statistic, as flat lists that scale.

No Qt in here. A node is a number; node 0 is the root, which is not shown. Filtering builds a
new outline: removing thousands of scattered rows from an expanded tree takes Qt minutes.
"""

from collections.abc import Callable, Iterator, Sequence

from statmon.domain.statistic import ObjectRef
from statmon.domain.unit import Unit
from statmon.live.table import LiveTable

ROOT = 0
NO_ROW = -1


class Outline:
    """Nodes with parent, place among their siblings, children, label and table row."""

    def __init__(self) -> None:
        self.parent: list[int] = [ROOT]
        self.place: list[int] = [0]
        self.children: list[list[int]] = [[]]
        self.label: list[str] = [""]
        self.row: list[int] = [NO_ROW]
        """The table's row: a statistic's own; for an object the row of its state, if any."""
        self.key: list[str | ObjectRef | None] = [None]
        """What names a type or object from one outline to the next."""
        self.statistics = 0

    def append(self, parent: int, label: str, row: int, key: str | ObjectRef | None) -> int:
        """Add a node as its parent's last child and return its number."""
        node = len(self.parent)
        siblings = self.children[parent]
        self.parent.append(parent)
        self.place.append(len(siblings))
        self.children.append([])
        self.label.append(label)
        self.row.append(row)
        self.key.append(key)
        siblings.append(node)
        return node

    def is_statistic(self, node: int) -> bool:
        """Whether a node is a statistic, not an object or a type."""
        return self.key[node] is None and node != ROOT

    def depth(self, node: int) -> int:
        """Return how many nodes stand above one, the root not counted."""
        depth = 0
        while (node := self.parent[node]) != ROOT:
            depth += 1
        return depth

    def find(self, text: str, after: int) -> int | None:
        """Return the next node whose label starts with, else contains, a text; or None."""
        wanted = text.casefold()
        for matches in (str.startswith, str.__contains__):
            for node in self._from(after):
                if matches(self.label[node].casefold(), wanted):
                    return node
        return None

    def _from(self, node: int) -> Iterator[int]:
        # Nodes are numbered object by object, which is nearly the order on the screen.
        count = len(self.parent)
        for step in range(count):
            candidate = (node + step) % count
            if candidate != ROOT:
                yield candidate


def build(table: LiveTable, rows: Sequence[int], name_of: Callable[[ObjectRef], str]) -> Outline:
    """Return the outline of some of a table's rows, in their order."""
    outline = Outline()
    types: dict[str, int] = {}
    objects: dict[ObjectRef, int] = {}
    for row in rows:
        statistic = table.statistics[row]
        ref = statistic.ref
        node = objects.get(ref)
        if node is None:
            above = types.get(ref.object_type)
            if above is None:
                above = outline.append(ROOT, ref.object_type, NO_ROW, ref.object_type)
                types[ref.object_type] = above
            node = objects[ref] = outline.append(above, name_of(ref), NO_ROW, ref)
        outline.append(node, statistic.title, row, None)
        if outline.row[node] == NO_ROW and table.units[row] is Unit.STATE:
            outline.row[node] = row
        outline.statistics += 1
    return outline


class Finder:
    """Which rows a typed text keeps: those in whose words every typed word stands."""

    def __init__(self, table: LiveTable, words_of: Callable[[ObjectRef], str]) -> None:
        self._rows = table.rows()
        words: dict[ObjectRef, str] = {}
        self._texts: list[str] = []
        for row in self._rows:
            statistic = table.statistics[row]
            above = words.get(statistic.ref)
            if above is None:
                above = words[statistic.ref] = f"{statistic.ref} {words_of(statistic.ref)}"
            self._texts.append(f"{above} {statistic.title}".casefold())

    def rows(self, typed: str) -> list[int]:
        """Return the table's rows that match, in order; all of them for no text."""
        rows, texts = self._rows, self._texts
        for word in typed.casefold().split():
            kept = [i for i, text in enumerate(texts) if word in text]
            rows, texts = [rows[i] for i in kept], [texts[i] for i in kept]
        return rows
