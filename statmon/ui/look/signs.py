"""How a meaning is shown: a glyph, a word and a tone, never a colour alone."""

from functools import lru_cache
from typing import NamedTuple

from statmon.domain.library import Aggregate
from statmon.live.freshness import Freshness
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Tone

_LONGEST_WORD = 40
"""Characters of a word of the service's own; more would push the other lights aside."""


# Signs are asked for hundreds of times a tick, and translating a word costs a microsecond: the
# most frequent ones are remembered. The language is chosen before the first window is made.


class Sign(NamedTuple):
    """A meaning as it is shown."""

    glyph: str
    word: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


@lru_cache(256)
def of_freshness(freshness: Freshness) -> Sign:
    """Return the sign of a freshness (docs/reference/freshness.md §1)."""
    return {
        Freshness.PAUSED: Sign("‖", tr("paused"), Tone.WARN),
        Freshness.ERROR: Sign("⚠", tr("error"), Tone.BAD),
        Freshness.STALE: Sign("◷", tr("stale"), Tone.MUTED),
        Freshness.NO_DATA: Sign("…", tr("no data"), Tone.MUTED),
        Freshness.UNDEFINED: Sign("–", tr("undefined"), Tone.MUTED),
        Freshness.LATE: Sign("◔", tr("late"), Tone.WARN),
        Freshness.QUIET: Sign("○", tr("quiet"), Tone.PLAIN),
        Freshness.LIVE: Sign("●", tr("live"), Tone.GOOD),
    }[freshness]


_TALKING = Sign("●", "", Tone.GOOD)
_STATES = {
    "WaitForNextCall": Sign("◇", "", Tone.PLAIN),
    "CallDialing": Sign("◎", "", Tone.GOOD),
    "CallRinging": Sign("◎", "", Tone.GOOD),
    "NotReadyForNextCall": Sign("■", "", Tone.WARN),
    "AfterCallWork": Sign("✎", "", Tone.PLAIN),
    "CallOnHold": Sign("◐", "", Tone.GOOD),
    "LoggedOut": Sign("✕", "", Tone.MUTED),
    "LoggedIn": Sign("□", "", Tone.PLAIN),
    "Monitored": Sign("□", "", Tone.PLAIN),
    "OnHook": Sign("□", "", Tone.PLAIN),
    "OffHook": Sign("□", "", Tone.PLAIN),
    "NotMonitored": Sign("?", "", Tone.MUTED),
}


@lru_cache(256)
def of_state(name: str) -> Sign:
    """Return the sign of a state of an agent, place or DN; the word is Stat Server's own.

    A state that is not known must not look like one that is: it gets a question mark.
    """
    if name.startswith(("Call", "ASM_")) and name not in _STATES:
        return _TALKING._replace(word=name)
    return _STATES.get(name, Sign("?", "", Tone.MUTED))._replace(word=name)


def of_connection(state: str) -> Sign:
    """Return the sign of a connection's state."""
    return {
        "connected": Sign("●", tr("connected"), Tone.GOOD),
        "connecting": Sign("◌", tr("connecting …"), Tone.WARN),
        "reconnecting": Sign("◌", tr("reconnecting …"), Tone.BAD),
    }.get(state, Sign("✕", tr("not connected"), Tone.MUTED))


def of_service(state: str | None) -> Sign:
    """Return the sign of what the service said about itself."""
    if state is None:
        return Sign("?", tr("not told yet"), Tone.MUTED)
    if state == "AVAILABLE":
        return Sign("●", tr("available"), Tone.GOOD)
    if state == "UNAVAILABLE":
        return Sign("✕", tr("unavailable"), Tone.BAD)
    return Sign("?", state[:_LONGEST_WORD], Tone.WARN)


def of_subscription(state: str, errors: int) -> Sign:
    """Return the sign of a subscription, which may be open although parts were refused."""
    if state == "open" and errors:
        return Sign("⚠", tr("open"), Tone.BAD)
    return {
        "open": Sign("●", tr("open"), Tone.GOOD),
        "opening": Sign("◌", tr("opening …"), Tone.WARN),
        "lost": Sign("◷", tr("lost"), Tone.BAD),
        "failed": Sign("⚠", tr("failed"), Tone.BAD),
    }.get(state, Sign("✕", tr("closed"), Tone.MUTED))


@lru_cache(256)
def of_level(level: int) -> Sign:
    """Return the sign of a threshold state: its side by the arrow, its weight by their number."""
    return {
        2: Sign("▲▲", tr("critically high"), Tone.BAD),
        1: Sign("▲", tr("high"), Tone.WARN),
        -1: Sign("▼", tr("low"), Tone.WARN),
        -2: Sign("▼▼", tr("critically low"), Tone.BAD),
    }.get(level, Sign("", "", Tone.PLAIN))


def of_aggregate(kind: Aggregate) -> str:
    """Return how a group's number comes about, before the number of its members."""
    return {
        Aggregate.SUM: tr("sum of"),
        Aggregate.MEAN: tr("ratio of the sums of"),
        Aggregate.MAX: tr("largest of"),
        Aggregate.MIN: tr("smallest of"),
    }.get(kind, tr("not added up, of"))
