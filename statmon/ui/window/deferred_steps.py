"""What a window gets after its last readings: step by step, or at once when it is used."""

from collections import deque
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_USES: Final = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.DragEnter,
        QEvent.Type.Close,
    }
)
"""With what a person begins to do something in a window."""


class DeferredSteps(QObject):
    """Steps that wait until somebody goes on with them; without ``wait`` each is done when added.

    Whoever uses the window has the rest of them done first: no key, click, drop or closing ever
    meets a window that lacks what it is meant for.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._steps: deque[Callable[[], object]] = deque()
        self._waiting = False
        self.dropped = False
        """Whether the window was closed before all was done."""

    def wait(self) -> None:
        """Let what is added from now on wait until ``go_on`` or ``finish``."""
        self._waiting = True
        # Of the system's window: all that a person does comes through it, and not much else.
        if (handle := self._window.windowHandle()) is not None:
            handle.installEventFilter(self)

    def add(self, step: Callable[[], object]) -> None:
        """Do something after all that was added before, or now if nothing waits."""
        if self._waiting:
            self._steps.append(step)
        else:
            step()

    def go_on(self) -> bool:
        """Do the next step; return whether there is another one."""
        if self._steps:
            self._steps.popleft()()
        return bool(self._steps)

    def finish(self) -> None:
        """Do all that is left; from now on nothing waits."""
        if not self._waiting:
            return
        while self.go_on():
            pass
        self._waiting = False
        if (handle := self._window.windowHandle()) is not None:
            handle.removeEventFilter(self)

    def drop(self) -> None:
        """Do nothing of what is left: the window is closed."""
        self.dropped = self.dropped or bool(self._steps)
        self._steps.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002
        """Finish before anything that a person does is heard."""
        if event.type() in _USES:
            self.finish()
        return False
