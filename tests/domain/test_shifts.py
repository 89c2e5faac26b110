"""When shifts begin, as a workspace says it."""

import pytest

from statmon.domain.shifts import shifts_in


@pytest.mark.parametrize(
    ("items", "minutes"),
    [
        (["14:00", "06:00", "22:30"], (360, 840, 1350)),
        (["6:00", "6:00"], (360,)),
        (["24:00", "x", 6, None, "06:00"], (360,)),
        ("06:00", ()),
        (None, ()),
    ],
)
def test_times_of_the_day_are_read_and_the_rest_is_left_out(items, minutes):
    """Nothing keeps a workspace from opening."""
    assert shifts_in(items) == minutes
