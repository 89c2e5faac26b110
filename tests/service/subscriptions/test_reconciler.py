"""The reconciler, told facts in every order, always ends with every wish open exactly once.

The tests by table read like a dialogue: facts on the left of the arrow, decisions on the right.
"""

import dataclasses
import itertools
import random
from collections.abc import Iterable

import pytest

from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.service.subscriptions import reconciler
from statmon.service.subscriptions.desired import wishes_of
from statmon.service.subscriptions.reconciler import Close, Open, Prove, Reconciler


def wanted(subscription: str, number: int, name: str = "InboundCalls") -> Wanted:
    item = Statistic(f"s{number}", ObjectRef("Agent", f"agent{number}"), name)
    return Wanted(subscription, item, item.series("http://site"))


def want(state: Reconciler, wants: Iterable[Wanted], now: float = 0.0) -> None:
    """Want these and nothing else."""
    wishes = wishes_of(wants)
    state.want({**dict.fromkeys(state.wishes), **wishes}, now)


def make(*wants: Wanted) -> Reconciler:
    numbers = itertools.count(1)
    state = Reconciler(lambda: f"id{next(numbers)}", rng=random.Random(1))
    want(state, wants)
    return state


def opened_ids(decision: reconciler.Decision) -> list[str]:
    return [action.chunk.id for action in decision.actions if isinstance(action, Open)]


def closed_ids(decision: reconciler.Decision) -> list[str]:
    return [action.id for action in decision.actions if isinstance(action, Close)]


def open_all(state: Reconciler, now: float = 0.0) -> None:
    """Let the service say yes to everything."""
    for id_ in opened_ids(state.decide(now)):
        assert state.opened(id_, {}, now)


SALES = [wanted("Sales", number) for number in range(3)]


def test_nothing_is_asked_before_the_notifications_flow():
    """A subscription made before the CometD session would miss its updates."""
    state = make(*SALES)

    assert state.decide(0).actions == ()


def test_what_is_wanted_is_opened_once():
    """Asking again changes nothing."""
    state = make(*SALES)
    state.connection_up(1, 0)

    assert opened_ids(state.decide(0)) == ["id1"]
    assert state.decide(0).actions == ()
    state.opened("id1", {}, 0)
    assert state.decide(1).actions == ()
    assert state.settled


def test_a_series_wanted_twice_is_asked_of_the_service_once():
    """Two subscriptions share it; the first one's statistic goes over the wire."""
    state = make(wanted("Sales", 1), wanted("Floor", 1), wanted("Floor", 2))
    state.connection_up(1, 0)

    chunks = [action.chunk for action in state.decide(0).actions if isinstance(action, Open)]

    assert [(chunk.owner, len(chunk.asked)) for chunk in chunks] == [("Sales", 1), ("Floor", 1)]


def test_large_subscriptions_go_in_chunks_a_few_at_a_time():
    """2,600 statistics are six requests, four of them in flight."""
    state = make(*(wanted("All", number) for number in range(2600)))
    state.connection_up(1, 0)

    first = opened_ids(state.decide(0))
    assert first == ["id1", "id2", "id3", "id4"]
    state.opened("id2", {}, 0)
    assert opened_ids(state.decide(0)) == ["id5"]
    for id_ in ("id1", "id3", "id4", "id5"):
        state.opened(id_, {}, 0)
    assert opened_ids(state.decide(0)) == ["id6"]


