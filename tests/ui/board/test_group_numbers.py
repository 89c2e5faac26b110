"""Every group number of a board is right, or says why it is only near, or what it lacks."""

import math
import re

import pytest
from PySide6.QtCore import Qt

from statmon.domain.workspace import parse
from statmon.live.catalogue import Catalogue
from statmon.storage.user import library
from statmon.ui.board.model import BoardModel
from statmon.ui.board.spec import BoardColumn, BoardSpec, By
from statmon.ui.board.view import BoardView
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.look.theme import LIGHT, Tone
from tests.ui.fake_engine import FakeEngine, now

KNOWLEDGE = Knowledge()
LEVEL, ENTERED, WAITING = "ServiceLevel", "Total_Calls_Entered", "CurrentNumberWaitingCalls"
HOUR = {"intervalType": "SlidingWindow", "dynamicTimeProfile": "3600:10"}
DAY = {"intervalType": "GrowingWindow", "dynamicTimeProfile": "0:00"}
VOICE = {"dynamicFilter": "MediaType=voice"}
SHORT = {"timeRangeLeft": 0, "timeRangeRight": 10}
IN_TIME = {"timeRangeLeft": 0, "timeRangeRight": 120}
STATUSES = "CallUnknown,CallConsult,CallInternal,CallOutbound,CallInbound,CallOnHold,AfterCallWork"


def number(mask, category="TotalNumber", **more):
    return {"category": category, "subject": "DNAction", "mainMask": mask, **VOICE, **more}


ANSWERED = number("CallAnswered", **HOUR)
ABANDONED = number("CallAbandoned", **HOUR)
SHORT_ABANDONED = number("CallAbandoned", "TotalNumberInTimeRange", **HOUR, **SHORT)
ANSWERED_IN_TIME = number("CallAnswered", "TotalNumberInTimeRange", **HOUR, **IN_TIME)
DENOMINATOR = (ANSWERED, ABANDONED, SHORT_ABANDONED)

DEFINED = {
    "category": "ServiceFactor1", "subject": "DNAction", "mainMask": "CallAnswered", **HOUR,
    **VOICE, **IN_TIME, "timeRangeLeft2": 0, "timeRangeRight2": 10,
}  # fmt: skip


class Floor:
    """Objects with statistics that are told their values."""

    def __init__(self, told, kind="Queue", groups=None):
        self.rows = {}
        statistics = []
        for name, values in told.items():
            for place, (what, value) in enumerate(values):
                key = {"definition": what} if isinstance(what, dict) else {"name": what}
                wanted = {"id": f"{name} {place}", "objectType": kind, "objectId": name, **key}
                statistics.append(wanted)
                self.rows[len(statistics) - 1] = value
        objects = [
            {"objectType": kind, "objectId": name, "groups": own}
            for name, own in (groups or {}).items()
        ]
        self.engine = FakeEngine(
            parse(
                {
                    "schema": 1, "name": "", "site": {"url": "http://127.0.0.1:1"},
                    "subscriptions": [{"name": "all", "statistics": statistics}],
                    "objects": objects,
                }
            )
        )  # fmt: skip
        self.engine.go_up()
        self.kind = kind
        for row, value in self.rows.items():
            if value is not None:
                self.feed(row, value)

    def feed(self, row, value):
        from statmon.domain.reading import Reading

        at = now()
        self.engine.table.apply([Reading(self.engine.table.series[row], value, at, at, "update")])

    def board(self, title, by=By.NOTHING):
        self.lens = Lens(self.engine.table, now())
        spec = BoardSpec("", self.kind, (BoardColumn(title),), by=by)
        names = Names(self.engine.workspace)
        return BoardModel(spec, self.lens, Catalogue(self.engine.table), names, KNOWLEDGE)


def told(model, line=0):
    return model.data(model.index(line, 1), Qt.ItemDataRole.AccessibleTextRole).splitlines()


def two_queues(*, parts=(), entered=True, level=LEVEL):
    """Two queues: 2 of 10 and 95 of 100 in the last hour."""
    result = {}
    for name, good, of, today in (("Sales", 2, 10, 1010), ("Billing", 95, 100, 110)):
        abandoned = of // 10
        amounts = {
            id(ANSWERED): of - abandoned + 3, id(ABANDONED): abandoned, id(SHORT_ABANDONED): 3,
            id(ANSWERED_IN_TIME): good,
        }  # fmt: skip
        result[name] = [(level, 100 * good / of), *((ENTERED, today),) * entered]
        result[name] += [(part, amounts[id(part)]) for part in parts]
    return Floor(result)


def test_a_service_level_of_the_last_hour_is_not_weighted_by_the_day(qapp):
    """27.4 % where 88.2 is true is marked, and the hint says what it is weighted by."""
    model = two_queues().board(LEVEL)

    assert model.text(0, 1) == "≈ 27.4 %"
    words = told(model)
    assert words[0] == "Service level: ≈ 27.4 %"
    reason = "weighted by Calls offered since midnight, because not all of its own parts are open."
    assert f"Approximate: {reason}" in words
    assert "The true number is between 20 % and 95 %." in words


