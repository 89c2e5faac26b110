"""Rows of the table that no subscription of the workspace wants speak for nothing."""

from dataclasses import replace

import pytest

from tests.ui.fake_engine import state


@pytest.fixture
def reopened(engine, open_window):
    """A window whose workspace wants no state of agent2 any more."""
    engine.go_up()
    engine.feed("agent2", "CurrentAgentState", state("NotReadyForNextCall", since=60))
    window = open_window(engine)
    window.parts.pulse.tick()
    first, *others = engine.workspace.subscriptions
    kept = tuple(
        item
        for item in first.statistics
        if (item.statistic.ref.object_id, item.statistic.title) != ("agent2", "CurrentAgentState")
    )
    workspace = replace(engine.workspace, subscriptions=(replace(first, statistics=kept), *others))
    window.parts.document.edit("open another", lambda _: workspace)
    window.parts.pulse.tick()
    return window


def test_an_object_says_no_state_that_is_not_wanted(reopened):
    """Not in the tree, nor where it is sorted or searched for."""
    model = reopened.parts.page.model
    model.filter("agent2")
    heads = [line for line in range(model.rowCount()) if "agent2" in model.text(line, 0)]

    assert heads
    assert all(model.row_of(line) < 0 for line in heads)
    assert not any("NotReady" in model.text(line, 1) for line in range(model.rowCount()))
    found = reopened.parts.page.model
    found.filter("state:NotReadyForNextCall")
    assert found.statistics == 0


def test_an_object_says_its_state_again_once_that_is_wanted(reopened):
    """Undo brings it back."""
    reopened.parts.document.undo()
    reopened.parts.pulse.tick()
    model = reopened.parts.page.model
    model.filter("agent2")

    assert any("NotReady" in model.text(line, 1) for line in range(model.rowCount()))