def test_unavailable_loses_all_and_available_opens_all_again_after_a_moment():
    """The moment is random, since a thousand desktops hear it at once."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)

    lost = state.service_is(available=False, now=10)
    assert [chunk.id for chunk in lost] == ["id1"]
    assert state.decide(10).actions == ()

    assert state.service_is(available=True, now=20) == []
    decision = state.decide(20)
    assert decision.actions == ()
    assert 20 < decision.wake_at <= 22
    assert opened_ids(state.decide(decision.wake_at)) == ["id2"]


def test_a_lost_available_is_found_by_trying_one_chunk_every_half_minute():
    """While the service is down for long it is asked, by one request and not by all."""
    state = make(*(wanted("All", number) for number in range(1200)))
    state.connection_up(1, 0)
    state.service_is(available=False, now=0)

    assert state.decide(29).actions == ()
    assert opened_ids(state.decide(30)) == ["id1"]
    state.open_failed("id1", 31)
    assert state.decide(31).actions == state.decide(59).actions == ()
    probe = opened_ids(state.decide(70))
    assert probe == ["id2"]
    state.opened("id2", {}, 70)
    assert len(opened_ids(state.decide(70))) == 2


def test_a_service_that_is_known_to_be_down_is_asked_as_little_in_a_new_session():
    """It has said so in this one already: by one request, and half a minute later again."""
    state = make(*(wanted("All", number) for number in range(1200)))
    state.connection_up(1, 0)
    state.service_is(available=False, now=0)
    state.connection_up(2, 5, told=True)

    assert opened_ids(state.decide(5)) == ["id1"]
    state.open_failed("id1", 6)
    assert state.decide(34).actions == ()
    assert opened_ids(state.decide(36)) == ["id2"]


def test_a_new_session_opens_anew_and_deletes_the_old_ids_afterwards():
    """Whether the old ones survive is not documented."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.connection_down()

    assert [chunk.id for chunk in state.connection_up(2, 0)] == ["id1"]
    decision = state.decide(50)
    assert (opened_ids(decision), closed_ids(decision)) == (["id2"], [])
    state.opened("id2", {}, 50)
    assert closed_ids(state.decide(50)) == ["id1"]


def test_the_same_session_back_again_opens_nothing():
    """A short break of the line costs no subscription; a peek fills what was missed."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.connection_down()

    assert state.connection_up(1, 5) == []
    assert state.decide(5).actions == ()
    (action,) = state.decide(7).actions
    assert isinstance(action, Prove)


def test_a_refused_statistic_keeps_its_error_and_is_tried_again_slowly_and_alone():
    """Its neighbours are open meanwhile."""
    state = make(*SALES)
    state.connection_up(1, 0)
    state.decide(0)
    state.opened("id1", {SALES[1].series: "unknown object"}, 0)

    assert state.settled
    assert state.decide(59).actions == ()
    decision = state.decide(60)
    assert [list(action.chunk.asked) for action in decision.actions] == [[SALES[1].series]]
    state.opened("id2", {SALES[1].series: "unknown object"}, 60)
    assert state.refusals[SALES[1].series].retry_at == 180


def test_a_request_too_large_is_cut_in_half_and_stays_so():
    """The limit is learned."""
    state = make(*(wanted("All", number) for number in range(400)))
    state.connection_up(1, 0)
    state.decide(0)

    state.open_failed("id1", 0, too_large=True)
    assert [len(a.chunk.asked) for a in state.decide(1).actions] == [200, 200]
    state.opened("id2", {}, 1)
    assert state.chunk_size == 200


def test_one_bad_statistic_does_not_cost_its_neighbours():
    """A request that is refused as a whole is halved until the bad one stands alone."""
    bad = wanted("All", 37)
    state = make(*(wanted("All", number) for number in range(100)))
    state.connection_up(1, 0)

    for turn in range(20):
        actions = [a for a in state.decide(turn).actions if isinstance(a, Open)]
        for action in actions:
            if bad.series in action.chunk.asked:
                state.open_failed(action.chunk.id, turn, final="no such agent")
            else:
                state.opened(action.chunk.id, {}, turn)

    assert state.settled
    assert list(state.refusals) == [bad.series]


def test_a_failing_service_is_asked_less_and_less_often():
    """A second at most for half a minute, then up to ten; and not before what it asks for."""
    state = make(*SALES)
    state.connection_up(1, 0)
    now, pauses = 0.0, []
    while now < 300:
        (id_,) = opened_ids(state.decide(now))
        state.open_failed(id_, now)
        wake = state.decide(now).wake_at
        pauses.append((now, wake - now))
        now = wake

    assert all(0.1 <= pause <= (1 if at < 30 else 10) for at, pause in pauses)
    assert pauses[-1][1] > 5
    (id_,) = opened_ids(state.decide(now))
    state.open_failed(id_, now, retry_after=120)
    assert state.decide(now).wake_at == now + 120


def test_an_opening_whose_answer_was_lost_is_deleted():
    """The service may have opened it all the same."""
    state = make(*SALES)
    state.connection_up(1, 0)
    state.decide(0)
    state.open_failed("id1", 0, unsure=True)

    decision = state.decide(5)
    assert (opened_ids(decision), closed_ids(decision)) == (["id2"], ["id1"])
    assert closed_ids(state.decide(6)) == []
    state.close_failed("id1", 6)
    assert closed_ids(state.decide(9)) == ["id1"]
    state.closed("id1")
    assert closed_ids(state.decide(200)) == []


def test_a_service_that_refuses_everything_is_not_flooded():
    """Two thousand refused statistics cost some requests a second, not thousands at once."""
    state = make(*(wanted("All", number) for number in range(2000)))
    state.connection_up(1, 0)
    asked = 0
    for tenth in range(100):
        for id_ in opened_ids(state.decide(tenth / 10)):
            state.open_failed(id_, tenth / 10, final="no")
            asked += 1

    assert asked <= 4 * 50


def test_what_one_service_refused_another_is_asked_at_once():
    """After AVAILABLE the same address may be another Stat Server."""
    state = make(*SALES)
    state.connection_up(1, 0)
    state.decide(0)
    state.opened("id1", {SALES[1].series: "unknown object"}, 0)
    state.service_is(available=False, now=1)
    state.service_is(available=True, now=2)

    asked = [s for a in state.decide(5).actions if isinstance(a, Open) for s in a.chunk.asked]
    assert set(asked) == {item.series for item in SALES}


def test_leaving_deletes_all_that_may_be_open():
    """Old ids included; what is not confirmed stays noted for the next start."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.connection_up(2, 1)
    open_all(state, 1)

    state.leave()
    assert sorted(state.leftovers()) == ["id1", "id2"]
    state.closed("id2")
    assert state.leftovers() == ["id1"]


