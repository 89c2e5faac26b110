"""The Simulator menu: every item does what it says, and the ticks tell the truth."""

import asyncio

import pytest
from PySide6.QtWidgets import QMenuBar

from statmon.ui.background.tasks import Tasks
from statmon.ui.simulator.menu import SimulatorMenu
from statmon.ui.start import loop as qt_loop


class Simulated:
    """A control that remembers what it was told."""

    def __init__(self):
        self.told, self.faults, self.broken = [], set(), False

    async def in_force(self):
        return frozenset(self.faults)

    async def begin(self, kind, seconds=None):
        if self.broken:
            raise ConnectionError("nothing answers")
        self.told.append((kind, seconds))
        self.faults.add(kind)

    async def end(self, kinds):
        self.told.append(("end", tuple(kinds)))
        self.faults -= set(kinds)


@pytest.fixture
def bench(qapp):
    """Return a function that runs steps on a menu; they end when all its work is done."""
    control, failures = Simulated(), []

    def run(steps):
        async def main():
            bar = QMenuBar()
            bar.addMenu("&Help")
            tasks = Tasks(failures.append)
            running = []

            def start(work, name):
                running.append(tasks.start(work, name))

            menu = SimulatorMenu(bar, control, start)
            for step in steps(menu):
                step()
                await asyncio.gather(*running, return_exceptions=True)
            titles = [action.text() for action in bar.actions()]
            ticked = {kind for kind, action in menu.lasting.items() if action.isChecked()}
            bar.deleteLater()
            return titles, ticked

        return qt_loop.run(qapp, main())

    return run, control, failures


def test_the_menu_stands_before_help(bench):
    run, _, _ = bench
    titles, ticked = run(lambda _menu: ())
    assert titles == ["Si&mulator", "&Help"]
    assert ticked == set()


def test_an_outage_lasts_until_it_is_undone(bench):
    run, control, _ = bench
    _, ticked = run(lambda menu: [menu.lasting["outage"].trigger])
    assert control.told == [("outage", None)]
    assert ticked == {"outage"}


def test_unticking_ends_a_fault(bench):
    run, control, _ = bench
    _, ticked = run(lambda menu: [menu.lasting["slow"].trigger] * 2)
    assert control.told == [("slow", None), ("end", ("slow",))]
    assert ticked == set()


def test_how_long_is_chosen_beforehand(bench):
    run, control, _ = bench
    run(lambda menu: [menu.lengths[10.0].trigger, menu.lasting["drop"].trigger])
    assert control.told == [("drop", 10.0)]


def test_a_sudden_fault_has_no_tick_and_no_length(bench):
    run, control, _ = bench
    _, ticked = run(lambda menu: [menu.lengths[60.0].trigger, menu.sudden["restart"].trigger])
    assert control.told == [("restart", None)]
    assert ticked == set()


def test_everything_well_again_ends_whatever_lasts(bench):
    run, control, _ = bench
    control.faults = {"outage", "late"}
    _, ticked = run(lambda menu: [menu.mending.trigger])
    assert control.faults == set()
    assert ticked == set()


def test_opening_the_menu_looks_up_what_is_in_force(bench):
    """A fault may have been let loose by the command line, or have ended by itself."""
    run, control, _ = bench
    control.faults = {"late"}
    _, ticked = run(lambda menu: [menu.aboutToShow.emit])
    assert ticked == {"late"}


def test_a_simulator_that_does_not_obey_says_why_and_leaves_no_tick(bench):
    run, control, failures = bench
    control.broken = True
    _, ticked = run(lambda menu: [menu.lasting["outage"].trigger])
    assert [str(error) for error in failures] == ["nothing answers"]
    assert ticked == set()


def test_every_item_has_a_mnemonic_of_its_own(bench):
    """From the keyboard: one key, one item."""
    run, _, _ = bench
    seen = []

    def steps(menu):
        seen.extend(action.text() for action in menu.actions() if not action.isSeparator())
        return ()

    run(steps)
    keys = [text[text.index("&") + 1].lower() for text in seen]
    assert sorted(keys) == sorted(set(keys)), seen
