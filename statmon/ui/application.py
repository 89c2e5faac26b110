"""The process's QApplication, set up as statmon wants it."""

import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from statmon.storage.resources import resource
from statmon.ui import theme as themes


def application(choice: themes.Choice = "system") -> QApplication:
    """Return the process's QApplication, made if there is none."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0] if sys.argv else "statmon"])
    app.setApplicationName("statmon")
    app.setOrganizationName("statmon")
    app.setDesktopFileName("org.statmon.Statmon")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource("icons/statmon.svg"))))
    themes.apply(app, themes.current(choice))
    return app
