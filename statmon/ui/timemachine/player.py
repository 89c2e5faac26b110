"""Where in time the machine is and how fast it goes: no clock, no table, no Qt."""

from dataclasses import dataclass, replace

SPEEDS = (1, 2, 5, 10, 30, 60)
"""Times as fast as it was."""


@dataclass(frozen=True, slots=True)
class Player:
    """An instant of the recorded time; all times in local epoch milliseconds."""

    begin: int
    """The first instant that there is."""
    end: int
    """The last one; it moves on while recording goes on."""
    at: int
    speed: int = 1
    playing: bool = False

    def moved_to(self, at: int) -> "Player":
        """Return the machine at another instant, within what there is."""
        return replace(self, at=min(max(at, self.begin), self.end))

    def played(self, elapsed: int, upto: int) -> "Player":
        """Return the machine after some time of the present has passed.

        Args:
            elapsed: milliseconds of the present.
            upto: what is read so far: it waits there.
        """
        if not self.playing:
            return self
        at = min(self.at + elapsed * self.speed, max(upto, self.at), self.end)
        return replace(self, at=at, playing=at < self.end)

    def until(self, end: int) -> "Player":
        """Return the machine after recording went on."""
        return replace(self, end=max(end, self.begin))
