"""What the service sends over CometD (docs/reference/statistics-api.md §4)."""

from typing import Any, Final

import msgspec

from statmon.service.wire.api import ROOT, StatisticValue, value_in
from statmon.service.wire.masking import told

NOTIFICATIONS: Final = f"{ROOT}/notifications"
"""Path of the CometD endpoint."""
SERVICE_CHANNEL: Final = f"{ROOT}/service"
UPDATES_CHANNEL: Final = f"{ROOT}/updates"


_LONGEST_STATE: Final = 40


class _Body(msgspec.Struct, rename="camel", gc=False):
    statistics: list[StatisticValue] | None = None
    service_state: str | None = None


class Notification(msgspec.Struct, rename="camel", gc=False):
    """An event of either channel, with its body nested in ``data`` (documented) or flat.

    Its ``topic`` is informational and not read: only the Bayeux channel counts.
    """

    data: _Body | None = None
    statistics: list[StatisticValue] | None = None
    service_state: str | None = None

    @property
    def values(self) -> list[StatisticValue]:
        """The values of an update."""
        nested = self.data.statistics if self.data is not None else None
        return nested or self.statistics or []

    @property
    def state(self) -> str | None:
        """What the service says of itself, in upper case, or None."""
        nested = self.data.service_state if self.data is not None else None
        state = nested or self.service_state
        return told(state.upper(), longest=_LONGEST_STATE) or None if state else None


def notification_of(data: Any) -> Notification | None:
    """Read an event that did not fit at first sight, value by value, or return None.

    One bad item must not cost its neighbours.
    """
    if not isinstance(data, dict):
        return None
    nested = data.get("data")
    body = nested if isinstance(nested, dict) else data
    state = body.get("serviceState")
    items = body.get("statistics")
    values = [value for value in map(value_in, items if isinstance(items, list) else []) if value]
    return Notification(statistics=values, service_state=state if isinstance(state, str) else None)


def values_in(message: object) -> list[StatisticValue]:
    """Return the values of an update, whatever form it came in."""
    event = message if isinstance(message, Notification) else notification_of(message)
    return event.values if event is not None else []


def state_in(message: object) -> str | None:
    """Return what an event says of the service's state, or None."""
    event = message if isinstance(message, Notification) else notification_of(message)
    return event.state if event is not None else None
