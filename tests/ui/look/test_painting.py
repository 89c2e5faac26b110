"""No number and no payload of a service's ends a paint event, and each costs only itself."""

import ast
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

import statmon
from statmon.domain.library import Direction
from statmon.domain.number import LARGEST
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.unit import Unit
from statmon.domain.value import format_number
from statmon.storage.user import library
from statmon.ui.data.cells import change_text
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.grid.sparkline import shape_of
from statmon.ui.look import numbers, painting
from tests.ui.fake_engine import now

HUGE = [1e308, -1e308, 1.7976931348623157e308, 5e-324, -0.0, 1e15, -1e15, 3.5e38, 10**30]
ODD = [
    {"intValue": 0, "stringValue": "NaN"},
    {"intValue": -2147483648, "stringValue": "-nan(ind)"},
    {"intValue": 10**399, "stringValue": str(10**399)},
    {"intValue": 5, "stringValue": "9" * 5_000},
    {"stateValue": {"status": 4, "time": 10**18}},
    {"stateValue": {"status": -(10**40), "time": -1e308}},
    "9" * 5_000,
    "\x00\u202e\ud800",
    [[[[]]]],
]
QUEUE, WAITING, LEVEL = "7001@SIP_Switch", "CurrentNumberWaitingCalls", "ServiceLevel"
MINUTE = 60_000


def painting_methods():
    """Each method of ours that is called while something is painted, and its decorators."""
    for path in sorted(Path(statmon.__file__).parent.rglob("*.py")):
        for kind in ast.walk(ast.parse(path.read_text("utf-8"))):
            for method in kind.body if isinstance(kind, ast.ClassDef) else ():
                if isinstance(method, ast.FunctionDef) and method.name in painting.NAMES:
                    found = {ast.unparse(one) for one in method.decorator_list}
                    yield f"{path.name}:{kind.name}.{method.name}", found


def test_every_method_that_paints_ends_without_an_exception():
    """A new one that is not guarded is found here."""
    found = dict(painting_methods())

    assert len(found) >= 20
    assert [name for name, by in found.items() if not by & {"painting", "listing"}] == []


def painters():
    """Where each painter of ours is made, and whether it is ended where it was made."""
    for path in sorted(Path(statmon.__file__).parent.rglob("*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text if "QPainter(" in text else "")
        ended = {
            id(item.context_expr)
            for block in ast.walk(tree)
            if isinstance(block, ast.With)
            for item in block.items
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("QPainter"):
                yield f"{path.name}:{call.lineno}", id(call) in ended


def test_every_painter_is_ended_where_it_was_made():
    """Not when nothing holds it any more: what holds a frame, an exception say, holds it too."""
    found = dict(painters())

    assert len(found) >= 8
    assert [where for where, ended in found.items() if not ended] == []


class Broken(QWidget):
    """Fails in the middle of painting, the painter open."""

    @painting.painting
    def paintEvent(self, event):  # noqa: N802
        painter = QPainter(self)
        painter.drawPoint(1, 1)
        raise OverflowError("a number is too large")


def test_what_cannot_be_painted_is_left_out_and_said_once(qtbot, caplog):
    """With where and why; the painter is ended, so the window goes on."""
    widget = Broken()
    qtbot.addWidget(widget)
    for _ in range(3):
        assert not widget.grab().isNull()

    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "Broken.paintEvent failed" in said[0]
    assert "a number is too large" in said[0]
    assert list(painting.failures) == ["Broken.paintEvent"]
    painting.failures.clear()


@pytest.mark.parametrize("other", [*HUGE, *ODD], ids=lambda value: repr(value)[:20])
def test_the_rows_after_it_are_painted_whatever_a_number_is(engine, open_window, other):
    """In tree, board, charts, tiles and details; in the first minute, and a minute later."""
    engine.go_up()
    window = open_window(engine)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (3, other, -3, other):
            row = engine.feed(QUEUE, WAITING, value)
            engine.feed(QUEUE, LEVEL, value)
            engine.feed("agent1", "InboundCalls", value)
            window.parts.pulse.lens.trends.take(
                now() + MINUTE * row, engine.table.numbers, window.parts.pulse.lens.fresh
            )
            window.parts.pulse.tick()
            window.parts.charts._redraw()
            for chart in window.parts.charts.charts:
                chart.redraw(now() + 5_000)
            assert not window.grab().isNull()
    assert painting.failures == {}


FLOATS = st.floats(allow_nan=True, allow_infinity=True)
USABLE = st.floats(-LARGEST, LARGEST) | st.just(float("nan"))


@given(FLOATS, st.sampled_from(list(Unit)))
def test_every_number_can_be_written(number, unit):
    """Shortly, and never as an exception."""
    for text in (format_number(number, unit), numbers.written(number, unit)):
        assert 0 < len(text) < 40
    change_text(number, unit)


@given(st.lists(USABLE, min_size=60, max_size=60), USABLE)
@example([-5e-324] * 60, 0.0)
@example([LARGEST, -LARGEST] * 30, 5e-324)
def test_every_hour_has_a_shape(hour, last):
    """All points lie in the rectangle."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lines, x, y = shape_of(np.array(hour), last, QRect(0, 0, 100, 20))
    points = [(point.x(), point.y()) for line in lines for point in line]
    assert all(0 <= x <= 100 and 0 <= y <= 20 for x, y in points)
    assert np.isnan(y) or (0 <= x <= 100 and 0 <= y <= 20)


def test_what_is_painted_waits_for_no_file(monkeypatch):
    """The library is read when a part is made, not by the first paint event that asks for it."""
    knowledge = Knowledge()
    monkeypatch.setattr(library, "load", lambda: pytest.fail("it is read while it is painted"))

    waiting = Statistic("w", ObjectRef("Queue", QUEUE), WAITING)
    assert knowledge.direction(waiting) is Direction.LESS
