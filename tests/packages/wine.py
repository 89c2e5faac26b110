"""A Windows of one's own: Debian's Wine."""

import os
import re
import subprocess
from pathlib import Path

TOOLS = ("wine", "xvfb-run", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-objdump", "makensis")


class Wine:
    """One Windows of its own."""

    def __init__(self, prefix: Path):
        self.prefix = prefix
        self.env = {
            **{key: text for key, text in os.environ.items() if not key.startswith("QT_")},
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=;mscms=n,b",
        }
        self("winecfg", "-v", "win10")

    def __call__(self, *words, code=0) -> str:
        """Run a Windows program; return what it printed, Wine's own remarks apart."""
        # Through a pipe to cat: Python under Wine cannot write to a file outside.
        through = '{ wine "$@"; echo "exit $?"; } 2>&1 | cat; wineserver -w'
        script = ["xvfb-run", "-a", "sh", "-c", through, "sh"]
        done = subprocess.run(
            [*script, *map(str, words)], capture_output=True, text=True, env=self.env, check=False,
            timeout=300,
        )  # fmt: skip
        said, _, ended = done.stdout.rpartition("exit ")
        assert code is None or int(ended) == code, done.stdout[-3000:]
        remarks = re.compile(r"wine32|multiarch|dpkg --add|apt-get install wine|^wine: |^execute ")
        return "".join(
            line + "\n" for line in said.splitlines() if line and not remarks.search(line)
        )

    @property
    def program(self) -> Path:
        (home,) = (self.prefix / "drive_c/users").glob("[!P]*")
        return home / "AppData/Local/Programs/statmon"
