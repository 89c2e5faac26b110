"""Files that several statmons of a user change at once: settings, and what else is kept so."""

import json
import subprocess
import sys
from contextlib import ExitStack

import pytest

from statmon.storage.machine import locks
from statmon.storage.user import library, probes, settings

EACH = 150

# Says when it is ready, begins when it is told: both are in it at the same time.
BEGIN = """
import sys
from pathlib import Path
from statmon.storage.machine import locks
from statmon.storage.user import probes, settings

folder, name = Path(sys.argv[1]), sys.argv[2]
settings.path = lambda: folder / "settings.json"
probes.path = lambda site: folder / "probes.json"
locks.WITHIN = 120.0  # on a busy machine, too
print("ready", flush=True)
sys.stdin.readline()
"""
SETTINGS = f"""
for number in range({EACH}):
    settings.revise("sites", lambda kept: [*(kept or []), f"{{name}}{{number}}"])
"""
PROBES = f"""
for number in range({EACH}):
    probes.keep("https://x", "Queue", {{f"{{name}}{{number}}": True}})
"""
LIBRARY = f"""
from statmon.domain.library import Library, Template
from statmon.storage.user import library

library.own_path = lambda: folder / "library.json"
for number in range({EACH}):
    own = Template(
        id=f"{{name}}{{number}}", title="T", meaning="T", object_types=("Queue",),
        entries=("InboundCalls",),
    )
    library.change(lambda known: Library(known.entries, (own, *known.templates)))
"""
HANG = """
with locks.alone(settings.path()):
    print("locked", flush=True)
    sys.stdin.readline()
"""


def start(code, folder, name):
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + code, folder, name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def go_on(process):
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        (SETTINGS, lambda: settings.load()["sites"]),
        (PROBES, lambda: list(probes.load("https://x")["Queue"])),
        (
            LIBRARY,
            lambda: [own["id"] for own in json.loads(library.own_path().read_text())["template"]],
        ),
    ],
    ids=["settings", "answers of a site", "own part of the library"],
)
def test_two_statmons_lose_nothing_of_each_other(tmp_path, monkeypatch, code, kept):
    """Two processes change the same file 150 times each, and every change is there at the end."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(probes, "path", lambda site: tmp_path / "probes.json")
    monkeypatch.setattr(library, "own_path", lambda: tmp_path / "library.json")
    with ExitStack() as ending:
        both = [ending.enter_context(start(code, tmp_path, name)) for name in ("a", "b")]
        for process in both:
            assert process.stdout.readline() == "ready\n"
        for process in both:
            go_on(process)
        assert [process.wait() for process in both] == [0, 0]

    assert sorted(kept()) == sorted(f"{name}{number}" for name in "ab" for number in range(EACH))


def test_a_statmon_that_hangs_holds_up_no_other(tmp_path, monkeypatch, caplog):
    """A lock that is not given back is passed over after a while, which the log says."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(locks, "WITHIN", 0.0)
    with start(HANG, tmp_path, "stuck") as stuck:
        stuck.stdout.readline()
        go_on(stuck)
        assert stuck.stdout.readline() == "locked\n"
        settings.remember("theme", "dark")
        go_on(stuck)

    assert settings.load() == {"theme": "dark"}
    assert "another program has locked" in caplog.text


def test_a_folder_that_cannot_be_made_costs_the_setting_only(tmp_path, monkeypatch, caplog):
    """Where nothing can be written there is no lock either, and the start goes on."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "file" / "settings.json")

    settings.remember("theme", "dark")

    assert "the settings cannot be written" in caplog.text
