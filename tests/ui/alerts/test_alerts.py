from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from statmon.alerts.rules import Rule
from statmon.domain.library import Levels
from statmon.ui.alerts.dialog import ThresholdDialog, contradiction
from tests.ui.fake_engine import state
from tests.ui.limited import HIGH, feed, limited


@pytest.fixture
def window(engine, open_window):
    return limited(engine, open_window)


def texts(tree):
    return [
        [tree.topLevelItem(n).text(c) for c in range(tree.columnCount())]
        for n in range(tree.topLevelItemCount())
    ]


def test_a_number_beyond_its_limit_is_an_alert_and_shows_everywhere(window, engine):
    """In the lens that tree and boards draw from, in the dock, and in the dock's title."""
    row = feed(window, engine, 7)
    window.parts.alerts.dock.refresh()
    window.parts.alerts.watch.changed.emit()

    assert window.parts.pulse.lens.level(row) == 1
    assert texts(window.parts.alerts.dock.open)[0][:4] == ["▲ high", "agent2", "InboundCalls", "7"]
    assert window.parts.docks.alerts.windowTitle() == "Alerts (1)"


def test_it_ends_with_the_number_and_is_remembered(window, engine):
    """Among the ended ones, with its worst."""
    for number in (7, 12, 1):
        row = feed(window, engine, number)
    dock = window.parts.alerts.dock
    dock.tabs.setCurrentWidget(dock.closed)
    dock.refresh()

    assert window.parts.pulse.lens.level(row) == 0
    assert texts(dock.closed)[0][:3] == ["▲▲ critically high", "agent2", "InboundCalls"]


def test_an_alert_whose_number_is_stale_is_unknown_and_not_well(window, engine):
    """The feed being down is said, and cannot be switched off."""
    row = feed(window, engine, 7)
    engine.service("UNAVAILABLE")
    window.parts.alerts.watch.look_at_all()
    dock = window.parts.alerts.dock
    dock.refresh()

    assert window.parts.pulse.lens.level(row) == 0
    assert texts(dock.open)[0][3::3] == ["?", "unknown: no fresh number"]
    assert "feed is down" in dock.nothing.text()
    dock.tabs.setCurrentWidget(dock.outages)
    dock.refresh()
    assert texts(dock.outages)[0][0] == "⚠ service"


def test_a_number_that_is_late_is_judged(window, engine):
    """Its period is over, and nothing says that it is another: also in a frozen view."""
    row = engine.feed("agent2", "InboundCalls", 7, ago=150)
    engine.owe(row, 60)
    watch = window.parts.alerts.watch
    watch.look_at_all()
    window.parts.pulse.tick()
    assert window.parts.pulse.lens.level(row) == 1
    assert (watch.count(), watch.unknown) == (1, False)

    window.parts.actions.pausing.trigger()
    watch.look_at_all()
    assert window.parts.pulse.lens.table is not watch.table
    assert window.parts.pulse.lens.level(row) == 1


def test_a_number_beyond_all_arithmetic_is_beyond_its_limit(window, engine):
    """It is shown, so it is judged: nothing is fine there."""
    row = feed(window, engine, 1e308)
    window.parts.alerts.watch.look_at_all()
    window.parts.alerts.dock.refresh()

    assert window.parts.pulse.lens.level(row) != 0
    assert window.parts.alerts.watch.count() == 1
    assert "within its thresholds" not in window.parts.alerts.dock.nothing.text()


def test_what_is_no_number_is_not_said_to_be_fine(window, engine):
    """Nobody can tell whether a text is beyond a limit."""
    feed(window, engine, "many")
    window.parts.alerts.watch.look_at_all()
    window.parts.alerts.dock.refresh()

    assert "nobody can tell" in window.parts.alerts.dock.nothing.text()


def test_alerts_are_acknowledged_and_snoozed(window, engine):
    """By the buttons, of what is selected; then they count no more."""
    feed(window, engine, 7)
    dock = window.parts.alerts.dock
    dock.refresh()
    assert not dock.acknowledging.isEnabled()

    dock.open.setCurrentItem(dock.open.topLevelItem(0))
    dock.acknowledging.click()
    assert window.parts.alerts.watch.count() == 0
    assert "seen" in texts(dock.open)[0][6]
    dock.snoozing.click()
    assert "quiet until" in texts(dock.open)[0][6]


