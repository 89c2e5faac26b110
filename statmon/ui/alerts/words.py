"""Notices of alerts in words: a headline, what stands below it, and why it is an alert."""

from typing import Final

from statmon.alerts.telling import Notice, NoticeKind, Transition
from statmon.domain.outside import brief, visible
from statmon.ui.data.names import Names
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tr
from statmon.ui.look.times import clock_time

_NAMED: Final = 3
"""Alerts of a group that are named; the others are counted."""
_LONGEST: Final = 60
"""Characters of a name; a desktop shows some forty of a headline."""


def headline(notice: Notice, names: Names) -> str:
    """Return a notice in a few words, the sign of its level first."""
    if notice.kind is NoticeKind.OUTAGE:
        since, until = clock_time(notice.since), clock_time(notice.at)
        if notice.over:
            return tr("The feed was down from {since} to {until}").format(since=since, until=until)
        return tr("⚠ The feed is down since {since}").format(since=since)
    glyph = signs.of_level(notice.level).glyph
    if len(notice.alerts) == 1:
        (step,) = notice.alerts
        return f"{glyph} {_object(step, names)}: {_now(step)}"
    count = numbers.count(len(notice.alerts))
    if notice.kind is NoticeKind.FLOOD:
        return f"{glyph} " + tr("{count} alerts at once").format(count=count)
    if not notice.group:
        return f"{glyph} " + tr("{count} alerts: {rule}").format(
            count=count, rule=_named(notice.alerts[0].rule)
        )
    return f"{glyph} " + tr("{group}: {count} alerts").format(
        group=_named(notice.group), count=count
    )


def details(notice: Notice, names: Names) -> str:
    """Return what stands below the headline."""
    if notice.kind is NoticeKind.OUTAGE:
        count = numbers.count(len(notice.alerts))
        if not notice.alerts:
            return tr("No alert was open.")
        words = tr("{count} alerts were unknown.") if notice.over else tr("{count} alerts unknown.")
        return words.format(count=count)
    if len(notice.alerts) == 1:
        return why(notice.alerts[0])
    worst = sorted(notice.alerts, key=lambda step: (-abs(step.level), step.since))
    named = [f"{_object(step, names)} {_now(step)}" for step in worst[:_NAMED]]
    if more := len(worst) - len(named):
        named.append(tr("and {count} more").format(count=numbers.count(more)))
    rules = list(dict.fromkeys(_named(step.rule) for step in worst))
    return "\n".join([", ".join(rules[:_NAMED]), ", ".join(named)])


def why(step: Transition) -> str:
    """Return why something is an alert: what is measured, its limit, since when, by which rule."""
    limit = None if step.limit is None else numbers.written(step.limit, step.unit)
    return because(step.statistic, limit, step.level, step.since, step.rule)


def because(statistic: str, limit: str | None, level: int, since: int, rule: str) -> str:
    """Return why something is an alert; the limit is written already, None where none is known."""
    parts = [_named(statistic)]
    if limit is not None:
        side = tr("at or above {limit}") if level > 0 else tr("at or below {limit}")
        parts.append(side.format(limit=limit))
    parts.append(tr("since {time}").format(time=clock_time(since)))
    if rule:
        parts.append(tr("rule “{rule}”").format(rule=_named(rule)))
    return ", ".join(parts)


def _object(step: Transition, names: Names) -> str:
    return brief(names.short(step.series.ref), _LONGEST)


def _now(step: Transition) -> str:
    return "?" if step.number is None else numbers.written(step.number, step.unit)


def _named(text: str) -> str:
    return brief(visible(text), _LONGEST)
