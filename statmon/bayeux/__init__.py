"""A CometD (Bayeux 1.0) client that keeps its channels subscribed through every failure.

``session`` decides and does no I/O; ``polling`` and ``websocket`` carry messages; ``client`` joins
them on an asyncio loop. This folder knows nothing of statistics, Qt, files or the rest of statmon.
"""

from statmon.bayeux.client import Client
from statmon.bayeux.errors import Failure, Kind, PublishError, StateChange
from statmon.bayeux.journal import Counters, Journal

__all__ = ["Client", "Counters", "Failure", "Journal", "Kind", "PublishError", "StateChange"]
