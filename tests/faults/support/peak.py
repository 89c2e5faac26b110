"""How much memory this process has taken at most."""

import re
import resource
import sys
from pathlib import Path


def peak_memory() -> int:
    """Return bytes, of this program alone.

    What ``getrusage`` says begins, on Linux, with the size of whoever started the process.
    """
    if sys.platform.startswith("linux"):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
