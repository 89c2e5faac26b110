"""What is told to workforce planning adds up, and is left out where it is not exact."""

import csv
import io
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from statmon import cli
from statmon.analysis.increments import added, increments
from statmon.domain.definition import Definition
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Site, Subscription, WantedStatistic, Workspace
from statmon.export.workforce import counted_in
from statmon.storage.user import library
from tests.history.support.readings import START

SITE = "http://127.0.0.1:1"
MINUTE, QUARTER = 60_000, 900_000
FIRST = START // QUARTER * QUARTER + QUARTER
LIBRARY = library.shipped()
COUNTED = {
    "Queue": ["Total_Calls_Entered", "Total_Answered", "Total_Abandoned", "short-abandons-5",
              "answered-within-20", "ServiceLevel"],
    "Agent": ["calls-handled", "handling-time", "AverageHandlingTime"],
}  # fmt: skip


def statistics():
    for kind, ids in COUNTED.items():
        for id_ in ids:
            entry = LIBRARY[id_]
            definition = None if entry.name else entry.definition
            yield id_, Statistic(id_, ObjectRef(kind, kind.lower()), entry.name, definition)


@pytest.fixture
def workspace(tmp_path):
    wanted = [
        {"id": one.id, "objectType": one.ref.object_type, "objectId": one.ref.object_id,
         **({"name": one.name} if one.name else {"definition": dict(one.definition.fields)})}
        for _, one in statistics()
    ]  # fmt: skip
    path = tmp_path / "floor.statmon"
    path.write_text(
        json.dumps(
            {
                "schema": 1,
                "name": "",
                "site": {"url": SITE, "timeZone": "Asia/Kolkata"},
                "subscriptions": [{"name": "all", "statistics": wanted}],
                "objects": [{"objectType": "Queue", "objectId": "queue", "label": "=Hotline"}],
            }
        )
    )
    return path


def exported(capfd, workspace, *more):
    end = datetime.fromtimestamp((FIRST + 2 * QUARTER) / 1000, UTC).isoformat()
    arguments = ["export", "--workforce", str(workspace), "--to", end, *more]
    assert cli.main(arguments) == 0
    return list(csv.DictReader(io.StringIO(capfd.readouterr().out)))


def told(**numbers):
    """Readings of minutes after the first quarter: of each statistic (minute, number)."""
    series = {id_: one.series(SITE) for id_, one in statistics()}
    found = [
        Reading(series[id_.replace("__", "-")], number, at, at, "update")
        for id_, pairs in numbers.items()
        for minute, number in pairs
        for at in [FIRST + round(minute * MINUTE)]
    ]
    return sorted(found, key=lambda one: one.arrived)


DAY = told(
    Total_Calls_Entered=[(-1, 100), (5, 130), (20, 4), (25, 12)],
    Total_Answered=[(-1, 90), (6, 115), (20, 2), (26, 10)],
    Total_Abandoned=[(-1, 8), (7, 12), (21, 1)],
    short__abandons__5=[(-1, 2), (7, 3), (21, 0)],
    answered__within__20=[(-1, 70), (6, 84), (20, 1), (26, 7)],
    calls__handled=[(-1, 100), (8, 110)],
    handling__time=[(-1, 30_000), (8, 34_320)],
)  # fmt: skip


def test_each_interval_has_what_was_counted_in_it(recorded, capfd, workspace):
    """Service level and handling time of the interval; a restart loses nothing."""
    recorded(DAY)
    rows = [row for row in exported(capfd, workspace) if int(row["epoch_ms"]) >= FIRST]
    queue = [row for row in rows if row["object"] == "queue"][:2]
    agent = next(row for row in rows if row["object"] == "agent")

    assert [
        {name: row[name] for name in ("offered", "answered", "abandoned", "abandoned_short",
                                      "answered_in_time", "restarts", "bounds")}
        for row in queue
    ] == [
        {"offered": "30", "answered": "25", "abandoned": "4", "abandoned_short": "1",
         "answered_in_time": "14", "restarts": "0", "bounds": ""},
        {"offered": "12", "answered": "10", "abandoned": "1", "abandoned_short": "0",
         "answered_in_time": "7", "restarts": "1", "bounds": ""},
    ]  # fmt: skip
    assert float(queue[0]["service_level"]) == pytest.approx(100 * 14 / (25 + 4 - 1))
    assert (queue[0]["in_time_seconds"], queue[0]["label"]) == ("20", "'=Hotline")
    assert (agent["handled"], agent["average_handling_time"]) == ("10", "432")
    assert agent["service_level"] == ""


