"""Work that a widget starts, and whose answer may come after it has been closed."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject

if TYPE_CHECKING:
    import asyncio

Start = Callable[[Coroutine[Any, Any, Any], str], "asyncio.Task[Any]"]
"""Starts work in the loop, under a name; the window ends it when it ends itself."""
_T = TypeVar("_T")


class Answers:
    """Starts work for a widget; what it is to show is called only while the widget lives.

    The work itself touches no widget, and goes on: what was asked for or kept stays so.
    """

    def __init__(self, owner: QObject, start: Start) -> None:
        self._owner, self._start = owner, start

    def ask(
        self,
        work: Callable[[], Coroutine[Any, Any, _T]],
        name: str,
        show: Callable[[_T], object],
        *,
        fails: Callable[[Exception], object] | None = None,
        of: tuple[type[Exception], ...] = (),
        after: Callable[[], object] = lambda: None,
    ) -> "asyncio.Task[Any]":
        """Start work.

        Args:
            work: begins what is done; that touches no widget.
            name: what it is called.
            show: takes its result.
            fails: takes an error of these kinds; others are the window's.
            of: the kinds.
            after: called at the end, whatever the end was.
        """
        return self._start(self._run(work, show, fails, of, after), name)

    async def _run(
        self,
        work: Callable[[], Coroutine[Any, Any, _T]],
        show: Callable[[_T], object],
        fails: Callable[[Exception], object] | None,
        of: tuple[type[Exception], ...],
        after: Callable[[], object],
    ) -> None:
        try:
            result = await work()
        except of as error:
            if fails is not None and shiboken6.isValid(self._owner):
                fails(error)
        else:
            if shiboken6.isValid(self._owner):
                show(result)
        finally:
            if shiboken6.isValid(self._owner):
                after()

    async def each(self, items: AsyncIterator[_T]) -> AsyncIterator[_T]:
        """Yield what comes while the widget lives."""
        async for item in items:
            if not shiboken6.isValid(self._owner):
                return
            yield item