def test_watching_goes_on_while_the_view_is_frozen(window, engine):
    """The frozen view shows the thresholds of then, the dock those of now."""
    row = feed(window, engine, 1)
    window.parts.actions.pausing.trigger()
    feed(window, engine, 7)

    assert window.parts.pulse.lens.level(row) == 0
    assert window.parts.alerts.watch.count() == 1
    window.parts.actions.pausing.trigger()
    window.parts.alerts.watch.look_at_all()
    assert window.parts.pulse.lens.level(row) == 1


def test_too_long_in_a_state_is_an_alert(window, engine):
    """The limit is the time in states that fit the pattern."""
    rule = Rule(statistic="CurrentAgentState", state="NotReady*", levels=Levels(warning_high=600))
    window.parts.alerts.watch.set_rules([rule])
    engine.feed("agent1", "CurrentAgentState", state("NotReadyForNextCall", since=700))
    engine.feed("agent2", "CurrentAgentState", state("WaitForNextCall", since=700))
    window.parts.alerts.watch.look_at_all()
    window.parts.alerts.dock.refresh()

    assert [line[1] for line in texts(window.parts.alerts.dock.open)] == ["Desk 1"]
    assert texts(window.parts.alerts.dock.open)[0][3].startswith("11:")


def test_the_dialog_starts_with_what_the_library_suggests_and_keeps_rules(window, engine):
    """For the statistic at hand; OK writes them into the workspace."""
    window.parts.alerts.watch.set_rules([])
    row = engine.feed("7001@SIP_Switch", "CurrentNumberWaitingCalls", 7)
    window.parts.alerts.edit(row)
    dialog = window.findChild(ThresholdDialog)
    assert dialog.limits["warning_high"].text() == "5"
    assert dialog.preview.text().startswith("Fits 2 statistics; 1 beyond a limit now")

    dialog.object_id.setText("7001*")
    dialog.object_id.textEdited.emit("7001*")
    dialog.accept()
    kept = engine.workspace.alerts[0]
    assert (kept["objectId"], kept["high"]) == ("7001*", {"warning": 5.0, "critical": 10.0})
    assert window.parts.alerts.watch.rule_of(row).object_id == "7001*"


def test_rules_are_added_and_removed_and_cancelled(window):
    """Nothing counts before OK."""
    window.parts.alerts.edit()
    dialog = window.findChild(ThresholdDialog)
    dialog._add()
    assert "No limit is set" in dialog.preview.text()
    dialog.list.remove()
    dialog.list.remove()
    assert "Press “Add”" in dialog.preview.text()
    dialog.reject()
    QApplication.processEvents()

    assert window.parts.alerts.watch.rules == [HIGH]


@pytest.mark.parametrize(
    ("levels", "wrong"),
    [(Levels(), True), (Levels(warning_low=5, warning_high=3), True),
     (Levels(critical_low=1, warning_low=2, warning_high=3, critical_high=4), False)],
)  # fmt: skip
def test_contradicting_limits_are_pointed_out(levels, wrong):
    """They must rise from the critical low to the critical high one."""
    assert bool(contradiction(levels)) is wrong


def test_a_limit_is_read_as_the_window_writes_it(window, engine):
    """In minutes and seconds for a duration, with its unit beside it."""
    window.parts.alerts.watch.set_rules([])
    row = engine.feed("agent1", "CurrentAgentState", state("NotReadyForNextCall", since=700))
    window.parts.alerts.edit(row)
    dialog = window.findChild(ThresholdDialog)
    dialog.state.setText("NotReady*")
    dialog.state.textEdited.emit("NotReady*")
    limit = dialog.limits["critical_high"]
    limit.selectAll()
    QTest.keyClicks(limit, "12:30")

    assert "minutes:seconds" in dialog.unit.text()
    dialog.accept()
    assert window.parts.alerts.watch.rules[0].levels.critical_high == 750


