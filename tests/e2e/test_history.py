"""``watch --history`` and ``export``: two processes, one history."""

import csv
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e


def test_what_watch_recorded_is_exported(start, simulate, workspace, tmp_path):
    """Every value line is a row, with the names of the workspace; also while it records."""
    environment = simulate("--speed", 20) | {"XDG_DATA_HOME": str(tmp_path / "data")}
    watch = start("watch", workspace, "--history", **environment)
    watch.until(event="subscription", state="open")
    for _ in range(20):
        watch.until(event="value")
    second = start("watch", workspace, "--history", **environment)
    assert "another statmon" in second.process.stderr.readline()
    assert second.interrupt() == 130
    assert watch.interrupt() == 130
    assert watch.errors == ""

    ended = subprocess.run(
        [sys.executable, "-m", "statmon", "export"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = list(csv.DictReader(ended.stdout.splitlines()))
    values = [line for line in watch.lines if line["event"] == "value"]

    assert sorted(
        (int(row["epoch_ms"]), row["object"], row["statistic"]) for row in rows
    ) == sorted((line["at"], line["objectId"], line["name"]) for line in values)
    assert {row["subscription"] for row in rows} == {"Floor"}
