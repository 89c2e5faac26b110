"""A virtual X screen, for a window of its own that nobody else's windows are in the pictures of."""

import subprocess

COMMAND = (
    "Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp",
    "-noreset",  # else it begins anew when its last window goes, and refuses who comes meanwhile
)  # fmt: skip


def begin() -> tuple["subprocess.Popen[str]", str]:
    """Start one; return its server, which is the caller's to end, and its name: ``:1``."""
    server = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout
    return server, f":{server.stdout.readline().strip()}"
