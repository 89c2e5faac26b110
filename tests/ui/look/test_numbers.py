"""Numbers are written and read as the user's locale does."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from statmon.domain.unit import Unit
from statmon.ui.look import numbers
from tests.ui.fake_engine import FakeEngine, workspace


@pytest.fixture(autouse=True)
def as_before():
    before = QLocale()
    yield
    numbers.use(before)


@pytest.mark.parametrize(
    ("name", "number", "unit", "text"),
    [
        ("C", 1234567.25, Unit.COUNT, "1,234,567.3"),
        ("en_US", 1234567.25, Unit.COUNT, "1,234,567.3"),
        ("de_DE", 1234567.25, Unit.COUNT, "1.234.567,3"),
        ("de_DE", 82.4, Unit.PERCENT, "82,4 %"),
        ("de_CH", 12345.0, Unit.COUNT, "12’345"),
        ("hi_IN", 1234567.0, Unit.COUNT, "12,34,567"),
        ("de_DE", 3734.0, Unit.SECONDS, "1:02:14"),
        ("en_US", 5.0, Unit.COUNT, "5"),
    ],
)
def test_a_number_is_written_as_the_locale_does(name, number, unit, text):
    """Locale formats, durations 1:02:14, percentages as such."""
    numbers.use(QLocale(name))

    # Releases of the locale data differ in their apostrophe.
    assert numbers.written(number, unit).replace("'", "’") == text


def test_tree_and_details_write_the_same(open_window):
    """One function everywhere."""
    numbers.use(QLocale("de_DE"))
    engine = FakeEngine(workspace())
    window = open_window(engine)
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", 12345)
    window.parts.pulse.tick()
    window.parts.details.list.show_row(row)
    window.parts.page.tree.expand_all()
    model = window.parts.page.model
    shown = {model.text(line, 1) for line in range(model.rowCount())}
    tree = window.parts.details.list
    told = [tree.topLevelItem(at).text(1) for at in range(tree.topLevelItemCount())]

    assert "12.345" in shown
    assert "12.345" in told


@pytest.mark.parametrize("name", ["en_US", "de_DE", "fr_FR"])
@given(st.integers(-(10**9), 10**9))
def test_what_is_written_into_a_field_is_read_back(name, thousandths):
    """An edited limit stays what it was."""
    numbers.use(QLocale(name))
    number = thousandths / 1000

    assert numbers.read(numbers.entered(number)) == pytest.approx(number, rel=1e-9)


@pytest.mark.parametrize(("typed", "number"), [("0,8", 0.8), ("0.8", 0.8), ("x", None), ("", None)])
def test_a_german_may_type_either_sign(typed, number):
    """A point that groups no thousands is a decimal sign."""
    numbers.use(QLocale("de_DE"))

    assert numbers.read(typed) == number


_LOCALES = ["C", "en_US", "de_DE", "de_CH", "fr_FR", "es_ES", "it_IT", "pt_BR", "pl_PL", "hi_IN"]


@pytest.mark.parametrize("name", _LOCALES)
@given(st.integers(-(10**9), 10**9), st.sampled_from([Unit.COUNT, Unit.PERCENT, Unit.SECONDS]))
@example(150, Unit.SECONDS)
@example(488, Unit.SECONDS)
@example(80, Unit.PERCENT)
def test_what_the_window_writes_it_reads(name, number, unit):
    """In every unit and locale, in groups or as it is edited, with any kind of blank in it."""
    numbers.use(QLocale(name))

    for text in (numbers.written(number, unit), numbers.entered(number, unit)):
        assert numbers.read(text) == number
        assert numbers.read(f" {text.replace(chr(0xA0), ' ')} ") == number


@pytest.mark.parametrize(
    ("name", "typed", "number"),
    [
        ("en_US", "100,5", 100.5), ("en_US", "1,234", 1234), ("de_DE", "1.234", 1234),
        ("de_DE", "100,5", 100.5), ("de_DE", "1.5", 1.5), ("fr_FR", "1 234,5", 1234.5),
        ("en_US", "2:30", 150), ("en_US", "8:08", 488), ("en_US", "1:02:14", 3734),
        ("en_US", "-0:05", -5), ("en_US", "80%", 80), ("en_US", "80 %", 80), ("en_US", "+3", 3),
        ("en_US", "−3", -3), ("en_US", "2:75", None), ("en_US", "1e3", 1000),
        ("en_US", "1e999", None), ("en_US", "nan", None), ("en_US", "inf", None),
        ("en_US", "12 calls", None), ("en_US", "1,23,4", None), ("en_US", "%", None),
    ],
)  # fmt: skip
def test_what_people_type_is_read_or_refused(name, typed, number):
    """Never taken for something else."""
    numbers.use(QLocale(name))

    assert numbers.read(typed) == number


@given(st.text())
@example("9" * 5000)
@example("9" * 5000 + ":00")
def test_any_text_is_a_finite_number_or_none(text):
    """No text ends the program."""
    number = numbers.read(text)

    assert number is None or number - number == 0


def test_a_whole_number_is_a_number(qapp):
    """Files hold 5 as well as 5.0; Qt's overload for the first would end the program."""
    numbers.use(QLocale("de_DE"))

    assert (numbers.entered(5000), numbers.decimal(5000, 1)) == ("5000", "5.000,0")
    assert numbers.written(5000, Unit.COUNT) == "5.000"
