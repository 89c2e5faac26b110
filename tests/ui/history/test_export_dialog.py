"""Exporting the history from the window: what is chosen arrives, and nothing half done stays."""

import asyncio
import csv
import threading
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox, QPushButton

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.export import job
from statmon.history import History, SeriesInfo
from statmon.ui.history.export_choices import ExportChoices, patterns_in
from statmon.ui.history.export_dialog import ExportDialog
from statmon.ui.history.keeper import Keeper
from tests.ui.fake_engine import SITE, now, workspace

MINUTE, QUARTER = 60_000, 900_000
CALLS = Series(SITE, "Agent", "agent1", "InboundCalls")
WAITING = Series(SITE, "Queue", "7001@SIP_Switch", "CurrentNumberWaitingCalls")


class Exporting:
    """A dialog, and the work that it has started."""

    def __init__(self, history, selected, parent, wanted=None):
        self.tasks = []
        wanted = wanted or workspace()
        self.dialog = ExportDialog(history, selected, wanted, self._start, parent)
        self.choices = self.dialog.choices

    def _start(self, work, _name):
        self.tasks.append(asyncio.get_running_loop().create_task(work))

    async def settled(self):
        """All that was started has ended."""
        while self.tasks:
            await self.tasks.pop(0)

    def choose(self, field, data):
        box = getattr(self.choices, field)
        box.setCurrentIndex(box.findData(data))


@pytest.fixture
def history(tmp_path):
    history = History(tmp_path / "history")
    at = now() - 10 * MINUTE
    history.record(
        [
            Reading(CALLS, 5, at, at, "update"),
            Reading(WAITING, 2, at + MINUTE, at + MINUTE, "update"),
            Reading(WAITING, 3, at + 2 * MINUTE, at + 2 * MINUTE, "update"),
        ]
    )
    history.describe([SeriesInfo(WAITING, "Calls waiting", "Sales", "Queues")])
    yield history
    history.close()


@pytest.fixture
def window(open_window, engine):
    return open_window(engine)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "out.csv"


@pytest.fixture
async def exporting(window, history, file):
    """A dialog that has looked up what there is, about to write all of it into a file."""
    opened = Exporting(history, [CALLS], window)
    opened.dialog.open()
    await opened.settled()
    opened.choose("period", "everything")
    opened.choices.file.setText(str(file))
    return opened


