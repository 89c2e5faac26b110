"""Every button is made in one place: what is right there is right everywhere."""

from pathlib import Path

import pytest

import statmon
from statmon.ui.widgets.buttons import bare_menu_button, button, menu_button, small_button

PROGRAM = Path(statmon.__file__).parent


def test_a_button_is_named_and_leaves_enter_alone(qtbot):
    """It does what it is for when it is clicked, and is not told that it is checked."""
    clicks = []
    made = button("&Take over…", lambda: clicks.append(1), "a < b")
    qtbot.addWidget(made)
    made.click()
    assert clicks == [1]
    assert (made.accessibleName(), made.autoDefault()) == ("Take over", False)
    assert "a &lt; b" in made.toolTip()
    assert button("✕", list, name="Dismiss").accessibleName() == "Dismiss"


def test_small_buttons_have_their_words_in_name_and_hint(qtbot):
    """For they show a picture or a sign."""
    for made in (small_button("Close it", icon="close"), bare_menu_button("+", "Close it")):
        qtbot.addWidget(made)
        assert made.accessibleName() == made.toolTip() == "Close it"
    assert menu_button("Used &before").accessibleName() == "Used before"


@pytest.mark.parametrize("kind", ["QPushButton", "QToolButton"])
def test_no_part_makes_buttons_of_its_own(kind):
    """Half of them took Enter from the dialog they were in."""
    places = [
        str(path.relative_to(PROGRAM))
        for path in (PROGRAM / "ui").rglob("*.py")
        if f"{kind}(" in path.read_text("utf-8")
    ]
    assert places == ["ui/widgets/buttons.py"]


@pytest.mark.parametrize("kind", ["singleShot=True", "setSingleShot("])
def test_no_part_waits_for_a_pause_by_itself(kind):
    """``Debounce`` does; of other timers that ring once there are those named here."""
    places = {
        str(path.relative_to(PROGRAM / "ui"))
        for path in (PROGRAM / "ui").rglob("*.py")
        if kind in path.read_text("utf-8")
    }
    asked_anew = {"data/pulse.py", "details/day_figures.py", "history/export_choices.py"}
    assert places <= {"background/debounce.py", *asked_anew}
