"""Two people edited one workspace: what only one changed is taken, nothing goes without a word."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain import editing
from statmon.domain.difference import difference
from statmon.domain.merge import merge, merge_subscription
from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import ObjectLabel, Workspace, dump, parse

NAMES = ("InboundCalls", "OutboundCalls", "AverageHandlingTime")


def _floor() -> dict[str, Any]:
    def statistics(*ids: str) -> list[dict[str, Any]]:
        return [
            {"id": f"{own}/{name}", "objectType": "Agent", "objectId": own, "name": name}
            for own in ids
            for name in NAMES[:2]
        ]

    defined = {
        "id": "d1", "objectType": "Queue", "objectId": "7001",
        "definition": {"category": "TotalNumber", "mainMask": "CallEntered",
                       "notificationFrequency": 60, "insensitivity": 1},
    }  # fmt: skip
    return {
        "schema": 1, "name": "Floor", "site": {"url": "https://a", "timeZone": "Europe/Vienna"},
        "subscriptions": [
            {"name": "Sales", "statistics": statistics("agent1", "agent2")},
            {"name": "Queues", "statistics": [defined]},
        ],
        "objects": [{"objectType": "Agent", "objectId": "agent1", "label": "Ann",
                     "groups": ["Early", "Sales"]}],
        "views": [{"kind": "tree", "title": "Floor", "columns": ["value", "age"], "size": [3, 4]}],
        "charts": [{"kind": "line", "title": "Calls", "span": 900,
                    "series": [{"objectId": "agent1"}]}],
        "alerts": [{"title": "Long", "above": 60, "for": 30}],
    }  # fmt: skip


def _changed(change: Callable[[dict[str, Any]], object]) -> Workspace:
    data = _floor()
    change(data)
    return parse(data)


BASE = parse(_floor())
NINA = {"id": "n", "objectType": "Agent", "objectId": "nina", "name": "InboundCalls"}
OTTO = {**NINA, "id": "o", "objectId": "otto"}


def _sales(data: dict[str, Any]) -> list[Any]:
    found: list[Any] = data["subscriptions"][0]["statistics"]
    return found


def _definition(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["subscriptions"][1]["statistics"][0]["definition"]
    return found


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (lambda d: _sales(d).append(NINA), lambda d: _sales(d).append(OTTO),
         lambda d: _sales(d).extend([NINA, OTTO])),
        (lambda d: _sales(d).pop(0), lambda d: _sales(d).append(OTTO),
         lambda d: (_sales(d).pop(0), _sales(d).append(OTTO))),
        (lambda d: d.update(name="Hall"), lambda d: d["site"].update(timeZone="UTC"),
         lambda d: (d.update(name="Hall"), d["site"].update(timeZone="UTC"))),
        (lambda d: _definition(d).update(notificationFrequency=30),
         lambda d: _definition(d).update(insensitivity=5),
         lambda d: _definition(d).update(notificationFrequency=30, insensitivity=5)),
        (lambda d: _definition(d).pop("insensitivity"),
         lambda d: _definition(d).update(subject="x"),
         lambda d: (_definition(d).pop("insensitivity"), _definition(d).update(subject="x"))),
        (lambda d: d["objects"][0].update(groups=["Sales"]),
         lambda d: d["objects"][0]["groups"].append("Night"),
         lambda d: d["objects"][0].update(groups=["Sales", "Night"])),
        (lambda d: d["subscriptions"][0].update(name="Sellers"), lambda d: _sales(d).append(OTTO),
         lambda d: (d["subscriptions"][0].update(name="Sellers"), _sales(d).append(OTTO))),
        (lambda d: d["alerts"].clear(), lambda d: d.update(more={"x": 1}),
         lambda d: (d["alerts"].clear(), d.update(more={"x": 1}))),
        (lambda d: _sales(d)[0].update(enabled=False), lambda d: _sales(d)[0].update(note="y"),
         lambda d: _sales(d)[0].update(enabled=False, note="y")),
        (lambda d: None, lambda d: _sales(d).reverse(), lambda d: _sales(d).reverse()),
    ],
)  # fmt: skip
def test_what_only_one_changed_is_taken_from_that_one(mine, theirs, both):
    """In either direction, without a conflict."""
    expected = _changed(both)
    one, two = _changed(mine), _changed(theirs)

    found, back = merge(BASE, one, two), merge(BASE, two, one)

    assert found.conflicts == back.conflicts == ()
    assert difference(found.result, expected) == difference(back.result, expected) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (lambda d: d.update(name="Hall"), lambda d: d.update(name="Barn"),
         "the name is “Hall”, theirs was “Barn”"),
        (lambda d: _definition(d).update(notificationFrequency=30),
         lambda d: _definition(d).update(notificationFrequency=10),
         "notificationFrequency of the definition TotalNumber CallEntered of Queue 7001 in "
         "subscription “Queues” is 30, theirs was 10"),
        (lambda d: _definition(d).pop("insensitivity"),
         lambda d: _definition(d).update(insensitivity=2),
         "insensitivity of the definition TotalNumber CallEntered of Queue 7001 in subscription "
         "“Queues” is not there, theirs was 2"),
        (lambda d: _sales(d)[0].update(name="X"), lambda d: _sales(d)[0].update(name="Y"),
         "InboundCalls of Agent agent1 in subscription “Sales” is X of Agent agent1, theirs was "
         "Y of Agent agent1"),
        (lambda d: d["views"][0].update(size=[3, 5]), lambda d: d["views"][0].update(size=[9, 4]),
         "size of view “Floor” is [3, 5], theirs was [9, 4]"),
        (lambda d: d["objects"][0].update(label="Anna"),
         lambda d: d["objects"][0].update(label="Andrea"),
         "the label of Agent agent1 is “Anna”, theirs was “Andrea”"),
    ],
)  # fmt: skip
def test_where_both_changed_the_same_mine_stays_and_it_is_said(mine, theirs, words):
    """One sentence a conflict; what theirs was stands in it."""
    found = merge(BASE, _changed(mine), _changed(theirs))

    assert found.conflicts == (words,)
    assert difference(found.result, _changed(mine)) == []


@pytest.mark.parametrize(
    "put",
    [
        lambda d, value: d.update(more=value),
        lambda d, value: d.update(more=[[value]]),
        lambda d, value: _sales(d)[0].update(note=value),
        lambda d, value: d["views"][0].update(size=[3, value]),
        lambda d, value: _definition(d).update(insensitivity=value),
    ],
    ids=["a key", "in a list", "of a statistic", "in a size", "of a definition"],
)
def test_one_and_true_are_two_things(put):
    """Python takes them for equal; a service and a file do not."""
    one, true, two = (_changed(lambda d, v=value: put(d, v)) for value in (1, True, 2))

    def read(found):
        return json.dumps(dump(found.result), sort_keys=True)

    for base, mine, theirs in ((one, one, true), (one, true, one)):
        assert read(merge(base, mine, theirs)) == json.dumps(dump(true), sort_keys=True)
    found = merge(two, one, true)
    assert read(found) == json.dumps(dump(one), sort_keys=True)
    assert len(found.conflicts) == 1


@pytest.mark.parametrize("mine_deletes", [True, False])
@pytest.mark.parametrize(
    ("deletes", "changes", "what"),
    [
        (lambda d: d["subscriptions"].pop(0), lambda d: _sales(d).append(NINA),
         "subscription “Sales”"),
        (lambda d: _sales(d).pop(0), lambda d: _sales(d)[0].update(name="Z"),
         "InboundCalls of Agent agent1 in subscription “Sales”"),
        (lambda d: d["alerts"].clear(), lambda d: d["alerts"][0].update(above=90),
         "alert “Long”"),
        (lambda d: d["objects"].clear(), lambda d: d["objects"][0].update(label="Anna"),
         "Agent agent1"),
    ],
)  # fmt: skip
def test_what_one_changed_and_the_other_deleted_stays(deletes, changes, what, mine_deletes):
    """Whoever it was."""
    sides = (_changed(deletes), _changed(changes))
    found = merge(BASE, *(sides if mine_deletes else reversed(sides)))

    who = "they changed it, you" if mine_deletes else "you changed it, they"
    assert found.conflicts == (f"{what} stays: {who} deleted it",)
    assert difference(found.result, _changed(changes)) == []


def test_series_that_both_put_into_a_chart_are_all_in_it():
    """Lists of different things are merged; lists of numbers, such as sizes, are not."""

    def adds(name: str) -> Workspace:
        return _changed(lambda d: d["charts"][0]["series"].append({"objectId": name}))

    found = merge(BASE, adds("mine"), adds("theirs"))

    assert found.conflicts == ()
    series = found.result.charts[0]["series"]
    assert [item["objectId"] for item in series] == ["agent1", "mine", "theirs"]


def test_two_new_things_of_one_name_are_both_kept():
    """“New subscription” and “Chart 1” are made by everybody."""

    def adds(own: dict[str, Any], span: int) -> Workspace:
        return _changed(
            lambda d: (
                d["subscriptions"].append({"name": "New", "statistics": [own]}),
                d["charts"].append({"title": "Chart 1", "span": span}),
            )
        )

    found = merge(BASE, adds(NINA, 60), adds(OTTO, 90))

    assert found.conflicts == ()
    assert [item.name for item in found.result.subscriptions] == ["Sales", "Queues", "New", "New-2"]
    assert [chart["span"] for chart in found.result.charts] == [900, 60, 90]


def test_what_both_added_is_there_once_and_no_id_twice():
    """The same agent pasted by both; and one id that stands for two statistics."""
    mine = _changed(lambda d: _sales(d).extend([NINA, {**OTTO, "id": "x"}]))
    zoe = {**NINA, "id": "x", "objectId": "zoe"}
    theirs = _changed(lambda d: _sales(d).extend([{**NINA, "id": "m"}, {**OTTO, "id": "n"}, zoe]))
    found = merge(BASE, mine, theirs).result.subscriptions[0].statistics[4:]

    assert [item.statistic.ref.object_id for item in found] == ["nina", "otto", "zoe"]
    assert len({item.statistic.id for item in found}) == 3


def test_one_subscription_is_merged_alone():
    """As when it was edited in the editor while a colleague's version came in."""
    base = BASE.subscriptions[0]
    mine, theirs = editing.remove(base, [0]), replace(base, name="Sellers")

    found = merge_subscription(base, mine, theirs)

    assert (found.result.name, len(found.result.statistics)) == ("Sellers", 3)