def test_open_parts_give_the_ratio_of_the_sums(qapp):
    """And the hint shows the arithmetic."""
    for level, parts in ((LEVEL, (ANSWERED_IN_TIME, *DENOMINATOR)), (DEFINED, DENOMINATOR)):
        title = level if level is LEVEL else "ServiceFactor1 CallAnswered"
        model = two_queues(parts=parts, level=level).board(title)

        assert model.text(0, 1) == "88.2 %"
        assert told(model)[0] == (
            "Service level: 88.2 % = 97 of 110 in the last hour (Billing 95/100, Sales 2/10)"
        )
        assert "Left out: CallAbandoned 0–10 s." in told(model)


def test_a_name_counts_all_day_and_a_definition_from_when_it_was_opened(qapp):
    """95 % of an hour times 20 calls of the last ten minutes is no count of anything."""
    model = two_queues(parts=DENOMINATOR).board(LEVEL)

    assert model.text(0, 1) == "≈ 27.4 %"


@pytest.mark.parametrize(
    "change",
    [{"dynamicTimeProfile": "1800:10"}, {"dynamicFilter": "MediaType=chat"}, DAY],
)
def test_a_part_of_another_window_or_filter_is_no_part(qapp, change):
    """It only looks like one."""
    parts = [(part | change if part is ANSWERED else part) for part in DENOMINATOR]
    floor = two_queues()
    more = {name: [(part, 10) for part in parts] for name in ("Sales", "Billing")}
    model = Floor(
        {
            name: [(LEVEL, level), (ENTERED, today), *more[name]]
            for name, level, today in (("Sales", 20, 1010), ("Billing", 95, 110))
        }
    ).board(LEVEL)

    assert model.text(0, 1) == floor.board(LEVEL).text(0, 1) == "≈ 27.4 %"


def test_an_occupancy_is_not_weighted_by_login_time(qapp):
    """1 h busy, and 4 h busy of 8: 55.6 %, not 75."""
    share = {
        "category": "RelativeTimePercentage", "subject": "AgentStatus", "mainMask": STATUSES,
        "relativeMask": f"{STATUSES},WaitForNextCall", **DAY,
    }  # fmt: skip
    below = share | {"category": "TotalTime", "mainMask": share["relativeMask"]}
    below.pop("relativeMask")
    agents = {
        "Ann": [(share, 100), ("LoginDuration", 8 * 3600), (below, 3600)],
        "Bob": [(share, 50), ("LoginDuration", 8 * 3600), (below, 8 * 3600)],
    }
    title = f"RelativeTimePercentage {STATUSES}"
    model = Floor(agents, "Agent").board(title)

    assert model.text(0, 1) == "55.6 %"
    assert (
        " = 5:00:00 of 9:00:00 since midnight (Bob 4:00:00/8:00:00, Ann 1:00:00/1:00:00)"
        in (told(model)[0])
    )
    without = {name: values[:2] for name, values in agents.items()}
    assert f"Counted: time of {STATUSES} ÷ time of {STATUSES},WaitForNextCall." in told(model)
    model = Floor(without, "Agent").board(title)
    assert model.text(0, 1) == "≈ 75 %"
    assert any("weighted by Login time since midnight" in words for words in told(model))


def test_two_weights_are_never_mixed(qapp):
    """One queue by entered and another by answered: only one of them counts, and that is said."""
    model = Floor(
        {
            "Sales": [(LEVEL, 20), ("Total_Answered", 900)],
            "Billing": [(LEVEL, 95), (ENTERED, 100)],
            "Orders": [(LEVEL, 95), (ENTERED, 50)],
        }
    ).board(LEVEL)

    assert model.text(0, 1) == "~ 95 %"
    assert "1 without what weights it: Sales." in told(model)


def test_a_sum_says_of_how_many_and_what_is_missing(qapp):
    """Also whose statistic is not open at all: nobody else would notice."""
    floor = Floor({"Sales": [(WAITING, 4)], "Billing": [(WAITING, None)], "Orders": [(ENTERED, 7)]})
    model = floor.board(WAITING)

    assert model.text(0, 1) == "~ 4"
    assert told(model) == [
        "Calls waiting: ~ 4, sum of 1 of 3 (Sales 4)",
        "1 not open: Orders.",
        "1 without a number: Billing.",
    ]


def test_objects_in_several_groups_count_once_and_that_is_said(qapp):
    """The group of all is not the sum of the groups."""
    floor = Floor(
        {"Sales": [(WAITING, 4)], "Billing": [(WAITING, 5)]},
        groups={"Sales": ["A", "B"], "Billing": ["B"]},
    )
    model = floor.board(WAITING, By.GROUP)

    assert model.text(0, 1) == "9"
    assert "Objects that are in several groups count once: 1." in told(model)
    assert [model.text(line, 1) for line in range(model.rowCount()) if model.group_of(line)] == [
        "4", "9",
    ]  # fmt: skip


