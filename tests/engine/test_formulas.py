"""Formulas are rows of the table like any other: as fresh as their worst input."""

import asyncio
import json
from dataclasses import replace

import pytest

from statmon.commands.lines import lines_of
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef
from statmon.domain.unit import Unit
from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.engine.read_only_engine import ReadOnlyEngine
from statmon.history import History
from statmon.live.asof import fill
from statmon.live.freshness import Freshness
from statmon.recording import Recording
from statmon.service.wire.events import FreshnessChanged, ReadingsArrived
from tests.engine.support.stage import running, simulated
from tests.waiting import until

NAMES = ("Total_Answered", "Total_Abandoned", "AverageWaitingTime")
RATE = {"id": "rate", "title": "Abandon rate", "unit": "%",
        "formula": "Total_Abandoned / (Total_Answered + Total_Abandoned)"}  # fmt: skip
AT = 1_700_000_000_000


def workspace(*formulas, queues=("A", "B")):
    return parse(
        {
            "schema": 1, "name": "", "site": {"url": "http://x"},
            "subscriptions": [{"name": "q", "statistics": [
                {"id": f"{q} {n}", "objectType": "Queue", "objectId": q, "name": n}
                for q in queues for n in NAMES
            ]}],
            "objects": [{"objectType": "Queue", "objectId": "A", "groups": ["Sales"]}],
            "formulas": list(formulas),
        }
    )  # fmt: skip


class Floor:
    """A workspace whose values a test says."""

    def __init__(self, *formulas):
        self.still = ReadOnlyEngine(workspace(*formulas))
        self.told = []
        self.still.listen(self.told.append)
        self.table = self.still.table
        self.table.healthy = True
        self.table.set_open(self.table.series, is_open=True)

    def row(self, queue, title):
        return next(
            row for row, one in enumerate(self.table.statistics)
            if (one.ref.object_id, one.title) == (queue, title)
        )  # fmt: skip

    def feed(self, **numbers):
        for queue, values in numbers.items():
            for name, number in zip(NAMES, values, strict=False):
                series = self.table.series[self.row(queue, name)]
                self.table.apply([Reading(series, number, AT, AT, "update")])
        self.still.formulas.settle()

    def number(self, queue, title):
        return self.table.raw[self.row(queue, title)]

    def freshness(self, queue, title):
        return Freshness(int(self.table.freshness(AT)[self.row(queue, title)]))


def test_every_object_that_has_the_inputs_has_a_result():
    """A row of its own, with title and unit; told like a reading."""
    floor = Floor(RATE)
    floor.feed(A=(90, 10), B=(40, 60))

    assert [floor.number(queue, "Abandon rate") for queue in "AB"] == [10, 60]
    row = floor.row("A", "Abandon rate")
    assert floor.table.units[row] is Unit.PERCENT
    assert floor.table.series[row].measure.startswith("=")
    (event,) = floor.told
    assert isinstance(event, ReadingsArrived)
    line = next(iter(lines_of(event)))
    assert (line["origin"], line["freshness"], line["display"]) == ("formula", "quiet", "10 %")
    assert (line["statisticId"], line["subscription"]) == ("rate", None)
    assert line["timestamp"] == AT
    json.dumps(line)


def test_totals_are_of_the_board_or_of_a_group():
    """Each object of the same type once."""
    share = {"id": "share", "unit": "%", "formula": "Total_Answered / total(Total_Answered)"}
    sales = {"id": "sales", "formula": 'total(Total_Answered, "Sales")', "objectType": "Queue"}
    floor = Floor(share, sales)
    floor.feed(A=(90,), B=(30,))

    assert [floor.number(queue, "share") for queue in "AB"] == [75, 25]
    assert floor.number("B", "sales") == 90


def test_nothing_is_computed_before_all_of_it_is_there():
    """Half a formula is no number."""
    floor = Floor(RATE)
    floor.feed(A=(90,))

    assert floor.freshness("A", "Abandon rate") is Freshness.NO_DATA
    assert floor.told == []


def test_a_division_by_nothing_is_undefined():
    """And is told as such."""
    floor = Floor(RATE)
    floor.feed(A=(0, 0))

    assert floor.freshness("A", "Abandon rate") is Freshness.UNDEFINED
    assert next(iter(lines_of(floor.told[0])))["value"] is None
    floor.feed(A=(0, 0))
    assert len(floor.told) == 1


