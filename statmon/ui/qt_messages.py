"""What Qt says goes to the log, with everything else; not past it to stderr."""

import logging
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


def to_log() -> None:
    """Log Qt's messages from now on, one that comes again and again once."""
    last = ""

    def take(kind: QtMsgType, _: QMessageLogContext, words: str) -> None:
        nonlocal last
        if words in (*_OF_NO_USE, last):
            return
        last = words
        _log.log(_LEVELS.get(kind, logging.WARNING), "%s", words)

    qInstallMessageHandler(take)
