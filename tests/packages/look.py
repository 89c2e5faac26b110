"""Looks at a screen until the demo's chart is drawn on it: ``look.py PICTURE``; exit 1 if none is.

The chart is the last that the window shows, and by it all of the program was loaded. A process of
its own, since it speaks to another screen than the tests do.
"""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage

from statmon.ui.look.theme import DARK, LIGHT

LINE = {theme.lines[1].rgb() for theme in (LIGHT, DARK)}
"""The colour of a chart's second line; nothing else has it."""
EVERY = 100
"""Milliseconds between two looks."""
WITHIN = 60_000
"""Milliseconds."""


def main() -> int:
    """Save what is on the screen once the chart is."""
    app = QGuiApplication([])
    timer = QTimer(interval=EVERY)
    timer.timeout.connect(lambda: look(app))
    timer.start()
    QTimer.singleShot(WITHIN, lambda: app.exit(1))
    return app.exec()


def look(app: QGuiApplication) -> None:
    """End if the chart is there; what the screen showed last is saved in any case."""
    shot = app.primaryScreen().grabWindow(0)
    shot.save(sys.argv[1])
    pixels = shot.toImage().convertToFormat(QImage.Format.Format_RGB32)
    if LINE & set(memoryview(pixels.constBits()).cast("I")):
        app.exit(0)


sys.exit(main())
