import math

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from statmon.live.trends import MINUTES
from statmon.ui.grid.pen import draw_chevron, draw_level, draw_text
from statmon.ui.grid.sparkline import shape_of
from statmon.ui.look import signs
from statmon.ui.look.theme import LIGHT

RECT = QRect(0, 0, 100, 20)


def hour(*last):
    """An hour of which only the last minutes are known."""
    return np.array([math.nan] * (MINUTES - len(last)) + list(last), float)


def test_all_lines_have_one_time_axis():
    """A minute is as wide where little is known as where all of the hour is."""
    young, x, _ = shape_of(hour(1, 5), 3.0, RECT)
    old, end, _ = shape_of(np.arange(MINUTES, dtype=float), 60.0, RECT)

    assert x == end
    assert [point.x() for point in young[0]] == [point.x() for point in old[0]][-3:]


def test_an_hour_has_the_whole_width():
    """From the left edge to the right one."""
    lines, x, _ = shape_of(np.arange(MINUTES, dtype=float), 60.0, RECT)
    assert (lines[0][0].x(), x) == (1.0, 97.0)


def test_what_was_not_known_is_a_gap():
    """Never bridged."""
    lines, _, _ = shape_of(hour(1, 2, 3, math.nan, 3, 2), 1.0, RECT)
    assert [len(line) for line in lines] == [3, 3]


def test_small_moves_do_not_look_large():
    """A tenth of a per cent is no cliff; a flat line is in the middle."""
    lines, _, _ = shape_of(hour(100.0, 100.1), 100.0, RECT)
    heights = [point.y() for point in lines[0]]
    assert max(heights) - min(heights) < 1

    flat, _, y = shape_of(hour(0, 0), 0.0, RECT)
    assert {point.y() for point in flat[0]} == {y} == {9.5}


def test_nothing_known_is_nothing_drawn():
    """No zero is invented."""
    lines, x, y = shape_of(hour(), math.nan, RECT)
    assert not lines
    assert math.isnan(x)
    assert math.isnan(y)


@pytest.fixture
def sheet(qapp):
    image = QImage(200, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return image


def colored(image, color):
    """The leftmost and the rightmost column that has a colour."""
    found = [x for x in range(image.width()) if image.pixelColor(x, 3).name() == color.name()]
    return (found[0], found[-1]) if found else None


@pytest.mark.parametrize("right", [True, False])
def test_a_threshold_marks_its_number_and_not_the_whole_cell(sheet, right):
    """As wide as what it says, at the side where that stands."""
    painter = QPainter(sheet)
    draw_level(painter, QRect(0, 0, 200, 20), signs.of_level(1), "7", LIGHT, right=right)
    painter.end()
    left, end = colored(sheet, LIGHT.badge)

    assert end - left < 80
    assert (end > 190) == right
    assert (left < 10) != right


def test_a_states_time_is_not_cut_off(qapp):
    """Where a text is too long its middle gives way, for what stands at its end counts."""
    said = []

    class Spy(QPainter):
        def drawStaticText(self, _, text):  # noqa: N802
            said.append(text.text())

    image = QImage(120, 20, QImage.Format.Format_RGB32)
    painter = Spy(image)
    words = "■ NotReadyForNextCall (Lunch)  30:12"
    draw_text(painter, QRect(0, 0, 120, 20), words, QColor("black"), keep_end=True)
    draw_text(painter, QRect(0, 0, 120, 20), words, QColor("black"))
    painter.end()

    assert said[0].endswith("0:12")
    assert "…" in said[0]
    assert said[1].endswith("…")


def test_the_sign_for_folding_is_seen(sheet):
    """Open and folded differ."""
    other = sheet.copy()
    for image, opened in ((sheet, True), (other, False)):
        painter = QPainter(image)
        draw_chevron(painter, QRect(0, 0, 20, 20), QColor("black"), opened=opened)
        painter.end()

    assert sheet != other
    assert sheet.pixelColor(10, 12).lightness() < 200
