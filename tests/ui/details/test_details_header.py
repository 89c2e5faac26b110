import pytest

from statmon.ui.tree.columns import Column
from tests.ui.fake_engine import state

pytestmark = pytest.mark.usefixtures("clock_stands")


def test_the_card_says_what_a_statistic_is_and_its_value(engine, open_window):
    """In the library's words, with value, freshness and age; hidden until there is one."""
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", 5)
    window = open_window(engine)
    assert window.parts.details.header.isHidden()

    window.parts.details.show_row(row)
    assert window.parts.details.header.accessibleName() == "Desk 1, Inbound calls, 5, live, 0 s"
    engine.feed("agent1", "InboundCalls", 6)
    window.parts.pulse.tick()
    assert "6, live" in window.parts.details.header.accessibleName()

    window.parts.details.show_row(-1)
    assert window.parts.details.header.isHidden()


def test_the_card_has_no_trend_of_a_state(engine, open_window):
    """A state is no number: the card is lower."""
    engine.go_up()
    number = engine.feed("agent1", "InboundCalls", 5)
    agent = engine.feed("agent1", "CurrentAgentState", state("CallInbound"))
    window = open_window(engine)
    window.parts.details.show_row(number)
    high = window.parts.details.header.sizeHint().height()
    window.parts.details.show_row(agent)

    assert window.parts.details.header.sizeHint().height() < high
    assert not window.parts.details.header.grab().isNull()


def test_what_is_cut_off_in_the_tree_is_told_on_hover(engine, open_window):
    """Whole, with its freshness and why; and never taken for HTML."""
    engine.go_up()
    engine.feed("agent1", "InboundCalls", "<b>" + "long " * 60)
    window = open_window(engine)
    model = window.parts.page.model
    model.expand_all(True)
    line = next(n for n in range(model.rowCount()) if model.text(n, 0) == "InboundCalls")
    tips = [model.data(model.index(line, column), 3) for column in (Column.STATISTIC, Column.VALUE)]

    assert tips[0] == "<span>InboundCalls</span>"
    assert tips[1].count("long") > 30
    assert "its value is as of now" in tips[1]
    assert "<b>" not in tips[1]
