"""What is painted in one go across a whole panel, and asks nothing of its ranges."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from statmon.ui.look.theme import Theme


class FullPanelItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """As large as what can be seen of its panel; how it is painted is said by who inherits."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return all of the panel that can be seen."""
        box = self.getViewBox()
        return QRectF() if box is None else QRectF(box.viewRect())

    def viewRangeChanged(self, *_: Any) -> None:  # noqa: N802
        """Take in that another part of the panel can be seen."""
        self.prepareGeometryChange()
        self.update()

    def dataBounds(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Leave the ranges to the panel."""
