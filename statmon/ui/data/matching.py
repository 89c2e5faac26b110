"""Which chart or board that is shown goes on as which one of a changed workspace."""

from collections.abc import Callable, Sequence

from statmon.domain.workspace import Json

_Same = Callable[[int, int], bool]


def goes_on(
    before: Sequence[Json], now: Sequence[Json], subject: tuple[str, ...]
) -> list[int | None]:
    """Return for each item of now the place of the one before that it is; None for a new one.

    What is the same goes first, then what is alike in the keys of its ``subject``, then what
    stands at the same place where nothing came or went.
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
    match(lambda old, new: all(before[old].get(key) == now[new].get(key) for key in subject))
    if len(before) == len(now):
        match(lambda old, new: old == new)
    return result
