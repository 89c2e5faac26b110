"""Light and dark: palettes of Qt, and the measured colours of meaning.

Blue, orange and dark red stay apart for the colour-blind where a traffic light does not;
every colour stands beside a glyph and a text all the same. Orange is too light for text on
white, so there it is only a fill under dark text. The figures are in docs/reference/metrics.md §5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from statmon.storage.machine.appearance import Appearance


class Tone(StrEnum):
    """What a colour means."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one scheme."""

    dark: bool
    tones: Mapping[Tone, QColor]
    """Colours of text and glyphs."""
    badge: QColor
    badge_text: QColor
    critical: QColor
    """The ground of what is critical."""
    critical_text: QColor
    hatch: QColor
    past: QColor
    """The ground of what says that the past is shown; nothing else has it."""
    past_text: QColor
    lines: tuple[QColor, ...]
    """Colours of a chart's lines, in order."""
    parts: Mapping[str, QColor]
    """Colours of what controls are made of, by the names that the style sheet has for them."""


_HALF_LIGHT = 128
_ROLES = QPalette.ColorRole
_LIGHT_PALETTE = {
    _ROLES.Window: "#f3f4f6", _ROLES.WindowText: "#1b1f24", _ROLES.Base: "#ffffff",
    _ROLES.AlternateBase: "#f7f8fa", _ROLES.Text: "#1b1f24", _ROLES.Button: "#f3f4f6",
    _ROLES.ButtonText: "#1b1f24", _ROLES.BrightText: "#9b2226", _ROLES.Highlight: "#cfe5f5",
    _ROLES.HighlightedText: "#10151a", _ROLES.ToolTipBase: "#ffffff",
    _ROLES.ToolTipText: "#1b1f24", _ROLES.PlaceholderText: "#5d6675", _ROLES.Link: "#0072b2",
    _ROLES.Accent: "#0072b2",
}  # fmt: skip
_DARK_PALETTE = {
    _ROLES.Window: "#25272b", _ROLES.WindowText: "#e6e8eb", _ROLES.Base: "#1b1c1f",
    _ROLES.AlternateBase: "#212327", _ROLES.Text: "#e6e8eb", _ROLES.Button: "#31343a",
    _ROLES.ButtonText: "#e6e8eb", _ROLES.BrightText: "#ff8a80", _ROLES.Highlight: "#274b63",
    _ROLES.HighlightedText: "#ffffff", _ROLES.ToolTipBase: "#31343a",
    _ROLES.ToolTipText: "#e6e8eb", _ROLES.PlaceholderText: "#9fa8b4", _ROLES.Link: "#5ab4e5",
    _ROLES.Accent: "#5ab4e5",
}  # fmt: skip


_LIGHT_PARTS = {
    "window": "#f3f4f6", "base": "#ffffff", "raised": "#ffffff", "head": "#f7f8fa",
    "hover": "#e6e9ee", "chosen": "#d8e9f6", "line": "#d9dde3", "edge": "#858e9b",
    "handle": "#b4bbc5", "accent": "#0072b2", "muted": "#5d6675", "text": "#1b1f24",
}  # fmt: skip
_DARK_PARTS = {
    "window": "#25272b", "base": "#1b1c1f", "raised": "#31343a", "head": "#212327",
    "hover": "#3a3e45", "chosen": "#274b63", "line": "#3a3d43", "edge": "#737b87",
    "handle": "#5b626d", "accent": "#5ab4e5", "muted": "#9fa8b4", "text": "#e6e8eb",
}  # fmt: skip


def _named(parts: Mapping[str, str]) -> Mapping[str, QColor]:
    return MappingProxyType({name: QColor(color) for name, color in parts.items()})


def _colors(*names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names)


LIGHT = Theme(
    dark=False,
    tones=MappingProxyType(
        dict(zip(Tone, _colors("#1b1f24", "#0072b2", "#8a5a00", "#9b2226", "#5d6675"), strict=True))
    ),
    badge=QColor("#e69f00"),
    badge_text=QColor("#1b1f24"),
    critical=QColor("#9b2226"),
    critical_text=QColor("#ffffff"),
    hatch=QColor("#9aa3af"),
    past=QColor("#5b2a86"),
    past_text=QColor("#ffffff"),
    lines=_colors("#0072b2", "#d55e00", "#007a5a", "#a64d86", "#1b1f24", "#8a5a00"),
    parts=_named(_LIGHT_PARTS),
)
DARK = Theme(
    dark=True,
    tones=MappingProxyType(
        dict(zip(Tone, _colors("#e6e8eb", "#5ab4e5", "#f0b429", "#ff8a80", "#9fa8b4"), strict=True))
    ),
    badge=QColor("#e69f00"),
    badge_text=QColor("#1b1f24"),
    critical=QColor("#9b2226"),
    critical_text=QColor("#ffffff"),
    hatch=QColor("#6b7480"),
    past=QColor("#7a3fb0"),
    past_text=QColor("#ffffff"),
    lines=_colors("#5ab4e5", "#ff9d5c", "#3cc79b", "#e39ac6", "#e6e8eb", "#f0b429"),
    parts=_named(_DARK_PARTS),
)


def current(choice: Appearance = "system") -> Theme:
    """Return the theme of a choice; ``system`` follows the desktop."""
    if choice == "system":
        from PySide6.QtCore import Qt  # see ``apply_at_first``

        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply_at_first(app: QApplication, choice: Appearance) -> None:
    """Give a new application the palette that a window without any control needs.

    Light is told from dark by the desktop's own palette, which Qt still has: what ``current``
    and ``apply`` do takes a tenth of the first frame, and follows when the window is filled.
    """
    dark = choice == "dark"
    if choice == "system":
        dark = app.palette().color(_ROLES.Window).lightness() < _HALF_LIGHT
    app.setPalette(palette(DARK if dark else LIGHT))


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole application the theme's palette."""
    font = app.font()
    font.setFeature(QFont.Tag("tnum"), 1)  # numbers that change must not make others move
    app.setFont(font)
    app.setPalette(palette(theme))
    for name in ("QCheckBox", "QRadioButton", "QAbstractSpinBox", "QPlainTextEdit"):
        # PySide's annotation says bytes, what it takes is a text.
        app.setPalette(with_boxes(palette(theme), theme), name)  # type: ignore[arg-type]


def with_boxes(base: QPalette, theme: Theme) -> QPalette:
    """Return a palette under which boxes are seen: Fusion darkens Window for their edge.

    On a dark ground that would be black on black.
    """
    result = QPalette(base)
    if theme.dark:
        result.setColor(_ROLES.Window, theme.tones[Tone.MUTED].lighter(115))
    return result


def palette(theme: Theme) -> QPalette:
    """Return Qt's palette of a theme."""
    result = QPalette()
    for role, color in (_DARK_PALETTE if theme.dark else _LIGHT_PALETTE).items():
        result.setColor(role, QColor(color))
    for role in (_ROLES.Text, _ROLES.WindowText, _ROLES.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, theme.tones[Tone.MUTED])
    return result
