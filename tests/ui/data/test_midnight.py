"""Changes since midnight: the site's, known from history at once."""

import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtWidgets import QInputDialog

from statmon.domain.reading import Reading
from statmon.domain.site_time import last_midnight
from statmon.domain.workspace import Site
from statmon.history import Gap
from statmon.live.trends import Trends
from statmon.ui.data import zone
from statmon.ui.data.lens import SHIFT, Lens
from statmon.ui.data.midnight import MidnightSeeder
from statmon.ui.data.zone import zone_of
from statmon.ui.details.details import describe
from statmon.ui.tree import texts
from statmon.ui.tree.columns import Column
from tests.ui.fake_engine import FakeEngine, now, workspace

KIRITIMATI = "Pacific/Kiritimati"
"""Fourteen hours ahead of Greenwich: its day begins on our day before."""


def done(result):
    future = Future()
    future.set_result(result)
    return future


class Kept:
    """A history in which every series had a number at every instant that is asked for."""

    def __init__(self, table, number, gap=None):
        self._table, self._number, self._gap = table, number, gap
        self.asked = []
        self.since = [(60_000, 23)]

    def gaps(self, start, _end):
        if self._gap is None:
            return done([])
        series = None if self._gap == "all" else (self._table.series[self._gap],)
        return done([Gap("closed", start - 5, start + 5, series)])

    def as_of(self, when):
        self.asked.append(when)
        return done([Reading(item, self._number, when, when, "update")
                     for item in self._table.series])  # fmt: skip

    def arrived(self, series, start, end):
        place = self._table.series[1]
        return done([Reading(place, number, start + ms, start + ms, "update")
                     for ms, number in self.since if place in series])  # fmt: skip


@pytest.fixture
def lens():
    engine = FakeEngine(workspace())
    engine.go_up()
    engine.feed("agent1", "InboundCalls", 23)
    lens = Lens(engine.table, now())
    lens.span = 0
    return lens


def seeded(lens, kept, qtbot):
    seeder = MidnightSeeder(lens, kept)
    seeder.look()
    qtbot.waitUntil(lambda: not seeder._busy)
    return seeder


def test_the_change_since_midnight_is_known_without_having_seen_midnight(lens, qtbot):
    """From history, at start."""
    seeded(lens, Kept(lens.table, 20), qtbot)

    assert lens.change(1) == 3.0


@pytest.mark.parametrize(
    ("since", "change"),
    [
        ([(5, 0), (60_000, 23)], 23),  # at midnight the service began anew
        ([(60_000, 30), (90_000, 3), (99_000, 9)], 10 + 9 + 14),  # and it was restarted
    ],
)
def test_the_change_of_a_counter_since_midnight_is_what_it_counted(lens, qtbot, since, change):
    """Never the difference to the total of the day before; nor negative by a restart."""
    kept = Kept(lens.table, 20)
    kept.since = since
    seeded(lens, kept, qtbot)
    qtbot.waitUntil(lambda: lens.change(1) == lens.change(1))

    assert lens.change(1) == change
    assert texts.of_row(lens, 1, Column.CHANGE) == f"+{change}"


def test_a_restart_since_midnight_makes_no_negative_change(lens, qtbot):
    """118, then 3, then 9: nine more."""
    lens.trends.use_zone(None, last_midnight(lens.now) - 1)
    table = lens.table
    table.apply([Reading(table.series[1], 118, now(), now(), "update")])
    lens.trends.take(last_midnight(lens.now), table.numbers, table.freshness(now()), table.carried)
    for number in (3, 9):
        table.apply([Reading(table.series[1], number, now() + number, now(), "update")])

    assert lens.change(1) == 9
    assert not lens.counted_at_least(1)


