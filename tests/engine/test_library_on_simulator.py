"""The library and the editor's definitions against the simulator, over real sockets."""

import asyncio
import contextlib
import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.analysis.aggregates import Members, aggregate
from statmon.domain import editing
from statmon.domain.definition import Definition
from statmon.domain.editing import Choice
from statmon.domain.library import Aggregate
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.unit import Unit, unit_of
from statmon.domain.value import number_of
from statmon.domain.workspace import Subscription
from statmon.service.sign_in.auth import SignIn
from statmon.service.wire.api import Api, new_id
from statmon.service.wire.http import Http
from statmon.simulator.statserver.predefined import PREDEFINED
from statmon.storage.user import library
from tests.engine.support.stage import simulated

ONE_OF_EACH = {
    "Agent": "agent1", "AgentPlace": "Place_agent1", "GroupAgents": "All agents",
    "GroupPlaces": "All agents", "Queue": "7001@SIP_Switch", "RoutePoint": "8001@SIP_Switch",
    "GroupQueues": "All queues",
}  # fmt: skip
EXAMPLES = 300 if os.environ.get("STATMON_TEST_LONG") else 40


@contextlib.asynccontextmanager
async def signed_in(stage):
    http = Http(stage.access())
    sign_in = SignIn(http)
    try:
        await sign_in.sign_in()
        yield Api(http, sign_in)
    finally:
        await http.close()


def _everything(stage):
    """Each entry × each of its object types, by name and as a definition."""
    telephones = stage.state.subscriptions.server.directory.ids("RegularDN")
    ids = {**ONE_OF_EACH, "RegularDN": telephones[0]}
    for entry in library.shipped().entries:
        for kind in entry.object_types:
            ref = ObjectRef(kind, ids[kind])
            if entry.name:
                yield Statistic(f"{entry.id}|{kind}|name", ref, entry.name)
            if entry.definition:
                yield Statistic(f"{entry.id}|{kind}|def", ref, None, entry.definition)


async def test_every_entry_gives_a_value_or_the_simulator_s_words():
    """For each of its object types.

    Every definition has a value; a name is refused only where this contact centre has not
    configured it, or not for the type.
    """
    async with simulated() as stage, signed_in(stage) as api:
        all_of_them = list(_everything(stage))
        own = new_id()
        answer = await api.create(own, all_of_them)
        await api.delete(own)
    values = {value.statistic_id: value.value for value in answer.statistics}
    words = {
        failure.status.detail["statisticId"]: failure.status.message
        for failure in answer.failures
        if isinstance(failure.status.detail, dict)
    }

    assert len(all_of_them) > 130
    for statistic in all_of_them:
        if statistic.id in values:
            assert isinstance(values[statistic.id], dict), statistic.id
            continue
        assert words[statistic.id], statistic.id
        assert statistic.name is not None, (statistic.id, words[statistic.id])
        known = statistic.name in PREDEFINED
        assert not known or "does not suit" in words[statistic.id], statistic.id


def _sum_of(terms, ref, values):
    """Return what the terms of a part add up to for an object."""
    return sum(
        term.sign * number_of(values[f"{ref}|{term.definition.canonical}"]) for term in terms
    )


async def _when_all_have_calls(api):
    """Return the values of one service time, as soon as every queue has had callers."""
    entered = library.shipped()["Total_Calls_Entered"].definition.canonical
    while True:
        answer = await api.peek("S")
        values = {value.statistic_id: value.value for value in answer.statistics}
        queues = [k for k in values if k.startswith("Queue ") and k.endswith(f"|{entered}")]
        if all(number_of(values[key]) > 5 for key in queues):
            return values


