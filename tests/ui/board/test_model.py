import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from statmon.domain.workspace import parse
from statmon.live.catalogue import NO_ROW, Catalogue
from statmon.ui.board.model import NAME, BoardModel
from statmon.ui.board.spec import BoardSpec, By
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.look.text import tooltip
from statmon.ui.look.theme import Tone
from tests.ui.fake_engine import FakeEngine, now, state

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
WAITING, LONGEST, LEVEL, ANSWERED = (
    "CurrentNumberWaitingCalls", "CurrMaxCallWaitingTime", "ServiceLevel", "Total_Answered",
)  # fmt: skip
KNOWLEDGE = Knowledge()


def centre(queues=4):
    """Queues in two groups, the last one in none, and one agent."""
    ids = [f"q{number}" for number in range(1, queues + 1)]
    wanted = [("Queue", i, name) for i in ids for name in (WAITING, LONGEST, LEVEL, ANSWERED)]
    wanted += [("Agent", f"a{n}", "CurrentAgentState") for n in (1, 2)]
    engine = FakeEngine(
        parse(
            {
                "schema": 1,
                "name": "",
                "site": {"url": "http://127.0.0.1:1"},
                "subscriptions": [
                    {
                        "name": "all",
                        "statistics": [
                            {"id": f"{i} {name}", "objectType": kind, "objectId": i, "name": name}
                            for kind, i, name in wanted
                        ],
                    }
                ],
                "objects": [
                    {"objectType": "Queue", "objectId": i, "label": f"Line {i}",
                     "groups": ["A"] if n % 2 else ["B"]}
                    for n, i in enumerate(ids[:-1])
                ],
            }
        )
    )  # fmt: skip
    engine.go_up()
    return engine


def model_of(engine, spec=None):
    catalogue = Catalogue(engine.table)
    names = Names(engine.workspace)
    lens = Lens(engine.table, now())
    return BoardModel(spec or BoardSpec("Queues", "Queue"), lens, catalogue, names, KNOWLEDGE)


def drawn(model):
    return [
        [model.text(line, column) for column in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


@pytest.fixture
def engine():
    engine = centre()
    for i, values in enumerate([(2, 10, 90, 10), (3, 50, 50, 990), (0, 0, 0, 0), (7, 5, 80, 5)], 1):
        for name, value in zip((WAITING, LONGEST, LEVEL, ANSWERED), values, strict=True):
            engine.feed(f"q{i}", name, value)
    return engine


def test_objects_stand_under_their_groups_and_the_groups_are_added_up(qapp, engine):
    """Sums are added, the longest wait is the longest, service levels are near without parts."""
    assert drawn(model_of(engine)) == [
        ["All (4)", "12", "0:50", "≈ 50.5 %", "1,005"],
        ["A (1)", "3", "0:50", "50 %", "990"],
        ["Line q2", "3", "0:50", "50 %", "990"],
        ["B (2)", "2", "0:10", "≈ 90 %", "10"],
        ["Line q1", "2", "0:10", "90 %", "10"],
        ["Line q3", "0", "0:00", "0 %", "0"],
        ["no group (1)", "7", "0:05", "80 %", "5"],
        ["q4", "7", "0:05", "80 %", "5"],
    ]


def test_the_weight_need_not_be_on_the_board(qapp, engine):
    """It is enough that it is subscribed."""
    from statmon.ui.board.spec import BoardColumn

    model = model_of(engine, BoardSpec("", "Queue", (BoardColumn(LEVEL),), by=By.NOTHING))

    assert drawn(model)[0] == ["All (4)", "≈ 50.5 %"]


def test_an_average_without_its_volume_is_a_dash(qapp):
    """And says why."""
    engine = centre()
    engine.feed("q1", LEVEL, 90)
    model = model_of(engine)

    assert model.text(0, 3) == "–"
    said = model.data(model.index(0, 3), Qt.ItemDataRole.AccessibleTextRole)
    assert said.splitlines()[:2] == ["Service level: –", "Its parts are not open."]
    assert "3 without a number: Line q2, Line q3, q4." in said


def test_a_group_with_a_missing_member_says_so(qapp, engine):
    """A sum that lacks one is not the sum."""
    engine.refuse("q1", WAITING, "refused")
    engine.feed("q1", WAITING, None)
    model = model_of(engine)

    assert model.text(0, 1) == "~ 10"
    assert "1 without a number" in model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)


def test_a_group_of_stale_numbers_is_stale(qapp, engine):
    """Greyed with the clock, like its members."""
    engine.service("UNAVAILABLE")
    model = model_of(engine)
    model.lens.refresh(now())
    cell = model.cell(0, 1)

    assert (cell.text, cell.tone) == ("◷ 12", Tone.MUTED)


def test_objects_of_zeros_are_hidden_and_counted(qapp, engine):
    """What is hidden is still added up."""
    model = model_of(engine, BoardSpec("", "Queue", hide_zero=True))

    assert model.hidden == 1
    assert "Line q3" not in [row[NAME] for row in drawn(model)]
    assert model.text(0, 0) == "All (4)"


def test_sorted_within_the_groups(qapp, engine):
    """By a statistic or by the names, either way round."""
    model = model_of(engine, BoardSpec("", "Queue", by=By.NOTHING, sort=(WAITING, True)))
    assert [row[NAME] for row in drawn(model)] == ["All (4)", "q4", "Line q2", "Line q1", "Line q3"]

    model.sort_by(NAME, descending=False)
    assert [row[NAME] for row in drawn(model)][1:] == ["Line q1", "Line q2", "Line q3", "q4"]


def test_a_group_of_agents_counts_their_states(qapp, engine):
    """How many are ready is the question."""
    engine.feed("a1", "CurrentAgentState", state("WaitForNextCall"))
    engine.feed("a2", "CurrentAgentState", state("WaitForNextCall"))
    model = model_of(engine, BoardSpec("", "Agent", by=By.NOTHING))

    assert model.text(0, 1) == "◇ 2"
    engine.service("UNAVAILABLE")
    model.lens.refresh(now())
    model.touch()
    assert (model.text(0, 1), model.cell(0, 1).tone) == ("◷ ◇ 2", Tone.MUTED)
    assert model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "2 WaitForNextCall"


def test_folding_a_group_hides_its_objects_only(qapp, engine):
    """Its number stays."""
    model = model_of(engine)
    model.toggle(1)

    assert [row[NAME] for row in drawn(model)][:3] == ["All (4)", "A (1)", "B (2)"]
    model.toggle(1)
    assert model.rowCount() == 8


def test_headers_tell_what_a_statistic_means(qapp, engine):
    """Meaning and formula come from the library."""
    model = model_of(engine)
    hint = model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)

    assert model.headerData(1, Qt.Orientation.Horizontal) == "Calls waiting"
    assert hint.startswith(tooltip(f"{WAITING}\nCallers who are waiting now.\n")[:-7])


