"""A CometD (Bayeux 1.0) client that keeps its channels subscribed through every failure.

``session`` decides and does no I/O; ``polling`` and ``websocket`` carry messages; ``client`` joins
them on an asyncio loop. This folder knows nothing of statistics, Qt, files or the rest of statmon.
"""

from typing import TYPE_CHECKING, Any

from statmon.bayeux.errors import Failure, Kind, PublishError, StateChange
from statmon.bayeux.journal import Counters, Journal

if TYPE_CHECKING:
    from statmon.bayeux.client import Client

__all__ = ["Client", "Counters", "Failure", "Journal", "Kind", "PublishError", "StateChange"]


def __getattr__(name: str) -> Any:
    """Import the client when it is first asked for: both its transports take long to import."""
    if name == "Client":
        from statmon.bayeux.client import Client

        return Client
    raise AttributeError(name)