def test_a_result_is_as_fresh_as_its_worst_input():
    """A stale input makes it stale, at once and in every way that freshness is asked."""
    floor = Floor(RATE)
    floor.feed(A=(90, 10), B=(40, 60))
    table, row = floor.table, floor.row("A", "Abandon rate")
    table.set_open([table.series[floor.row("A", "Total_Abandoned")]], is_open=False)

    assert floor.freshness("A", "Abandon rate") is Freshness.STALE
    assert table.freshness_of(row, AT) is Freshness.STALE
    assert table.copy().freshness(AT)[row] == Freshness.STALE
    assert floor.freshness("B", "Abandon rate") is Freshness.LIVE

    floor.still.formulas.settle()
    told = floor.told[-1]
    assert isinstance(told, FreshnessChanged)
    assert [line["freshness"] for line in lines_of(told)] == ["stale"]
    table.set_error(table.series[floor.row("B", "Total_Answered")], "refused")
    assert floor.freshness("B", "Abandon rate") is Freshness.ERROR

    table.set_open([table.series[floor.row("A", "Total_Abandoned")]], is_open=True)
    floor.feed(A=(90, 10))
    assert [line["freshness"] for line in lines_of(floor.told[-1])][:1] in (["quiet"], ["error"])
    assert floor.freshness("A", "Abandon rate") is Freshness.LIVE


def test_another_formula_is_another_series_and_the_old_row_goes():
    """Undo brings it back with what it was."""
    floor = Floor(RATE)
    floor.feed(A=(90, 10))
    old = floor.row("A", "Abandon rate")
    other = {**RATE, "formula": "Total_Abandoned / Total_Answered"}
    for formulas, wanted in (([other], False), ([], False), ([RATE], True)):
        floor.still.apply(workspace(*formulas))
        floor.still.formulas.settle()
        assert floor.table.is_wanted(old) is wanted
    assert floor.freshness("A", "Abandon rate") is Freshness.LIVE


def test_a_title_is_no_other_series():
    """Only what is computed counts."""
    floor = Floor(RATE)
    floor.feed(A=(90, 10))
    rows = len(floor.table)
    floor.still.apply(workspace({**RATE, "title": "Lost", "id": "lost"}))
    floor.still.formulas.settle()

    assert len(floor.table) == rows
    assert floor.number("A", "Lost") == 10


def test_what_cannot_be_used_is_said_and_the_rest_is_computed():
    """With column and sentence."""
    wrong = {"id": "wrong", "formula": "Total_Answered + AverageWaitingTime"}
    floor = Floor(RATE, wrong, {"id": "typo", "formula": "Total_Answerd * 2"})
    floor.feed(A=(90, 10))

    assert floor.still.formulas.errors == [
        "formula «wrong», column 16: a count and a duration cannot be added",
        "formula «typo», column 1: nothing here is called «Total_Answerd»: subscribe to it, or look"
        " at its name",
    ]
    assert floor.number("A", "Abandon rate") == 10


def test_an_entry_of_the_library_is_found_by_what_it_computes():
    """Whatever it is called at the site."""
    floor = Floor({"id": "n", "formula": "Total_Calls_Answered * 2"}, RATE)
    floor.feed(A=(90, 10))
    assert floor.number("A", "Abandon rate") == 10


def test_it_is_recorded_and_seen_again_in_the_past(tmp_path):
    """Under its own series, with a gap where an input was lost; and read by earlier statmons."""
    floor = Floor(RATE)
    history = History(tmp_path, now=lambda: AT + 99)
    recording = Recording(floor.still, floor.still.workspace, history)
    recording.start()
    floor.feed(A=(90, 10))
    table, series = floor.table, floor.table.series[floor.row("A", "Abandon rate")]
    table.set_open([table.series[floor.row("A", "Total_Answered")]], is_open=False)
    floor.still.formulas.settle()
    history.flush().result()

    (reading,) = [one for one in history.last().result() if one.series == series]
    assert (reading.value, reading.origin) == (10, "update")
    (info,) = [one for one in history.series().result() if one.series == series]
    assert (info.title, info.unit) == ("Abandon rate", Unit.PERCENT)
    gaps = history.gaps(0, 1 << 60).result()
    assert [gap.kind for gap in gaps if gap.series and series in gap.series] == ["subscription"]
    past = table.blank()
    fill(past, [reading], [], reading.arrived)
    assert past.number(table.row_of(series)) == 10
    history.close()


async def test_it_follows_a_real_service():
    """Each result is that of its inputs, again after an outage; stale meanwhile."""
    async with simulated("--speed", "60", "--agents", "20") as stage:
        wanted = workspace(
            RATE, queues=("7001@SIP_Switch", "7002@SIP_Switch")
        ).at(stage.access().base)  # fmt: skip
        engine = Engine(wanted, stage.access())
        table = engine.table
        async with running(engine) as ear:

            def result():
                rows = [r for r, one in enumerate(table.statistics) if one.formula is not None]
                return rows[0] if rows else None

            await ear.until(lambda: result() is not None and table.number(result()) > 0)
            row = result()
            await ear.until(lambda: _agrees(table, row))
            stage.fault("outage")
            await ear.until(
                lambda: any(isinstance(event, FreshnessChanged) for event in ear.events)
            )
            assert table.freshness_of(row, 1 << 45) is Freshness.STALE
            stage.well("outage")
            await ear.until(lambda: _agrees(table, row) and table.healthy)


