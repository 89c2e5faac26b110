"""The value of what is about to be chosen, before it is saved.

A predefined statistic is peeked. A definition is opened in a scratch subscription of its own,
which is always deleted: when the value has been seen, when something else is looked at, when the
editor closes, and when the program ends.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from statmon.domain.editing import Choice
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.value import value_of
from statmon.service.wire.api import Answer, StatisticValue, new_id
from statmon.service.wire.errors import ServiceError
from statmon.ui.background.answers import Start
from statmon.ui.background.debounce import Debounce
from statmon.ui.editor.titles import title_of
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr

_log = logging.getLogger(__name__)
_SETTLED_MS = 500
PEEKS: Final = 6
"""How often a scratch subscription is looked at before it is closed."""
PAUSE: Final = 2.0
"""Seconds between two looks."""
_CLOSE_WITHIN: Final = 5.0


class Asks(Protocol):
    """The calls of the service that the editor makes."""

    async def create(self, subscription_id: str, statistics: Iterable[Statistic]) -> Answer:
        """Open a subscription."""

    async def delete(self, subscription_id: str) -> None:
        """Close a subscription."""

    async def peek(self, subscription_id: str, statistic_ids: Sequence[str] = ()) -> Answer:
        """Return the current values of a subscription."""

    async def values(self, wanted: Iterable[tuple[ObjectRef, str]]) -> Answer:
        """Return the current values of predefined statistics."""


class Preview(QFrame):
    """One line: of which object, and its value now or why there is none."""

    def __init__(
        self, asks: Callable[[], Asks | None], start: Start, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._asks, self._start = asks, start
        self._task: asyncio.Task[Any] | None = None
        self._wanted: tuple[ObjectRef, Choice] | None = None
        self.caption = label(tr("Value now"))
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.caption.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.value = label("–", tr("Value now"))
        self.value.setWordWrap(True)
        font = self.value.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self.value.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.caption)
        layout.addWidget(self.value)
        self._settled = Debounce(self._begin, _SETTLED_MS, self)

    def look_at(self, ref: ObjectRef | None, choice: Choice | None) -> None:
        """Look at a statistic of an object soon, unless another one is wanted until then."""
        wanted = None if ref is None or choice is None else (ref, choice)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._cancel()
        if wanted is None:
            self._settled.stop()
            self.caption.setText(tr("Value now"))
            self.value.setText(tr("– choose an object and a statistic"))
            return
        self.caption.setText(f"{tr('Value now')}: {title_of(*wanted)} {tr('of')} {wanted[0]}")
        self.value.setText("…")
        self._settled.ask()

    def stop(self) -> None:
        """Look no more; what is open for it is closed."""
        self._wanted = None
        self._settled.stop()
        self._cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self) -> None:
        asks = self._asks()
        if self._wanted is None:
            return
        if asks is None:
            self.value.setText(tr("– connect to see it"))
            return
        self._task = self._start(self._look(asks, *self._wanted), "preview")

    async def _look(self, asks: Asks, ref: ObjectRef, choice: Choice) -> None:
        try:
            if choice.name is not None:
                self._show(await asks.values([(ref, choice.name)]), choice)
            else:
                await self._scratch(asks, Statistic("preview", ref, None, choice.definition))
        except ServiceError as error:
            self.value.setText(f"⚠ {error}")

    async def _scratch(self, asks: Asks, statistic: Statistic) -> None:
        own, choice = new_id(), Choice(None, statistic.definition)
        try:
            answer = await asks.create(own, [statistic])
            self._show(answer, choice)
            for _ in range(PEEKS if answer.statistics else 0):
                await asyncio.sleep(PAUSE)
                self._show(await asks.peek(own), choice)
        finally:
            # Also when it was cancelled in the middle of opening: it may have been opened.
            await _close(asks, own)

    def _show(self, answer: Answer, choice: Choice) -> None:
        if answer.statistics:
            self.value.setText(_words(answer.statistics[0], choice))
            return
        reasons = [item.status.words for item in answer.failures]
        self.value.setText(f"⚠ {'; '.join(reasons) or tr('the service sent no value')}")


def _words(value: StatisticValue, choice: Choice) -> str:
    statistic = Statistic("", ObjectRef("", ""), choice.name, choice.definition)
    seen = value_of(value.value, statistic.unit)
    if seen.number is not None:
        return numbers.written(seen.number, statistic.unit)
    return tr("– undefined") if seen.undefined else seen.text


async def _close(asks: Asks, subscription_id: str) -> None:
    """Close a scratch subscription."""
    try:
        async with asyncio.timeout(_CLOSE_WITHIN):
            await asks.delete(subscription_id)
    except (ServiceError, TimeoutError, RuntimeError) as error:
        # Signed out or gone (RuntimeError: the connection is closed): with its session it goes too.
        _log.info("a preview could not be closed: %s", error)
