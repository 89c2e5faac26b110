"""What the window tells of waits is true of the simulator's own callers, one by one."""

import math

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from statmon.analysis.waits import percentile, service_level
from statmon.domain.parts import with_parts
from statmon.domain.statistic import ObjectRef
from statmon.domain.waits import missing_ranges
from statmon.domain.workspace import parse
from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer
from statmon.storage.user import library
from statmon.ui.chart.waiting import counted, queues_in
from tests.ui.board.test_group_counts import Callers
from tests.ui.fake_engine import SITE, FakeEngine

T0 = 1_700_000_000_000 - 1_700_000_000_000 % (24 * HOUR)
EMPTY = parse({"schema": 1, "name": "", "site": {"url": SITE}, "subscriptions": []})


def seconds(calls, since):
    """Return the seconds that callers waited whose wait ended after an instant.

    As Stat Server counts them (docs/reference/definitions.md §4).
    """
    return sorted(at // 1000 - began // 1000 for began, at in calls if at > since)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6), queues=st.integers(1, 4), before=st.integers(1, 20),
    minutes=st.integers(1, 30), load=st.sampled_from([0.4, 1.0, 2.5]),
)  # fmt: skip
def test_every_number_is_that_of_the_callers(qapp, seed, queues, before, minutes, load):
    """Of all queues together, and of the later part of the time only."""
    agenda = Agenda(T0 + 10 * HOUR)
    site = ordinary(agenda, Size(14, queues, load), seed=seed, midnight=T0, journal_length=20_000)
    refs = [ObjectRef("Queue", queue.spec.number) for queue in site.queues]
    missing = missing_ranges(refs, [], library.shipped())
    table = FakeEngine(with_parts(EMPTY, missing, "Waits")).table
    server = StatServer(agenda, Directory(site))
    statistics = [
        server.open(*one.ref, definition=one.definition.fields).statistic
        for one in table.statistics
    ]  # fmt: skip
    callers = [Callers(queue.actions) for queue in site.queues]
    looks = []
    for span in (before, minutes):
        agenda.run_until(agenda.now + span * MINUTE)
        looks.append((agenda.now, [float(s.payload()["stringValue"]) for s in statistics]))
    times = np.array([at for at, _ in looks])
    found = queues_in(table, range(len(table)), lambda ref: ref.object_id)
    got = counted(
        found,
        lambda row: (times, np.array([values[row] for _, values in looks])),
        looks[0][0], looks[1][0],
    )  # fmt: skip

    answered = seconds([call for one in callers for call in one.answered], looks[0][0])
    abandoned = seconds([call for one in callers for call in one.abandoned], looks[0][0])
    assert not got.partly
    assert got.waits.answered.sum() == len(answered)
    assert got.waits.abandoned.sum() == len(abandoned)
    for limit in (5, 10, 20, 30, 60, 120, 300):
        level = service_level(got.waits, limit, 5)
        in_time = sum(wait < limit for wait in answered)
        count = len(answered) + sum(wait >= 5 for wait in abandoned)
        assert level.in_time == (in_time, in_time)
        assert level.counted == (count, count)
        assert level.share.exact or not count
    raw = sorted([*answered, *abandoned])
    for part in (0.5, 0.9):
        bounds = percentile(got.waits.edges, got.waits.all, part)
        assert not raw or bounds.least <= raw[math.ceil(part * len(raw) - 1e-9) - 1] < bounds.most
