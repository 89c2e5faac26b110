"""What stands where the tree would be empty: buttons, not commands to be typed."""

import pytest
from PySide6.QtCore import QProcess

from statmon.ui.background.tasks import Tasks
from statmon.ui.start.furnishings import Furnishings


@pytest.fixture
def start():
    return Tasks(lambda error: pytest.fail(str(error))).start


def offered(page):
    return {button.text(): button for button in page.empty.offered if not button.isHidden()}


def test_a_filter_that_fits_nothing_is_taken_back_by_a_button(open_window, engine):
    """Nothing is offered that has to do with beginning."""
    window = open_window(engine)
    page = window.parts.page
    page.empty.offer("Begin", lambda: pytest.fail("nobody asked for it"))
    page.filter.setText("nosuchthing")
    page.apply_filter()
    assert page.empty.words.text() == "No statistic matches “nosuchthing”."
    assert not offered(page)
    assert page.empty.isVisible()

    page.empty.unfiltering.click()
    page.apply_filter()

    assert page.tree.isVisible()


def test_where_nothing_is_subscribed_the_ways_to_begin_are_buttons(
    open_window, empty_engine, start, monkeypatch
):
    """A subscription, a file, the demo in a window of its own."""
    window = open_window(empty_engine)
    desk = window.parts.edit(start)
    Furnishings(window.parts, start, desk.files.open)
    assert window.parts.page.empty.unfiltering.isHidden()
    buttons = offered(window.parts.page)
    assert list(buttons) == ["&New subscription…", "&Open a workspace…", "Look at the &demo"]
    assert all(button.accessibleName() for button in buttons.values())

    started = []

    def start_detached(program, arguments):
        started.append((program, arguments))
        return len(started) > 1, 1

    monkeypatch.setattr(QProcess, "startDetached", start_detached)
    buttons["Look at the &demo"].click()
    assert "cannot be started" in window.parts.banner.text
    buttons["Look at the &demo"].click()
    assert [arguments[-1] for _, arguments in started] == ["demo", "demo"]
    desk.end()
