"""While another statmon records: which of what arrives here that one does not record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from statmon.domain.reading import Reading
from statmon.history.archive import Archive

if TYPE_CHECKING:
    from statmon.domain.statistic import Series

PATIENCE: Final = 5_000
"""Milliseconds that the other has to write down what arrived at both."""


class Elsewhere:
    """Compares what arrives here with what the other's file says."""

    def __init__(self) -> None:
        self._newest: dict[Series, tuple[int, int]] = {}
        """The service's time and the arrival of the newest reading of each series."""

    def note(self, readings: Sequence[Reading]) -> None:
        """Note what arrived here."""
        self._newest |= {item.series: (item.timestamp, item.arrived) for item in readings}

    def missed(self, archive: Archive, now: int) -> int:
        """Return of how many series something arrived here and is not in the file.

        Args:
            archive: the file, as it is now.
            now: local epoch milliseconds.
        """
        newest = archive.newest
        times = (newest.stamps.tolist(), newest.arrived.tolist())
        there = dict(zip(newest.ids.tolist(), zip(*times, strict=True), strict=True))
        numbers = archive.catalogue.numbers
        return sum(
            arrived <= now - PATIENCE
            and not _is_kept(there.get(numbers.get(series, 0)), stamp, arrived)
            for series, (stamp, arrived) in self._newest.items()
        )


def _is_kept(there: tuple[int, int] | None, stamp: int, arrived: int) -> bool:
    """Whether a reading is the newest in the file, or a later one is."""
    return there is not None and (there[0] == stamp or there[1] >= arrived - PATIENCE)
