"""A release from its first step to its last, rehearsed with packages that are none."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from statmon import __version__
from statmon.updates import manifest

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 12, 1)
TEXT = """# Changelog

## Unreleased

- The *first* point, which
  goes on.
- Another with `code` and [a link](docs/history.md).

## 0.1.0 (2026-03-01)

- It began.
"""
BUILDS = """
import hashlib, os, re
from pathlib import Path
number = re.search('__version__ = "(.*)"', Path("statmon/__init__.py").read_text())[1]
dist = Path("dist"); dist.mkdir()
for name in ("statmon-{}-py3-none-any.whl", "statmon_{}_amd64.deb", "statmon-{}-setup.exe",
             "statmon-{}-linux-x86_64.tar.xz", "statmon-{}-linux-x86_64.cdx.json",
             "statmon-{}-policies.zip", "statmon-{}.msi", "statmon-{}-windows-portable.zip",
             "statmon-{}-windows.cdx.json", "statmon-{}-intune.json"):
    (dist / name.format(number)).write_text(name)
LACK
sums = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\\n" for one in dist.iterdir()]
(dist / "SHA256SUMS").write_text("".join(sums))
AFTER
"""


@pytest.fixture
def changes(recipe):
    return recipe("changelog")


def git(place, *words):
    done = subprocess.run(["git", "-C", place, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A small repository with what a release reads and writes."""
    place = tmp_path / "repository"
    (place / "statmon").mkdir(parents=True)
    shutil.copytree(ROOT / "packaging", place / "packaging")
    shutil.copy(ROOT / "statmon/__init__.py", place / "statmon")
    (place / "CHANGELOG.md").write_text(TEXT)
    (place / ".gitignore").write_text("dist/\n__pycache__/\n")
    for words in (("init", "-q", "-b", "main"), ("config", "user.name", "Test"),
                  ("config", "user.email", "test@example.org"), ("add", "."),
                  ("commit", "-q", "-m", "begin")):  # fmt: skip
        git(place, *words)
    return place