async def test_the_parts_of_every_ratio_make_it_and_those_of_all_queues_make_their_group_s():
    """At one service time: what the parts of the queues add up to, the service counts itself."""
    ratios = [entry for entry in library.shipped().entries if entry.ratio]
    async with simulated("--queues", "3", "--speed", "300") as stage, signed_in(stage) as api:
        queues = stage.state.subscriptions.server.directory.ids("Queue")
        refs = [ObjectRef("Queue", queue) for queue in queues if queue.endswith("@SIP_Switch")]
        others = [ObjectRef(kind, ONE_OF_EACH[kind]) for kind in ONE_OF_EACH if kind != "Queue"]
        wanted = {}
        for entry in ratios:
            parts = (*entry.ratio.numerator, *entry.ratio.denominator)
            for ref in (ref for ref in (*refs, *others) if entry.valid_for(ref.object_type)):
                for definition in (entry.definition, *(term.definition for term in parts)):
                    key = f"{ref}|{definition.canonical}"
                    wanted[key] = Statistic(key, ref, None, definition)
        await api.create("S", list(wanted.values()))
        values = await _when_all_have_calls(api)
    whole = ObjectRef("GroupQueues", ONE_OF_EACH["GroupQueues"])

    seen = set()
    for entry in ratios:
        ratio = entry.ratio
        own = {
            ref: number_of(values[f"{ref}|{entry.definition.canonical}"])
            for ref in (*refs, *others)
            if entry.valid_for(ref.object_type)
        }
        for ref, number in own.items():
            above, below = (
                _sum_of(terms, ref, values) for terms in (ratio.numerator, ratio.denominator)
            )
            # Times are told in whole seconds, cut off; ratios with four decimals.
            more = [
                unit_of(None, terms[0].definition) is Unit.SECONDS
                for terms in (ratio.numerator, ratio.denominator)
            ]
            if below:
                least = ratio.scale * above / (below + more[1])
                most = ratio.scale * (above + more[0]) / below
                assert least - 1e-4 <= number <= most + 1e-4, entry.id
                seen.add(entry.id)
        if whole in own and ratio.whole:
            members = Members(
                groups=np.zeros(len(refs), np.int64),
                values=np.array([own[ref] for ref in refs]),
                measures=np.zeros(len(refs), np.int64),
                denominators=np.array(
                    [_sum_of(ratio.denominator, ref, values) for ref in refs], float
                ),
                scale=ratio.scale,
                whole=True,
            )
            got = aggregate(Aggregate.MEAN, members, 1)
            assert got.doubts[0] == 0, entry.id
            assert got.values[0] == pytest.approx(own[whole], abs=1e-4), entry.id
            seen.add(f"{entry.id} of a group")
    assert {entry.id for entry in ratios} <= seen, sorted({e.id for e in ratios} - seen)
    assert {"service-level-20 of a group", "abandon-rate of a group"} <= seen


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=10)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | _TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@pytest.fixture(scope="module")
def send():
    """Send definitions to one simulator; return what it received of each, by id."""
    received = {}

    async def begin(stack):
        stage = await stack.enter_async_context(simulated())
        subscriptions = stage.state.subscriptions
        add = subscriptions.add

        def noted(client, subscription, statistics):
            statistics = list(statistics)
            received.update({item["statisticId"]: item["definition"] for item in statistics})
            return add(client, subscription, statistics)

        subscriptions.add = noted
        return await stack.enter_async_context(signed_in(stage))

    async def post(api, statistics):
        received.clear()
        await api.create("S", statistics)
        return dict(received)

    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        api = runner.run(begin(stack))
        yield lambda statistics: runner.run(post(api, statistics))
        runner.run(stack.aclose())


@settings(max_examples=EXAMPLES, deadline=None)
@given(definitions=st.lists(st.dictionaries(_TEXTS, _JSON, max_size=6), min_size=1, max_size=8))
def test_any_json_object_as_a_definition_reaches_the_simulator_equal(send, definitions):
    """Keys, values, types, order of lists: nothing is added, dropped or rounded on the way."""
    choices = [Choice(None, Definition(fields)) for fields in definitions]
    whole = editing.combine(Subscription("S"), [ObjectRef("Agent", "agent1")], choices)
    items = [item.statistic for item in whole.subscription.statistics]
    received = send(items)

    assert len(received) == len({_canonical(fields) for fields in definitions})
    for item in items:
        assert item.definition is not None
        assert _canonical(received[item.id]) == _canonical(item.definition.fields)


def _canonical(fields):
    """As text, so that 1, 1.0 and true are told apart."""
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)
