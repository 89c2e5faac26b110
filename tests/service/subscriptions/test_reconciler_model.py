"""The reconciler against a model of the service: whatever happens, once it is quiet all is well.

Every call has two moments, in each of which things may change: when it reaches the service, and
when its answer comes. Connections, sessions and answers are lost, refused, late and out of order;
the service goes and comes; the user changes his mind.
"""

import itertools
import os
import random
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.service.subscriptions import reconciler
from statmon.service.subscriptions.desired import wishes_of
from statmon.service.subscriptions.reconciler import Close, Open, Prove, Reconciler
from tests.service.support.model_service import ModelService

LONG = bool(os.environ.get("STATMON_TEST_LONG"))
NAMES = [f"s{number}" for number in range(12)]
few = st.frozensets(st.sampled_from(NAMES), max_size=3)


def wanted(subscription: str, name: str) -> Wanted:
    item = Statistic(name, ObjectRef("Agent", name), "InboundCalls")
    return Wanted(subscription, item, item.series("site"))


class Call:
    """A call under way: not at the service yet, or answered and not heard of."""

    def __init__(self, action):
        self.action = action
        self.answer = None
        self.arrived = False


class AnyFaults(RuleBasedStateMachine):
    """A client, a service, and everything that can go wrong between them."""

    @initialize(
        end=st.sampled_from(["keep", "drop", "new-cookie", "orphan"]),
        limit=st.sampled_from([500, 5, 1]),
        seed=st.integers(0, 9),
    )
    def begin(self, end, limit, seed):
        numbers = itertools.count(1)
        self.service = ModelService(end, limit)
        self.service.open["leftover"] = frozenset({"old"})
        self.state = Reconciler(
            lambda: f"id{next(numbers)}",
            rng=random.Random(seed),
            orphans={"leftover": 0.0},
        )
        self.now = 0.0
        self.session = 0
        self.calls = []
        self.decide()

    # --- the client ----------------------------------------------------------------------------

    def decide(self):
        self.calls += map(Call, self.state.decide(self.now).actions)

    @rule(sales=st.frozensets(st.sampled_from(NAMES)), floor=few, size=st.sampled_from([1, 4, 99]))
    def want(self, sales, floor, size):
        """The user changes his mind, which is told in parts; what is decided may come between."""
        wishes = [wanted("Sales", name) for name in sorted(sales)]
        now = wishes_of([*wishes, *(wanted("Floor", name) for name in sorted(floor))])
        changes = list({**now, **dict.fromkeys(self.state.wishes.keys() - now.keys())}.items())
        for first in range(0, len(changes), size):
            self.state.want(dict(changes[first:][:size]), self.now)
            self.decide()

    @rule(seconds=st.sampled_from([0.0, 0.3, 2.0, 40.0, 700.0]))
    def wait(self, seconds):
        self.now += seconds
        self.decide()

    # --- the line ------------------------------------------------------------------------------

    @rule(new=st.booleans(), told=st.booleans())
    def connect(self, new, told):
        if new or not self.session:
            self.service.end_session()
            self.session += 1
        told = told and self.state.available is not None
        self.state.connection_up(self.session, self.now, told=told)
        self.decide()

    @rule()
    def break_line(self):
        self.state.connection_down()

    @rule()
    def block_notifications(self):
        self.state.connection_down()
        self.state.poll(self.now)
        self.decide()

    @precondition(lambda self: any(not call.arrived for call in self.calls))
    @rule(data=st.data())
    def arrive(self, data):
        """A call reaches the service, which does it."""
        self.perform(data.draw(st.sampled_from([c for c in self.calls if not c.arrived])))

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), lost=st.booleans())
    def answer(self, data, lost):
        """An answer comes, or none, whether the call had reached the service or not."""
        call = data.draw(st.sampled_from(self.calls))
        if not lost and not call.arrived:
            self.perform(call)
        self.hear(call, lost=lost)
        self.decide()

    @precondition(lambda self: self.proofs())
    @rule(data=st.data(), lost=st.booleans())
    def answer_a_proof(self, data, lost):
        """Few calls are proofs: among all the others their answers would be rare."""
        call = data.draw(st.sampled_from(self.proofs()))
        if not call.arrived:
            self.perform(call)
        self.hear(call, lost=lost)
        self.decide()

    def proofs(self):
        return [call for call in self.calls if isinstance(call.action, Prove)]

    # --- the service ---------------------------------------------------------------------------

    @rule(available=st.booleans(), heard=st.booleans())
    def change(self, available, heard):
        """It goes or comes, and says so; an AVAILABLE may be lost."""
        self.service.set_available(available)
        if heard or not available:
            for chunk in self.state.service_is(available=available, now=self.now):
                assert chunk.id not in self.service.open
        self.decide()

    @rule(refused=few, poisonous=few)
    def refuse(self, refused, poisonous):
        self.service.refused, self.service.poisonous = refused, poisonous

    # --- how calls end -------------------------------------------------------------------------

    def perform(self, call):
        call.arrived = True
        match call.action:
            case Open(chunk):
                asked = {item.id: series for series, item in chunk.asked.items()}
                verdict, refused = self.service.create(chunk.id, frozenset(asked))
                call.answer = verdict, {asked[name]: "no" for name in refused}
            case Close(id_):
                self.service.delete(id_)
            case _:
                call.answer = self.service.knows(call.action.chunk.id)

    def hear(self, call, *, lost):
        self.calls.remove(call)
        match call.action:
            case Open(chunk):
                self.hear_opening(chunk, call.answer, lost=lost)
            case Close(id_):
                if lost:
                    self.state.close_failed(id_, self.now)
                else:
                    self.state.closed(id_)
            case _:
                chunk = call.action.chunk
                if lost:
                    self.state.prove_failed(chunk.id, self.now)
                elif call.answer:
                    self.state.proved(chunk.id, {}, self.now)
                else:
                    self.state.gone(chunk.id)

    def hear_opening(self, chunk, answer, *, lost):
        if lost:
            self.state.open_failed(chunk.id, self.now, unsure=True)
            return
        match answer:
            case "open", refused:
                self.state.opened(chunk.id, refused, self.now)
            case "unavailable", _:
                self.state.open_failed(chunk.id, self.now, retry_after=1)
            case "too large", _:
                self.state.open_failed(chunk.id, self.now, too_large=True)
            case "bad", _:
                self.state.open_failed(chunk.id, self.now, final="no")

    # --- what always holds ---------------------------------------------------------------------

    @invariant()
    def nothing_is_done_twice_at_once(self):
        """A service that answers late has no more to answer for that."""
        under_way = Counter(
            (type(action).__name__, getattr(action, "id", "") or action.chunk.id)
            for action in (call.action for call in self.calls)
        )
        assert not [what for what, times in under_way.items() if times > 1]

    @invariant()
    def nothing_is_asked_twice(self):
        kept = [c for c in self.state.chunks.values() if not c.retiring]
        asked = [series for chunk in kept for series in chunk.asked]
        assert len(asked) == len(set(asked))

    @invariant()
    def few_are_in_flight(self):
        opening = [c for c in self.state.chunks.values() if c.state == "opening"]
        assert len(opening) <= reconciler.IN_FLIGHT

    @invariant()
    def what_may_be_open_is_never_forgotten(self):
        """Nothing of ours is open at the service that a crash would leave behind unnoted."""
        assert set(self.service.open) <= {*self.state.leftovers(), *self.under_way()}

    def under_way(self):
        return {c.action.chunk.id for c in self.calls if isinstance(c.action, Open)}

    # --- the end -------------------------------------------------------------------------------

    def teardown(self):
        """Faults end, lost things are given up: opened equals wanted, once, and values flow."""
        if not hasattr(self, "state"):
            return
        self.service.refused = self.service.poisonous = frozenset()
        self.connect(new=not self.state.connected, told=False)
        if not self.service.available:
            self.change(available=True, heard=True)
        for _ in range(2000):
            while self.calls:
                self.answer_in_order()
            if self.state.settled and not self.state.refusals:
                break
            wake_at = self.state.decide(self.now).wake_at
            self.now = max(self.now + 0.01, wake_at if wake_at is not None else self.now)
            self.decide()
        self.check()

    def answer_in_order(self):
        call = self.calls[0]
        if not call.arrived:
            self.perform(call)
        self.hear(call, lost=False)
        self.decide()

    def check(self):
        wishes = {series.object_id for series in self.state.wishes}
        routed = [
            item.id
            for id_ in self.service.heard
            for series, item in self.state.chunks[id_].asked.items()
            if series in self.state.wishes and item.id in self.service.open[id_]
        ]
        assert sorted(routed) == sorted(wishes)
        assert set(self.service.open) == self.service.heard == set(self.state.chunks)
        assert all(map(self.state.placement.is_open, self.state.wishes))


def part_of(number):
    """Return a test of a part of the sequences: together they take too long for one."""
    machine = type(f"AnyFaults{number}", (AnyFaults,), {})
    machine.TestCase.settings = settings(
        deadline=None,
        stateful_step_count=40,
        max_examples=250 if LONG else 150,
        suppress_health_check=list(HealthCheck),
    )
    return machine.TestCase


for number in range(40 if LONG else 1):
    globals()[f"TestAnyFaults{number}"] = part_of(number)
