"""Peers from npm, of pinned versions: installed once by ``npm ci`` into ``.make/interop``."""

import shutil
import subprocess
from pathlib import Path

from tests.harness.needed import missed, require

HERE = Path(__file__).parent
INSTALLED = HERE.parents[2] / ".make" / "interop"


def node_modules() -> Path:
    """Return the folder of the packages; skip the test, saying what is missing, if it must be."""
    require("npm", "node")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    stamp = INSTALLED / "installed.json"
    if not stamp.exists() or stamp.read_text() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED / name)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, check=False)
        if done.returncode:
            missed(f"npm's registry: {done.stderr.strip().splitlines()[-1:]}")
        stamp.write_text(lock)
    return INSTALLED / "node_modules"
