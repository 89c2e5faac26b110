import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from statmon.ui.window.deferred_steps import DeferredSteps


@pytest.fixture
def window(qapp):
    window = QMainWindow()
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def later(window):
    """Three steps that wait; the second one adds another."""
    later = DeferredSteps(window)
    later.done = []
    later.wait()
    later.add(lambda: later.done.append("one"))
    later.add(lambda: (later.done.append("two"), later.add(lambda: later.done.append("last"))))
    later.add(lambda: later.done.append("three"))
    return later


def test_without_waiting_each_step_is_done_when_it_is_added(window):
    """A window that is filled at once has everything at once."""
    done = []
    DeferredSteps(window).add(lambda: done.append(1))

    assert done == [1]


def test_steps_are_done_one_by_one_in_their_order(later):
    """What a step adds comes last; then nothing waits any more."""
    assert [later.go_on() for _ in range(4)] == [True, True, True, False]
    assert later.done == ["one", "two", "three", "last"]

    later.finish()
    later.add(lambda: later.done.append("now"))
    assert later.done[-1] == "now"


def key(handle):
    QTest.keyClick(handle, Qt.Key.Key_F5)


def click(handle):
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


@pytest.mark.parametrize("use", [key, click], ids=["a key", "a click"])
def test_whoever_uses_the_window_finds_all_of_it(later, window, use):
    """Before what was done is heard."""
    later.go_on()
    use(window.windowHandle())

    assert later.done == ["one", "two", "three", "last"]


def test_a_close_of_the_desktop_comes_after_the_rest(later, window):
    """What decides whether closing hides into the tray is there by then."""
    window.windowHandle().close()

    assert later.done == ["one", "two", "three", "last"]
    assert not window.isVisible()


def test_looking_at_the_window_is_no_use_of_it(later, window):
    """The pointer that goes by, a new size, a paint."""
    QTest.mouseMove(window.windowHandle(), QPoint(9, 9))
    window.resize(300, 200)
    window.repaint()

    assert later.done == []


def test_a_step_that_fails_does_not_take_the_others_with_it(later):
    """They are done by whoever goes on."""

    def fail():
        raise OSError("no")

    later.add(fail)
    later.add(lambda: later.done.append("after"))
    with pytest.raises(OSError, match="no"):
        later.finish()
    later.finish()

    assert later.done == ["one", "two", "three", "after", "last"]


def test_nothing_is_done_in_a_window_that_was_closed(later):
    """And it is known that something is missing."""
    later.go_on()
    later.drop()

    assert not later.go_on()
    assert later.done == ["one"]
    assert later.dropped


def test_a_window_that_was_whole_lacks_nothing_when_it_is_closed(later):
    """Then nothing was dropped."""
    later.finish()
    later.drop()

    assert not later.dropped
