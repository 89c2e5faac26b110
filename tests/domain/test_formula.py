"""Formulas: what they compute, which units fit, and where they are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.formula import SCALE, Formula, formulas_in, written
from statmon.domain.formula_text import FormulaError, Input, parse
from statmon.domain.unit import Unit

UNITS = {
    "answered": Unit.COUNT, "abandoned": Unit.COUNT, "short": Unit.COUNT, "in time": Unit.COUNT,
    "talk": Unit.SECONDS, "level": Unit.PERCENT, "rate": Unit.PER_HOUR, "state": Unit.STATE,
}  # fmt: skip


def formula(text, unit=Unit.COUNT):
    return Formula("f", "F", unit, text, root=parse(text))


def value(text, unit=Unit.COUNT, **numbers):
    one = formula(text, unit)
    one.check(UNITS.get)
    numbers = {name.replace("_", " "): number for name, number in numbers.items()}
    values = {
        item: np.array([numbers[item.name] * SCALE.get(UNITS[item.name], 1.0)])
        for item in one.inputs
    }
    return float(np.broadcast_to(one.compute(values), 1)[0])


def test_the_service_level_of_the_issue():
    """In time ÷ (answered + abandoned - short), in per cent: 88.18."""
    text = "[in time] / (answered + abandoned - short)"
    level = value(text, Unit.PERCENT, in_time=97, answered=100, abandoned=15, short=5)

    assert level == pytest.approx(88.1818, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "unit", "result"),
    [
        ("1 + 2 * 3", Unit.COUNT, 7), ("(1 + 2) * 3", Unit.COUNT, 9), ("8 - 3 - 2", Unit.COUNT, 3),
        ("-answered + 5", Unit.COUNT, -95), ("12 / 2 / 3", Unit.COUNT, 2),
        ("answered × 2 − 1", Unit.COUNT, 199), ("max(answered, abandoned, 7)", Unit.COUNT, 100),
        ("min(talk, 2 min)", Unit.SECONDS, 120), ("talk / answered", Unit.SECONDS, 3),
        ("level / 2", Unit.PERCENT, 40), ("level + 5%", Unit.PERCENT, 85),
        ("answered * level", Unit.COUNT, 80), ("answered * 20 %", Unit.COUNT, 20),
        ("answered / talk", Unit.PER_HOUR, 1200), ("rate * 2", Unit.PER_HOUR, 24),
        ("rate * 30 min", Unit.COUNT, 6), ("answered / abandoned", Unit.COUNT, 20),
        ("talk / 1 h", Unit.PERCENT, 100 / 12), ("1e2 + .5", Unit.COUNT, 100.5),
    ],
)  # fmt: skip
def test_what_it_gives(text, unit, result):
    """In its unit."""
    numbers = {"answered": 100, "abandoned": 5, "talk": 300, "level": 80, "rate": 12}
    names = {item.name for item in formula(text).inputs}
    numbers = {name: number for name, number in numbers.items() if name in names}

    assert value(text, unit, **numbers) == pytest.approx(result)


def test_what_is_divided_by_nothing_is_not_defined():
    """And neither is what is made of it."""
    assert np.isnan(value("answered / abandoned", answered=3, abandoned=0))
    assert np.isnan(value("1 + answered / abandoned", answered=0, abandoned=0))


@pytest.mark.parametrize(
    ("text", "unit", "column", "words"),
    [
        ("", "count", 1, "there is no formula yet"),
        ("answered +", "count", 11, "it ends where a number or a name is missing"),
        ("answered abandoned", "count", 10, "«abandoned» stands where an operator"),
        ("(answered", "count", 10, "it ends where «)» is missing"),
        ("answered)", "count", 9, "«)» stands where an operator"),
        ("[answered", "count", 1, "«[» is not closed"),
        ("[ ]", "count", 1, "the square brackets are empty"),
        ("answered & 1", "count", 10, "«&» has no meaning here"),
        ("eval(answered)", "count", 1, "there is no function «eval»: min, max, total, increase"),
        ("total(1)", "count", 7, "«1» stands where the name of a statistic is expected"),
        ("increase(answered)", "count", 18, "«)» stands where a comma and a time (15 min) is"),
        ("increase(answered, 15)", "count", 20, "the time of an increase is one from"),
        ("answered + nobody", "count", 12, "nothing here is called «nobody»"),
        ("state * 2", "count", 1, "«state» is a state and no number"),
        ("answered + talk", "count", 10, "a count and a duration cannot be added"),
        ("max(level, answered)", "count", 1, "a plain number and a count cannot be compared"),
        ("talk", "count", 1, "it gives a duration, which cannot be told in «count»: its unit is"),
        ("answered / talk", "%", 1, "it gives a rate, which cannot be told in «%»"),
        ("talk * talk", "s", 1, "it gives counts^0 × seconds^2"),
        ("100 * answered / abandoned", "%", 1, "with the unit «%» leave out «100 ×»"),
        ("answered", "parsec", 1, "its unit is none of «count», «s», «%», «/h»"),
        ("(" * 60 + "1" + ")" * 60, "count", 51, "its brackets are nested too deeply"),
        ("+".join("1" * 300), "count", 1, "it is too long"),
        ("-" * 1500 + "1", "count", 1, "it is too long"),
        ("1" * 3000, "count", 2001, "it is longer than 2000 characters"),
    ],
)  # fmt: skip
def test_an_error_says_the_column_and_what_is_wrong(text, unit, column, words):
    """In a sentence."""
    found, errors = formulas_in([{"id": "f", "unit": unit, "formula": text}])
    if found:
        with pytest.raises(FormulaError) as raised:
            found[0].check(UNITS.get)
        errors = [f"formula «f», {raised.value}"]

    assert errors[0].startswith(f"formula «f», column {column}: {words}"), errors


def test_a_formula_may_name_others():
    """But not itself, whatever stands between."""
    items = [
        {"id": "all", "formula": "answered + abandoned"},
        {"id": "share", "unit": "%", "formula": "answered / all"},
        {"id": "round", "formula": "about + 1"},
        {"id": "about", "formula": "round + 1"},
        {"id": "of wrong", "formula": "[wrong] + 1"},
        {"id": "wrong", "formula": "answered +"},
    ]
    found, errors = formulas_in(items)

    assert [one.id for one in found] == ["all", "share"]
    assert {item.name for item in found[1].inputs} == {"answered", "abandoned"}
    assert errors == [
        "formula «round», column 1: «round» leads back to itself",
        "formula «about», column 1: «about» leads back to itself",
        "formula «of wrong», column 1: «wrong» cannot be used, column 11: it ends where a number or"
        " a name is missing",
        "formula «wrong», column 11: it ends where a number or a name is missing",
    ]


@pytest.mark.parametrize("items", [None, "x", {}, [1], [{}], [{"id": 1, "formula": "1"}],
                                   [{"id": "a"}]])  # fmt: skip
def test_what_is_no_formula_keeps_no_workspace_from_opening(items):
    """It is said, where there is something."""
    found, errors = formulas_in(items)

    assert found == []
    assert bool(errors) == (isinstance(items, list))


def test_two_of_one_id_are_said():
    """The first counts."""
    found, errors = formulas_in([{"id": "a", "formula": "1"}, {"id": "a", "formula": "2"}])
    assert ([one.text for one in found], errors) == (
        ["1"],
        ["two formulas are called «a»: rename one"],
    )


def test_a_series_is_that_of_what_is_computed():
    """Blanks and brackets change nothing; another unit does, for its numbers are others."""
    one, same = formula("answered/(abandoned)"), formula(" [answered] ÷ abandoned ")

    assert one.digest == same.digest
    assert one.digest != formula("answered/abandoned", Unit.PERCENT).digest
    assert formula('total(answered, "A")').digest != formula("total(answered)").digest
    assert formula('total([in time], "A")').inputs == (Input("in time", True, "A"),)


@given(st.text(st.sampled_from('ab1.5+-*/()[],"% ×÷\0\n😀eE_minmaxtotal'), max_size=40))
def test_any_text_is_a_formula_or_an_error_with_a_column(text):
    """Nothing else ever comes out, and nothing is executed."""
    found, errors = formulas_in([{"id": "f", "formula": text}])

    assert len(found) + len(errors) == 1
    for error in errors:
        column = int(error.split(":")[0].removeprefix("formula «f», column "))
        assert 1 <= column <= len(text) + 1
        assert "\n" not in error
    for one in found:
        assert written(one.root)


@st.composite
def sums(draw, depth=0):
    """A formula, and what Python makes of it."""
    if depth > 4 or draw(st.booleans()):
        number = draw(st.integers(0, 9))
        return str(number), float(number)
    (left, a), (right, b) = draw(sums(depth + 1)), draw(sums(depth + 1))
    sign = draw(st.sampled_from("+-*/"))
    with np.errstate(all="ignore"):
        result = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[sign](a, b)
    return f"({left}) {sign} ({right})", float(result)


@given(sums())
def test_it_computes_what_numpy_does(pair):
    """What is infinite or not defined is not defined."""
    text, expected = pair
    got = float(formula(text).compute({}))

    assert got == pytest.approx(expected) if np.isfinite(expected) else np.isnan(got)


def test_formulas_that_name_each_other_twice_do_not_grow_without_end():
    """A hundred of them would have more parts than there are atoms."""
    items = [{"id": "f0", "formula": "answered"}]
    items += [{"id": f"f{n}", "formula": f"f{n - 1} + f{n - 1}"} for n in range(1, 100)]
    found, errors = formulas_in(items)

    assert 5 < len(found) < 20
    assert errors[0].endswith("with the formulas that it names it is too long")
    assert errors[-1].endswith("the formulas before it are too long together")
    many = [{"id": f"f{n}", "formula": "1"} for n in range(3000)]
    found, errors = formulas_in(many)
    assert (len(found), errors) == (1000, ["there are 3,000 formulas: the first 1,000 count"])
