"""What changed in a table since somebody last asked, and who is to be told that something did."""

from collections.abc import Callable, Sequence


class DirtyRows:
    """The rows that changed since one observer last asked."""

    def __init__(self, wake: Callable[[], object] | None = None) -> None:
        self._rows: set[int] = set()
        self._wake, self._woken = wake, False

    def add(self, rows: Sequence[int]) -> None:
        """Note rows that changed."""
        self._rows.update(rows)
        if rows:
            self.wake()

    def wake(self) -> None:
        """Tell the observer, once until it asks, that there is something to see."""
        if self._wake is not None and not self._woken:
            self._woken = True
            self._wake()

    def take(self) -> set[int]:
        """Return the rows that changed since the last call, and forget them."""
        rows, self._rows = self._rows, set()
        self._woken = False
        return rows


class Observers(list[DirtyRows]):
    """All who observe one table."""

    def wake(self) -> None:
        """Tell them that there is something to see, be it no row."""
        for observer in self:
            observer.wake()

    def add(self, rows: Sequence[int]) -> None:
        """Tell them of rows that changed."""
        for observer in self:
            observer.add(rows)
