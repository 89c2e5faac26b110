"""Which chart that is shown goes on as which chart of a workspace that takes the place."""

from collections.abc import Callable, Sequence

from statmon.domain.workspace import Json

_Same = Callable[[int, int], bool]


def goes_on(before: Sequence[Json], now: Sequence[Json]) -> list[int | None]:
    """Return for each chart of now the place of the one before that it is; None for a new one.

    What is the same goes first, then what shows the same series under the same title, then what
    stands at the same place where nothing else moved.
    """
    result: list[int | None] = [None] * len(now)
    left = dict.fromkeys(range(len(before)))

    def match(same: _Same) -> None:
        for place, known in enumerate(result):
            found = next((old for old in left if same(old, place)), None) if known is None else None
            if found is not None:
                result[place] = found
                del left[found]

    match(lambda old, new: before[old] is now[new])
    match(lambda old, new: before[old] == now[new])
    match(lambda old, new: _subject(before[old]) == _subject(now[new]))
    if len(before) == len(now):
        match(lambda old, new: old == new)
    return result


def _subject(item: Json) -> tuple[object, object]:
    return item.get("title"), item.get("series")
