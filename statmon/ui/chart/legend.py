"""The legend of a chart: a swatch, the name and the newest value of each line."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from statmon.ui.text import label, tr
from statmon.ui.theme import Theme

SIGNS = "●■▲◆▼★"
"""What tells lines apart without colour; the same stand at the lines' ends."""


class Legend(QWidget):
    """One line of plain text; names come from the user and are never taken for HTML."""

    def __init__(self, names: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatches = [label(SIGNS[place % len(SIGNS)]) for place in range(len(names))]
        self.names = [label(name, tr("Line")) for name in names]
        self.values = [label(name=tr("Newest value")) for _ in names]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for parts in zip(self._swatches, self.names, self.values, strict=True):
            for part in parts:
                layout.addWidget(part)
            layout.addSpacing(10)
        layout.addStretch(1)
        # Long names are cut at the right, they must not widen the window.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        for place, swatch in enumerate(self._swatches):
            swatch.setStyleSheet(f"color: {theme.lines[place % len(theme.lines)].name()}")

    def show_values(self, values: Sequence[str]) -> None:
        """Show the newest values, in the order of the lines."""
        for part, value in zip(self.values, values, strict=True):
            part.setText(value)
