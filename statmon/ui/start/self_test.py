"""Whether this installation works: a real window with live values, looked at by itself."""

import asyncio
import logging
import platform
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QRect, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from statmon import __version__
from statmon.ui.data.source import Engine
from statmon.ui.start import loop as qt_loop
from statmon.ui.start import qt_messages
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window
from statmon.ui.start.loadable import unloadable
from statmon.ui.start.run import Life

VALUES_WITHIN: Final = 60.0
"""Seconds in which connection, service and values have to be there, on a slow machine."""
FEWEST_COLOURS: Final = 30
"""Without a font a window has a handful of colours; with text, many shades of its edges."""
_SAMPLE: Final = QRect(0, 0, 240, 40)

Report = dict[str, Any]


class _Complaints(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def run(engine: Callable[[], Engine]) -> Report:
    """Open the window on an engine, wait for live values, look at it, and close it.

    Returns:
        what was found; ``"ok"`` says whether all of it is as it should be, ``"problems"`` what
        is not.
    """
    qt_messages.to_log()
    app = application("light")
    complaints = _Complaints()
    logging.getLogger().addHandler(complaints)
    began = time.monotonic()
    try:
        source, picture = qt_loop.run(app, _live(engine))
    finally:
        logging.getLogger().removeHandler(complaints)
    facts = {
        "version": __version__,
        "python": platform.python_version(),
        "qt": qVersion(),
        "sqlite": sqlite3.sqlite_version,
        "screen": QGuiApplication.platformName(),
        "values": source.table.applied,
        "statistics": len(source.table),
        "colours": colours(picture),
        "text": text_is_painted(),
        "seconds": round(time.monotonic() - began, 2),
    }
    problems = [*problems_in(facts), *unloadable(), *complaints.said]
    return {"event": "self-test", "ok": not problems, "problems": problems, **facts}


def problems_in(facts: Report) -> list[str]:
    """Return what is wrong with what the window showed."""
    problems = []
    if facts["statistics"] == 0 or facts["values"] <= facts["statistics"]:
        problems.append(f"only {facts['values']} values came for {facts['statistics']} statistics")
    if not facts["text"]:
        problems.append("text is not painted: there is no font")
    if facts["colours"] < FEWEST_COLOURS:
        problems.append(f"the window shows only {facts['colours']} colours")
    return problems


async def _live(engine: Callable[[], Engine]) -> tuple[Engine, QImage]:
    source = engine()
    window = whole_window(source, "light")
    life = asyncio.create_task(Life(window.parts).live())
    window.show()
    try:
        await _until_values_change(source)
        window.parts.page.tree.expand_all()
        await asyncio.sleep(0)
        return source, window.grab().toImage()
    finally:
        window.close()
        await life
        window.deleteLater()


async def _until_values_change(source: Engine) -> None:
    """Wait until more values came than there are statistics: those of the opening, and news."""
    came = asyncio.Event()
    source.listen(lambda _: came.set())
    try:
        async with asyncio.timeout(VALUES_WITHIN):
            while source.table.applied <= len(source.table):
                came.clear()
                await came.wait()
    except TimeoutError:
        return  # the report says how far it came


def colours(picture: QImage) -> int:
    """Return how many different colours a picture has."""
    image = picture.convertToFormat(QImage.Format.Format_RGB32)
    return len(set(memoryview(image.constBits()).cast("I")))


def text_is_painted() -> bool:
    """Tell whether letters are drawn, and drawn differently: boxes would all be the same."""
    pictures = {_drawn(text) for text in ("", "statmon 012", "nomtats 210")}
    return len(pictures) == 3


def _drawn(text: str) -> bytes:
    image = QImage(_SAMPLE.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        painter.drawText(_SAMPLE, Qt.AlignmentFlag.AlignCenter, text)
    return bytes(image.constBits())