def _step(workspace: Workspace, step: tuple[str, int, int]) -> Workspace:
    """Change a workspace in one of the ways in which people do."""
    kind, number, other = step
    if kind == "label":
        ref = ObjectRef("Agent", f"agent{number}")
        return editing.label(workspace, [ObjectLabel(ref, f"Label {other}", (f"g{other}",))])
    if kind == "rename workspace":
        return replace(workspace, name=f"Floor {other}")
    if not workspace.subscriptions:
        return workspace
    found = workspace.subscriptions[number % len(workspace.subscriptions)]
    if kind == "drop":
        return editing.drop(workspace, [found.name])
    if kind == "rename":
        name = editing.free_name(workspace, f"Name {other}")
        return editing.put(workspace, replace(found, name=name), found.name)
    if kind == "add":
        refs = [ObjectRef("Agent", f"new{other}")]
        changed = editing.combine(found, refs, [editing.Choice(NAMES[number % 3])]).subscription
    elif kind == "remove":
        changed = editing.remove(found, [other])
    elif kind == "move":
        changed = editing.move(found, [0], other)
    elif kind == "define":
        changed = editing.change_definitions(found, range(9), {"insensitivity": other})
    else:
        changed = editing.enable(found, [other], on=False)
    return editing.put(workspace, changed, found.name)


