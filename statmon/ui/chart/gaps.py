"""Times in which nothing was known: gathered from memory and history, put in words."""

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from statmon.ui.chart.ticks import clock, local
from statmon.ui.look.text import tr

_SHORTEST = 0.03
"""A gap is put in words when it is wider than this part of the chart."""
_SHORT = 120
"""Seconds below which a stretch of time is told to the second."""


class Gap(NamedTuple):
    """From and to, local epoch milliseconds; the end is None while it lasts."""

    begin: int
    end: int | None
    why: str = ""
    """In a word or two, for people."""


def between(gaps: Iterable[Gap], begin: int, end: int) -> list[Gap]:
    """Return the gaps within a stretch of time: cut to it, joined where the same is their cause.

    Where gaps overlap the causes of all are told, and none is of a time in which it was over.
    """
    turns: list[tuple[int, bool, str]] = []
    for gap in gaps:
        start, until = max(gap.begin, begin), end if gap.end is None else min(gap.end, end)
        if start < end and until > begin:
            turns += [(start, False, gap.why), (max(until, start + 1), True, gap.why)]
    found: list[Gap] = []
    lasting: Counter[str] = Counter()
    since = begin
    for at, over, cause in sorted(turns):
        if at > since and lasting:
            _add(found, Gap(since, at, ", ".join(filter(None, lasting))))
        since = at
        lasting[cause] += -1 if over else 1
        if not lasting[cause]:
            del lasting[cause]  # they stay in the order in which they began
    return found


def _add(found: list[Gap], gap: Gap) -> None:
    """Add a gap to those before it, or let the last one go on."""
    last = found[-1] if found else None
    if last is not None and (last.end, last.why) == (gap.begin, gap.why):
        found[-1] = gap._replace(begin=last.begin)
    else:
        found.append(gap)


def told(gaps: Iterable[Gap], span: int) -> list[Gap]:
    """Return the gaps that are put in words where so many ms are shown, the longest first."""
    long = [((gap.end or gap.begin) - gap.begin, gap) for gap in gaps]
    long = [item for item in long if item[0] > span * _SHORTEST]
    return [gap for _, gap in sorted(long, key=itemgetter(0), reverse=True)]


def missing(begin: float, end: float) -> str:
    """Say which time is missing; to the second where minutes would say nothing."""
    seconds = end - begin < _SHORT
    same_day = local(begin).date() == local(end).date()
    until = clock(end, seconds=seconds)
    if not same_day:
        until = f"{local(end):%d %b} {until}"
    return f"{tr('missing')} {clock(begin, seconds=seconds)}–{until}"


def words_of(gap: Gap) -> str:
    """Say which time is missing, and why if that is known."""
    text = missing(gap.begin / 1000, (gap.end or gap.begin) / 1000)
    return f"{text} · {gap.why}" if gap.why else text


def reason(kind: str) -> str:
    """Say why nothing was recorded, of the history's kinds."""
    return {
        "connection": tr("not connected"),
        "service": tr("service unavailable"),
        "subscription": tr("subscription lost"),
        "closed": tr("not subscribed"),
        "pause": tr("recording paused"),
        "program": tr("statmon not running"),
        "disk": tr("disk full"),
        "sleep": tr("the computer slept"),
        "damage": tr("the history was damaged"),
    }.get(kind, kind)
