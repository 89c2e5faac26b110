"""The tree as people use it: random clicks, keys and values, and it always shows the table."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.look import theme
from statmon.ui.tree.page import TreePage
from tests.ui.fake_engine import FakeEngine, now, state, workspace

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
KEYS = [
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Asterisk,
    Qt.Key.Key_Return, Qt.Key.Key_A,
]  # fmt: skip
NO_KEY, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


class ByHand(RuleBasedStateMachine):
    """Everything goes through the widgets, as from a mouse and a keyboard."""

    def __init__(self):
        super().__init__()
        self.app = QApplication.instance() or QApplication([])
        self.engine = FakeEngine(workspace(agents=6, queues=3))
        self.engine.go_up()
        self.pulse = Pulse(self.engine.table)
        names = Names(self.engine.workspace)
        self.page = TreePage(self.engine.workspace, self.pulse, theme.LIGHT, names)
        self.testers = [
            QAbstractItemModelTester(model, FATAL)
            for model in (self.page.model, self.page.pinned.model)
        ]
        self.page.resize(700, 300)
        self.page.show()
        self.app.processEvents()

    def teardown(self):
        self.pulse.stop()
        self.page.close()
        self.page.deleteLater()
        self.app.processEvents()

    @rule(
        x=st.integers(0, 690), y=st.integers(0, 260), with_=st.sampled_from([NO_KEY, CTRL, SHIFT])
    )
    def click(self, x, y, with_):
        viewport = self.page.tree.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, with_, QPoint(x, y))

    @rule(x=st.integers(0, 690), y=st.integers(0, 260))
    def double_click(self, x, y):
        viewport = self.page.tree.viewport()
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, NO_KEY, QPoint(x, y))

    @rule(x=st.integers(0, 690))
    def click_header(self, x):
        header = self.page.tree.horizontalHeader()
        where = QPoint(x, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NO_KEY, where)

    @rule(key=st.sampled_from(KEYS))
    def press(self, key):
        QTest.keyClick(self.page.tree, key)

    @rule(typed=st.sampled_from(["", "agent", "state:call", "-queue", "value:>3", "fresh:live"]))
    def type_filter(self, typed):
        QTest.keyClick(self.page.filter, Qt.Key.Key_Escape)
        QTest.keyClicks(self.page.filter, typed)
        self.page.apply_filter()

    @rule(place=st.integers(0, 4))
    def choose_grouping(self, place):
        self.page.bar.grouping.setCurrentIndex(place)
        self.page.bar.grouping.activated.emit(place)

    @rule()
    def pin(self):
        self.page.menu.pin_wanted.emit(self.page.tree.selected_rows())

    @rule(agent=st.integers(1, 6), number=st.integers(0, 9))
    def values_arrive(self, agent, number):
        self.engine.feed(f"agent{agent}", "InboundCalls", number)
        name = "CallInbound" if number % 2 else "NotReadyForNextCall"
        self.engine.feed(f"agent{agent}", "CurrentAgentState", state(name))
        self.pulse.tick()
        self.pulse.lens.refresh(now())
        self.page._each_second()

    @rule(steps=st.integers(1, 6))
    def time_goes_by(self, steps):
        """What the page looks at again it does in steps, with the user's hands in between."""
        self.page._each_second()
        for _ in range(steps):
            if self.page._looking.isActive():
                self.page._look_on()

    @rule(up=st.booleans())
    def service(self, up):
        self.engine.service("AVAILABLE" if up else "UNAVAILABLE")
        self.pulse.tick()

    @invariant()
    def every_line_says_what_the_table_holds(self):
        model, table = self.page.model, self.engine.table
        for line in range(model.rowCount()):
            if model.is_statistic(line):
                row = model.row_of(line)
                value = table.value(row)
                text = model.text(line, 1)
                assert not value.text or value.text.split()[0] in text
                assert model.object_of(line) == table.statistics[row].ref

    @invariant()
    def the_view_and_the_model_agree(self):
        tree = self.page.tree
        assert all(line < tree.model_.rowCount() for line in tree.first_selected())
        seen = [line.number for line in tree.on_screen()]
        assert seen == list(range(seen[0], seen[0] + len(seen))) if seen else True


ByHand.TestCase.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
TestByHand = ByHand.TestCase
