"""Which objects, columns and cells a board has: arrays, without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from statmon.domain.combinations import GROUPS, canonical_type
from statmon.domain.statistic import ObjectRef
from statmon.live.catalogue import NO_ROW, Catalogue, Codes
from statmon.live.table import LiveTable
from statmon.ui.board.adding import Adding, Finder
from statmon.ui.board.spec import BoardSpec, By
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.names import Names

NO_OBJECT = -1
TOTAL = 0
"""The group of all objects; it stands first."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A board's objects and columns, and the table's row of each cell."""

    objects: tuple[ObjectRef, ...]
    titles: tuple[str, ...]
    cells: NDArray[np.int32]
    """The table's rows, objects down and columns across; ``NO_ROW`` where there is none."""
    adding: tuple[Adding, ...]
    """How each column becomes the number of a group."""
    of_groups: bool
    """The objects are groups themselves, which may share members."""
    groups: tuple[str, ...]
    """The names of the groups, from 1; at 0 stands that of all."""
    member: NDArray[np.int32]
    """The objects that are members of a group, group by group; one may be in several."""
    group: NDArray[np.int32]
    """The group of each of these."""


def titles_of(catalogue: Catalogue, rows: Codes, object_type: str) -> list[str]:
    """Return the titles of all statistics of a type's objects, in the order they came."""
    code = catalogue.types.find(object_type)
    if code is None:
        return []
    own = rows[catalogue.type_of[catalogue.object_of[rows]] == code]
    codes = catalogue.title_of[own]
    _, first = np.unique(codes, return_index=True)
    return [catalogue.titles.keys[codes[place]] for place in np.sort(first)]


def lay_out(
    spec: BoardSpec, table: LiveTable, catalogue: Catalogue, rows: Codes, matched: Codes,
    names: Names, knowledge: Knowledge, words: tuple[str, str],
) -> Layout:  # fmt: skip
    """Return a board's layout.

    Args:
        spec: what the user arranged.
        table: where the numbers are.
        catalogue: who is who in the table.
        rows: the rows of the table that are wanted.
        matched: those of them that the board's filter finds; it chooses objects, not cells.
        names: the groups of objects.
        knowledge: how a column is added up.
        words: what the group of all is called, and that of objects without one.
    """
    code = catalogue.types.find(spec.object_type)
    titles = [column.title for column in spec.columns] or _shown(
        titles_of(catalogue, rows, spec.object_type), table, catalogue, knowledge
    )
    found = catalogue.object_of[matched]
    objects = np.unique(found[catalogue.type_of[found] == (-1 if code is None else code)])
    matrix = _matrix(titles, objects, catalogue, rows)
    refs = tuple(catalogue.objects.keys[code] for code in objects)
    member, group, groups = _members(spec, refs, names, words)
    return Layout(
        objects=refs,
        titles=tuple(titles),
        cells=matrix,
        adding=Finder(table, catalogue, rows, objects, knowledge).columns(matrix, titles),
        of_groups=canonical_type(spec.object_type) in GROUPS,
        groups=groups,
        member=member,
        group=group,
    )


def _shown(
    titles: list[str], table: LiveTable, catalogue: Catalogue, knowledge: Knowledge
) -> list[str]:
    """Leave out what is only open for the ratios that are made of it, unless that is all."""
    entries = {title: knowledge.of_title(title, table, catalogue) for title in titles}
    shown = [title for title, entry in entries.items() if entry is None or not entry.is_part]
    return shown or titles


def _matrix(
    titles: Sequence[str], objects: NDArray[np.int32], catalogue: Catalogue, rows: Codes
) -> NDArray[np.int32]:
    column_of = np.full(len(catalogue.titles) + 1, -1, np.int32)
    for column, title in enumerate(titles):
        code = catalogue.titles.find(title)
        if code is not None:
            column_of[code] = column
    line_of = np.full(len(catalogue.objects) + 1, -1, np.int32)
    line_of[objects] = np.arange(len(objects), dtype=np.int32)
    lines, columns = line_of[catalogue.object_of[rows]], column_of[catalogue.title_of[rows]]
    kept = (lines >= 0) & (columns >= 0)
    result = np.full((len(objects), len(titles)), NO_ROW, np.int32)
    # Of two statistics of one title the first counts: it is written last.
    result[lines[kept][::-1], columns[kept][::-1]] = rows[kept][::-1]
    return result


def _members(
    spec: BoardSpec, objects: Sequence[ObjectRef], names: Names, words: tuple[str, str]
) -> tuple[NDArray[np.int32], NDArray[np.int32], tuple[str, ...]]:
    every = np.arange(len(objects), dtype=np.int32)
    if spec.by is By.NOTHING:
        return every, np.full(len(objects), TOTAL, np.int32), (words[0],)
    of = [names.groups(ref) for ref in objects]
    found = sorted({group for groups in of for group in groups})
    alone = [place for place, groups in enumerate(of) if not groups]
    names_ = [words[0], *found, *([words[1]] if alone else [])]
    number = {group: place for place, group in enumerate(found, 1)}
    pairs = [(number[group], place) for place, groups in enumerate(of) for group in groups]
    pairs += [(len(found) + 1, place) for place in alone]
    pairs.sort()
    group = np.array([pair[0] for pair in pairs], np.int32)
    member = np.array([pair[1] for pair in pairs], np.int32)
    return member, group, tuple(names_)
