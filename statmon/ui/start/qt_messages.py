"""What Qt says goes to the log, with everything else; not past it to stderr."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_log = logging.getLogger("qt")
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_OF_NO_USE: Final = ("This plugin does not support propagateSizeHints()",)
"""The offscreen platform says so for every window that is shown."""


_COMPOSITOR_GONE: Final = "The Wayland connection "
"""How Qt begins its last words on Wayland; then it ends the process."""


def to_log(last_call: Callable[[], object] = lambda: None) -> None:
    """Log Qt's messages from now on, one that comes again and again once.

    Args:
        last_call: called, once, when the process will be gone a moment later.
    """
    last = ""
    called = False

    def take(kind: QtMsgType, _: QMessageLogContext, words: str) -> None:
        nonlocal last, called
        if words in (*_OF_NO_USE, last):
            return
        last = words
        _log.log(_LEVELS.get(kind, logging.WARNING), "%s", words)
        ours = threading.current_thread() is threading.main_thread()
        if words.startswith(_COMPOSITOR_GONE) and ours and not called:
            called = True
            last_call()

    qInstallMessageHandler(take)