def test_a_counter_that_was_not_seen_all_the_time_changed_by_at_least_so_much(lens, qtbot):
    """A restart may have taken what it counted."""
    lens.span = 15
    table = lens.table
    table.set_open([table.series[1]], is_open=False)
    lens.trends = Trends(len(table), now() - 60_000)
    lens.trends.take(now() - 15 * 60_000, table.numbers, np.full(len(table), 7, np.uint8))
    for ago in range(14, -1, -1):
        lens.trends.take(now() - ago * 60_000, table.numbers, np.full(len(table), 7, np.uint8))
    table.set_open([table.series[1]], is_open=True)
    table.apply([Reading(table.series[1], 27, now() + 5, now(), "open")])

    assert texts.of_row(lens, 1, Column.CHANGE) == "≥ +4"


def test_a_change_is_told_since_the_shift_began(lens, qtbot):
    """From history, at once; back to midnight that is asked for again."""
    here = datetime.fromtimestamp(lens.now / 1000)  # noqa: DTZ006 - this computer's day
    minute = here.hour * 60 + here.minute
    lens.span = SHIFT
    assert lens.span == 0  # the workspace has none
    lens.use_shifts((minute, (minute + 600) % 1440))
    lens.span = SHIFT
    kept = Kept(lens.table, 20)
    kept.since = [(0, 23)]
    seeder = seeded(lens, kept, qtbot)
    begun = lens.trends.began(lens.now)

    assert lens.now - begun < 120_000
    assert kept.asked == [begun]
    assert lens.change(1) == 3
    assert any("shift" in words for _, words, _ in describe(lens, 1))
    lens.span = 0
    seeder.look()
    qtbot.waitUntil(lambda: not seeder._busy)
    assert kept.asked[-1] == last_midnight(lens.now)
    lens.use_shifts(())
    assert lens.span == 0


def test_shifts_that_a_workspace_has_are_offered(open_window):
    """And no others."""
    engine = FakeEngine(workspace())
    window = open_window(engine)
    assert "Since the shift began" not in [
        a.text() for a in window.parts.views.span_menu().actions()
    ]
    window.parts.document.edit(
        "shifts", lambda ws: replace(ws, extra={**ws.extra, "shifts": ["06:00", "14:00"]})
    )
    menu = window.parts.views.span_menu()
    next(a for a in menu.actions() if a.text() == "Since the shift began").trigger()
    assert window.parts.views.page.model.lens.span == SHIFT
    tree = next(view for view in engine.workspace.views if view["kind"] == "tree")
    assert tree["changeOver"] == SHIFT


def test_history_is_asked_once_for_a_midnight_of_the_sites_zone(lens, qtbot):
    """And again where the site is elsewhere."""
    kept = Kept(lens.table, 20)
    seeder = seeded(lens, kept, qtbot)
    seeder.look()
    lens.use_zone(ZoneInfo(KIRITIMATI))
    gone = lens.change(1)
    seeder.look()
    qtbot.waitUntil(lambda: not seeder._busy)

    there = last_midnight(lens.now, ZoneInfo(KIRITIMATI))
    assert kept.asked == [last_midnight(lens.now), there]
    assert gone != gone, "the number at another place's midnight says nothing"
    assert lens.change(1) == 3.0


def test_what_was_read_for_another_zone_is_not_taken(lens, qtbot):
    """The zone was changed while history was read."""
    seeder = MidnightSeeder(lens, Kept(lens.table, 20))
    seeder.look()
    lens.use_zone(ZoneInfo(KIRITIMATI))
    qtbot.waitUntil(lambda: not seeder._busy)
    assert lens.change(1) != lens.change(1)
    seeder.look()
    qtbot.waitUntil(lambda: not seeder._busy)

    assert lens.change(1) == 3.0


@pytest.mark.parametrize("gap", ["all", 1])
def test_a_number_of_before_an_outage_is_not_that_of_midnight(lens, qtbot, gap):
    """Nothing was known then."""
    seeded(lens, Kept(lens.table, 20, gap), qtbot)

    assert lens.change(1) != lens.change(1)


