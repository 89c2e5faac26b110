"""A chart's span is read as people write hours."""

import pytest
from PySide6.QtCore import QLocale

from statmon.ui.chart.questions import hours_in
from statmon.ui.look import numbers


@pytest.fixture(autouse=True)
def as_before():
    before = QLocale()
    yield
    numbers.use(before)


@pytest.mark.parametrize("name", ["en_US", "de_DE"])
@pytest.mark.parametrize(
    ("typed", "hours"),
    [("2", 2), ("0,25", 0.25), ("0.25", 0.25), ("1:30", 1.5), (" 8 ", 8), ("1:75", None),
     ("1:30:00", None), ("two", None), ("", None), ("9" * 5000 + ":00", 999999)],
)  # fmt: skip
def test_hours_are_read_or_refused(name, typed, hours):
    """Never taken for something else."""
    numbers.use(QLocale(name))

    assert hours_in(typed) == hours
