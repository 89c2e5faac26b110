"""The notice that the feed is down: it stands for as long as that lasts, and cannot be closed."""

from statmon.ui.details import clock_time
from statmon.ui.source import Source
from statmon.ui.text import tr


class FeedNotice:
    """Says in one sentence that connection or service are down, and since when."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._since: int | None = None

    def text(self, now: int) -> str:
        """Return the sentence at a local time in epoch milliseconds; empty while all is well."""
        trouble = self._trouble()
        if not trouble:
            self._since = None
            return ""
        if self._since is None:
            self._since = now
        old = tr("what is shown is old.")
        return f"⚠ {trouble} ({tr('since')} {clock_time(self._since)}): {old}"

    def _trouble(self) -> str:
        connection = self._source.connection
        if connection.state == "reconnecting":
            reason = (connection.reason or "").rstrip(".")
            words = tr("No connection, trying again")
            return f"{words} – {reason}" if reason else words
        if connection.state == "connected" and self._source.service_state == "UNAVAILABLE":
            return tr("The service is unavailable")
        return ""
