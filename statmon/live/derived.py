"""Rows that are computed from others: as fresh as the worst of what they are computed from."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Fresh = NDArray[np.uint8]


class Derived:
    """Which rows each computed row is computed from; a row is never its own input."""

    def __init__(self) -> None:
        self._inputs: dict[int, Rows] = {}
        self._flat: tuple[Rows, Rows, Rows] | None = None

    def set(self, row: int, inputs: Iterable[int]) -> None:
        """Compute a row from others from now on."""
        self._inputs[row] = np.fromiter(inputs, np.intp)
        self._flat = None

    def inputs(self, row: int) -> list[int]:
        """Return the rows that a row is computed from; none for one that is not."""
        own = self._inputs.get(row)
        return [] if own is None else own.tolist()

    def worst(self, own: Fresh, rows: Rows | None, look: Callable[[Rows], Fresh]) -> Fresh:
        """Return how fresh rows are when what they are computed from counts as well.

        Args:
            own: how fresh they are by themselves.
            rows: which; None: all of the table.
            look: asks how fresh others are.
        """
        if not self._inputs:
            return own
        if rows is None:
            where, flat, starts = self._all()
            fresh = own[flat]
        else:
            where = np.flatnonzero([int(row) in self._inputs for row in rows])
            if not len(where):
                return own
            found = [self._inputs[int(row)] for row in rows[where]]
            flat, starts = _flattened(found)
            fresh = look(flat)
        if len(flat):
            own[where] = np.minimum(own[where], np.minimum.reduceat(fresh, starts))
        return own

    def _all(self) -> tuple[Rows, Rows, Rows]:
        if self._flat is None:
            rows = np.fromiter(self._inputs, np.intp, len(self._inputs))
            self._flat = (rows, *_flattened(list(self._inputs.values())))
        return self._flat


def _flattened(found: list[Rows]) -> tuple[Rows, Rows]:
    """Return all of them in one, and where each begins; none of them is empty."""
    lengths = np.array([len(one) for one in found], np.intp)
    return np.concatenate(found), np.cumsum(lengths) - lengths