def test_an_answer_of_an_older_session_opens_nothing():
    """Its id is deleted instead."""
    state = make(*SALES)
    state.connection_up(1, 0)
    state.decide(0)
    state.connection_up(2, 0)

    assert not state.opened("id1", {}, 1)
    open_all(state, 1)
    assert "id1" in closed_ids(state.decide(1))


def test_adding_one_statistic_opens_only_that_one():
    """Nothing else blinks."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)

    want(state, [*SALES, wanted("Sales", 9)])
    decision = state.decide(1)
    assert [list(action.chunk.asked) for action in decision.actions] == [
        [wanted("Sales", 9).series]
    ]


def test_removing_one_of_many_reopens_nothing_and_removing_all_closes():
    """A subscription cannot be changed at the service, so small leftovers stay."""
    many = [wanted("Sales", number) for number in range(10)]
    state = make(*many)
    state.connection_up(1, 0)
    open_all(state)

    want(state, many[1:])
    assert state.decide(1).actions == ()
    want(state, [])
    assert state.decide(2).actions == (Close("id1"),)


def test_what_stays_of_a_much_reduced_chunk_is_open_elsewhere_before_the_chunk_is_closed():
    """Its values flow all the time."""
    many = [wanted("Sales", number) for number in range(10)]
    state = make(*many)
    state.connection_up(1, 0)
    open_all(state)

    want(state, many[5:])
    decision = state.decide(1)
    assert (opened_ids(decision), closed_ids(decision)) == (["id2"], [])
    assert all(state.placement.is_open(item.series) for item in many[5:])
    state.opened("id2", {}, 2)
    decision = state.decide(2)
    assert [chunk.id for chunk in decision.retired] == closed_ids(decision) == ["id1"]
    assert all(state.placement.is_open(item.series) for item in many[5:])


def test_a_statistic_id_used_anew_goes_into_a_request_of_its_own():
    """In one request an id stands for one statistic, whatever two subscriptions are called."""
    first, second = wanted("Sales", 1), wanted("Sales", 2)
    second = Wanted("Sales", dataclasses.replace(second.statistic, id="s1"), second.series)
    state = make(first, second)
    state.connection_up(1, 0)

    assert [len(a.chunk.asked) for a in state.decide(0).actions] == [1, 1]


def test_an_open_chunk_is_proved_every_few_minutes():
    """Quiet can be told from dead only by asking."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    due = state.decide(0).wake_at

    (action,) = state.decide(due).actions
    assert isinstance(action, Prove)
    assert 100 < due < 250
    assert state.gone("id1") is not None
    assert opened_ids(state.decide(due)) == ["id2"]


