"""What the tests stand on holds wherever and however they are started."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = [name for name in ("SIGINT", "SIGHUP", "SIGTERM") if hasattr(signal, name)]
PROGRAM = f"""
import signal
print([name for name in {NAMES} if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN])
"""


def test_what_a_test_starts_hears_signals():
    """As if it had been started in a terminal."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not inherited there")
def test_what_a_suite_in_the_background_starts_hears_them_as_well():
    """After ``nohup make test &``, which has them ignored; the suite itself outlives them."""
    here = f"{Path(__file__)}::{test_what_a_test_starts_hears_signals.__name__}"
    started = "trap '' INT HUP; \"$@\" & kill -INT $!; kill -HUP $!; wait $!"
    told = subprocess.run(
        ["sh", "-c", started, "sh", sys.executable, "-m", "pytest", "-q", here],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stdout + told.stderr
