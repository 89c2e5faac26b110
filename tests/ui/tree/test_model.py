from fake_engine import FakeEngine, now, state, workspace
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from statmon.ui.lens import Lens
from statmon.ui.tree.model import AGE, COLUMNS, TreeModel

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def model_of(engine):
    return TreeModel(engine.workspace, Lens(engine.table, now()))


def index_of(model, label):
    return model.index_of(model.outline.label.index(label))


def test_it_keeps_qts_contract(qapp):
    """As Qt's own tester sees it, before and after a filter."""
    engine = FakeEngine(workspace())
    engine.go_up()
    model = model_of(engine)
    tester = QAbstractItemModelTester(model, FATAL)
    model.filter("agent2")
    model.filter("")
    engine.table.remove(engine.table.series[0])
    model.rebuild()

    assert tester.model() is model


def test_labels_of_the_workspace_come_first(qapp):
    """The user's own name, and the id that the service knows."""
    model = model_of(FakeEngine(workspace()))

    assert model.data(index_of(model, "Desk 1 (agent1)")) == "Desk 1 (agent1)"


def test_an_agents_row_shows_its_state(qapp):
    """Without unfolding it."""
    engine = FakeEngine(workspace())
    engine.go_up()
    engine.feed("agent2", "CurrentAgentState", state("AfterCallWork", since=61.5))
    model = model_of(engine)
    agent = index_of(model, "agent2")

    assert model.data(agent.siblingAtColumn(1)).startswith("✎ AfterCallWork  1:0")


def test_a_screen_reader_hears_value_and_freshness(qapp):
    """A number without its freshness would be a lie to the ear."""
    engine = FakeEngine(workspace())
    engine.go_up()
    engine.feed("agent2", "InboundCalls", 5)
    model = model_of(engine)
    cell = model.index(1, 1, index_of(model, "agent2"))

    assert model.data(cell, Qt.ItemDataRole.AccessibleTextRole) == "5, live"


def test_columns_are_named_and_aligned(qapp):
    """Ages stand right, below their right-aligned header."""
    model = model_of(FakeEngine(workspace()))
    horizontal = Qt.Orientation.Horizontal

    assert [model.headerData(i, horizontal) for i in range(COLUMNS)] == [
        "Statistic", "Value", "Age", "Freshness",
    ]  # fmt: skip
    assert model.headerData(AGE, horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def shown(model, parent=QModelIndex()):  # noqa: B008
    """All statistics that the model shows, asked for through Qt's interface."""
    found = []
    for place in range(model.rowCount(parent)):
        index = model.index(place, 0, parent)
        row = model.outline.row[model.node(index)]
        found += shown(model, index) if model.hasChildren(index) else [row]
    return found


class TreeUnderChange(RuleBasedStateMachine):
    """Rows come and go, words are typed: the model shows what the table holds, always."""

    def __init__(self):
        super().__init__()
        self.engine = FakeEngine(workspace(agents=3, queues=2))
        self.model = model_of(self.engine)
        self.tester = QAbstractItemModelTester(self.model, FATAL)
        self.typed = ""

    @rule(place=st.integers(0, 14))
    def remove(self, place):
        self.engine.table.remove(self.engine.table.series[place])
        self.model.rebuild()

    @rule(place=st.integers(0, 14))
    def add(self, place):
        table = self.engine.table
        table.add(table.statistics[place], table.series[place])
        self.model.rebuild()

    @rule(typed=st.sampled_from(["", "agent", "agent2 calls", "7001", "total", "zzz"]))
    def filter(self, typed):
        self.typed = typed
        self.model.filter(typed)

    @rule(place=st.integers(0, 14), number=st.integers(-5, 10**9))
    def value(self, place, number):
        statistic = self.engine.table.statistics[place]
        self.engine.feed(statistic.ref.object_id, statistic.title, number)
        self.model.lens.refresh(now())

    @invariant()
    def shows_what_the_table_holds(self):
        table = self.engine.table
        words = self.typed.casefold().split()
        wanted = []
        for row in table.rows():
            statistic = table.statistics[row]
            label = "Desk 1 Early shift" if statistic.ref.object_id == "agent1" else ""
            text = f"{statistic.ref} {label} {statistic.title}".casefold()
            if all(word in text for word in words):
                wanted.append(row)
        assert sorted(shown(self.model)) == wanted


TreeUnderChange.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
TestTreeUnderChange = TreeUnderChange.TestCase
