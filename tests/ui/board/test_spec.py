from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.board.spec import BoardColumn, BoardSpec, By, Look, dump, parse

specs = st.builds(
    BoardSpec,
    title=st.text(max_size=5),
    object_type=st.text(max_size=5),
    columns=st.lists(
        st.builds(BoardColumn, st.text(max_size=5), st.none() | st.integers(1, 999),
                  st.sampled_from(Look)), max_size=3).map(tuple),
    by=st.sampled_from(By),
    hide_zero=st.booleans(),
    frozen=st.integers(1, 5),
    filter=st.text(max_size=5),
    sort=st.none() | st.tuples(st.text(max_size=5), st.booleans()),
    extra=st.dictionaries(st.sampled_from(["colour", "nameWidth"]), st.integers()),
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner,
                                                               max_size=3),
)  # fmt: skip
KEYS = ["title", "objectType", "columns", "groupBy", "hideZero", "frozen", "filter", "sort"]


@given(specs)
def test_what_is_kept_is_read_again(spec):
    """Keys that this version does not know included."""
    assert parse(dump(spec)) == spec


@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_a_damaged_board_is_read_as_far_as_it_goes(view):
    """Files are edited by hand: nothing raises, and what was read can be kept."""
    spec = parse({"kind": "board", **view})

    assert parse(dump(spec)) == spec