@pytest.fixture
def release(repository, tmp_path):
    """Run the release command; give exit code and what it said."""

    def run(*words, lack="", after=""):
        builder = tmp_path / "build.py"
        builder.write_text(BUILDS.replace("LACK", lack).replace("AFTER", after))
        command = [sys.executable, repository / "packaging/release.py", *words]
        done = subprocess.run(
            [*command, "--build", f"{sys.executable} {builder}"], capture_output=True, text=True,
            check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": ""},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def state(repository):
    return git(repository, "rev-parse", "HEAD"), git(repository, "tag", "--list")


def test_a_release_commits_tags_builds_signs_and_announces(release, repository, recipe, tmp_path):
    """One command; what it announces, the update notice believes."""
    key = tmp_path / "key"
    public = base64.b64decode(recipe("sign_release").new_key(key))
    code, said = release("0.2.0", "--key", str(key), "--page", "https://statmon.example/0.2.0",
                         "--downloads", "https://statmon.example/files")  # fmt: skip

    assert code == 0, said
    assert git(repository, "describe") == "v0.2.0"
    assert git(repository, "status", "--porcelain") == ""
    assert '__version__ = "0.2.0"' in (repository / "statmon/__init__.py").read_text()
    assert re.search(r"## Unreleased\n\n## 0\.2\.0 \(20", (repository / "CHANGELOG.md").read_text())
    for line in (repository / "dist/SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        file = repository / "dist" / name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    told = manifest.opened((repository / "dist/statmon.json").read_bytes(), [public])
    assert (told.version, told.page) == ("0.2.0", "https://statmon.example/0.2.0")
    assert "The first point, which goes on." in told.notes
    manifests = [yaml.safe_load(one.read_text()) for one in repository.glob("dist/winget/*.yaml")]
    assert {one["ManifestType"]: one["PackageVersion"] for one in manifests} == {
        "version": "0.2.0", "installer": "0.2.0", "defaultLocale": "0.2.0"
    }  # fmt: skip


def test_a_rehearsal_does_all_of_it_and_keeps_nothing(release, repository):
    """The commit, the tag and the files were in a clone."""
    before = state(repository)
    code, said = release("0.2.0", "--rehearse")

    assert code == 0, said
    assert "look at what was built" in said
    assert state(repository) == before
    assert not (repository / "dist").exists()


@pytest.mark.parametrize(
    ("version", "damage", "words"),
    [
        ("0.2", {}, "no version"),
        ("0.0.9", {}, "not newer than 0.1.0"),
        ("0.2.0", {"lack": "next(dist.glob('*.msi')).unlink()"}, "not built: statmon-0.2.0.msi"),
        ("0.2.0", {"after": "next(dist.glob('*.msi')).write_text('')"}, "is not what SHA256SUMS"),
        ("0.2.0", {"after": "(dist / 'x').write_text('')"}, "does not name: x"),
        ("0.2.0", {"after": "raise SystemExit(1)"}, "returned non-zero"),
    ],
)
def test_a_release_that_fails_leaves_nothing(release, repository, version, damage, words):
    """Whatever step it is: no commit, no tag, no file, and one sentence."""
    before = state(repository)
    code, said = release(version, **damage)

    assert code == 1
    assert words in said
    assert "Traceback" not in said
    assert state(repository) == before
    assert not (repository / "dist").exists()


def test_an_address_that_winget_would_not_take_is_refused(release, repository):
    """Before anything is kept."""
    code, said = release("0.2.0", "--downloads", "http://statmon.example/files")

    assert code == 1
    assert "begins with https://" in said
    assert not (repository / "dist").exists()


def test_a_release_needs_all_changes_committed(release, repository):
    """Else it would be of something that nobody can find again."""
    (repository / "new.txt").write_text("x")
    code, said = release("0.2.0")

    assert code == 1
    assert "not committed" in said


def test_the_version_stands_in_one_place(recipe):
    """The project's file, packages, AppStream and notice all take it from there."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    files = subprocess.run(
        ["git", "grep", "-lF", f'"{__version__}"', "--", "statmon", "packaging", "pyproject.toml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert 'dynamic = ["version"]' in text
    assert files == [recipe("release").PLACE]


def test_the_changelog_is_read_by_version(changes):
    """Newest first, as plain text."""
    unreleased, first = changes.parse(TEXT)

    assert unreleased.points == ("The first point, which goes on.", "Another with code and a link.")
    assert (first.version, first.day, first.points) == ("0.1.0", date(2026, 3, 1), ("It began.",))


@pytest.mark.parametrize(
    "text", ["## 0.2.0\n", "## 0.1.0 (2026-01-01)\n## 0.2.0 (2026-02-01)\n", "## Soon\n"]
)
def test_a_changelog_out_of_order_is_refused(changes, text):
    """Before it reaches users."""
    with pytest.raises(changes.Malformed):
        changes.parse(text)


def test_our_own_changelog_can_be_released(changes):
    """Whenever that is."""
    text = changes.released(changes.FILE.read_text("utf-8"), "99.0.0", TODAY)
    unreleased, newest, *_ = changes.parse(text)

    assert unreleased.points == ()
    assert newest.points
    assert len(changes.notes(newest, changes.MOST_NOTES)) <= changes.MOST_NOTES


def test_notes_that_are_too_long_end_after_a_whole_point(changes):
    """And say how many more there are."""
    long = changes.Release("1.0", TODAY, tuple(f"point {n} of many" for n in range(50)))
    told = changes.notes(long, 200)

    assert len(told) <= 200
    assert re.fullmatch(r"(- point \d+ of many\n)+… and \d+ more", told)
    assert told.count("- ") + int(re.search(r"and (\d+)", told)[1]) == 50


def test_appstream_tells_the_releases_and_what_is_none_yet(changes):
    """Software centres show them."""
    releases = changes.parse(TEXT)

    assert 'version="0.3.0" date="2026-12-01" type="development"' in changes.appstream(
        releases, "0.3.0", TODAY
    )
    told = changes.appstream(releases, "0.1.0", TODAY)
    assert told.count("<release ") == 1
    assert "<li>It began.</li>" in told


def test_what_is_announced_fits_the_notice(changes):
    """A page of all the points is one click away."""
    assert changes.MOST_NOTES < manifest._MOST_NOTES
    assert json.dumps("–" * changes.MOST_NOTES).encode().__len__() < manifest.LARGEST
