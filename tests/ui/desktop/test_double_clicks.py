"""Files that macOS wants opened."""

import subprocess
import sys

DOUBLE_CLICKS = """
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from statmon.ui.desktop.double_clicks import MacApplication

app = MacApplication(["statmon"])
opened = []
for name in ("first.statmon", "second.statmon"):
    QCoreApplication.sendEvent(app, QFileOpenEvent(f"/floor/{name}"))
app.hand_files_to(opened.append)
QCoreApplication.sendEvent(app, QFileOpenEvent("/floor/third.statmon"))
app.hand_files_to(None)
print([str(file) for file in opened])
"""


def test_a_double_click_on_macos_opens_the_file():
    """Whether it comes before there is a window (the last counts then) or later."""
    # In a process of its own: there is one application a process, and the tests have theirs.
    done = subprocess.run(
        [sys.executable, "-c", DOUBLE_CLICKS], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['/floor/second.statmon', '/floor/third.statmon']\n"
