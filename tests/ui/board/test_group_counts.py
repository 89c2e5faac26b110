"""Group numbers of a simulated centre are the simulator's own count of callers, exactly."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from statmon.domain.parts import missing_parts, with_parts
from statmon.domain.reading import Reading
from statmon.domain.workspace import parse
from statmon.live.catalogue import Catalogue
from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer
from statmon.simulator.statserver.tally import in_range
from statmon.storage.user import library
from statmon.ui.board.model import BoardModel
from statmon.ui.board.spec import BoardColumn, BoardSpec, By
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from tests.ui.fake_engine import SITE, FakeEngine, now

T0 = 1_700_000_000_000 - 1_700_000_000_000 % (24 * HOUR)
LIBRARY, KNOWLEDGE = library.shipped(), Knowledge()
RATIOS = ("ServiceLevel", "Service_Level", "abandon-rate", "service-level-20", "answered-in-time")
COUNTS = ("Total_Answered", "Total_Abandoned", "Total_Calls_Entered")


class Callers:
    """Counts callers by hand: what became of each, and how long each had waited."""

    def __init__(self, feed):
        self.entered, self.answered, self.abandoned = 0, [], []
        feed.listen(self)

    def begin(self, at, span):
        """Nobody is counted twice who waits again after a missed call."""

    def end(self, at, span):
        """What ended is told as an action of its own."""

    def instant(self, at, span):
        if span.name == "CallEntered":
            self.entered += 1
        elif span.name == "CallAnswered":
            self.answered.append((span.began, at))
        elif span.name == "CallAbandoned":
            self.abandoned.append((span.began, at))


def within(calls, seconds):
    return sum(in_range(began, at, (0, seconds)) for began, at in calls)


def truth(callers):
    """Return the numbers of a group of queues, from its callers."""
    answered = [call for one in callers for call in one.answered]
    abandoned = [call for one in callers for call in one.abandoned]
    entered = sum(one.entered for one in callers)
    offered = len(answered) + len(abandoned)

    def share(good, of):
        return 100 * good / of if of else None

    return {
        "ServiceLevel": share(within(answered, 120), offered - within(abandoned, 10)),
        "Service_Level": share(within(answered, 20), offered - within(abandoned, 10)),
        "abandon-rate": share(len(abandoned), entered),
        "service-level-20": share(within(answered, 20), offered - within(abandoned, 5)),
        "answered-in-time": share(within(answered, 20), len(answered)),
        "Total_Answered": len(answered),
        "Total_Abandoned": len(abandoned),
        "Total_Calls_Entered": entered,
    }


def lived(seed, queues, minutes, load, groups):
    """Let a centre live for some minutes; return its callers by queue, and the engine's table."""
    agenda = Agenda(T0 + 10 * HOUR)
    site = ordinary(agenda, Size(14, queues, load), seed=seed, midnight=T0, journal_length=20_000)
    numbers = [queue.spec.number for queue in site.queues]
    ratios = [
        {"id": f"{number} {id_}", "objectType": "Queue", "objectId": number,
         **({"name": LIBRARY[id_].name} if LIBRARY[id_].name
            else {"definition": dict(LIBRARY[id_].definition.fields)})}
        for number in numbers for id_ in (*RATIOS, *COUNTS) if id_ != "Service_Level"
    ]  # fmt: skip
    workspace = parse(
        {"schema": 1, "name": "", "site": {"url": SITE},
         "subscriptions": [{"name": "q", "statistics": ratios}],
         "objects": [{"objectType": "Queue", "objectId": number, "groups": list(groups[place])}
                     for place, number in enumerate(numbers)]}
    )  # fmt: skip
    opened = [item.statistic for item in workspace.subscriptions[0].statistics]
    workspace = with_parts(workspace, missing_parts(opened, opened, LIBRARY), "Parts")
    server = StatServer(agenda, Directory(site))
    engine = FakeEngine(workspace)
    engine.go_up()
    table = engine.table
    statistics = [
        server.open(*one.ref, name=None if one.definition else one.name,
                    definition=one.definition and one.definition.fields).statistic
        for one in table.statistics
    ]  # fmt: skip
    callers = {queue.spec.number: Callers(queue.actions) for queue in site.queues}
    agenda.run_until(agenda.now + minutes * MINUTE)
    at = now()
    table.apply(
        [Reading(series, statistic.payload(), at, at, "update")
         for series, statistic in zip(table.series, statistics, strict=True)]
    )  # fmt: skip
    return callers, engine


def numbers_in(text):
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,.]*", text)]


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    seed=st.integers(0, 10**6), queues=st.integers(1, 4), minutes=st.integers(2, 55),
    load=st.sampled_from([0.4, 1.0, 2.5]), data=st.data(),
)  # fmt: skip
def test_every_group_number_is_the_count_of_its_callers(qapp, seed, queues, minutes, load, data):
    """Of any groups, overlapping or not, and of all; and its tip adds up to it again."""
    groups = [data.draw(st.sets(st.sampled_from("AB"))) for _ in range(queues)]
    callers, engine = lived(seed, queues, minutes, load, groups)
    names = Names(engine.workspace)
    titles = {statistic.measure: statistic.title for statistic in engine.table.statistics}
    for id_ in (*RATIOS, *COUNTS):
        entry = LIBRARY[id_]
        title = entry.name or titles.get(f"#{entry.definition.digest}", "")
        if title not in titles.values():
            continue
        lens = Lens(engine.table, now())
        spec = BoardSpec("", "Queue", (BoardColumn(title),), by=By.GROUP)
        model = BoardModel(spec, lens, Catalogue(engine.table), names, KNOWLEDGE)
        for line in range(model.rowCount()):
            group = model.group_of(line)
            if group is None:
                continue
            layout = model.layout_
            own = layout.objects if not group else [
                layout.objects[place] for place in layout.member[layout.group == group]
            ]  # fmt: skip
            expected = truth([callers[ref.object_id] for ref in own])[id_]
            got = model.sums.columns[0].got
            assert not got.doubts[group], (id_, model.text(line, 1))
            if expected is None:
                assert got.values[group] != got.values[group]
                continue
            assert got.values[group] == pytest.approx(expected, rel=1e-12, abs=1e-12), id_
            _add_up_again(model, line, id_, expected)


def _add_up_again(model, line, id_, expected):
    """What the tip names gives the number again."""
    tip = model.data(model.index(line, 1), Qt.ItemDataRole.AccessibleTextRole).splitlines()[0]
    inside = tip[tip.rindex("(") + 1 :]
    if id_ in COUNTS:
        parts = [numbers_in(part.rsplit(" ", 1)[1])[0] for part in inside.split(", ")]
        assert sum(parts) == expected, tip
    else:
        pairs = [numbers_in(part.rsplit(" ", 1)[1]) for part in inside.split(", ")]
        good, of = (sum(pair[k] for pair in pairs) for k in (0, 1))
        assert 100 * good / of == pytest.approx(expected), tip
