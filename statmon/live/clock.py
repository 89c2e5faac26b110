"""The service's own clock, as far as it can be known from here."""

from dataclasses import dataclass


@dataclass(slots=True)
class ServiceClock:
    """Now at the service = its latest timestamp + the time since that arrived (design §5)."""

    latest: int | None = None
    """The newest timestamp seen, epoch milliseconds of the service."""
    arrived: int = 0
    """When that came, epoch milliseconds of this computer."""

    def observe(self, timestamp: int, arrived: int) -> None:
        """Take in a reading's two times."""
        if self.latest is None or timestamp > self.latest:
            self.latest, self.arrived = timestamp, arrived

    def at(self, now: int) -> int:
        """Return the service's time, epoch milliseconds, at a local time."""
        return now if self.latest is None else self.latest + now - self.arrived

    @property
    def offset(self) -> int:
        """Milliseconds by which the service's clock is ahead of this computer's."""
        return 0 if self.latest is None else self.latest - self.arrived
