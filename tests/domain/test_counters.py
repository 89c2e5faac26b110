"""What only counts up is known by its definition, or by its usual one."""

import pytest

from statmon.domain.counters import NAMES, counts_up, is_counter
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.simulator.statserver.predefined import PREDEFINED, RAW
from statmon.storage.user import library

LIBRARY = library.shipped()


def test_names_are_those_whose_usual_definition_counts_up():
    """As the library has it; and as Genesys's own simulator configures them."""
    usual = {e.name for e in LIBRARY.entries if e.name and e.definition and counts_up(e.definition)}
    shipped = {name for name in PREDEFINED if counts_up(Definition(RAW[name]))}

    assert usual | shipped <= NAMES
    assert not {e.name for e in LIBRARY.entries if e.definition and e.name in NAMES} - usual
    assert not set(PREDEFINED) & NAMES - shipped


@pytest.mark.parametrize(
    ("definition", "counts"),
    [
        ({"category": "TotalNumber"}, True),
        ({"category": "TotalNumber", "intervalType": "SinceLogin"}, True),
        ({"category": "TotalNumberInTimeRange", "intervalType": "GrowingWindow"}, True),
        ({"category": "TotalNumber", "intervalType": "SlidingWindow"}, False),
        ({"category": "TotalNumberInTimeRangePercentage"}, False),
        ({"category": "AverageTime"}, False),
        ({"category": "CurrentNumber"}, False),
    ],
)
def test_a_level_a_share_or_a_sliding_window_has_no_increase(definition, counts):
    """It goes down without a restart."""
    statistic = Statistic("s", ObjectRef("Queue", "q"), None, Definition(definition))

    assert is_counter(statistic) is counts
