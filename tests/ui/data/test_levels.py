"""How threshold states rise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.data.levels import risen, worst

LEVELS = st.lists(st.integers(-2, 2), max_size=30)


def plainly(levels):
    return max(levels, key=lambda level: (abs(level), level), default=0)


@given(LEVELS)
def test_the_worst_is_the_farthest_and_the_high_one_of_two(levels):
    assert worst(np.array(levels, np.int8)) == plainly(levels)


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 3)), min_size=1, max_size=40))
def test_each_node_has_the_worst_of_all_that_stands_under_it(drawn):
    """However deep: compared with looking at every descendant."""
    depth, parent, last = [], [], {}
    for place, (_, wanted) in enumerate(drawn):
        level = min(wanted, depth[-1] + 1) if depth else 0
        depth.append(level)
        parent.append(last.get(level - 1, -1))
        last[level] = place
    own = [level for level, _ in drawn]

    def under(node):
        return [own[node], *(w for kid, up in enumerate(parent) if up == node for w in under(kid))]

    found = risen(np.array(own, np.int8), np.array(depth), np.array(parent))
    assert found.tolist() == [plainly(under(node)) for node in range(len(own))]