def test_history_is_not_asked_for_a_midnight_that_was_slept_over(lens, qtbot):
    """It hears of the sleep later than the window, and would answer with a number of before."""
    midnight = last_midnight(lens.now)
    lens.trends.look(midnight - 60_000)
    lens.trends.away = (midnight - 60_000, midnight + 60_000)
    kept = Kept(lens.table, 20)
    seeded(lens, kept, qtbot)

    assert kept.asked == []
    assert lens.change(1) != lens.change(1)


def test_what_was_seen_at_midnight_counts_before_history(lens, qtbot):
    """It is the newer one."""
    lens.trends.use_zone(None, last_midnight(lens.now) - 1)
    lens.trends.take(last_midnight(lens.now), lens.table.numbers, lens.table.freshness(now()))
    seeded(lens, Kept(lens.table, 20), qtbot)

    assert lens.change(1) == 0.0


def test_nothing_is_asked_while_other_spans_are_shown(lens, qtbot):
    """The last minutes do not need it."""
    lens.span = 15
    kept = Kept(lens.table, 20)
    seeded(lens, kept, qtbot)

    assert kept.asked == []


def test_a_day_of_25_hours_began_at_its_midnight():
    """Not 24 hours before the next."""
    zone = ZoneInfo("Europe/Berlin")
    evening = datetime(2024, 10, 27, 22, tzinfo=zone)
    begun = last_midnight(int(evening.timestamp() * 1000), zone)

    assert datetime.fromtimestamp(begun / 1000, zone) == datetime(2024, 10, 27, tzinfo=zone)
    assert evening.timestamp() * 1000 - begun == timedelta(hours=23).total_seconds() * 1000


def test_the_zone_is_a_setting_of_the_workspaces_site(open_window, qtbot):
    """Chosen in the window, kept in the file, in force as soon as the disk has answered."""
    engine = FakeEngine(workspace())
    window = open_window(engine)
    window.parts.views.zone.choose(KIRITIMATI)
    kept = engine.workspace

    assert kept.site.settings["timeZone"] == KIRITIMATI
    qtbot.waitUntil(lambda: window.parts.pulse.lens.zone == ZoneInfo(KIRITIMATI))
    assert KIRITIMATI in window.parts.views.zone.action.text()

    window.parts.views.zone.choose("")
    assert "timeZone" not in engine.workspace.site.settings
    assert window.parts.pulse.lens.zone is None


def test_a_disk_that_is_slow_holds_up_no_window(open_window, qtbot, monkeypatch):
    """What it says of a zone that the site has no more is passed over."""
    asked, answer = threading.Event(), threading.Event()

    def slow(name):
        asked.set()
        answer.wait()
        return ZoneInfo(name)

    monkeypatch.setattr(zone, "zone_of", slow)
    engine = FakeEngine(workspace())
    window = open_window(engine)
    zones = window.parts.views.zone
    zones.choose(KIRITIMATI)
    qtbot.waitUntil(asked.is_set)
    assert window.parts.pulse.lens.zone is None

    zones.choose("")
    with qtbot.waitSignal(zones._courier._came):
        answer.set()
    assert window.parts.pulse.lens.zone is None


def test_the_zones_are_offered_in_a_list(open_window, qtbot):
    """By their names, this computer's first."""
    engine = FakeEngine(workspace())
    window = open_window(engine)
    window.parts.views.zone.action.trigger()
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is not None)
    dialog = window.findChild(QInputDialog)
    assert KIRITIMATI in dialog.comboBoxItems()

    dialog.setTextValue(KIRITIMATI)
    dialog.accept()
    assert engine.workspace.site.time_zone == KIRITIMATI


@pytest.mark.parametrize("name", ["Nowhere/Atall", "../etc/passwd", ""])
def test_an_unknown_zone_is_this_computers(name):
    """The window opens all the same."""
    assert zone_of(name) is None


@pytest.mark.parametrize("raw", [7, None, ["UTC"]])
def test_a_zone_that_is_no_text_counts_as_none(raw):
    """The file may come from a newer statmon."""
    assert Site("http://127.0.0.1:1", {"timeZone": raw}).time_zone == ""
