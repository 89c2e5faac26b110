"""The notice that the feed is down: it stands for as long as that lasts, and cannot be closed."""

from statmon.service.event_log import Outage
from statmon.ui.data.source import Source
from statmon.ui.look.text import tr
from statmon.ui.look.times import clock_time


class FeedNotice:
    """Says in one sentence that connection or service are down, and since when."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def text(self) -> str:
        """Return the sentence; empty while all is well."""
        down = self._source.event_log.feed_down
        if not down:
            return ""
        since = clock_time(min(outage.start for outage in down))
        old = tr("what is shown is old.")
        return f"⚠ {_trouble(down[0])} ({tr('since')} {since}): {old}"


def _trouble(outage: Outage) -> str:
    if outage.part == "service":
        return tr("The service is unavailable")
    reason = outage.reason.rstrip(".")
    words = tr("No connection, trying again")
    return f"{words} – {reason}" if reason else words
