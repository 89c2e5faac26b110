"""Makes a release: ``python packaging/release.py VERSION [--rehearse] [--key KEY --page URL]``.

All happens in a clean clone: the version and the changelog's heading are written and committed,
the commit is tagged, packages are built and tried there, and what came out is looked at. Only
then commit and tag come into this repository, and the files into its ``dist/``. A release
that fails at any step leaves nothing; a rehearsal ends before the last.
"""

import argparse
import base64
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import changelog
import rollout
import sign_release
from nacl.signing import SigningKey

ROOT = Path(__file__).resolve().parents[1]
BUILD = "make test-package"
"""Builds all packages and tries each; run in the clean clone."""
PLACE = "statmon/__init__.py"
"""Where the version stands; pyproject.toml and all packages take it from there."""
WANTED = (
    "statmon-{}-py3-none-any.whl", "statmon_{}_*.deb", "statmon-{}-linux-*.tar.xz",
    "statmon-{}-linux-*.cdx.json", "statmon-{}-setup.exe", "statmon-{}.msi",
    "statmon-{}-windows-portable.zip", "statmon-{}-policies.zip", "statmon-{}-windows.cdx.json",
    "statmon-{}-intune.json",
)  # fmt: skip
"""What Linux builds; the .dmg comes from a Mac (docs/releasing.md)."""
VALID_DAYS = 90


class NotReleased(Exception):
    """The release cannot be made; the message says what to do."""


def main() -> int:
    """Make the release that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version")
    parser.add_argument("--rehearse", action="store_true", help="do all of it, and keep nothing")
    parser.add_argument("--key", type=Path, help="signs the announcement (sign_release.py)")
    parser.add_argument("--page", default="", help="the https page of the release")
    parser.add_argument(
        "--downloads", default="", metavar="URL", help="where dist/ is published: for winget"
    )
    parser.add_argument("--build", default=BUILD, help=argparse.SUPPRESS)
    args = parser.parse_args()
    try:
        check(ROOT, args.version)
        with tempfile.TemporaryDirectory(prefix="statmon-release-") as place:
            clone = Path(place) / "statmon"
            prepare(clone, args.version, datetime.now(UTC).date())
            step("build and try")
            env = {**os.environ, "STATMON_RELEASE": args.version}
            subprocess.run(shlex.split(args.build), cwd=clone, check=True, env=env)  # noqa: S603
            step("look at what was built")
            whole(clone / "dist", args.version)
            if args.key:
                step("announce")
                announce(clone / "dist", args.version, args.key, args.page)
            if args.downloads:
                step("write winget's manifests")
                manifests(clone / "dist", args.version, args.downloads, args.page)
            if args.rehearse:
                step(f"rehearsed: {args.version} would be released")
                return 0
            keep(clone, args.version)
    except (NotReleased, changelog.Malformed, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"not released: {error}\n")
        return 1
    step(f"released: {args.version}. Next: git push --follow-tags, and upload dist/")
    return 0


def step(words: str) -> None:
    """Say what comes next."""
    sys.stdout.write(f"== {words}\n")
    sys.stdout.flush()


def git(place: Path, *words: str) -> str:
    """Run git; return what it says."""
    done = subprocess.run(  # noqa: S603
        ["git", "-C", place, *words],  # noqa: S607
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def check(root: Path, version: str) -> None:
    """Look whether a release can begin.

    Raises:
        NotReleased: it cannot.
    """
    step("check")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise NotReleased(f"{version} is no version: MAJOR.MINOR.PATCH")
    if git(root, "status", "--porcelain"):
        raise NotReleased("there are changes that are not committed: commit or remove them")
    if git(root, "tag", "--list", f"v{version}"):
        raise NotReleased(f"v{version} is tagged already: name another version")


def prepare(clone: Path, version: str, day: date) -> None:
    """Write, commit and tag the version in a clean clone.

    Raises:
        Malformed: the changelog does not suit.
        NotReleased: the version stands nowhere.
    """
    step(f"prepare {version} in a clean clone")
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)  # noqa: S603, S607
    for name in ("user.name", "user.email"):
        git(clone, "config", name, git(ROOT, "config", name))
    history = clone / "CHANGELOG.md"
    history.write_text(changelog.released(history.read_text("utf-8"), version, day), "utf-8")
    place = clone / PLACE
    line = re.compile(r'^__version__ = ".*"$', re.MULTILINE)
    text, count = line.subn(f'__version__ = "{version}"', place.read_text("utf-8"))
    if count != 1:
        raise NotReleased(f"{PLACE} must say the version once")
    place.write_text(text, "utf-8")
    git(clone, "commit", "--quiet", "--all", "--message", f"Release {version}")
    git(clone, "tag", "--annotate", f"v{version}", "--message", f"statmon {version}")


def whole(dist: Path, version: str) -> None:
    """Look whether everything was built, and is what SHA256SUMS says.

    Raises:
        NotReleased: something lacks, is strange, or was changed.
    """
    patterns = [name.format(version) for name in WANTED]
    if lacking := [one for one in patterns if len(list(dist.glob(one))) != 1]:
        raise NotReleased(f"not built: {', '.join(lacking)}")
    lines = (dist / "SHA256SUMS").read_text("utf-8").splitlines()
    said = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    there = {file.name for file in dist.iterdir()} - {"SHA256SUMS"}
    if there != said.keys():
        raise NotReleased(f"SHA256SUMS does not name: {', '.join(sorted(there ^ said.keys()))}")
    for name, digest in said.items():
        if hashlib.sha256((dist / name).read_bytes()).hexdigest() != digest:
            raise NotReleased(f"{name} is not what SHA256SUMS says")


def manifests(dist: Path, version: str, downloads: str, page: str) -> None:
    """Write ``winget/``, the manifests of the installers.

    Raises:
        NotReleased: winget would not take the address.
    """
    if not downloads.startswith("https://"):
        raise NotReleased(f"--downloads is {downloads}: give an address that begins with https://")
    rollout.winget(dist / "winget", dist, version, downloads, notes(dist, version), page)


def notes(dist: Path, version: str) -> str:
    """Return what is new in a version, as the changelog beside ``dist/`` says."""
    history = changelog.parse((dist.parent / "CHANGELOG.md").read_text("utf-8"))
    (release,) = (one for one in history if one.version == version)
    return changelog.notes(release, changelog.MOST_NOTES)


def announce(dist: Path, version: str, key: Path, page: str) -> None:
    """Write ``statmon.json``, the announcement for the update notice.

    Raises:
        NotReleased: statmon would not believe it.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        text = sign_release.announcement(
            SigningKey(base64.b64decode(key.read_bytes())),
            version=version, page=page, notes=notes(dist, version),
            issued=now, expires=now + timedelta(days=VALID_DAYS),
        )  # fmt: skip
    except sign_release.manifest.Refused as error:
        raise NotReleased(f"statmon would not believe the announcement: {error}") from None
    (dist / "statmon.json").write_text(text, "utf-8")


def keep(clone: Path, version: str) -> None:
    """Take commit, tag and files over."""
    step("keep")
    git(ROOT, "pull", "--quiet", "--ff-only", "--tags", str(clone), "HEAD")
    git(ROOT, "rev-parse", f"v{version}")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    shutil.copytree(clone / "dist", ROOT / "dist")


if __name__ == "__main__":
    sys.exit(main())