KINDS = ("label", "rename workspace", "drop", "rename", "add", "remove", "move", "define", "off")
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 5)), max_size=6
)


def _after(steps: list[tuple[str, int, int]]) -> Workspace:
    workspace = BASE
    for step in steps:
        workspace = _step(workspace, step)
    return workspace


@given(STEPS)
def test_who_changed_alone_gets_all_of_it(steps):
    """And two who changed the same get the same; nothing is a conflict then."""
    changed = _after(steps)

    for sides in ((changed, BASE), (BASE, changed), (changed, changed)):
        found = merge(BASE, *sides)
        assert found.conflicts == ()
        assert difference(found.result, changed) == []


@given(STEPS, STEPS)
def test_nothing_that_anybody_added_is_lost(mine, theirs):
    """Whatever both did: the result reads back, ids and names are unique, additions are in it."""
    one, two = _after(mine), _after(theirs)

    found = merge(BASE, one, two).result

    assert parse(dump(found)) == found
    names = [item.name for item in found.subscriptions]
    assert len(set(names)) == len(names)

    def measured(workspace: Workspace) -> set[tuple[object, ...]]:
        return {
            (item.statistic.ref, item.statistic.name)
            for subscription in workspace.subscriptions
            for item in subscription.statistics
            if item.statistic.name
        }

    there = measured(found)
    for side, other in ((one, two), (two, one)):
        gone = measured(BASE) - measured(other)
        assert measured(side) - gone <= there
    assert {item.ref for item in (*one.objects, *two.objects)} <= {
        item.ref for item in found.objects
    }


def test_a_tree_that_both_arranged_for_the_first_time_is_one_tree():
    """It has no title of its own; where both wrote the same key otherwise, theirs is said."""
    base = _changed(lambda d: d.update(views=[]))
    boards = {"kind": "automatic boards"}
    mine = _changed(lambda d: d.update(views=[{"kind": "tree", "groupBy": "flat"}, boards]))
    theirs = _changed(
        lambda d: d.update(views=[{"kind": "tree", "groupBy": "type", "density": "wall"}, boards])
    )

    merged = merge(base, mine, theirs)

    assert merged.result.views == ({"kind": "tree", "groupBy": "flat", "density": "wall"}, boards)
    assert len(merged.conflicts) == 1
    assert "groupBy of view “tree” is “flat”, theirs was “type”" in merged.conflicts[0]
