"""Numbers as the window writes and reads them: in the digits, groups and signs of the locale.

Only the window does: JSON lines and exports are for programs and stay as ``domain.value`` writes
them. The painter asks for the same few thousand texts again and again, so they are remembered.
"""

import math
import re
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QLocale

from statmon.domain.unit import Unit
from statmon.domain.value import format_duration

_REMEMBERED = 20_000
_DIGITS = 12
_HUGE = 1e15
"""From here on a number is written by its first digits."""
_BLANKS: Final = re.compile(r"\s")
_DURATION: Final = re.compile(r"(-?)(?:(\d{1,9}):(?=[0-5]\d:))?(\d{1,9}):([0-5]\d)")
_POINTED: Final = re.compile(r"(?ai)[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?")


@cache
def locale() -> QLocale:
    """Return the user's locale; the texts' own language where the desktop names none."""
    default = QLocale()
    nameless = default.language() == QLocale.Language.C
    return QLocale(QLocale.Language.English) if nameless else default


def use(chosen: QLocale) -> None:
    """Write and read as another locale does from now on."""
    QLocale.setDefault(chosen)
    for known in (locale, written, count):
        known.cache_clear()


@lru_cache(maxsize=_REMEMBERED)
def written(number: float, unit: Unit) -> str:
    """Write a number in its unit: ``1,234``, ``82.4 %``, ``2:14``, ``1:02:14``."""
    if unit is Unit.SECONDS or not math.isfinite(number):
        return format_duration(number)
    if abs(number) >= _HUGE:
        text = scientific(number)
        return f"{text} {locale().percent()}" if unit is Unit.PERCENT else text
    text = decimal(number, 0 if number == int(number) else 1)
    return f"{text} {locale().percent()}" if unit is Unit.PERCENT else text


@lru_cache(maxsize=_REMEMBERED)
def count(number: int) -> str:
    """Write how many there are."""
    return locale().toString(number)


def decimal(number: float, digits: int) -> str:
    """Write a number with so many digits behind the decimal sign."""
    # An int would be taken for another overload, which ends the program.
    return locale().toString(float(number), "f", digits)


def scientific(number: float) -> str:
    """Write a number that is too wide for a column, with four digits: ``1.235e+11``."""
    return locale().toString(float(number), "e", 3)


def entered(number: float | None, unit: Unit = Unit.COUNT) -> str:
    """Write a number into a field that it is edited in: no groups, nothing for None.

    Whole seconds are minutes and seconds, as everywhere in the window.
    """
    if number is None:
        return ""
    if unit is Unit.SECONDS and number == int(number):
        return format_duration(number)
    plain = QLocale(locale())
    plain.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    text = plain.toString(float(number), "g", _DIGITS)
    return f"{text} {locale().percent()}" if unit is Unit.PERCENT else text


def read(text: str) -> float | None:
    """Read what was typed or copied from the window; None where it is no number.

    Understood is whatever ``written`` and ``entered`` write: in the locale, in groups or not,
    ``80 %``, ``2:30`` and ``1:02:14`` (as seconds); and a point or comma as a decimal sign where
    the locale has no other use for it.
    """
    plain = _BLANKS.sub(" ", text).strip().removesuffix(locale().percent()).removesuffix("%")
    plain = plain.strip().replace("\u2212", "-").replace("\u2019", "'")
    if found := _DURATION.fullmatch(plain):
        sign, hours, minutes, seconds = found.groups()
        total = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return float(-total if sign else total)
    number = _in_locale(plain)
    if number is None and _POINTED.fullmatch(plain):
        number = float(plain.replace(",", "."))
    return number if number is not None and math.isfinite(number) else None


def _in_locale(text: str) -> float | None:
    """Read a number that is grouped as the locale does it, or not at all."""
    group = _BLANKS.sub(" ", locale().groupSeparator()).replace("\u2019", "'")
    point = locale().decimalPoint()
    mark, decimal = re.escape(group), re.escape(point)
    grouped = rf"[+-]?\d{{1,3}}({mark}\d{{2,3}})*{mark}\d{{3}}({decimal}\d*)?"
    if group and re.fullmatch(grouped, text):
        text = text.replace(group, "")
    strict = QLocale(locale())
    strict.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
    number, good = strict.toDouble(text.removeprefix("+"))
    return float(number) if good else None
