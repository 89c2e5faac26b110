"""The ack and timesync extensions (docs/reference/bayeux.md §4, §5)."""

from collections import deque
from typing import Any


class Acknowledge:
    """Counts the batches that reached us, so that the server sends the others again."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self.batch: int | None = None
        """The last batch received, None while the extension is not in use."""

    def offer(self) -> dict[str, Any]:
        """Return the ``ext`` field of a handshake."""
        self.batch = None
        return {"ack": True} if self._wanted else {}

    def agreed(self, ext: Any) -> None:
        """Read the handshake reply; newer servers answer ``{"enabled": true, "batch": n}``."""
        answer = ext.get("ack") if isinstance(ext, dict) else None
        batch = answer.get("batch", 0) if isinstance(answer, dict) else 0
        enabled = answer.get("enabled") is True if isinstance(answer, dict) else answer is True
        usable = self._wanted and enabled
        self.batch = (batch if isinstance(batch, int) else 0) if usable else None

    def received(self, ext: Any) -> None:
        """Read a connect reply, after its deliveries were handed over."""
        batch = ext.get("ack") if isinstance(ext, dict) else None
        if self.batch is not None and isinstance(batch, int) and not isinstance(batch, bool):
            self.batch = batch

    def fields(self) -> dict[str, Any]:
        """Return the ``ext`` field of a connect."""
        return {} if self.batch is None else {"ack": self.batch}


class TimeSync:
    """Measures how far the server's clock is from ours, as a mean of the last ten exchanges."""

    def __init__(self, *, epoch: float) -> None:
        self._epoch = epoch
        self._offsets: deque[float] = deque(maxlen=10)
        self._lags: deque[float] = deque(maxlen=10)

    @property
    def offset(self) -> float | None:
        """Seconds to add to (monotonic + epoch) to get the server's time; None: not measured."""
        return sum(self._offsets) / len(self._offsets) / 1000 if self._offsets else None

    def fields(self, now: float) -> dict[str, Any]:
        """Return the ``ext`` field of a request sent now."""
        lag = round(sum(self._lags) / len(self._lags)) if self._lags else 0
        offset = round((self.offset or 0.0) * 1000)
        return {"timesync": {"tc": round((now + self._epoch) * 1000), "l": lag, "o": offset}}

    def received(self, ext: Any, now: float) -> None:
        """Read a reply: lag = (now - tc - p) / 2, offset = ts - tc - lag."""
        sync = ext.get("timesync") if isinstance(ext, dict) else None
        if not isinstance(sync, dict):
            return
        values = [sync.get("tc"), sync.get("ts"), sync.get("p", 0)]
        numbers = [x for x in values if isinstance(x, int | float) and abs(x) < 1e15]
        if len(numbers) != len(values):
            return
        sent, server, spent = numbers
        lag = ((now + self._epoch) * 1000 - sent - spent) / 2
        self._lags.append(lag)
        self._offsets.append(server - sent - lag)
