"""A definition as a sentence or three: what is computed, over which time, told when."""

from collections.abc import Iterator

from statmon.domain import explanations
from statmon.domain.combinations import is_current
from statmon.domain.definition import Definition
from statmon.domain.number import parsed
from statmon.domain.ratio import Ratio, Term, window_of
from statmon.domain.statistic import Statistic
from statmon.domain.unit import Unit, unit_of
from statmon.ui.look import numbers
from statmon.ui.look.text import tr


def in_words(definition: Definition) -> str:
    """Return a definition in words; a word that is not known stands as it was written."""
    sentences = (_what(definition), _interval(definition), _told(definition))
    return " ".join(f"{words[0].upper()}{words[1:]}." for words in sentences if words)


def _what(definition: Definition) -> str:
    category = definition.category
    words = tr(explanations.CATEGORIES[category]) if category in explanations.CATEGORIES else ""
    of = "; ".join(_of(definition))
    return f"{words or category}: {of}" if of else words or category


def _of(definition: Definition) -> Iterator[str]:
    if mask := definition.text("mainMask"):
        yield mask_in_words(mask)
    if mask := definition.text("relativeMask"):
        yield f"{tr('relative to')} {mask_in_words(mask)}"
    left, right = definition.text("timeRangeLeft"), definition.text("timeRangeRight")
    if right:
        yield f"{tr('that lasted')} {_amount(left or '0')} {tr('to less than')} {_amount(right)} s"
    elif left:
        yield f"{tr('that lasted at least')} {_amount(left)} s"
    if only := definition.text("dynamicFilter"):
        yield f"{tr('only where')} {only}"
    subject = definition.text("subject")
    if subject in explanations.SUBJECTS:
        yield f"{tr('looks at')} {tr(explanations.SUBJECTS[subject])}"


def mask_in_words(mask: str) -> str:
    """Return which words count: ``*,~LoggedOut`` is everything except LoggedOut."""
    words = [word.strip() for word in mask.split(",") if word.strip()]
    but = ", ".join(word[1:].strip() for word in words if word.startswith("~"))
    count = ", ".join(
        tr("everything") if word == "*" else word for word in words if not word.startswith("~")
    )
    return f"{count} {tr('except')} {but}" if but and count else count or tr("nothing")


def ratio_in_words(ratio: Ratio) -> str:
    """Return what is divided by what, in Stat Server's words."""
    return f"{_terms(ratio.numerator)} ÷ {_terms(ratio.denominator)}"


def _terms(terms: tuple[Term, ...]) -> str:
    words = "".join(f" {'+' if term.sign > 0 else '−'} {_term(term)}" for term in terms)
    words = words.removeprefix(" + ")
    return f"({words})" if len(terms) > 1 else words


def _term(term: Term) -> str:
    timed = unit_of(None, term.definition) is Unit.SECONDS
    return tr("time of {actions}").format(actions=term.words) if timed else term.words


def window_in_words(definition: Definition) -> str:
    """Return over which part of the past a definition counts: ``in the last hour``, ``now``."""
    if is_current(definition.category):
        return tr("now")
    kind, profile = window_of(definition)
    if kind == "GrowingWindow":
        midnight = profile == "0:00"
        return tr("since midnight") if midnight else tr("since {time}").format(time=profile)
    long, _, _ = profile.partition(":")
    if kind == "SlidingWindow" and long == "3600":
        return tr("in the last hour")
    if kind == "SlidingWindow" and long:
        return tr("in the last {span}").format(span=_span(long))
    return _interval(definition)


def counted_in_words(statistic: Statistic, definition: Definition | None) -> str:
    """Return over which part of the past a statistic counts; nothing of what is about now.

    Of a predefined name that is only usual: the site may have set another window.
    """
    if definition is None or is_current(definition.category):
        return ""
    window = window_in_words(definition)
    if statistic.definition is not None:
        return window
    return tr("usually {window}").format(window=window)


def _interval(definition: Definition) -> str:
    kind, profile = definition.text("intervalType"), definition.text("dynamicTimeProfile")
    if kind == "SinceLogin":
        return tr(explanations.INTERVALS[kind])
    if kind == "GrowingWindow":
        return f"{tr('since')} {profile or '0:00'}, {tr('time of the site')}"
    if kind in ("SlidingWindow", "SlidingSelection"):
        long, _, step = profile.partition(":")
        span = _span(long) if kind == "SlidingWindow" else f"{_amount(long)} {tr('events')}"
        words = f"{tr('over the last')} {span}" if long else ""
        return f"{words}, {tr('anew every')} {_amount(step)} s" if words and step else words
    return f"{kind} {profile}".strip()


def _told(definition: Definition) -> str:
    if definition.periodical:
        every = definition.text("notificationFrequency")
        words = f"{tr('told every')} {_amount(every)} s" if every else tr("told on a clock")
    else:
        mode = definition.text("notificationMode")
        known = explanations.MODES.get(mode)
        words = f"{tr('told')} {tr(known) if known else mode}" if mode else ""
    least = definition.seconds("insensitivity")
    if words and least:
        words += f", {tr('if it changed by')} {_amount(str(least))} {tr('or more')}"
    return words


def _span(text: str) -> str:
    """Return seconds in the largest unit of which they are whole."""
    seconds = parsed(text)
    if seconds is None or not seconds:
        return f"{text} s"
    unit, length = next((u for u in (("h", 3600), ("min", 60)) if seconds % u[1] == 0), ("s", 1))
    return f"{numbers.entered(seconds / length)} {unit}"


def _amount(text: str) -> str:
    """Return a number of a definition as the locale writes it; any other text as it is."""
    number = parsed(text)
    return text if number is None else numbers.entered(number)
