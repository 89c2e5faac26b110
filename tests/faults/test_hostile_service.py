"""A service that lies in every way: statmon stays small, quick, civil, and comes back.

``make test`` takes some seconds of it with fixed seeds, ``make test-long`` an hour.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "support" / "hostile_run.py"
LONG = bool(os.environ.get("STATMON_TEST_LONG"))
SECONDS = 1200 if LONG else 6
MOST_MEMORY = 500 * 10**6
MOST_TASKS = 200
"""A service that answers late has no more to answer for that."""
LONGEST_SLICE = 0.1
"""Seconds of the loop thread's own time: how busy the machine is does not count."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures threads by /proc")
@pytest.mark.timeout(SECONDS + 280)
@pytest.mark.parametrize(
    ("transport", "seed"), [("auto", 11), ("long-polling", 12), ("websocket", 13)]
)
def test_a_service_that_lies_costs_little_and_is_told_in_sentences(transport, seed):
    """No traceback, no secret, no wait in the loop; and honest again, all is well again."""
    run = subprocess.run(
        [sys.executable, RUN, str(seed), str(SECONDS), transport],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 240,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    report = json.loads(run.stdout)
    assert report["wrong"] == []
    assert report["blocked"] == []
    assert report["slice"] <= LONGEST_SLICE, report["in"]
    assert report["memory"] <= MOST_MEMORY
    assert report["tasks"] <= MOST_TASKS
    assert report["values"] >= 100