@pytest.mark.parametrize("typed", ["ten", "5 or 6", "1e999"])
def test_what_is_no_number_is_said_and_not_taken(window, engine, typed):
    """It stays to be seen; nothing of the rules counts until it is one."""
    before = list(window.parts.alerts.watch.rules)
    window.parts.alerts.edit()
    dialog = window.findChild(ThresholdDialog)
    limit = dialog.limits["warning_high"]
    limit.selectAll()
    QTest.keyClicks(limit, typed)

    assert limit.text() == typed
    assert f"“{typed}” is no number" in dialog.preview.text()
    assert not dialog._ok.isEnabled()
    dialog.accept()
    assert dialog.isVisible()
    assert window.parts.alerts.watch.rules == before


def test_contradicting_limits_cannot_be_taken(window):
    """Neither those in sight nor those of another rule of the list."""
    before = list(window.parts.alerts.watch.rules)
    window.parts.alerts.edit()
    dialog = window.findChild(ThresholdDialog)
    for name, typed in (("warning_high", "9"), ("critical_high", "3")):
        dialog.limits[name].selectAll()
        QTest.keyClicks(dialog.limits[name], typed)
    assert not dialog._ok.isEnabled()
    dialog._add()
    assert not dialog._ok.isEnabled()
    dialog.accept()
    assert window.parts.alerts.watch.rules == before
    assert "contradict each other" in dialog.preview.text() or dialog.wrong

    dialog.list.setCurrentRow(0)
    dialog.limits["critical_high"].selectAll()
    QTest.keyClicks(dialog.limits["critical_high"], "12")
    assert dialog._ok.isEnabled()


def test_a_deadband_that_no_alert_would_end_by_cannot_be_taken(window):
    """It is as wide as what lies between the limits; the form says so."""
    both = replace(HIGH, levels=Levels(warning_low=2, warning_high=5))
    window.parts.alerts.watch.set_rules([both])
    window.parts.alerts.edit()
    dialog = window.findChild(ThresholdDialog)
    assert dialog._ok.isEnabled()
    QTest.keyClicks(dialog.deadband, "2")

    assert not dialog._ok.isEnabled()
    assert "no alert would ever end" in dialog.preview.text()
    dialog.accept()
    assert window.parts.alerts.watch.rules == [both]


def test_without_rules_every_row_is_known_to_have_no_threshold(engine, open_window):
    """Views look it up for any row, also for those that were added a moment ago."""
    window = open_window(engine)
    window.parts.alerts.watch.set_rules([])
    new = replace(engine.table.statistics[0], name="Added_A_Moment_Ago")
    engine.table.add(new, new.series("http://127.0.0.1:1"))
    window.parts.alerts.watch.look_at_all()

    assert window.parts.pulse.lens.levels.tolist() == [0] * len(engine.table)


def test_an_alert_is_told_as_it_happens(window, engine):
    """To whoever tells people, in the moment of the reading, with what they need to say."""
    told = []
    window.parts.alerts.watch.told.connect(told.append)
    engine.feed("agent2", "InboundCalls", 7)
    (raised,) = told[0].transitions

    assert (raised.change, raised.state, raised.series.object_id) == ("raised", "active", "agent2")
    assert (raised.rule, raised.level, raised.number, raised.limit) == ("Many", 1, 7, 5)
    window.parts.alerts.watch.acknowledge([raised.id], "called them")
    assert (told[1].transitions[0].who, told[1].transitions[0].words) == ("sue", "called them")


def test_in_the_past_the_alerts_say_that_they_are_of_now(window, engine):
    """The views beside them show another time."""
    watch = window.parts.alerts.watch
    engine.feed("agent1", "InboundCalls", 1)
    assert "of now" not in window.parts.alerts.dock.nothing.text()
    window.parts.pulse.show_past(watch.table.copy(), 1, None)
    window.parts.alerts.dock.refresh()
    assert "Alerts are of now" in window.parts.alerts.dock.nothing.text()

    window.parts.pulse.show_present()
    window.parts.alerts.dock.refresh()
    assert "of now" not in window.parts.alerts.dock.nothing.text()
