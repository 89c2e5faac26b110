"""Differences between workspaces, in words that a team lead understands."""

from typing import Any

import pytest

from statmon.domain.difference import difference
from statmon.domain.workspace import parse


def _statistic(number: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"s{number}", "objectType": "Agent", "objectId": f"agent{number}"}
    return {**base, **({"name": "InboundCalls"} if "definition" not in more else {}), **more}


def _workspace(*statistics: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = {"subscriptions": [{"name": "Sales", "statistics": list(statistics)}]}
    return {"schema": 1, "name": "Floor", "site": {"url": "https://a"}, **own, **more}


def _definition(**more: Any) -> dict[str, Any]:
    return {"definition": {"category": "TotalNumber", "mainMask": "CallInbound", **more}}


PLAIN = _workspace(_statistic(1))
DEFINED = _workspace(_statistic(1, **_definition(notificationFrequency=10)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PLAIN, {**PLAIN, "name": "Hall"}, ["the name is “Hall” instead of “Floor”"]),
        (PLAIN, {**PLAIN, "site": {"url": "https://b"}},
         ["the site's URL is “https://b” instead of “https://a”"]),
        (PLAIN, {**PLAIN, "subscriptions": []}, ["subscription “Sales” is gone (1 statistic)"]),
        (PLAIN, _workspace(*map(_statistic, range(1, 8))),
         ["subscription “Sales” gained InboundCalls of Agent agent2, Agent agent3, Agent agent4 "
          "and 3 more"]),
        (_workspace(_statistic(1), _statistic(2)), PLAIN,
         ["subscription “Sales” lost InboundCalls of Agent agent2"]),
        (PLAIN, _workspace(_statistic(1, enabled=False)),
         ["InboundCalls of Agent agent1 in subscription “Sales” is switched off"]),
        (DEFINED, _workspace(_statistic(1, **_definition(notificationFrequency=60))),
         ["subscription “Sales”: notificationFrequency of the definition TotalNumber CallInbound "
          "is 60 instead of 10 (of Agent agent1)"]),
        (PLAIN, {**PLAIN, "objects": [{"objectType": "Agent", "objectId": "agent1",
                                       "label": "Desk 1", "groups": ["Early"]}]},
         ["the label of Agent agent1 is “Desk 1” instead of “”", "Agent agent1 is in “Early”"]),
        (PLAIN, {**PLAIN, "charts": [{"title": "Queue"}]}, ["chart “Queue” is new"]),
        ({**PLAIN, "alerts": [{"title": "Long", "above": 60}]},
         {**PLAIN, "alerts": [{"title": "Long", "above": 90}]},
         ["above of alert “Long” is 90 instead of 60"]),
        ({**PLAIN, "x": 1}, PLAIN, ["the workspace no longer has x (1)"]),
    ],
)  # fmt: skip
def test_each_difference_is_a_sentence(old, new, expected):
    """And nothing else is said."""
    assert difference(parse(old), parse(new)) == expected


def test_equal_workspaces_differ_in_nothing_whatever_their_order():
    """Ids are ours to choose; the order is taste."""
    one = _workspace(_statistic(1), _statistic(2))
    two = _workspace(_statistic(2), _statistic(1, id="other"))

    assert difference(parse(one), parse(two)) == []


def test_the_same_statistic_twice_is_counted():
    """One of two is gone, not both."""
    one = _workspace(_statistic(1), _statistic(1, id="again"))

    assert len(difference(parse(one), parse(PLAIN))) == 1
