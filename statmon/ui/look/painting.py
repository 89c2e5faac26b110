"""Painting: no exception may leave a paint event.

Qt goes on with a painter that nobody ends: rows below stay white, and the next event ends the
program. What is drawn is computed so that it cannot fail (numbers are bounded before); should it
fail all the same, the part is left out and the log says where and why, once.
"""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

NAMES: Final = frozenset(
    {
        "paint",
        "paintEvent",
        "paintSection",
        "drawRow",
        "drawBranches",
        "drawBackground",
        "drawForeground",
        "tickValues",
        "tickStrings",
    }
)
"""Methods that Qt, or pyqtgraph for it, calls while something is painted."""
failures: Final[dict[str, str]] = {}
"""What could not be painted since the start, and the first reason."""


def painting(paint: Callable[_P, None]) -> Callable[_P, None]:
    """Let a method that paints end without an exception."""
    return _guarded(paint, lambda: None)


def listing(found: Callable[_P, list[_T]]) -> Callable[_P, list[_T]]:
    """Let a method that is asked for a list while something is painted end without an exception."""
    return _guarded(found, list)


def _guarded(method: Callable[_P, _T], nothing: Callable[[], _T]) -> Callable[_P, _T]:
    @wraps(method)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the one place whose purpose it is
            _note(method.__qualname__, error)
            return nothing()

    return guarded


def _note(where: str, error: Exception) -> None:
    words = "".join(traceback.format_exception(error))
    # A painter that lives in one of the frames ends with it, before Qt looks for it.
    traceback.clear_frames(error.__traceback__)
    if where not in failures:
        failures[where] = words
        _log.error("%s failed; it is left out:\n%s", where, words)
