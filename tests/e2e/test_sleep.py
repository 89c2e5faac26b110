"""A computer that sleeps: the real program, stopped for longer than any connection lives."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not os.environ.get("STATMON_TEST_LONG"), reason="sleeps for 40 s"),
    pytest.mark.skipif(sys.platform == "win32", reason="stops a process the Unix way"),
]
SLEEP = 40.0
"""Seconds; longer than the client takes for a blocked loop."""
ROUNDED = 2
"""Milliseconds: whole ones, of two clocks."""


def test_after_a_sleep_all_is_open_again_and_the_gap_begins_where_it_fell_asleep(
    start, simulate, workspace, tmp_path
):
    """Without a click, and no reading is claimed for the time between."""
    environment = simulate() | {"XDG_DATA_HOME": str(tmp_path / "data")}
    watch = start("watch", workspace, "--history", **environment)
    watch.until(event="subscription", state="open")
    awake = watch.until(event="value")["at"]
    os.kill(watch.process.pid, signal.SIGSTOP)
    asleep = time.time() * 1000
    time.sleep(SLEEP)
    woken = time.time() * 1000
    os.kill(watch.process.pid, signal.SIGCONT)
    lost = watch.until(event="connection", state="reconnecting")["at"]
    watch.until(event="connection", state="connected")
    back = watch.until(event="subscription", state="open")
    assert back["errors"] == []
    watch.until(event="value")
    assert watch.interrupt() == 130

    folder = tmp_path / "data" / "statmon" / "history"
    program = (
        "import sys, pathlib; from statmon.history import History, Rules\n"
        "history = History(pathlib.Path(sys.argv[1]), Rules())\n"
        "for gap in history.gaps(0, 1 << 60).result(): print(gap.kind, gap.start, gap.end)\n"
        "history.close()"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True
    ).stdout
    (gap,) = [line.split() for line in said.splitlines() if line.startswith("sleep")]
    assert awake - ROUNDED <= int(gap[1]) <= asleep + ROUNDED
    assert woken - ROUNDED <= int(gap[2]) <= lost + ROUNDED
