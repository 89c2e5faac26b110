from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from statmon.domain.statistic import ObjectRef
from statmon.domain.unit import Unit
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.tree.columns import Column, specs
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.model import TreeModel
from tests.ui.fake_engine import FakeEngine, now, state, workspace

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def model_of(engine):
    return TreeModel(engine.workspace, Lens(engine.table, now()), Names(engine.workspace))


def line_of(model, label):
    return next(n for n in range(model.rowCount()) if model.text(n, 0) == label)


def labels(model):
    return [model.text(line, Column.STATISTIC) for line in range(model.rowCount())]


@pytest.fixture
def up():
    engine = FakeEngine(workspace())
    engine.go_up()
    return engine


def test_labels_of_the_workspace_come_first(qapp):
    """The user's own name, and the id that the service knows."""
    assert "Desk 1 (agent1)" in labels(model_of(FakeEngine(workspace())))


def test_an_agents_row_shows_its_state(qapp, up):
    """Without unfolding it."""
    up.feed("agent2", "CurrentAgentState", state("AfterCallWork", since=61.5))
    model = model_of(up)

    assert model.text(line_of(model, "agent2"), Column.VALUE).startswith("✎ AfterCallWork  1:0")


def test_a_screen_reader_hears_value_and_freshness(qapp, up):
    """A number without its freshness would be a lie to the ear."""
    up.feed("agent2", "InboundCalls", 5)
    model = model_of(up)
    model.expand_all(True)
    cell = model.index(line_of(model, "agent2") + 2, Column.VALUE)

    assert model.data(cell, Qt.ItemDataRole.AccessibleTextRole) == "5, live"


def test_a_screen_reader_hears_where_it_is_in_the_tree(qapp, up):
    """Level and folding, which eyes see by the indent."""
    model = model_of(up)
    said = [model.data(model.index(n, 0), Qt.ItemDataRole.AccessibleTextRole) for n in (0, 1)]

    assert said == ["Agent, level 1, expanded", "Desk 1 (agent1), level 2, folded"]


