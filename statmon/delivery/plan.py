"""Which notices are shown, sound and are said again: a machine without I/O.

``alerts`` decides what is worth telling (a ``Notice``: one cause, one notice); here the user's
choice is applied to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from statmon.alerts.telling import Notice, NoticeKind
from statmon.storage.user.alert_delivery import Delivery

_CRITICAL: Final = 2
_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Show:
    """A notice is to be shown, in the place of the one before of its cause."""

    notice: Notice
    aloud: bool
    """It asks for attention; else what is in sight is brought up to date."""
    sounds: bool
    to_front: bool
    """The window comes to the front."""
    again: bool = False
    """It was told before, and nobody has acknowledged it."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The notice of a cause is to be taken away: nothing of it is left to be done."""

    id: str


Act = Show | Withdraw


@dataclass(slots=True)
class _Told:
    notice: Notice
    at: int
    """When it was told aloud last."""


class Plan:
    """Knows what is in sight, and what has to be said again."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._told: dict[str, _Told] = {}

    def take(self, notices: Iterable[Notice], now: int) -> list[Act]:
        """Return what is to be done about notices; local epoch milliseconds."""
        acts: list[Act] = []
        for notice in notices:
            told = self._told.get(notice.id)
            if notice.over:
                if self._told.pop(notice.id, None) is not None:
                    acts.append(self._ending(notice))
            elif notice.speaks and self.delivery.notifies(weight(notice)):
                self._told[notice.id] = _Told(notice, now)
                acts.append(self._aloud(notice))
            elif told is not None:
                told.notice = notice
                acts.append(Show(notice, aloud=False, sounds=False, to_front=False))
        return acts

    def again(self, now: int) -> list[Act]:
        """Return what is to be said again, since nobody has acknowledged it."""
        minutes = self.delivery.repeat_minutes
        acts: list[Act] = []
        for told in self._told.values():
            due = minutes and not 0 <= now - told.at < minutes * _MINUTE
            if due and weight(told.notice) >= _CRITICAL:
                told.at = now
                acts.append(replace(self._aloud(told.notice), again=True))
        return acts

    def shown(self, id_: str) -> Notice | None:
        """Return the notice of a cause as it was told last, while it is in sight."""
        told = self._told.get(id_)
        return None if told is None else told.notice

    def _aloud(self, notice: Notice) -> Show:
        level = weight(notice)
        front = self.delivery.to_front and level >= _CRITICAL
        return Show(notice, aloud=True, sounds=self.delivery.sounds(level), to_front=front)

    def _ending(self, notice: Notice) -> Act:
        # An outage that is over stays to be read: from when to when nothing was known.
        if notice.kind is NoticeKind.OUTAGE:
            return Show(notice, aloud=False, sounds=False, to_front=False)
        return Withdraw(notice.id)


def weight(notice: Notice) -> int:
    """Return how much a notice weighs: 1 as a warning, 2 as a critical alert or an outage."""
    return _CRITICAL if notice.kind is NoticeKind.OUTAGE else abs(notice.level)