def test_an_available_that_nobody_waited_for_has_what_is_open_proved_soon():
    """The UNAVAILABLE before it, with which all was dropped, may have been lost."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)

    assert state.service_is(available=True, now=10) == []
    (proof,) = state.decide(10 + reconciler.JITTER).actions
    assert isinstance(proof, Prove)
    assert state.gone(proof.chunk.id) is proof.chunk
    assert opened_ids(state.decide(10 + reconciler.JITTER)) == ["id2"]


def test_where_notifications_are_blocked_values_are_fetched():
    """Subscriptions are opened all the same, and peeked again and again."""
    state = make(*SALES)
    assert state.decide(0).actions == ()

    state.poll(0)
    open_all(state)
    decision = state.decide(0)
    assert (decision.actions, decision.wake_at) == ((), 10)
    assert isinstance(state.decide(10).actions[0], Prove)
    state.proved("id1", {}, 10)
    assert state.decide(10).wake_at == 20

    state.connection_up(1, 25)
    assert opened_ids(state.decide(25)) == ["id2"]


def test_polling_follows_the_frequency_of_the_statistics():
    """Every ten seconds where none says; as often as the most frequent one; not too often."""
    for frequency, every in [(None, 10), (60, 60), (2, 5), ("7", 7)]:
        item = Statistic(
            "s1", ObjectRef("Agent", "a"), None, Definition({"notificationFrequency": frequency})
        )
        state = make(Wanted("Sales", item, item.series("site")))
        state.poll(0)
        open_all(state)
        assert state.decide(0).wake_at == every


def test_requests_that_break_the_service_get_smaller():
    """Perhaps it is their size; down to a humble one, and larger again when it works."""
    state = make(*(wanted("All", number) for number in range(500)))
    state.connection_up(1, 0)
    now, sizes = 0.0, []
    for _ in range(8):
        now += 60
        (action,) = state.decide(now).actions[:1]
        sizes.append(len(action.chunk.asked))
        state.open_failed(action.chunk.id, now, unsure=True)

    assert sizes == [500, 500, 250, 125, 62, 31, 20, 20]


def test_while_openings_fail_one_is_tried_at_a_time():
    """A service that has trouble is not asked four times as often."""
    state = make(*(wanted("All", number) for number in range(2000)))
    state.connection_up(1, 0)
    for id_ in opened_ids(state.decide(0)):
        state.open_failed(id_, 0)

    assert len(opened_ids(state.decide(40))) == 1
    assert opened_ids(state.decide(41)) == []


def test_a_statistic_that_a_peek_refuses_is_opened_anew_by_itself():
    """Its neighbours stay."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.proved("id1", {SALES[0].series: "unknown"}, 5)

    assert not state.placement.is_open(SALES[0].series)
    decision = state.decide(65)
    assert [list(action.chunk.asked) for action in decision.actions] == [[SALES[0].series]]


def test_a_peek_that_is_refused_for_a_while_waits_as_long():
    """Retry-After counts for peeks as well."""
    state = make(*SALES)
    state.poll(0)
    open_all(state)
    state.decide(10)
    state.prove_failed("id1", 10, retry_after=120)

    assert state.decide(10).wake_at == 130


def test_a_deletion_that_failed_is_tried_again_within_seconds():
    """A lost answer leaves nothing open twice for a minute; a broken service has rest."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    want(state, [])
    asked, now = [], 0.0
    while now < 120.0:
        decision = state.decide(now)
        for id_ in closed_ids(decision):
            asked.append(now)
            state.close_failed(id_, now)
        now = max(now + 0.01, state.decide(now).wake_at or now)

    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert max(pauses[:5]) <= 2
    assert all(1.0 <= pause <= 10.0 for pause in pauses)
    assert pauses[-1] > 5
    state.closed("id1")
    assert state.settled


def test_a_deletion_under_way_is_not_asked_for_again_however_long_it_takes():
    """A service that answers late had ever more to answer, and statmon ever more to wait for."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    want(state, [])
    assert closed_ids(state.decide(0)) == ["id1"]
    assert [closed_ids(state.decide(now)) for now in (1, 61, 3600)] == [[], [], []]
    state.close_failed("id1", 3600)
    assert closed_ids(state.decide(3602)) == ["id1"]


