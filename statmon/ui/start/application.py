"""The process's QApplication, set up as statmon wants it."""

import os
import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from statmon.storage.machine.appearance import Appearance
from statmon.storage.machine.resources import resource
from statmon.ui.desktop.double_clicks import MacApplication
from statmon.ui.look import theme as themes
from statmon.ui.start import pyside_features

_NAME = "statmon"
_NO_POOL = "QT_NO_GUI_THREADPOOL"
"""Qt hands fills of more than 64 spans to other threads, each of which is woken for crumbs of a
frame: some 300 times a second beside a clock that ticks. Asked for when the first is painted."""


def application(choice: Appearance = "system", *, bare: bool = False) -> QApplication:
    """Return the process's QApplication, made if there is none.

    Args:
        choice: light, dark, or as the system has it.
        bare: for the frame of a window only; to be called again before anything is in it.
    """
    pyside_features.none_used()
    os.environ.setdefault(_NO_POOL, "1")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        # By the argument: what setStyle returns has Qt's largest class made for Python.
        words = [sys.argv[0] if sys.argv else "statmon", "-style", "Fusion"]
        app = MacApplication(words) if sys.platform == "darwin" else QApplication(words)
    elif app.applicationName() != _NAME and app.style().name() != "fusion":
        app.setStyle("Fusion")  # somebody else's application; asking ours makes that class, too
    app.setApplicationName(_NAME)
    app.setOrganizationName("statmon")
    app.setDesktopFileName("org.statmon.Statmon")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource("icons/statmon.svg"))))
    if bare:
        themes.apply_at_first(app, choice)
    else:
        from statmon.ui.look import sheet  # not before the frame is painted
        from statmon.ui.widgets.alt_keys import AltKeys

        themes.apply(app, themes.current(choice))
        sheet.dress(app, themes.current(choice))
        if app.findChild(AltKeys) is None:
            AltKeys(app)
    return app
