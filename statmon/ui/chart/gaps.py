"""Times in which nothing was known: gathered from memory and history, joined, put in words."""

from collections.abc import Iterable
from typing import NamedTuple

from statmon.ui.chart.ticks import clock, local
from statmon.ui.text import tr

_SHORT = 120
"""Seconds below which a stretch of time is told to the second."""


class Gap(NamedTuple):
    """From and to, local epoch milliseconds; the end is None while it lasts."""

    begin: int
    end: int | None
    why: str = ""
    """In a word or two, for people."""


def between(gaps: Iterable[Gap], begin: int, end: int) -> list[Gap]:
    """Return the gaps within a stretch of time: cut to it, joined where they touch.

    Gaps of different causes that overlap keep the words of all of them.
    """
    cut = sorted(
        Gap(max(gap.begin, begin), min(end if gap.end is None else gap.end, end), gap.why)
        for gap in gaps
        if gap.begin < end and (gap.end is None or gap.end > begin)
    )
    found: list[Gap] = []
    for gap in cut:
        last = found[-1] if found else None
        if last is not None and gap.begin <= (last.end or 0):
            why = last.why if gap.why in last.why else ", ".join(filter(None, (last.why, gap.why)))
            found[-1] = Gap(last.begin, max(last.end or 0, gap.end or 0), why)
        else:
            found.append(gap)
    return found


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
