"""The details of a row that is newer than what the views show."""

from dataclasses import replace

import pytest

from statmon.domain.statistic import ObjectRef


@pytest.fixture
def new_row(engine):
    """Add a statistic to the live table, as an edit does; return its row."""

    def add():
        statistic = replace(engine.table.statistics[0], id="new", ref=ObjectRef("Agent", "new"))
        return engine.table.add(statistic, statistic.series("http://site"))

    return add


def still(window, way):
    if way == "paused":
        window.parts.pulse.set_paused(True)
    else:
        lens = window.parts.pulse.lens
        window.parts.pulse.show_past(lens.live.copy(), lens.now - 60_000, None)


@pytest.mark.parametrize("way", ["paused", "the past"])
def test_a_row_that_is_newer_than_the_view_has_no_data(engine, open_window, new_row, way):
    """An alert on it is clicked while the views stand still."""
    engine.go_up()
    window = open_window(engine)
    still(window, way)
    row = new_row()
    window.parts.details.show_row(row)
    window.parts.details.refresh()

    assert "no data" in window.parts.details.header.accessibleName()


def test_a_scene_that_was_begun_before_a_row_was_there_has_it(engine, open_window, new_row):
    """It is filled in a thread: what is shown of the row is asked for as soon as it is shown."""
    engine.go_up()
    window = open_window(engine)
    still(window, "the past")
    begun = engine.table.blank()
    window.parts.details.show_row(new_row())
    window.parts.pulse.show_past(begun, window.parts.pulse.lens.now, None)
    window.parts.details.refresh()

    assert window.parts.details.header.accessibleName().startswith("new, ")


@pytest.mark.parametrize("way", ["paused", "the past"])
def test_what_is_new_is_in_the_view_with_the_next_tick(engine, open_window, new_row, way):
    """As nothing known; and all is as ever when the views go on."""
    engine.go_up()
    window = open_window(engine)
    still(window, way)
    new_row()
    window.parts.pulse.tick()
    lens = window.parts.pulse.lens

    assert len(lens.table) == len(lens.live)
    assert lens.table is not lens.live
