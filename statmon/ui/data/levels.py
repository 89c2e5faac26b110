"""How threshold states rise: the worst of many, and that of all that stands under a head. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.int8]


def worst(levels: Levels) -> int:
    """Return the state farthest from 0 (``Lens.levels``); of two as far that on the high side."""
    return int(_level(_weight(levels).max(initial=0)))


def risen(own: Levels, depth: NDArray[np.integer[Any]], parent: NDArray[np.integer[Any]]) -> Levels:
    """Return the worst state of each node and all that stands under it.

    Args:
        own: the state of each node by itself.
        depth: how deep each stands, from 0.
        parent: the node above each; of no meaning at depth 0.
    """
    weight = _weight(own)
    for level in range(int(depth.max(initial=0)), 0, -1):
        nodes = np.flatnonzero(depth == level)
        beyond = nodes[weight[nodes] > 0]
        np.maximum.at(weight, parent[beyond], weight[beyond])
    found: Levels = _level(weight)
    return found


def _weight(levels: Levels) -> NDArray[np.int8]:
    """Return the states as numbers of which the largest is the worst."""
    return (2 * np.abs(levels) - (levels < 0)).astype(np.int8)


def _level(weight: Any) -> Any:
    """Return the states of such numbers."""
    return (np.where(weight % 2, -1, 1) * ((weight + 1) // 2)).astype(np.int8)