def objects_in(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return [row["object"] for row in csv.DictReader(lines)]


async def test_it_may_be_closed_before_it_knows_what_there_is(window, history):
    """The answer comes to nobody then."""
    opened = Exporting(history, [], window)
    opened.dialog.open()
    opened.dialog.close()
    QCoreApplication.sendPostedEvents(opened.dialog, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(opened.dialog)

    await opened.settled()


async def test_all_that_is_recorded_is_written(exporting, file):
    """Also what came a moment ago; the dialog says how much and where."""
    exporting.dialog.exporting.click()
    await exporting.settled()

    assert objects_in(file) == ["agent1", "7001@SIP_Switch", "7001@SIP_Switch"]
    assert exporting.dialog.message.text() == f"✓ 3 rows are in {file}"
    assert exporting.dialog.isVisible()
    assert exporting.dialog.exporting.isEnabled()


async def test_series_are_chosen_by_selection_or_by_words(exporting, file):
    """The dialog counts them beforehand; nothing to export cannot be exported."""
    assert exporting.choices.found.text() == "2 series are exported"
    exporting.choose("which", "selected")
    assert [info.series for info in exporting.choices.chosen] == [CALLS]
    exporting.choose("which", "pattern")
    exporting.choices.pattern.setText("nobody")
    assert not exporting.dialog.exporting.isEnabled()
    exporting.choices.pattern.setText("sale")
    assert exporting.choices.found.text() == "1 series is exported"

    exporting.dialog.exporting.click()
    await exporting.settled()

    assert objects_in(file) == ["7001@SIP_Switch"] * 2


async def test_what_was_counted_in_each_interval_is_written(exporting, history, file):
    """The table for workforce planning: of the window's workspace, whatever series are chosen."""
    begin = now() // QUARTER * QUARTER - 2 * QUARTER
    answered = Series(SITE, "Queue", "7002@SIP_Switch", "Total_Answered")
    for at, number in ((begin, 10), (begin + MINUTE, 14), (begin + QUARTER, 3)):
        history.record([Reading(answered, number, at, at, "update")])
    exporting.choose("which", "selected")
    exporting.choose("every", "workforce-15")
    assert exporting.choices.found.text().endswith("of 2 objects.")
    assert not exporting.choices.which.isEnabled()
    exporting.dialog.exporting.click()
    await exporting.settled()

    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["answered"]]
    assert [(row["object"], row["answered"], row["restarts"]) for row in rows[:2]] == [
        ("7002@SIP_Switch", "4", "0"), ("7002@SIP_Switch", "3", "1"),
    ]  # fmt: skip
    exporting.choose("every", None)
    assert exporting.choices.which.isEnabled()
    assert exporting.choices.found.text() == "1 series is exported"


async def test_without_counters_there_is_no_table_of_intervals(window, history):
    """It is not offered, and not written empty."""
    nothing = replace(workspace(), subscriptions=())
    opened = Exporting(history, [], window, nothing)
    opened.dialog.open()
    await opened.settled()
    box = opened.choices.every

    assert not box.model().item(box.findData("workforce-15")).isEnabled()


def test_many_series_are_looked_through_without_holding_up_the_window(qtbot):
    """A word typed meanwhile counts, and the one before it no more."""
    choices = ExportChoices([])
    qtbot.addWidget(choices)
    infos = [SeriesInfo(CALLS._replace(object_id=f"agent{n}")) for n in range(2500)]
    choices.offer(infos, None)
    choices.which.setCurrentIndex(choices.which.findData("pattern"))
    choices.pattern.setText("agent")
    assert (choices.chosen, choices.found.text()) == ([], "Looking …")
    choices.pattern.setText("agent24??")

    qtbot.waitUntil(lambda: choices.found.text() == "100 series are exported")
    assert choices.chosen == infos[2400:]


async def test_a_row_an_interval(exporting, file):
    """As ``statmon export --every`` writes them."""
    exporting.choose("every", 1440 * MINUTE)
    exporting.dialog.exporting.click()
    await exporting.settled()

    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert sum(int(row["readings"]) for row in rows) == 3
    assert {row["max"] for row in rows if row["object"] == "7001@SIP_Switch"} >= {"3"}


async def test_the_file_has_the_ending_of_its_format(exporting, tmp_path):
    """And is what it says."""
    exporting.choose("kind", "xlsx")
    assert exporting.choices.path == tmp_path / "out.xlsx"
    exporting.dialog.exporting.click()
    await exporting.settled()

    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")


@pytest.fixture
def held(monkeypatch):
    """An export that waits after its first portion until it is let go."""
    reached, go_on = threading.Event(), threading.Event()
    whole = job.table_of

    def table_of(*arguments, **named):
        table = whole(*arguments, **named)

        def portions():
            for portion in table.portions:
                yield portion
                reached.set()
                go_on.wait()
                yield portion

        return replace(table, portions=portions())

    monkeypatch.setattr(job, "table_of", table_of)
    yield reached, go_on
    go_on.set()


async def test_what_is_stopped_leaves_nothing(exporting, file, held, tmp_path):
    """And what was there before stays; the dialog stays too, and can go on."""
    reached, go_on = held
    file.write_text("before")
    exporting.choices.agreed = file
    exporting.dialog.exporting.click()
    await asyncio.to_thread(reached.wait)
    assert exporting.dialog.closing.text() == "Stop"
    assert not exporting.choices.isEnabled()

    exporting.dialog.closing.click()
    assert exporting.dialog.isVisible()
    go_on.set()
    await exporting.settled()

    assert exporting.dialog.message.text() == "Stopped: nothing was written."
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.csv"]
    assert exporting.dialog.closing.text() == "Close"
    exporting.dialog.closing.click()
    assert not exporting.dialog.isVisible()


async def test_a_window_that_closes_ends_its_export(exporting, file, held, tmp_path):
    """Its tasks are cancelled: the thread ends by itself, and leaves nothing."""
    reached, go_on = held
    exporting.dialog.exporting.click()
    await asyncio.to_thread(reached.wait)
    progress = exporting.dialog._under_way
    exporting.tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await exporting.settled()

    go_on.set()
    with pytest.raises(job.Stopped):
        progress(1.0, 1)
    await asyncio.get_running_loop().shutdown_default_executor()
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


async def test_an_existing_file_is_replaced_only_when_the_user_agrees(exporting, file):
    """Each time anew."""
    file.write_text("before")
    exporting.dialog.exporting.click()
    (box,) = exporting.dialog.findChildren(QMessageBox)
    assert not exporting.tasks
    assert file.read_text() == "before"

    replacing = next(b for b in box.findChildren(QPushButton) if b.text() == "&Replace")
    replacing.click()
    await exporting.settled()

    assert len(objects_in(file)) == 3
    assert exporting.choices.agreed is None


async def test_what_cannot_be_done_is_said_in_a_sentence(exporting, tmp_path):
    """And can be put right in the dialog."""
    dialog, choices = exporting.dialog, exporting.choices
    choices.file.setText(str(tmp_path / "nowhere" / "out.csv"))
    dialog.exporting.click()
    await exporting.settled()
    assert "cannot be written" in dialog.message.text()

    choices.file.setText("  ")
    dialog.exporting.click()
    assert dialog.message.text() == "⚠ Name a file to write to."

    choices.file.setText(str(tmp_path / "out.csv"))
    exporting.choose("period", "between")
    choices.end.setDateTime(choices.begin.dateTime().addDays(-1))
    dialog.exporting.click()
    assert "ends before it begins" in dialog.message.text()
    assert not exporting.tasks


def test_words_fit_within_names_and_patterns_whole_ones():
    """With ; between them."""
    assert patterns_in(" Sales ; agent* ;; ") == ["*Sales*", "agent*"]
    assert patterns_in("") == []


async def test_the_history_menu_offers_it(window, engine, history):
    """Wherever there is a history."""
    await asyncio.wrap_future(history.flush())
    tasks = []
    keeper = Keeper(engine, history)
    window.parts.keep(keeper, lambda work, _: tasks.append(asyncio.ensure_future(work)))
    keeper.menu.refresh()
    assert keeper.menu.exporting.isEnabled()

    keeper.menu.exporting.trigger()
    for task in tasks:
        await task

    (dialog,) = window.findChildren(ExportDialog)
    assert dialog.isVisible()
    assert len(dialog.choices.chosen) == 2
    dialog.close()
    await keeper.end()
