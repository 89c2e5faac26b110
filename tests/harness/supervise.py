"""Runs a command, and ends what it leaves behind, however it ended: ``supervise.py COMMAND …``.

A run of tests that is killed, or whose time is up, has no time to end what its tests started.
Their processes become this one's children (PR_SET_CHILD_SUBREAPER). The exit code is the command's,
and 1 if it was 0 and something was left.
"""

import ctypes
import os
import signal
import subprocess
import sys

from tests.harness import processes

PR_SET_CHILD_SUBREAPER = 36
"""linux/prctl.h"""


def main() -> int:
    """Run the command; return its exit code."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    running = subprocess.Popen(sys.argv[1:])
    _hand_on(running)
    code = running.wait()
    code = 128 - code if code < 0 else code
    if not sys.platform.startswith("linux"):
        return code
    left = processes.end(processes.below(os.getpid(), processes.parents()))
    for name in left:
        sys.stderr.write(f"left running by the tests, and killed: {name}\n")
    return code or int(bool(left))


def _hand_on(running: subprocess.Popen[bytes]) -> None:
    """Let the command decide what a signal means; what is ignored stays so (nohup … &)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            # A terminal's Ctrl-C reaches the command by itself.
            quiet = number == signal.SIGINT
            signal.signal(
                number, (lambda *_: None) if quiet else lambda n, _: running.send_signal(n)
            )


if __name__ == "__main__":
    sys.exit(main())