def test_groups_of_the_site_may_share_agents(qapp):
    """Their sum is near: nobody tells who is in two of them."""
    floor = Floor(
        {"Sales": [("CurrentReadyAgents", 4)], "Billing": [("CurrentReadyAgents", 5)]},
        "GroupAgents",
    )
    model = floor.board("CurrentReadyAgents")

    assert model.text(0, 1) == "≈ 9"
    assert "Approximate: who is in two of these groups counts in both." in told(model)


def test_two_windows_under_one_heading_are_near(qapp):
    """The last hour of one queue and the day of another do not make a sum."""
    parts = [number("CallAbandoned", **window) for window in (HOUR, DAY)]
    model = Floor({"Sales": [(parts[0], 4)], "Billing": [(parts[1], 5)]}).board(
        "TotalNumber CallAbandoned"
    )

    assert model.text(0, 1) == "≈ 9"


def test_a_copy_carries_the_marks(qapp):
    """What is only near stays so in a spreadsheet."""
    view = BoardView(two_queues().board(LEVEL), LIGHT)
    view.selectAll()
    view.copy()

    assert "≈ 27.4 %" in qapp.clipboard().text()


@pytest.mark.parametrize("part", [ANSWERED, SHORT_ABANDONED])
def test_a_number_is_as_old_as_its_oldest_part(qapp, part):
    """Also where only a denominator has grown old."""
    floor = two_queues(parts=(ANSWERED_IN_TIME, *DENOMINATOR))
    table = floor.engine.table
    late = next(
        row for row, statistic in enumerate(table.statistics)
        if statistic.definition is not None and dict(statistic.definition.fields) == part
    )  # fmt: skip
    table.set_open([table.series[late]], is_open=False)
    model = floor.board(LEVEL)

    cell = model.cell(0, 1)
    assert (cell.text, cell.tone) == ("◷ 88.2 %", Tone.MUTED)
    assert math.isnan(cell.number)
    assert "As old as its oldest part: stale." in told(model)


def test_a_part_that_the_service_refused_makes_no_new_number(qapp):
    """What was known before the error is not the number of now."""
    floor = Floor({"Sales": [(WAITING, 4)], "Billing": [(WAITING, 5)]})
    floor.engine.refuse("Sales", WAITING, "refused")
    cell = floor.board(WAITING).cell(0, 1)

    assert (cell.text, cell.tone) == ("⚠ 9", Tone.MUTED)


def numbers_in(text):
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,.]*", text)]


def test_every_hint_adds_up_to_its_number_again(qapp):
    """Of many queues too: what the hint does not name stands in one sum."""
    queues = {}
    for place in range(1, 12):
        good, of = place * 3, place * 5
        queues[f"q{place:02}"] = [
            (LEVEL, 100 * good / of), (ANSWERED, of), (ABANDONED, 2), (SHORT_ABANDONED, 2),
            (ANSWERED_IN_TIME, good), (WAITING, place),
        ]  # fmt: skip
    groups = {name: ["A"] if place % 2 else ["A", "B"] for place, name in enumerate(queues)}
    floor = Floor(queues, groups=groups)
    seen = 0
    for title in (LEVEL, WAITING):
        model = floor.board(title, By.GROUP)
        for line in range(model.rowCount()):
            if model.group_of(line) is None:
                continue
            first = told(model, line)[0]
            amounts = re.sub(r"q\d\d|\d+ more", "", first[first.rindex("(") + 1 : -1])
            shown = model.cell(line, 1).number
            if title is WAITING:
                assert sum(numbers_in(amounts)) == shown
            else:
                pairs = [numbers_in(part) for part in amounts.split(", ")]
                above, below = (sum(part) for part in zip(*pairs, strict=True))
                assert 100 * above / below == pytest.approx(shown)
                assert f"{above:g} of {below:g}" in first
            seen += 1
    assert seen == 6


def test_a_ratio_whose_parts_only_the_site_knows_is_never_exact(qapp):
    """Nobody told which ranges it has."""
    name = "Service_Level"
    queues = {"Sales": [(name, 20), (ENTERED, 10)], "Billing": [(name, 95), (ENTERED, 100)]}

    assert Floor(queues).board(name).text(0, 1) == "≈ 88.2 %"
    assert Floor({k: v[:1] for k, v in queues.items()}).board(name).text(0, 1) == "–"


def test_the_library_has_every_part_of_its_ratios():
    """So that they can be opened by name: numerator, denominator, over the ratio's own window."""
    from statmon.domain.ratio import computes

    shipped = library.shipped()
    known = {computes(entry.definition) for entry in shipped.entries if entry.definition}
    ratios = [entry for entry in shipped.entries if entry.ratio]
    assert len(ratios) >= 10
    for entry in ratios:
        for term in (*entry.ratio.numerator, *entry.ratio.denominator):
            assert computes(term.definition) in known, f"{entry.id}: {term}"
