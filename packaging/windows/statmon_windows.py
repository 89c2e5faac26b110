"""Where statmon starts on Windows: named to the system, and heard without a console."""

import ctypes
import io
import os
import sys

import without_opengl  # noqa: F401 - first, so that pyqtgraph finds what it put in place

from statmon.cli import main

APP = "org.statmon.Statmon"
ERROR_ICON = 0x10

windll = ctypes.windll  # type: ignore[attr-defined]
# The taskbar groups windows by this name; the installer waits while the mutex is held.
windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP)
mutex = windll.kernel32.CreateMutexW(None, False, APP)

heard = None
if sys.stdout is None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as it runs
if sys.stderr is None:
    sys.stderr = heard = io.StringIO()
code = main()
if code and heard is not None and (words := heard.getvalue().strip()):
    windll.user32.MessageBoxW(None, words, "statmon", ERROR_ICON)
sys.exit(code)