def test_an_object_is_renamed_in_place(qapp, engine):
    """The board and the tree share the names."""
    model = model_of(engine)
    line = [row[NAME] for row in drawn(model)].index("q4")

    assert model.setData(model.index(line, NAME), "Hotline", Qt.ItemDataRole.EditRole)
    assert "Hotline" in [row[NAME] for row in drawn(model)]


class BoardUnderChange(RuleBasedStateMachine):
    """Whatever happens, each cell shows the table's reading and each sum is the sum."""

    def __init__(self):
        super().__init__()
        self.engine = centre()
        self.model = model_of(self.engine)
        self.tester = QAbstractItemModelTester(self.model, FATAL)

    @rule(place=st.integers(0, 15))
    def remove(self, place):
        self.engine.table.remove(self.engine.table.series[place])
        self.model.rebuild()

    @rule(place=st.integers(0, 15))
    def add(self, place):
        table = self.engine.table
        table.add(table.statistics[place], table.series[place])
        table.set_open(table.series, is_open=True)
        self.model.lens.refresh(now())  # as the tick does before it tells of other rows
        self.model.rebuild()

    @rule(place=st.integers(0, 15), value=st.none() | st.integers(0, 50))
    def value(self, place, value):
        statistic = self.engine.table.statistics[place]
        self.engine.feed(statistic.ref.object_id, statistic.title, value)
        self.model.lens.refresh(now())
        self.model.touch()
        self.model.look_again()

    @rule(
        by=st.sampled_from(By), hide=st.booleans(), typed=st.sampled_from(["", "q1", "value:>5"]),
        sort=st.sampled_from([None, ("", True), (WAITING, True), (LEVEL, False)]),
    )  # fmt: skip
    def spec(self, by, hide, typed, sort):
        self.model.set_spec(BoardSpec("", "Queue", by=by, hide_zero=hide, filter=typed, sort=sort))

    @rule(line=st.integers(0, 8))
    def toggle(self, line):
        if line < self.model.rowCount():
            self.model.toggle(line)

    @rule(place=st.integers(0, 3), groups=st.lists(st.sampled_from("ABC"), max_size=2))
    def regroup(self, place, groups):
        self.model.names.set_groups(self.engine.table.statistics[place * 4].ref, groups)

    @invariant()
    def shows_the_table(self):
        model, table = self.model, self.engine.table
        for line in range(model.rowCount()):
            ref = model.object_of(line)
            for column in range(1, model.columnCount()):
                row = model.row_at(line, column)
                if row != NO_ROW:
                    assert table.statistics[row].ref == ref
                    assert table.statistics[row].title == model.layout_.titles[column - 1]
                    value = table.value(row)
                    if value.number is not None:
                        assert model.text(line, column) == value.text

    @invariant()
    def adds_up(self):
        model, table = self.model, self.engine.table
        if not model.rowCount() or WAITING not in model.layout_.titles:
            return
        column = model.layout_.titles.index(WAITING) + 1
        rows = model.layout_.cells[:, column - 1]
        known = [table.number(int(r)) for r in rows if r != NO_ROW]
        known = [number for number in known if not math.isnan(number)]
        wanted = sum(known) if known else math.nan
        assert model.group_cell(0, column).number == pytest.approx(wanted, nan_ok=True)


BoardUnderChange.TestCase.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None
)
TestBoardUnderChange = BoardUnderChange.TestCase
