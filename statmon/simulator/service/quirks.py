"""Quirks: what another server, another version or another reading of the documents does.

Each can be switched on by ``--quirk NAME``; what is off is the simulator's ordinary behaviour.
Where there is more than one alternative, an option of its own chooses (see ``options``).
"""

from typing import Any

from statmon.domain.vocabulary import STATUSES

Quirks = frozenset[str]

QUIRKS = {
    # Events
    "flat-events": "events are not wrapped in name, topic and data once more",
    "topic-with-slash": "the AVAILABLE event's topic has its leading slash, too",
    "spelt-state": "serviceState comes as Available and Unavailable",
    "state-on-subscribe": "the service's state is told at once to who subscribes to it",
    "names-in-updates": "updates repeat name, objectId and objectType",
    # REST answers
    "names-in-get": "GET of one value repeats name, objectId and objectType",
    "off-is-info": "verbose=OFF shows as much as INFO",
    "refused-is-400": "opening a subscription of which every statistic is refused is a 400",
    "empty-unknown": "peeking at an unknown subscription finds no statistics instead of a 404",
    "own-delete": "DELETE closes only subscriptions of its own HTTP session",
    # Values
    "seconds": "value.timestamp is in seconds",
    "no-interval-length": "intervalLength is always 0, as in every published sample",
    "whole-numbers": "fractions are cut off stringValue as well",
    "state-names": "states have the names of statuses in place of their numbers",
    # Cookies
    "secure-cookies": "cookies are Secure, although this is http",
    "scoped-cookies": "cookies have the paths /statistics/v3 and /statistics/v3/notifications",
    # CometD
    "ack": "the acknowledgement extension is offered",
    "timesync": "the time synchronisation extension is offered",
    "callback-polling": "the callback-polling transport is offered",
    "connect-only": "events ride on connect replies alone (metaConnectDeliveryOnly)",
    "replies-first": "replies come before the events that ride on them, as faye's do",
    "advice-always": "every connect reply has advice, as faye's do",
    "silent-402": "an unknown session's connect gets no advice",
    "one-object": "a lone reply does not come in an array",
    "two-channels": "subscribing to any other channel than the two is denied",
    "token-ends-session": "a CometD session ends with the token that it came with",
}


def dressed(value: dict[str, Any], quirks: Quirks, off: int = 0) -> dict[str, Any]:
    """Return a value as a server with these quirks would send it.

    Args:
        value: as it was computed.
        quirks: the server's.
        off: milliseconds by which its clock is off.
    """
    if off:
        value = value | {"timestamp": value["timestamp"] + off}
    worn = quirks & _OF_VALUES
    if not worn:
        return value
    value = dict(value)
    if "seconds" in worn:
        value["timestamp"] //= 1000
    if "no-interval-length" in worn:
        value["intervalLength"] = 0
    if "whole-numbers" in worn and value["stringValue"] is not None:
        value["stringValue"] = str(value["intValue"])
    if "state-names" in worn and "stateValue" in value:
        value["stateValue"] = _named(value["stateValue"])
    return value


_NAMES = {status.code: status.name for status in STATUSES}
_OF_VALUES = Quirks({"seconds", "no-interval-length", "whole-numbers", "state-names"})


def _named(state: Any) -> Any:
    """Return a state with the names of its statuses, all the way down."""
    if isinstance(state, list):
        return [_named(one) for one in state]
    if not isinstance(state, dict):
        return state
    return {
        key: _NAMES.get(value, value) if key == "status" else _named(value)
        for key, value in state.items()
    }
