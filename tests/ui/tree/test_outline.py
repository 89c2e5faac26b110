import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.live.catalogue import Catalogue
from statmon.ui.data.names import Names
from statmon.ui.tree import order
from statmon.ui.tree.grouping import Grouping, Groups
from statmon.ui.tree.outline import Expansion, build, shown
from tests.ui.fake_engine import FakeEngine, workspace


def outline_of(engine, grouping=Grouping.TYPE, rows=None):
    catalogue = Catalogue(engine.table)
    groups = Groups(catalogue, Names(engine.workspace), "no group")
    chosen = np.array(engine.table.rows() if rows is None else rows, np.int32)
    members = groups.members(grouping, engine.table, engine.workspace, chosen)
    return build(members, order.natural(members), catalogue)


def drawn(outline):
    """Each node as its level and its label, or its row."""
    return [
        (int(outline.level[node]), int(outline.row[node]))
        if outline.is_statistic(node)
        else (int(outline.level[node]), outline.label_of_head(node))
        for node in range(len(outline))
    ]


def test_statistics_stand_below_their_objects_and_types():
    """In the order in which the workspace names them."""
    outline = outline_of(FakeEngine(workspace(agents=2, queues=1)))

    assert drawn(outline) == [
        (0, "Agent"),
        (1, "Desk 1 (agent1)"), (2, 0), (2, 1), (2, 2),
        (1, "agent2"), (2, 3), (2, 4), (2, 5),
        (0, "Queue"),
        (1, "7001@SIP_Switch"), (2, 6), (2, 7), (2, 8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("grouping", "heads"),
    [
        (Grouping.SUBSCRIPTION, ["Sales agents", "Queues"]),
        (Grouping.GROUP, ["Early shift", "no group"]),
        (Grouping.FLAT, []),
        (
            Grouping.STATISTIC,
            ["CurrentAgentState", "InboundCalls", "AverageHandlingTime",
             "CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel"],
        ),
    ],
)  # fmt: skip
def test_other_heads_hold_the_same_statistics(grouping, heads):
    """Regrouping loses none and invents none."""
    outline = outline_of(FakeEngine(workspace(agents=2, queues=1)), grouping)
    tops = [n for n in range(len(outline)) if outline.level[n] == 0]

    assert [outline.label_of_head(n) for n in tops if not outline.is_statistic(n)] == heads
    assert sorted(outline.row[outline.code < 0].tolist()) == list(range(9))


def test_an_object_of_two_groups_stands_in_both():
    """Its statistics have two places and count once."""
    engine = FakeEngine(workspace(agents=1, queues=0))
    names = Names(engine.workspace)
    names.set_groups(engine.table.statistics[0].ref, ["A", "B"])
    catalogue = Catalogue(engine.table)
    groups = Groups(catalogue, names, "no group")
    rows = np.array([0, 1, 2], np.int32)
    members = groups.members(Grouping.GROUP, engine.table, engine.workspace, rows)
    outline = build(members, order.natural(members), catalogue)

    assert outline.statistics == 3
    assert sorted(outline.row[outline.code < 0].tolist()) == [0, 0, 1, 1, 2, 2]


def test_an_object_speaks_through_its_state():
    """The object's row is that of its state; an object without one has none."""
    engine = FakeEngine(workspace(agents=1, queues=1))
    outline = outline_of(engine)
    rows = {outline.label_of_head(n): int(outline.row[n]) for n in range(len(outline))
            if outline.object_of(n) is not None}  # fmt: skip

    assert engine.table.statistics[rows["Desk 1 (agent1)"]].title == "CurrentAgentState"
    assert rows["7001@SIP_Switch"] == -1


@given(
    st.integers(0, 5),
    st.integers(0, 3),
    st.sampled_from(list(Grouping)),
    st.sets(st.integers(0, 23)),
)
def test_every_node_stands_below_its_parent(agents, queues, grouping, chosen):
    """Parents, levels and counts of children say the same."""
    engine = FakeEngine(workspace(agents, queues))
    outline = outline_of(engine, grouping, [row for row in engine.table.rows() if row in chosen])
    counted = np.zeros(len(outline), int)
    last = {}
    for node in range(len(outline)):
        level, parent = int(outline.level[node]), int(outline.parent[node])
        last[level] = node
        assert parent == (last[level - 1] if level else -1)
        if parent >= 0:
            counted[parent] += 1

    assert counted.tolist() == outline.children.tolist()


def test_unfolded_fields_are_lines_of_their_own():
    """Directly under their statistic, in each of its places."""
    outline = outline_of(FakeEngine(workspace(agents=1, queues=0)), Grouping.FLAT)
    lines = shown(outline, np.zeros(len(outline), bool), {1: 2})

    assert lines.node.tolist() == [0, 1, 1, 1, 2]
    assert lines.field.tolist() == [-1, -1, 0, 1, -1]


def test_folding_a_head_hides_all_that_is_under_it():
    """Also what is expanded there; it comes back as it was."""
    outline = outline_of(FakeEngine(workspace(agents=2, queues=0)))
    expansion = Expansion()
    expansion.all(expanded=True)
    whole = shown(outline, expansion.of(outline, few=True), {})
    expansion.toggle(int(outline.mark[0]))

    assert shown(outline, expansion.of(outline, few=True), {}).node.tolist() == [0]
    expansion.toggle(int(outline.mark[0]))
    assert shown(outline, expansion.of(outline, few=True), {}).node.tolist() == whole.node.tolist()


def test_names_are_sorted_as_people_do():
    """Nine comes before ten, and case does not matter."""
    names = ["agent10", "Agent9", "b", "agent 1", "A2b3", "a2B10"]
    places = order.alphabetical(names)
    by_place = sorted(range(len(names)), key=lambda i: places[i])

    assert [names[i] for i in by_place] == ["A2b3", "a2B10", "Agent9", "agent10", "agent 1", "b"]


@given(st.lists(st.floats(), max_size=40))
def test_counting_digits_gives_the_order_of_comparing(numbers):
    """Of negative, tiny and endless numbers too; equal ones as they came, NaN last."""
    ranks = np.array(numbers, np.float64)

    assert order.in_order(ranks).tolist() == np.argsort(ranks, kind="stable").tolist()
