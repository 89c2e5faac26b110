"""Files that were made to do harm: each is taken or refused in a sentence, and costs little."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LONG = os.environ.get("STATMON_TEST_LONG") == "1"
RUNS = [(seed, 1200, 10**9) for seed in range(3)] if LONG else [(41, 600, 1200)]
"""Seeds, the seconds of each, and how many files: the short run is the same everywhere."""
RUN = Path(__file__).parent / "support" / "hostile_files.py"
KINDS = {
    "workspace", "table", "request", "recording", "bundle", "settings", "library", "announcement",
}  # fmt: skip


@pytest.mark.parametrize(("seed", "seconds", "most"), RUNS)
@pytest.mark.timeout(7200)
def test_no_file_does_harm(seed, seconds, most, tmp_path):
    """Memory, the loop's own time, tracebacks, hangs; and there is always a sentence."""
    home = {key: str(tmp_path) for key in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
                                           "XDG_DATA_HOME", "TMPDIR")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, RUN, str(seed), str(seconds), str(most)],
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)

    assert report["wrong"] == []
    assert set(report["counts"]) == KINDS
    assert report["sentences"] > 0
    assert report["blocked"] == []
    assert report["threads"] == []
    assert report["memory"] <= 500e6
    assert report["slice"] <= 0.1, report["in"]
