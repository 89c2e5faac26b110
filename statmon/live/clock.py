"""The service's own clock, as far as it can be known from here."""

from dataclasses import dataclass


@dataclass(slots=True)
class ServiceClock:
    """Now at the service = its latest timestamp + the time since that arrived (design §5)."""

    latest: int | None = None
    """The newest timestamp seen, epoch milliseconds of the service."""
    arrived: int = 0
    """When that came, epoch milliseconds of this computer."""

    doubtful: bool = False
    """The service may have another clock by now: the next time that comes counts."""

    def observe(self, timestamp: int, arrived: int) -> None:
        """Take in a reading's two times.

        A value may be old when it comes, never from the future: what runs ahead of the time
        known so far is nearer to it.
        """
        if self.latest is None or self.doubtful or timestamp > self.at(arrived):
            self.latest, self.arrived, self.doubtful = timestamp, arrived, False

    def doubt(self) -> None:
        """The connection or the service went away: what comes next may have another clock."""
        self.doubtful = True

    def at(self, now: int) -> int:
        """Return the service's time, epoch milliseconds, at a local time."""
        return now if self.latest is None else self.latest + now - self.arrived

    @property
    def offset(self) -> int:
        """Milliseconds by which the service's clock is ahead of this computer's."""
        return 0 if self.latest is None else self.latest - self.arrived