def test_columns_have_names(qapp):
    """And figures stand at the right."""
    model = model_of(FakeEngine(workspace()))
    horizontal = Qt.Orientation.Horizontal

    assert [model.headerData(i, horizontal) for i in range(model.columnCount())] == [
        spec.title for spec in specs()
    ]
    assert model.headerData(Column.AGE, horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_an_object_value_unfolds_to_its_fields(qapp, up):
    """Each on a line of its own, and they follow the value."""
    up.feed("agent1", "CurrentAgentState", {"status": 4, "place": {"id": "P1"}})
    model = model_of(up)
    model.group_by(Grouping.FLAT)
    model.toggle(0)

    assert [(model.text(n, 0), model.text(n, 1)) for n in (1, 2, 3)] == [
        ("status", "4"), ("place", ""), ("id", "P1"),
    ]  # fmt: skip
    assert [model.level(n) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
    model.take_values({up.feed("agent1", "CurrentAgentState", {"status": 8})})
    assert (model.text(1, 1), model.is_statistic(2)) == ("8", True)
    model.toggle(0)
    assert model.rowCount() == 18


def test_an_object_is_renamed_and_grouped_in_place(qapp, up):
    """The workspace is told of each change."""
    model = model_of(up)
    told, names = [], model.names

    def edit(words, change):
        told.append(words)
        names.take(change(names._workspace))

    names._edit = edit
    line = line_of(model, "agent2")
    assert model.flags(model.index(line, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable

    assert model.setData(model.index(line, 0), " Window  desk ")
    line = line_of(model, "Window desk (agent2)")
    assert model.setData(model.index(line, Column.GROUPS), "Late shift, Sales,")

    assert told == ["rename agent2", "group Window desk"]
    item = next(item for item in names._workspace.objects if item.ref.object_id == "agent2")
    assert (item.label, item.groups) == ("Window desk", ("Late shift", "Sales"))
    model.filter("group:late")
    assert model.statistics == 3


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_by_any_column_keeps_every_statistic(qapp, up, column, descending):
    """Under its own head."""
    up.feed("agent2", "InboundCalls", 7)
    model = model_of(up)
    model.expand_all(True)
    before = sorted(labels(model))
    model.sort_by(column, descending)

    assert sorted(labels(model)) == before
    assert model.text(0, 0) in {"Agent", "Queue"}


@pytest.mark.parametrize("way", ["the present", "paused", "the past"])
@pytest.mark.parametrize("column", list(Column))
def test_a_tree_is_arranged_again_when_rows_are_newer_than_what_is_known_of_them(
    qapp, up, way, column
):
    """An edit adds rows and arranges the tree at once; values are looked at with the next tick."""
    model = model_of(up)
    if way == "paused":
        model.lens.pause()
    elif way == "the past":
        model.lens.travel(up.table.blank(), now() - 60_000, None)
    model.sort_by(column, descending=True)
    before = model.statistics
    known = next(one for one in up.table.statistics if one.unit is Unit.STATE)
    for number in range(40):
        new = replace(known, id=f"new{number}", ref=ObjectRef("Agent", f"new{number}"))
        up.table.add(new, new.series("http://site"))

    steps = model.steps_of_look()
    next(steps, None)
    model.catalogue.follow(model.lens.table)
    list(steps)
    model.filter("state:ready or alert:any")
    model.filter("")
    model.rebuild()
    assert model.statistics == before
    model.lens.resume(now())
    model.rebuild()
    assert model.statistics == before + 40


def test_the_longest_in_a_state_comes_first(qapp, up):
    """Agents are sorted by the time in their state; who has none comes last."""
    for agent, since in (("agent1", 10), ("agent2", 300), ("agent4", 60)):
        up.feed(agent, "CurrentAgentState", state("WaitForNextCall", since=since))
    model = model_of(up)
    model.sort_by(Column.VALUE, descending=True)

    assert labels(model)[1:5] == ["agent2", "agent4", "Desk 1 (agent1)", "agent3"]


def sorted_by_calls(up):
    """A flat list of calls, sorted by their number."""
    for number in range(1, 5):
        up.feed(f"agent{number}", "InboundCalls", number)
    model = model_of(up)
    model.filter("inbound")
    model.group_by(Grouping.FLAT)
    model.sort_by(Column.VALUE, descending=True)
    return model


def test_a_live_order_is_looked_at_again(qapp, up):
    """Only then do lines move, and only if the order is another."""
    model = sorted_by_calls(up)
    assert not model.look_again()

    up.feed("agent1", "InboundCalls", 99)
    assert "agent4" in model.text(0, 0)
    assert model.look_again()
    assert "Desk 1" in model.text(0, 0)


def test_looking_again_moves_no_line_before_its_last_step(qapp, up):
    """What is on the screen is whole at any time; the steps in between leave it alone."""
    model = sorted_by_calls(up)
    up.feed("agent1", "InboundCalls", 99)
    before = labels(model)
    steps = model.steps_of_look()
    seen = [(moved, labels(model)) for moved in steps]

    assert [moved for moved, _ in seen] == [False] * (len(seen) - 1) + [True]
    assert len(seen) > 3
    assert all(shown == before for moved, shown in seen if not moved)
    assert "Desk 1" in model.text(0, 0)


@pytest.mark.parametrize("done", range(1, 4))
@pytest.mark.parametrize(
    "act",
    [
        lambda model: model.filter("agent2"),
        lambda model: model.group_by(Grouping.STATISTIC),
        lambda model: model.sort_by(Column.STATISTIC),
        lambda model: model.expand_all(False),
        lambda model: model.rebuild(),
    ],
    ids=["filter", "group", "sort", "fold", "rebuild"],
)
def test_looking_again_gives_way_to_what_the_user_does(qapp, up, act, done):
    """Whatever step it is at: what was begun before would undo it."""
    model = sorted_by_calls(up)
    up.feed("agent1", "InboundCalls", 99)
    steps = model.steps_of_look()
    for _ in range(done):
        next(steps)
    act(model)
    wanted = labels(model)

    assert list(steps) in ([], [False])
    assert labels(model) == wanted


class TreeUnderChange(RuleBasedStateMachine):
    """Rows come and go, words are typed, heads change: the model shows what the table holds."""

    def __init__(self):
        super().__init__()
        self.engine = FakeEngine(workspace(agents=3, queues=2))
        self.engine.go_up()
        self.model = model_of(self.engine)
        self.tester = QAbstractItemModelTester(self.model, FATAL)
        self.typed = ""
        self.look = iter(())

    @rule(place=st.integers(0, 14))
    def remove(self, place):
        self.engine.table.remove(self.engine.table.series[place])
        self.model.rebuild()

    @rule(place=st.integers(0, 14))
    def add(self, place):
        table = self.engine.table
        table.add(table.statistics[place], table.series[place])
        self.model.rebuild()

    @rule(typed=st.sampled_from(["", "agent", "agent2 calls", "7001", "total", "zzz", "group:e"]))
    def filter(self, typed):
        self.typed = typed
        self.model.filter(typed)

    @rule(grouping=st.sampled_from(list(Grouping)))
    def group(self, grouping):
        self.model.group_by(grouping)

    @rule(column=st.sampled_from([None, *Column]), descending=st.booleans())
    def sort(self, column, descending):
        self.model.sort_by(column, descending)

    @rule(expanded=st.booleans())
    def expand_all(self, expanded):
        self.model.expand_all(expanded)

    @rule(line=st.integers(0, 30))
    def toggle(self, line):
        if line < self.model.rowCount():
            self.model.toggle(line)

    @rule(place=st.integers(0, 14), value=st.one_of(
        st.integers(-5, 10**9), st.none(), st.dictionaries(st.text(max_size=3), st.integers(),
                                                          max_size=3)))  # fmt: skip
    def value(self, place, value):
        statistic = self.engine.table.statistics[place]
        row = self.engine.feed(statistic.ref.object_id, statistic.title, value)
        self.model.lens.refresh(now())
        self.model.take_values({row})
        self.look = self.model.steps_of_look()

    @rule(steps=st.integers(1, 6))
    def look_on(self, steps):
        for _ in range(steps):
            next(self.look, None)

    @rule(place=st.integers(0, 4), label=st.sampled_from(["", "Desk 1", "X"]))
    def rename(self, place, label):
        ref = self.engine.table.statistics[place * 3].ref
        self.model.names.set_label(ref, label)

    @invariant()
    def holds_what_the_table_holds(self):
        table, names = self.engine.table, self.model.names
        words = self.typed.replace("group:e", "early").casefold().split()
        wanted = [
            row
            for row in table.rows()
            if all(
                word
                in f"{names.words(table.statistics[row].ref)} "
                f"{table.statistics[row].title}".casefold()
                for word in words
            )
        ]
        outline = self.model.outline
        assert sorted(set(outline.row[outline.code < 0].tolist())) == wanted

    @invariant()
    def shows_what_is_expanded(self):
        """Each line is under the last one of a lower level, and only if that is expanded."""
        model, above = self.model, []
        for line in range(model.rowCount()):
            level = model.level(line)
            del above[level:]
            assert len(above) == level
            assert all(model.is_expanded(head) for head in above)
            above.append(line)
            for column in Column:
                assert isinstance(model.data(model.index(line, column)), str)
        assert not model.rowCount(model.index(0, 0, QModelIndex()))


TreeUnderChange.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestTreeUnderChange = TreeUnderChange.TestCase
