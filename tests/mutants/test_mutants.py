"""Faults that no test noticed once: each is put in again, and the tests named with it must fail.

A fault is a replacement in one file of a copy of the sources. Where the text is no longer there,
the fault has to be written anew, as the code is now.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Fault(NamedTuple):
    """What is written where something else stands, and who has to notice."""

    file: str
    right: str
    wrong: str
    noticed_by: str


FAULTS = {
    "changed rows are not drawn again": Fault(
        "ui/grid/view.py", "            self.viewport().update(region)", "            pass",
        "ui/tree/test_view.py",
    ),
    "everything is drawn for one row": Fault(
        "ui/grid/view.py", "self.viewport().update(region)", "self.viewport().update()",
        "ui/tree/test_view.py",
    ),
    "connected is told before all is subscribed": Fault(
        "bayeux/session.py", "self._announcer.pending and self.commands.settled",
        "self._announcer.pending", "bayeux/test_session_machine.py",
    ),
    "a new session believes the old one's channels": Fault(
        "bayeux/commands.py", "        self.subscribed.clear()\n", "",
        "bayeux/test_session_machine.py",
    ),
    "a black hole is noticed later": Fault(
        "bayeux/websocket.py", "        ping_interval=PING,\n", "", "faults/test_links.py",
    ),
    "a connect that trickles never ends": Fault(
        "bayeux/exchanges.py", "min(heard + delay, limit + EXTENSION)", "heard + delay",
        "bayeux/test_field_reports.py",
    ),
    "unknown keys of an object are lost": Fault(
        "domain/workspace.py", "        **item.extra,\n", "", "storage/user/test_workspace_file.py",
    ),
    "1 and true are the same": Fault(
        "domain/merge.py", " and _key(one) == _key(two)", "", "domain/test_merge.py",
    ),
    "any signature will do": Fault(
        "updates/manifest.py", "if not any(_signed(text, signature, key) for key in keys):",
        "if not keys:", "updates/test_manifest.py",
    ),
    "what is late is missing in trends": Fault(
        "live/trends.py", "np.isin(fresh, KNOWN)", "np.isin(fresh, (6, 7))", "live/test_trends.py",
    ),
    "what is late is not counted": Fault(
        "ui/data/lights.py", "Freshness.ERROR, Freshness.LATE)", "Freshness.ERROR)",
        "ui/connect/test_status_bar.py",
    ),
    "what is late is not judged": Fault(
        "alerts/evaluator.py", "np.isin(self.table.freshness(now, rows), KNOWN) & ~np.isnan",
        "np.isin(self.table.freshness(now, rows), (6, 7)) & ~np.isnan", "ui/alerts/test_alerts.py",
    ),
    "a filter by alerts stands still": Fault(
        "ui/tree/query.py", '{"state", "fresh", "alert", "value"}', '{"state", "fresh", "value"}',
        "ui/tree/test_query.py",
    ),
    "the shortest name gets a refusal's words": Fault(
        "service/subscriptions/partial_errors.py", "yield max(found", "yield min(found",
        "service/subscriptions/test_partial_errors.py",
    ),
    "a gap hides the reading of its millisecond": Fault(
        "analysis/buckets.py", 'np.searchsorted(times, begins, "right")',
        'np.searchsorted(times, begins, "left")', "analysis/test_buckets.py",
    ),
    "a reading of a gap's millisecond proves what comes after": Fault(
        "live/asof.py", "readings[upto].arrived <= gap.start", "readings[upto].arrived < gap.start",
        "live/test_asof.py",
    ),
    "the HTTP client is made in the loop": Fault(
        "service/wire/http.py", "await asyncio.to_thread(self.client, CALLS)",
        "self.client(CALLS)", "service/wire/test_wires.py",
    ),
    "a service that is down is asked again and again": Fault(
        "service/subscriptions/reconciler.py",
        "if self.available is False:\n            self._not_before = now + PROBE_EVERY",
        "if False:\n            pass", "service/subscriptions/test_reconciler.py",
    ),
    "a new session forgets that the service is down": Fault(
        "service/subscriptions/reconciler.py", "        if not told:\n", "        if True:\n",
        "service/subscriptions/test_reconciler.py",
    ),
    "the number of alerts is told each second": Fault(
        "ui/window/toolbar.py", "if shown != self.alerts.text():", "if shown:",
        "ui/window/test_toolbar.py",
    ),
    "the cursor stays where it was": Fault(
        "ui/connect/dialog.py", "            problem[1].setFocus()\n", "            pass\n",
        "ui/connect/test_sign_in.py",
    ),
    "nohup is not heard": Fault(
        "storage/machine/signals.py", "if signal.getsignal(number) is not signal.SIG_IGN", "",
        "storage/machine/test_signals.py",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_place(name):
    """What it replaces is in the code exactly once, and what has to notice it is there."""
    fault = FAULTS[name]

    assert (ROOT / "statmon" / fault.file).read_text("utf-8").count(fault.right) == 1
    assert (ROOT / "tests" / fault.noticed_by).is_file()


@pytest.mark.skipif(not os.environ.get("STATMON_TEST_LONG"), reason="takes half an hour")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_noticed(tmp_path, name):
    """By a test that fails, not by an error on the way."""
    fault = FAULTS[name]
    for part in ("statmon", "resources", "tests", "packaging"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "statmon" / fault.file
    source = file.read_text("utf-8")
    file.write_text(source.replace(fault.right, fault.wrong), "utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", f"tests/{fault.noticed_by}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "STATMON_TEST_LONG": ""},
    )  # fmt: skip

    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout[-2000:]
    assert "1 failed" in ended.stdout
