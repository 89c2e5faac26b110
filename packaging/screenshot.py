"""Pictures of the real window on the real demo: ``python packaging/screenshot.py FOLDER``.

Starts the program as a user does, lets it run, and has it take the picture of its own window,
once in the light and once in the dark theme. Needs a screen; ``make screenshot`` brings one.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Write ``window-light.png`` and ``window-dark.png``; return 1 if one did not come about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--after", type=float, default=60.0, metavar="SECONDS")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    return max(_take(args.folder, theme, args.after) for theme in ("light", "dark"))


def _take(folder: Path, theme: str, after: float) -> int:
    target = folder / f"window-{theme}.png"
    command = [sys.executable, "-m", "statmon", "demo", "--theme", theme]
    options = ["--screenshot", str(target), "--after", str(after)]
    ended = subprocess.run([*command, *options], check=False, timeout=after + 60)  # noqa: S603
    return 0 if ended.returncode == 0 and target.exists() else 1


if __name__ == "__main__":
    sys.exit(main())
