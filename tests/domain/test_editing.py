"""Changes to subscriptions and workspaces, and undo."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain import editing
from statmon.domain.definition import Definition
from statmon.domain.editing import Choice, Steps
from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import ObjectLabel, Subscription, parse

AGENTS = [ObjectRef("Agent", f"agent{n}") for n in range(200)]
NAMES = [Choice(f"Statistic{n}") for n in range(12)]
COUNT = Definition({"category": "TotalNumber", "dynamicProfile": "0:00", "x": [1]})


def _subscription(count: int = 4) -> Subscription:
    return editing.combine(Subscription("A"), AGENTS[:count], NAMES[:1]).subscription


def _ids(subscription: Subscription) -> list[str]:
    return [item.statistic.ref.object_id for item in subscription.statistics]


def test_objects_times_statistics_is_one_step():
    """200 agents × 12 statistics, each once, under ids that differ."""
    done = editing.combine(Subscription("A"), AGENTS + AGENTS, [*NAMES, Choice(None, COUNT)])
    again = editing.combine(done.subscription, AGENTS[:2], NAMES)

    assert (done.added, done.already) == (200 * 13, 0)
    assert len({item.statistic.id for item in done.subscription.statistics}) == 200 * 13
    assert done.subscription.statistics[0].statistic.id == "agent0/Statistic0"
    assert (again.added, again.already) == (0, 24)
    assert again.subscription == done.subscription


def test_of_two_subscriptions_of_one_name_only_the_first_is_replaced():
    """A file written by hand may have them: nothing of the other is lost."""
    whole = parse({"schema": 1, "subscriptions": [{"name": "A", "x": 1}, {"name": "A", "x": 2}]})

    changed = editing.put(whole, Subscription("B"), "A")

    assert [(item.name, dict(item.extra)) for item in changed.subscriptions] == [
        ("B", {}), ("A", {"x": 2})
    ]  # fmt: skip


def test_statistics_that_are_switched_off_stay_where_they_are():
    """Whatever becomes of the others."""
    whole = editing.enable(_subscription(6), [1, 4], on=False)
    on = [item for item in whole.statistics if item.enabled]

    def after(items):
        return _ids(editing.put_enabled(whole, items))

    assert editing.put_enabled(whole, on) == whole
    assert after([]) == ["agent1", "agent4"]
    assert after(on[1:]) == ["agent1", "agent2", "agent3", "agent4", "agent5"]
    assert after(on[:-1]) == ["agent0", "agent1", "agent2", "agent3", "agent4"]
    assert after([on[0], on[2], on[3]]) == ["agent0", "agent1", "agent3", "agent4", "agent5"]
    assert after([*on, on[0]])[-1] == "agent0"


def test_objects_are_measured_like_the_others_of_their_type():
    """Each statistic once, under ids that are free."""
    whole = editing.combine(Subscription("A"), AGENTS[:2], [*NAMES[:2], Choice(None, COUNT)])
    done = editing.measure_alike(
        whole.subscription, [AGENTS[1], AGENTS[7], ObjectRef("Queue", "7001")]
    )

    assert (done.added, done.already) == (3, 3)
    assert [item.statistic.title for item in done.subscription.statistics[6:]] == [
        "Statistic0", "Statistic1", COUNT.title
    ]  # fmt: skip


def test_rows_are_removed_copied_moved_and_switched():
    """Others stay as they are."""
    four = _subscription()

    assert _ids(editing.remove(four, {1, 2})) == ["agent0", "agent3"]
    assert _ids(editing.keep(four, {1, 2})) == ["agent1", "agent2"]
    assert _ids(editing.duplicate(four, {1})) == ["agent0", "agent1", "agent1", "agent2", "agent3"]
    assert _ids(editing.move(four, {3}, 0)) == ["agent3", "agent0", "agent1", "agent2"]
    assert _ids(editing.move(four, {0, 1}, 4)) == ["agent2", "agent3", "agent0", "agent1"]
    off = editing.enable(four, {0, 2}, on=False)
    assert [item.enabled for item in off.statistics] == [False, True, False, True]
    assert editing.enable(off, range(4), on=True) == four


@given(st.sets(st.integers(0, 5)), st.integers(0, 6))
def test_moving_loses_nothing(rows, before):
    """And keeps the order of those that move and of those that stay."""
    six = _subscription(6)
    moved = _ids(editing.move(six, rows, before))

    assert sorted(moved) == sorted(_ids(six))
    assert [name for name in moved if int(name[5:]) in rows] == [f"agent{n}" for n in sorted(rows)]


def test_what_comes_from_elsewhere_gets_ids_that_are_free():
    """Twice the same is twice there."""
    four = _subscription()
    both = editing.insert(four, four.statistics, 2)

    assert len({item.statistic.id for item in both.statistics}) == 8
    assert _ids(both)[2:6] == _ids(four)


def test_definitions_change_together_and_keep_spelling_and_unknown_keys():
    """Predefined statistics among them stay."""
    mixed = editing.combine(_subscription(1), AGENTS[:2], [Choice(None, COUNT)]).subscription
    changed = editing.change_definitions(
        mixed, range(3), {"dynamicTimeProfile": "8:00", "category": None, "insensitivity": 1}
    )
    fields = [item.statistic.definition for item in changed.statistics]

    assert fields[0] is None
    assert fields[1] == fields[2] == Definition(
        {"dynamicProfile": "8:00", "x": [1], "insensitivity": 1}
    )  # fmt: skip
    assert editing.choose(mixed, {0}, Choice("Other")).statistics[0].statistic.name == "Other"


def test_subscriptions_take_their_place_in_a_workspace():
    """Under another name as well; labels are added, never emptied."""
    workspace = parse({"schema": 1, "subscriptions": [{"name": "A"}, {"name": "B"}]})
    changed = editing.put(workspace, Subscription("C"), "A")
    assert [item.name for item in changed.subscriptions] == ["C", "B"]
    assert [item.name for item in editing.put(changed, Subscription("D"), None).subscriptions] == [
        "C", "B", "D"
    ]  # fmt: skip
    assert editing.free_name(workspace, "A") == "A-2"
    assert editing.drop(workspace, {"A"}).subscriptions[0].name == "B"

    ref = AGENTS[0]
    one = editing.label(workspace, [ObjectLabel(ref, "Ann", ("Early",)), ObjectLabel(AGENTS[1])])
    two = editing.label(one, [ObjectLabel(ref, "", ("Late",))])
    assert two.objects == (ObjectLabel(ref, "Ann", ("Early", "Late")),)
    with_statistics = replace(two, subscriptions=(_subscription(3),))
    assert list(editing.objects_in(with_statistics)) == AGENTS[:3]


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=40))
def test_undo_and_redo_are_each_other_s_inverse(steps):
    """Against a model of two stacks."""
    done, undone, number = [0], [], 0
    kept = Steps(0)
    for step in steps:
        if step == "do":
            number += 1
            kept.do(f"{number}", number)
            done.append(number)
            undone.clear()
        elif step == "undo" and len(done) > 1:
            undone.append(done.pop())
            kept.undo()
        elif step == "redo" and undone:
            done.append(undone.pop())
            kept.redo()
        assert kept.state == done[-1]
        assert bool(kept.undoable) == (len(done) > 1)
        assert kept.redoable == (str(undone[-1]) if undone else "")


def test_steps_are_bounded_and_nothing_done_is_no_step(monkeypatch):
    """A day of editing costs no more memory than the last steps."""
    monkeypatch.setattr(editing, "MOST_STEPS", 5)
    kept = Steps(0)
    for number in range(20):
        kept.do("step", number)
        kept.do("nothing", number)
    for _ in range(20):
        kept.undo()

    assert kept.state == 15


@pytest.mark.parametrize(
    "choice", [Choice("Name"), Choice(None, COUNT), Choice(None, COUNT, "slug")]
)
def test_ids_say_what_is_measured(choice):
    """People read them in the service's log."""
    assert choice.tag in {"Name", f"TotalNumber-{COUNT.digest[:4]}", "slug"}
