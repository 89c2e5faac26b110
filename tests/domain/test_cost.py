"""The cost meter: each series once, rates from the definitions."""

import pytest

from statmon.domain.cost import Cost, cost_of, duplicates, rate
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import parse


def _statistic(**fields: object) -> Statistic:
    return Statistic("s", ObjectRef("Agent", "a"), None, Definition(fields))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"notificationMode": "Periodical", "notificationFrequency": 60}, (1.0, 1.0)),
        ({"notificationMode": "TimeBased", "notificationFrequency": "5", "insensitivity": 0,
          "category": "TotalNumber"}, (12.0, 12.0)),
        ({"notificationMode": "Periodical", "notificationFrequency": 5, "insensitivity": 1,
          "category": "TotalNumber"}, (1.0, 12.0)),
        ({"notificationMode": "Periodical", "notificationFrequency": 5,
          "category": "CurrentTime"}, (12.0, 12.0)),
        ({"notificationMode": "Immediate", "category": "CurrentTime"}, (60.0, 60.0)),
        ({"notificationMode": "Immediate", "category": "CurrentState"}, (1.0, 60.0)),
        ({"notificationMode": "Reset"}, (0.0, 0.0)),
    ],
)  # fmt: skip
def test_the_rate_follows_mode_frequency_and_what_is_measured(fields, expected):
    """A periodical one is sent at most on its clock; what ticks is sent each time."""
    assert rate(_statistic(**fields)) == pytest.approx(expected)


def test_what_is_wanted_twice_costs_once_and_is_named():
    """What is disabled costs nothing."""
    item = {"objectType": "Queue", "objectId": "q", "name": "ServiceLevel"}
    other = {"objectType": "Queue", "objectId": "r", "name": "ServiceLevel"}
    workspace = parse(
        {
            "schema": 1,
            "subscriptions": [
                {"name": "A", "statistics": [{"id": "1", **item}, {"id": "2", **other}]},
                {"name": "B", "statistics": [{"id": "1", **item},
                                             {"id": "2", **other, "enabled": False}]},
                {"name": "C", "enabled": False, "statistics": [{"id": "1", **item}]},
            ],
        }
    )  # fmt: skip
    cost = cost_of(workspace)

    assert cost == Cost(3, 2, 2.0, 12.0)
    assert cost.duplicates == 1
    assert [names for _, names in duplicates(workspace)] == [["A", "B", "C"], ["A", "B"]]
