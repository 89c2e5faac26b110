from fake_engine import FakeEngine, workspace
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.tree.outline import ROOT, Finder, build


def outline_of(engine, typed=""):
    finder = Finder(engine.table, lambda ref: "Early shift" if ref.object_id == "agent1" else "")
    return build(engine.table, finder.rows(typed), lambda ref: ref.object_id)


def labels(outline, node=ROOT):
    return [outline.label[child] for child in outline.children[node]]


def test_statistics_stand_below_their_objects_and_types():
    """In the order in which the workspace names them."""
    outline = outline_of(FakeEngine(workspace(agents=2, queues=1)))

    assert labels(outline) == ["Agent", "Queue"]
    assert labels(outline, outline.children[ROOT][0]) == ["agent1", "agent2"]
    assert outline.statistics == 9


def test_an_object_speaks_through_its_state():
    """The object's row is that of its state; an object without one has none."""
    engine = FakeEngine(workspace(agents=1, queues=1))
    outline = outline_of(engine)
    agent = outline.label.index("agent1")
    queue = outline.label.index("7001@SIP_Switch")

    assert engine.table.statistics[outline.row[agent]].title == "CurrentAgentState"
    assert outline.row[queue] == -1


def test_a_removed_series_is_not_shown():
    """The outline follows the table."""
    engine = FakeEngine(workspace(agents=1, queues=1))
    engine.table.remove(engine.table.series[0])

    assert "CurrentAgentState" not in outline_of(engine).label


def test_every_typed_word_must_match_somewhere():
    """Type, object, group and statistic, in any case and order."""
    engine = FakeEngine(workspace(agents=3, queues=1))

    assert outline_of(engine, "INBOUND agent").statistics == 3
    assert outline_of(engine, "early").statistics == 3
    assert outline_of(engine, "agent3 calls").statistics == 1
    assert outline_of(engine, "nothing like it").statistics == 0


@given(st.text(max_size=12))
def test_a_filter_only_ever_takes_away(typed):
    """What it keeps was there, in the same order."""
    engine = FakeEngine(workspace(agents=2, queues=1))
    every = engine.table.rows()
    kept = Finder(engine.table, lambda ref: "").rows(typed)

    assert kept == [row for row in every if row in set(kept)]


@given(st.integers(0, 6), st.integers(0, 4))
def test_every_node_knows_its_place(agents, queues):
    """Parent, place and children say the same."""
    outline = outline_of(FakeEngine(workspace(agents, queues)))

    for node in range(1, len(outline.parent)):
        assert outline.children[outline.parent[node]][outline.place[node]] == node


def test_finding_prefers_a_beginning_and_goes_round():
    """Typing letters in the tree goes to the next label that starts with them."""
    outline = outline_of(FakeEngine(workspace(agents=3, queues=1)))
    agent2 = outline.label.index("agent2")

    assert outline.find("agent2", agent2) == agent2
    assert outline.label[outline.find("agent1", agent2)] == "agent1"
    assert outline.label[outline.find("switch", 1)] == "7001@SIP_Switch"
    assert outline.find("nowhere", 1) is None