def test_times_of_day_are_the_sites(recorded, capfd, workspace):
    """Half an hour beside Greenwich."""
    recorded(DAY)
    row = next(r for r in exported(capfd, workspace) if int(r["epoch_ms"]) == FIRST)
    minutes = (FIRST // MINUTE + 330) % 1440

    assert row["from"] == f"{minutes // 60:02}:{minutes % 60:02}"


def test_across_a_gap_there_are_bounds_and_no_numbers(recorded, capfd, workspace):
    """What is only known from below is added up by nobody."""

    def gap(history):
        history.gap("connection", FIRST + 10 * MINUTE)
        history.mend("connection", FIRST + 19 * MINUTE)

    recorded(DAY, gap)
    rows = [row for row in exported(capfd, workspace) if int(row["epoch_ms"]) >= FIRST]
    first, second = [row for row in rows if row["object"] == "queue"][:2]

    assert (first["offered"], first["service_level"]) == ("", "")
    assert "offered at least 30" in first["bounds"]
    assert "abandoned at least 4" in first["bounds"]
    assert "answered at least 8" in second["bounds"]


def test_a_sum_of_intervals_is_the_whole(recorded, capfd, workspace):
    """However long they are."""
    recorded(DAY)
    sums = [
        sum(int(row["offered"] or 0) for row in exported(capfd, workspace, "--every", every)
            if row["object"] == "queue" and int(row["epoch_ms"]) >= FIRST)
        for every in ("1m", "5m", "15m")
    ]  # fmt: skip
    assert sums == [42, 42, 42]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--workforce", "none.statmon"], 1, "none.statmon"),
        (["--workforce", "none.statmon", "--series", "x"], 2, "leave --series away"),
    ],
)
def test_what_cannot_be_is_said(folder, capfd, arguments, code, words):
    """In a sentence."""
    assert cli.main(["export", *arguments]) == code
    assert words in capfd.readouterr().err


def ranges(*limits):
    """Definitions of answered calls that waited so long."""
    fields = LIBRARY["answered-0-5"].definition.fields
    return [
        Definition({**fields, "mainMask": mask, "timeRangeLeft": left, "timeRangeRight": right})
        for left, right in limits for mask in ("CallAnswered", "CallAbandoned")
    ]  # fmt: skip


def counted_of(*definitions):
    """Return what is counted of a queue that has these statistics."""
    wanted = tuple(
        WantedStatistic(Statistic(str(place), ObjectRef("Queue", "q"), None, one))
        for place, one in enumerate(definitions)
    )
    workspace = Workspace("", Site(SITE), (Subscription("all", wanted),))
    return counted_in(workspace, LIBRARY).get(ObjectRef("Queue", "q"))


def test_the_first_range_of_a_distribution_is_not_what_was_in_time():
    """Waits of 0 to 5 s would be a service level that nobody means: those up to 20 s are added."""
    distribution = ranges((0, 5), (5, 20), (20, 60), (60, 99_999))
    own = counted_of(*distribution)
    assert own.in_time == 20
    assert len(own.series["answered_in_time"]) == 2
    assert len(own.series["abandoned_short"]) == 1
    beside = counted_of(*distribution, *ranges((0, 30)))
    assert beside.in_time == 30
    assert len(beside.series["answered_in_time"]) == 1
    assert counted_of(*ranges((20, 60))) is None


def test_counters_of_several_ranges_are_added_with_what_is_not_known_of_them():
    """A bound of one is a bound of the sum."""
    edges = np.array([0, 10, 20])
    sure = increments(np.array([0, 5, 15]), np.array([1.0, 4.0, 6.0]), edges)
    gap = increments(np.array([0, 4, 15]), np.array([1.0, np.nan, 3.0]), edges)
    both = added([sure, gap])

    assert both.least.tolist() == [3, 2]
    assert both.most.tolist() == [5, 4]
    assert both.across.all()
    assert added([sure]).exact.all()
