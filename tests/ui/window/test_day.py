"""A day in the window: regrouped, sorted, reconnected, and no larger than in the morning."""

import gc
import os
import tracemalloc

import pytest
from PySide6.QtWidgets import QApplication

from statmon.ui.tree.columns import Column
from statmon.ui.tree.grouping import Grouping
from tests.ui.fake_engine import FakeEngine, state, workspace

ROUNDS = 1_440 if os.environ.get("STATMON_TEST_LONG") else 40
"""Simulated minutes after the first hour; the whole day in the long run."""
MINUTE = 60_000
ALLOWED = 400_000
"""Bytes by which the program's memory may differ between two rounds of the same."""


@pytest.fixture
def clock(monkeypatch):
    """The window's clock, in the test's hand."""
    now = [1_700_000_000_000]
    for name in (
        "data.pulse.now_ms",
        "alerts.watch.now_ms",
        "alerts.dock.now_ms",
    ):
        monkeypatch.setattr(f"statmon.ui.{name}", lambda: now[0])
    return now


def test_a_day_costs_no_memory_and_loses_no_row(clock, open_window, monkeypatch):
    """What is kept is bounded: trends, outages, alerts, remembered shapes."""
    monkeypatch.setattr("tests.ui.fake_engine.now", lambda: clock[0])
    engine = FakeEngine(workspace(agents=40, queues=20))
    engine.go_up()
    window = open_window(engine)
    rows = len(engine.table)
    groupings, columns = list(Grouping), [None, *Column]

    def minute(number):
        clock[0] += MINUTE
        for agent in range(1, 41):
            engine.feed(f"agent{agent}", "InboundCalls", number % 97 + agent)
            engine.feed(f"agent{agent}", "CurrentAgentState", state("CallInbound", since=number))
        for queue in range(20):
            engine.feed(f"{7001 + queue}@SIP_Switch", "CurrentNumberWaitingCalls", number % 7)
        window.parts.page.group_by(groupings[number % len(groupings)])
        window.parts.page.model.sort_by(columns[number % len(columns)], number % 2 == 0)
        window.parts.views.tabs.setCurrentIndex(number % 3)
        if number % 10 == 0:
            engine.connect("reconnecting", "lost")
            engine.connect("connected")
        window.parts.pulse.tick()
        QApplication.processEvents()

    for number in range(70):
        minute(number)
    gc.collect()
    tracemalloc.start()
    for number in range(ROUNDS):
        minute(number)
    gc.collect()
    first, _ = tracemalloc.get_traced_memory()
    for number in range(ROUNDS):
        minute(number)
    gc.collect()
    second, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert second - first < ALLOWED
    window.parts.page.group_by(Grouping.TYPE)
    outline = window.parts.page.model.outline
    assert sorted(outline.row[outline.code < 0].tolist()) == list(range(rows))
    assert window.parts.status.figures.text().startswith(f"{rows:,} ")
