"""What building a package takes, whatever the system it is for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENV = ROOT / "build" / "env" / "bin"
"""Programs of the environment that is shipped; ``package_environment.sh`` makes it."""
MOST_INSTALLED = 200_000_000
MOST_SETUP = 50_000_000
"""Bytes; budgets of docs/performance.md."""


def prepare() -> None:
    """Let nothing of this computer and this moment into what is built."""
    os.environ["SOURCE_DATE_EPOCH"] = epoch()
    os.environ.update(PYTHONHASHSEED="1", LC_ALL="C.UTF-8", TZ="UTC", QT_QPA_PLATFORM="offscreen")
    # Stored, not deflated: the packages' own compression does better (3 MB), and so does a start.
    os.environ["PYINSTALLER_ZLIB_COMPRESSION_LEVEL"] = "0"


def epoch() -> str:
    """Return the commit's time in seconds: the only time that a package knows."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return given or said("git", "-C", ROOT, "log", "-1", "--format=%ct")


def version() -> str:
    """Return the version that is being built."""
    return said(ENV / "python", "-c", "import statmon; print(statmon.__version__)")


def run(*words: object) -> None:
    """Run a command that must succeed."""
    subprocess.run([str(word) for word in words], check=True)  # noqa: S603 - words of our own


def said(*words: object) -> str:
    """Return what a command prints, without the line's end."""
    command = [str(word) for word in words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def copy(source: Path, target: Path) -> None:
    """Copy a file into a folder that may be missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write(target: Path, text: str) -> None:
    """Write a file into a folder that may be missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def normalise(root: Path) -> None:
    """Give every file the commit's time and a plain mode."""
    when = int(epoch())
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)


def report(tree: Path, *packages: Path) -> int:
    """Say how large all became; return 1 if that is more than the budgets allow.

    The portable archive, which nothing installs, is told and not judged.
    """
    installed = sum(file.lstat().st_size for file in tree.rglob("*") if file.is_file())
    sizes = {f"{tree.parent.name}, installed": (installed, MOST_INSTALLED)}
    for path in packages:
        most = sys.maxsize if path.suffix == ".zip" else MOST_SETUP
        sizes[path.name] = (path.stat().st_size, most)
    for name, (size, most) in sizes.items():
        verdict = "" if size <= most else f"  MORE THAN {most / 1e6:.0f} MB"
        sys.stdout.write(f"{name}: {size / 1e6:.1f} MB{verdict}\n")
    return int(any(size > most for size, most in sizes.values()))
