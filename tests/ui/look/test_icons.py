from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QToolButton

from statmon.storage.machine.resources import resource
from statmon.ui.look import icons
from statmon.ui.look import theme as themes

NAMES = sorted(path.stem for path in Path(resource("icons/tools")).glob("*.svg"))
OWN_COLOR = {"arrow-on-light", "arrow-on-dark"}


def inked(picture):
    """The colours of the pixels that are drawn fully."""
    image = picture.toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    colors = (image.pixelColor(x, y) for x, y in places)
    return {color.name() for color in colors if color.alpha() == 255}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OWN_COLOR])
def test_every_drawing_is_seen_and_takes_the_colour_it_is_given(name, qapp):
    """None is empty, none keeps a colour of its own; in every size and at every scale."""
    before = qapp.palette()
    palette = QPalette(before)
    palette.setColor(QPalette.ColorRole.ButtonText, QColor("#ff8800"))
    qapp.setPalette(palette)
    try:
        assert inked(icons.icon(name).pixmap(36, 36)) == {"#ff8800"}
        at_twice = icons.icon(name).pixmap(QSize(54, 54), 2.0)
    finally:
        qapp.setPalette(before)

    assert at_twice.size() == QSize(108, 108)
    assert inked(at_twice) == {"#ff8800"}


def test_an_icon_that_is_not_there_is_told_at_once(qapp):
    """Not when it is drawn, where nobody could be told."""
    with pytest.raises(FileNotFoundError):
        icons.icon("no such icon")


def test_icons_follow_the_palette(engine, open_window, qapp):
    """Dark on light, light on dark: those of actions and those of buttons."""
    window = open_window(engine)

    def ink(icon: QIcon) -> QColor:
        return QColor(next(iter(inked(icon.pixmap(36, 36)))))

    light = ink(window.parts.actions.pausing.icon()), ink(window.parts.tools.alerts.icon())
    window.set_look("dark")
    dark = ink(window.parts.actions.pausing.icon()), ink(window.parts.tools.alerts.icon())
    window.set_look("light")
    themes.apply(qapp, themes.LIGHT)

    assert all(color.lightness() < 100 for color in light)
    assert all(color.lightness() > 150 for color in dark)


def test_a_disabled_action_looks_so(qapp):
    """Its icon is as faint as its text."""
    action = QAction("x")
    icons.dress(action, "pause")
    shown, faint = (
        inked(action.icon().pixmap(36, 36, mode))
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
    )
    assert shown != faint


def test_an_icon_never_stands_alone(engine, open_window):
    """Each button with nothing but an icon says in a hint and to a screen reader what it does."""
    window = open_window(engine)
    bare = [
        b for b in window.findChildren(QToolButton) if b.property("statmonIcon") and not b.text()
    ]

    assert len(bare) > 5
    assert all(b.accessibleName() and b.toolTip() for b in bare)
