"""Numbers as the window writes and reads them: in the digits, groups and signs of the locale.

Only the window does: JSON lines and exports are for programs and stay as ``domain.value`` writes
them. The painter asks for the same few thousand texts again and again, so they are remembered.
"""

from functools import cache, lru_cache

from PySide6.QtCore import QLocale

from statmon.domain.unit import Unit
from statmon.domain.value import format_duration

_REMEMBERED = 20_000
_DIGITS = 12


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
    if unit is Unit.SECONDS:
        return format_duration(number)
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


def entered(number: float | None) -> str:
    """Write a number into a field that it is edited in: no groups, nothing for None."""
    if number is None:
        return ""
    plain = QLocale(locale())
    plain.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return plain.toString(float(number), "g", _DIGITS)


def read(text: str) -> float | None:
    """Read what was typed, in the locale or with a point; None where it is no number."""
    strict = QLocale(locale())
    strict.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
    number, good = strict.toDouble(text.strip())
    if good:
        return float(number)
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