@pytest.mark.parametrize("polling", [False, True])
def test_a_proof_under_way_is_not_asked_for_again_however_long_it_takes(polling):
    """But one that is wanted meanwhile, since something happened, follows it."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    if polling:
        state.poll(0)

    def proofs(now):
        actions = state.decide(now).actions
        return [action.chunk.id for action in actions if isinstance(action, Prove)]

    assert proofs(300) == ["id1"]
    assert [proofs(now) for now in (301, 600, 3600)] == [[], [], []]
    state.connection_down()
    state.connection_up(1, 3601)
    assert proofs(3610) == []
    state.proved("id1", {}, 3611)
    assert proofs(3612) == ["id1"]
    state.proved("id1", {}, 3613)
    assert proofs(3614) == []


def test_the_service_says_when_to_delete_again():
    """And nothing that is gone meanwhile comes back."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    want(state, [])
    assert closed_ids(state.decide(0)) == ["id1"]
    state.close_failed("id1", 0, retry_after=30.0)
    assert closed_ids(state.decide(29)) == []
    assert closed_ids(state.decide(31)) == ["id1"]
    state.closed("id1")
    state.close_failed("id1", 31)
    assert state.settled


def test_what_is_removed_while_it_is_opened_and_then_refused_breaks_no_later_session():
    """Nobody wants it any more, so nothing is kept of the refusal."""
    state = make(*SALES)
    state.connection_up(1, 0)
    (chunk,) = [action.chunk for action in state.decide(0).actions if isinstance(action, Open)]
    want(state, SALES[1:])
    assert state.opened(chunk.id, {SALES[0].series: "unknown"}, 0)
    assert state.refusals == {}

    for session in (2, 3):
        state.connection_up(session, session)
        open_all(state, session)
    assert {key for found in state.chunks.values() for key in found.asked} == {
        one.series for one in SALES[1:]
    }


def test_a_back_off_of_one_session_does_not_delay_the_next_ones_openings():
    """What failed was the other session's service, or the way there."""
    state = make(*SALES)
    state.connection_up(1, 0)
    for now in range(20):
        for id_ in opened_ids(state.decide(now * 20)):
            state.open_failed(id_, now * 20, unsure=True, retry_after=300.0)
    assert opened_ids(state.decide(401)) == []

    state.connection_up(2, 401)
    assert len(opened_ids(state.decide(401))) == 1


def test_an_available_that_was_lost_with_the_connection_is_found_soon():
    """It may have come while the line was down: one chunk is tried, and not after half a minute."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.service_is(available=False, now=1)
    assert opened_ids(state.decide(4)) == []
    state.connection_down()
    state.connection_up(1, 5)
    (id_,) = opened_ids(state.decide(5 + reconciler.JITTER))
    state.open_failed(id_, 7)
    assert opened_ids(state.decide(20)) == []

    state.connection_up(1, 21)
    assert opened_ids(state.decide(24)) == []


def test_while_the_service_is_down_an_attempt_whose_answer_is_lost_counts_for_nothing():
    """It has told nothing of the service: the next one does not wait for half a minute."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.service_is(available=False, now=1)
    (id_,) = opened_ids(state.decide(32))
    state.open_failed(id_, 33, unsure=True, lost=True)
    (id_,) = opened_ids(state.decide(35))
    state.open_failed(id_, 36)
    assert opened_ids(state.decide(50)) == []


def test_a_proof_whose_answer_is_lost_is_asked_for_again_within_seconds():
    """Else a subscription that is gone would count as open for three minutes more."""
    state = make(*SALES)
    state.connection_up(1, 0)
    open_all(state)
    state.connection_down()
    state.connection_up(1, 5)
    now, asked = 5.0, []
    while now < 20:
        if any(isinstance(action, Prove) for action in state.decide(now).actions):
            asked.append(now)
            state.prove_failed("id1", now)
        now += 0.1
    assert len(asked) >= 5
    state.proved("id1", {}, now)
    assert not any(isinstance(action, Prove) for action in state.decide(now + 100).actions)
