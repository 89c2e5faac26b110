"""A changed workspace changes the wishes: what differs, and without a moment of wanting less."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Site, Subscription, WantedStatistic, Workspace
from statmon.service.subscriptions import desired
from statmon.service.subscriptions.desired import Desired, edited, wanted_in, wishes_of


def item(name: str, id_: int, enabled: bool) -> WantedStatistic:
    extra = {} if enabled else {"enabled": False}
    return WantedStatistic(Statistic(f"s{id_}", ObjectRef("Agent", "a"), name), extra)


items = st.builds(item, st.sampled_from("ABCD"), st.integers(0, 2), st.booleans())
subscriptions = st.builds(
    lambda name, own, enabled: Subscription(
        name, tuple(own), {} if enabled else {"enabled": False}
    ),
    st.sampled_from(["Sales", "Floor", "Night"]),
    st.lists(items, max_size=5),
    st.booleans(),
)
workspaces = st.lists(subscriptions, max_size=4).map(
    lambda own: Workspace("", Site("http://site"), tuple(own))
)

distinct = st.lists(subscriptions, max_size=4, unique_by=lambda one: one.name).map(
    lambda own: Workspace("", Site("http://site"), tuple(own))
)


def as_sets(wishes):
    return {series: sorted(map(repr, desired.wanted)) for series, desired in wishes.items()}


@given(workspaces, workspaces)
def test_an_edit_ends_where_the_other_workspace_begins(before, after):
    """Wanted by the same, and asked for in the name of the same subscription."""
    wishes = wishes_of(wanted_in(before))
    list(edited(wishes, before, after))
    wanted = wishes_of(wanted_in(after))

    assert as_sets(wishes) == as_sets(wanted)
    names = [item.name for item in after.subscriptions]
    if len(set(names)) == len(names):
        owners = {series: desired.owner for series, desired in wanted.items()}
        assert {series: desired.owner for series, desired in wishes.items()} == owners


@given(workspaces, workspaces)
def test_what_both_want_is_wanted_all_the_time(before, after):
    """It may move to another subscription: it is not closed for that."""
    wishes = wishes_of(wanted_in(before))
    both = wishes.keys() & wishes_of(wanted_in(after)).keys()
    for series in edited(wishes, before, after):
        assert both <= wishes.keys()
        assert series not in wishes or wishes[series].wanted


@given(distinct)
def test_an_edit_that_changes_nothing_names_nothing(workspace):
    """Read anew from a file it is equal, though not the same."""
    wishes = wishes_of(wanted_in(workspace))

    assert list(edited(wishes, workspace, copy.deepcopy(workspace))) == []
    assert wishes == wishes_of(wanted_in(workspace))


def test_what_thousands_want_is_gathered_once(monkeypatch):
    """5,000 subscriptions of the same 48 took minutes: each made the list of all before it anew."""
    made = []
    monkeypatch.setattr(desired, "Desired", lambda *parts: made.append(parts) or Desired(*parts))
    wanted = tuple(item("A", number, enabled=True) for number in range(3))
    many = tuple(Subscription(f"s{number}", wanted[:1]) for number in range(5_000))
    wishes = wishes_of(wanted_in(Workspace("", Site("http://site"), many)))

    assert len(made) == len(wishes) == 1
    (only,) = wishes.values()
    assert [one.subscription for one in only.wanted] == [one.name for one in many]
