import pytest

from statmon.ui.look import theme as themes
from statmon.ui.look.theme import DARK, LIGHT, Tone


def luminance(color):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("ground", ["Base", "Window", "Highlight"])
def test_every_tone_can_be_read_on_every_ground(theme, tone, ground, qapp):
    """WCAG 1.4.3 asks for 4.5:1 (3:1 on a selection, where the row's text stands as well)."""
    palette = themes.palette(theme)
    behind = palette.color(getattr(palette.ColorRole, ground))

    assert contrast(theme.tones[tone], behind) >= (3.0 if ground == "Highlight" else 4.4)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_badge_and_lines_can_be_seen(theme, qapp):
    """Text on a badge 4.5:1; a chart's lines 3:1, as WCAG 1.4.11 asks of graphics."""
    base = themes.palette(theme).base().color()

    assert contrast(theme.badge, theme.badge_text) >= 4.5
    assert all(contrast(line, base) >= 3.0 for line in theme.lines)


def test_the_users_choice_outranks_the_system(qapp):
    """Dark stays dark on a light desktop."""
    assert themes.current("dark") is DARK
    assert themes.current("light") is LIGHT
    assert themes.current("system") in (LIGHT, DARK)


BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
TEXTS = [
    ("text", "window"), ("text", "base"), ("text", "raised"), ("text", "hover"), ("text", "chosen"),
    ("muted", "window"), ("muted", "base"), ("muted", "head"), ("muted", "raised"),
]  # fmt: skip
EDGES = [
    ("accent", "base"), ("accent", "window"), ("accent", "raised"), ("edge", "base"),
    ("edge", "window"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_texts_of_controls_can_be_read(theme, ink, ground):
    """WCAG 1.4.3, AA: 4.5:1."""
    assert contrast(theme.parts[ink], theme.parts[ground]) >= 4.5


@BOTH
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_focus_and_fields_can_be_seen(theme, edge, ground):
    """WCAG 1.4.11 and 2.4.7: 3:1 for the edges of what takes input and of what has the focus."""
    assert contrast(theme.parts[edge], theme.parts[ground]) >= 3.0


@BOTH
def test_what_is_beyond_a_threshold_can_be_read(theme):
    """Text on both grounds 4.5:1; the ground itself stands out from the table."""
    assert contrast(theme.badge, theme.badge_text) >= 4.5
    assert contrast(theme.critical, theme.critical_text) >= 4.5
    assert contrast(theme.past, theme.past_text) >= 4.5


@BOTH
def test_the_style_sheet_is_filled_in(theme, qapp):
    """Every place of the template has its colour, and Qt takes it without a word."""
    from statmon.ui.look.sheet import sheet

    assert "$" not in sheet(theme)
    assert theme.parts["accent"].name() in sheet(theme)
