"""Which stretch of time a chart shows: a state machine without a clock."""

from dataclasses import dataclass, replace

from statmon.history import CELL

SPANS = (
    ("15 m", 900.0),
    ("1 h", 3600.0),
    ("8 h", 28_800.0),
    ("24 h", 86_400.0),
    ("7 d", 604_800.0),
)
"""Names and seconds of the spans that have a button."""
_SHORTEST, _LONGEST = 2_000, 400 * 86_400_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A span that ends now, or at an instant of the past. All times in epoch milliseconds."""

    span: int
    end: int | None = None
    """None while it follows the present."""

    @property
    def live(self) -> bool:
        """Whether the right edge is now."""
        return self.end is None

    def stretch(self, now: int) -> tuple[int, int]:
        """Return the first and the last instant shown."""
        end = now if self.end is None else min(self.end, now)
        return end - self.span, end

    def with_span(self, seconds: float) -> "Timeline":
        """Return the timeline with another span and the same right edge."""
        return replace(self, span=_bounded(seconds * 1000))

    def following(self) -> "Timeline":
        """Return the timeline at the present."""
        return replace(self, end=None)

    def until(self, end: int, now: int) -> "Timeline":
        """Return the timeline that ends at an instant; at the present if that is to come."""
        return replace(self, end=None if end >= now else end)

    def panned(self, part: float, now: int) -> "Timeline":
        """Return the timeline moved by a part of its span; negative is into the past."""
        _, end = self.stretch(now)
        return self.until(end + round(part * self.span), now)

    def zoomed(self, factor: float, at: float, now: int) -> "Timeline":
        """Return the timeline with ``factor`` times the span.

        Args:
            factor: below 1 shows less time, in more detail.
            at: what stands still: 0 the left edge, 1 the right. The present always does.
            now: the present.
        """
        begin, end = self.stretch(now)
        span = _bounded(self.span * factor)
        if self.live:
            return replace(self, span=span)
        return replace(self, span=span).until(
            round(begin + at * (end - begin) + (1 - at) * span), now
        )


def _bounded(span: float) -> int:
    return round(min(max(span, _SHORTEST), _LONGEST))


_GROWING = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400)
"""Seconds that a chart shows one after the other while it fills for the first time."""


def grown(timeline: Timeline, recorded: int) -> Timeline:
    """Return what to show of a live timeline while less than its span is recorded.

    A line of a minute in an hour's chart is a dot at its edge.

    Args:
        timeline: what is wanted.
        recorded: milliseconds since something is known.
    """
    span = next((1000 * step for step in _GROWING if 1000 * step >= recorded), timeline.span)
    return replace(timeline, span=min(span, timeline.span))


def column_width(span: int, pixels: int) -> int:
    """Return the milliseconds of a chart's columns: at most a pixel's, so that none stays empty.

    Wide ones consist of the history's whole cells, of which it need not read every sample.
    """
    width = max(1, span // max(1, pixels))
    return width if width < CELL else width // CELL * CELL
