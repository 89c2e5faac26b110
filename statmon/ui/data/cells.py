"""What a row of the tree says, as text: pure functions of the lens and a row."""

import math
from typing import Any, NamedTuple

from statmon.domain.library import Direction
from statmon.domain.unit import Unit
from statmon.domain.value import Channel, channels_of, format_duration
from statmon.live.freshness import KNOWN, Freshness
from statmon.live.table import LiveTable
from statmon.ui.data.lens import Lens
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Tone
from statmon.ui.look.times import short_age

_LONGEST = 200
"""Characters of a value that a cell shows; details show all of it."""
_MOST_CHANNELS = 4
_HUGE = 1e10
"""Numbers from here on are too wide for a column."""
UNCHANGED = "="
"""What stands where a number is what it was."""


class Cells(NamedTuple):
    """The cells of a row, and how they are to be drawn."""

    value: str
    """With the glyph of an agent's state, or of what is wrong, before it."""
    age: str
    fresh: signs.Sign
    tone: Tone
    """Of the value."""
    number: bool
    """The value is a number: aligned right."""
    badge: bool
    """The age stands in a badge: the value is late."""


def of_row(lens: Lens, row: int) -> Cells:
    """Return the cells of a table's row."""
    freshness = lens.freshness(row)
    age = lens.age(row)
    age_text = "" if age is None else short_age(age)
    sign = signs.of_freshness(freshness)
    text, tone, number = value_of(lens, row, freshness)
    return Cells(text, age_text, sign, tone, number, freshness is Freshness.LATE)


def value_of(
    lens: Lens, row: int, freshness: Freshness, *, channels: bool = True
) -> tuple[str, Tone, bool]:
    """Return the text of a row's value, its tone, and whether it is a number.

    Without ``channels`` an agent's state stands alone.
    """
    if freshness in KNOWN:
        return _value(lens, row, channels)
    sign = signs.of_freshness(freshness)
    if freshness is Freshness.ERROR:
        words = one_line(lens.table.errors.get(row, sign.word))
        return f"{sign.glyph} {words}", Tone.BAD, False
    if freshness is not Freshness.STALE or lens.table.timestamp(row) is None:
        return sign.glyph, Tone.MUTED, lens.table.units[row] is not Unit.STATE
    text, _, number = _value(lens, row, channels)
    words = text or signs.of_freshness(Freshness.UNDEFINED).glyph
    return f"{sign.glyph} {words}", Tone.MUTED, number or not text


def _value(lens: Lens, row: int, channels: bool) -> tuple[str, Tone, bool]:
    table = lens.table
    text, state = value_text(table, row), table.states[row]
    if state is None:
        return text, Tone.PLAIN, not math.isnan(table.numbers[row])
    sign = signs.of_state(state.name)
    elapsed, raw = lens.time_in_state(row), table.raw[row]
    words = [sign.glyph, text]
    if elapsed is not None:
        words.append(f" {format_duration(elapsed)}")
    if channels:
        words += [f" · {channel_text(channel)}" for channel in _channels(raw)]
    return " ".join(words), sign.tone, False


def value_text(table: LiveTable, row: int) -> str:
    """Return a row's value as a cell can show it: a number as the locale writes it."""
    number = float(table.numbers[row])
    if math.isnan(number):
        return one_line(table.value(row).text)
    unit = table.units[row]
    if abs(number) >= _HUGE and unit is not Unit.SECONDS:
        return numbers.scientific(number)  # its first digits alone would be another number
    return numbers.written(number, unit)


def channel_text(channel: Channel) -> str:
    """Write a telephone or channel of an agent: its medium, its DN, the glyph of its state.

    A DN that begins with its medium's name says both.
    """
    glyph = signs.of_state(channel.state).glyph
    media = "" if channel.media and channel.dn.startswith(channel.media) else channel.media
    return " ".join(filter(None, (media, channel.dn, glyph)))


def _channels(raw: Any) -> list[Channel]:
    """Return the telephones and channels to show; one alone says what the state says already."""
    found = channels_of(raw)
    return found[:_MOST_CHANNELS] if len(found) > 1 else []


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Return a text as a cell can show it: on one line, cut where it is far too long."""
    short = text if len(text) <= longest else text[:longest] + "…"
    return " ".join(short.split()) if not short.isalnum() else short


def with_unit(text: str, unit: Unit) -> str:
    """Return a value as it is spoken, with a unit that its text does not say itself."""
    return f"{text} {tr('an hour')}" if unit is Unit.PER_HOUR else text


def change_text(
    change: float, unit: Unit, *, at_least: bool = False, in_words: bool = False
) -> str:
    """Write a change with its sign: ``+2``, ``−0:40``, ``+3.1 pp``; nothing where none is known.

    A share that goes from 80 % to 84 % has changed by four percentage points, or by five per cent
    of itself; only the first is meant, here and wherever numbers of statistics are compared.

    Args:
        change: the difference of two numbers in the unit.
        unit: of the statistic.
        at_least: it may be more, since nobody saw all of it: ``≥ +2``.
        in_words: there is room for *percentage points*.

    One that is too small to be written is none.
    """
    if math.isnan(change):
        return ""
    own = Unit.COUNT if unit is Unit.PERCENT else unit
    number = numbers.written(abs(change), own)
    if not at_least and number in (numbers.written(0, own), numbers.decimal(0, 1)):
        return UNCHANGED
    signed = ("+" if change >= 0 else "−") + number
    if unit is Unit.PERCENT:
        words = tr("{change} percentage points") if in_words else tr("{change} pp")
        signed = words.format(change=signed)
    return f"≥ {signed}" if at_least else signed


def change_tone(change: float, direction: Direction) -> Tone:
    """Return the tone of a change: whether it is for the better or the worse."""
    if direction is Direction.NEUTRAL or not change or math.isnan(change):
        return Tone.MUTED
    return Tone.GOOD if (change > 0) == (direction is Direction.MORE) else Tone.BAD