def _agrees(table, row):
    answered, abandoned = (
        next(table.number(r) for r, one in enumerate(table.statistics)
             if one.name == name and one.ref == table.statistics[row].ref)
        for name in NAMES[:2]
    )  # fmt: skip
    return table.number(row) == pytest.approx(100 * abandoned / (answered + abandoned))


async def test_thousands_of_results_leave_the_loop_to_others():
    """They are computed in slices, less often than each value comes."""
    many = tuple(f"q{n}" for n in range(100))
    formulas = [
        {"id": f"f{n}", "formula": f"Total_Answered * {n} + Total_Abandoned"} for n in range(100)
    ]
    still = ReadOnlyEngine(workspace(*formulas, queues=many))
    table = still.table
    table.set_open(table.series, is_open=True)
    inputs = list(table.series)
    still.formulas.changed()
    turns = 0
    for number in range(1, 50):
        table.apply([Reading(series, number, AT + number, AT, "update") for series in inputs])
        still.formulas.changed()
        await asyncio.sleep(0.05)
        turns += 1
        if len(table) == len(inputs) + 10_000 and table.number(len(table) - 1) > 0:
            break
    last = len(table) - 1
    assert table.statistics[last].ref == ObjectRef("Queue", "q99")
    await asyncio.sleep(0)
    assert turns > 2
    still.formulas.settle()
    assert table.number(last) == 99 * number + number
    still.formulas.stop()


def test_a_workspace_without_formulas_costs_nothing():
    """Nobody observes its table."""
    still = ReadOnlyEngine(replace(workspace(), extra={}))
    still.formulas.settle()

    assert still.table._observers == []


def test_an_increase_is_computed_as_time_goes_by(monkeypatch):
    """Per quarter of an hour, across a restart; not known before it was seen for so long."""
    clock = [AT]
    monkeypatch.setattr("statmon.engine.formulas.epoch_ms", lambda: clock[0])
    last = {"id": "last", "formula": "increase(Total_Answered, 15 min)", "objectType": "Queue"}
    floor = Floor(last)
    series = floor.table.series[floor.row("A", "Total_Answered")]
    for minutes, number in ((0, 100), (5, 118), (10, 3)):
        clock[0] = AT + minutes * 60_000
        floor.table.apply([Reading(series, number, clock[0], clock[0], "update")])
        floor.still.formulas.settle()
        assert floor.number("A", "last") is None
    clock[0] = AT + 15 * 60_000
    floor.still.formulas.settle()
    assert floor.number("A", "last") == 21
    clock[0] = AT + 21 * 60_000
    floor.still.formulas.settle()
    assert floor.number("A", "last") == 3


def test_what_is_no_counter_has_no_increase():
    """Said with its column."""
    floor = Floor({"id": "x", "unit": "s", "formula": "increase(AverageWaitingTime, 15 min)"})
    floor.feed(A=(1, 1, 1))
    assert floor.still.formulas.errors == [
        "formula «x», column 1: «AverageWaitingTime» is no counter, so it has no increase"
    ]


async def test_nothing_goes_on_where_nothing_comes():
    """A window that is closed leaves no work behind; a change while disconnected is computed."""
    floor = Floor(RATE)
    floor.feed(A=(90, 10))
    formulas = floor.still.formulas

    def turn():
        formulas.stop()
        formulas._go_on()
        return formulas._going_on is not None

    for healthy in (True, False):
        floor.table.healthy = healthy
        assert turn() is healthy
    row = floor.row("A", "Abandon rate")
    floor.still.apply(workspace())
    assert formulas._going_on is not None
    assert not turn()
    assert not floor.table.is_wanted(row)


@pytest.mark.parametrize("interrupted", [False, True])
async def test_an_increase_that_is_asked_for_later_is_filled_from_the_history(
    tmp_path, monkeypatch, interrupted
):
    """At once; but not across a time in which nothing was recorded."""
    clock = [AT]
    monkeypatch.setattr("statmon.engine.formulas.epoch_ms", lambda: clock[0])
    history = History(tmp_path)
    try:
        floor = Floor()
        series = floor.table.series[floor.row("A", "Total_Answered")]
        for minutes, number in ((0, 100), (20, 118), (28, 3)):
            at = AT + minutes * 60_000
            reading = Reading(series, number, at, at, "update")
            floor.table.apply([reading])
            history.record([reading])
        if interrupted:
            history.gap("pause", AT + 21 * 60_000)
            history.mend("pause", AT + 22 * 60_000)
        clock[0] = AT + 30 * 60_000
        floor.still.look_back_in(history)
        last = {"id": "last", "formula": "increase(Total_Answered, 15 min)", "objectType": "Queue"}
        floor.still.apply(workspace(last))
        found = []
        floor.still.formulas._look_back._filled = lambda: found.append(True)
        await until(lambda: found)
        floor.still.formulas.settle()

        assert floor.number("A", "last") == (None if interrupted else 21)
    finally:
        floor.still.formulas.stop()
        history.close()
