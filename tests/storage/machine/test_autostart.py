"""Starting with the session, on each system."""

import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from statmon.storage.machine import autostart
from statmon.storage.user import preferences, settings
from statmon.storage.user.preferences import Preferences
from tests.waiting import look_until

HOME, CONFIG = Path("/home/sue"), Path("/home/sue/.config")


@pytest.mark.parametrize(
    ("platform", "where"),
    [
        ("linux", CONFIG / "autostart/org.statmon.Statmon.desktop"),
        ("darwin", HOME / "Library/LaunchAgents/org.statmon.Statmon.plist"),
        ("win32", None),
    ],
)
def test_each_system_has_its_own_place(platform, where):
    """On Windows it is the registry."""
    assert autostart.place(platform, HOME, CONFIG) == where


def test_the_entry_starts_this_program_whatever_its_folder_is_called():
    """Blanks and per cent signs have a meaning of their own there."""
    command = ["/opt/my tools/100%/statmon"]

    assert 'Exec="/opt/my tools/100%%/statmon"\n' in autostart.entry("linux", command)
    assert "TryExec=/opt/my tools/100%/statmon\n" in autostart.entry("linux", command)
    assert autostart.entry("win32", command) == '"/opt/my tools/100%/statmon"'
    data = plistlib.loads(autostart.entry("darwin", command).encode())
    assert data["ProgramArguments"] == command
    assert data["RunAtLoad"]


ODD = ["/opt/statmon", '/opt/it\'s "my" `tools` $HOME\\x/50%/statmon']


@pytest.mark.needs("desktop-file-validate")
@pytest.mark.parametrize("program", ODD)
def test_the_entry_is_what_desktops_read(tmp_path, program):
    """By the specification's own tool."""
    file = tmp_path / "org.statmon.Statmon.desktop"
    file.write_text(autostart.entry("linux", [program, "-m", "statmon"]))
    said = subprocess.run(["desktop-file-validate", file], capture_output=True, check=False)

    assert (said.returncode, said.stdout + said.stderr) == (0, b"")


@pytest.mark.needs("gio")
@pytest.mark.parametrize("folder", ["plain", 'it\'s "my" `tools` $HOME\\x'])
def test_the_entry_starts_what_it_names(tmp_path, folder):
    """Launched as a desktop does, with the arguments as they were written.

    GLib looks for a program with a per cent sign in its path by the doubled sign: it finds none.
    """
    program, told = tmp_path / folder / "statmon", tmp_path / "told.txt"
    program.parent.mkdir()
    tell = f'printf "%s\\n" "$@" >"{told}.part"; mv "{told}.part" "{told}"'
    program.write_text(f"#!/bin/sh\n{tell}\n")
    program.chmod(0o755)
    file = tmp_path / "org.statmon.Statmon.desktop"
    file.write_text(autostart.entry("linux", [str(program), "-m", "a b"]))
    subprocess.run(["gio", "launch", file], check=True, capture_output=True)
    look_until(told.exists)

    assert told.read_text() == "-m\na b\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="writes Linux' own entry")
@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_is_off_and_can_be_switched_on(tmp_path, monkeypatch, line):
    """Its own tools leave the entry where it is."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    autostart.switch(on=True)
    entry = tmp_path / "autostart/org.statmon.Statmon.desktop"
    entry.write_text(f"{entry.read_text()}{line}\n")

    assert not autostart.is_on()
    autostart.switch(on=True)
    assert autostart.is_on()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="writes Linux' own entry")
def test_it_is_switched_on_and_off_and_on(tmp_path, monkeypatch):
    """Off leaves nothing behind; off twice is no error."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert not autostart.is_on()
    autostart.switch(on=True)
    assert autostart.is_on()
    autostart.switch(on=False)
    autostart.switch(on=False)
    assert not autostart.is_on()
    assert list((tmp_path / "autostart").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, Preferences()),
        ({"theme": "dark", "tray": True}, Preferences(look="dark", tray=True)),
        ({"theme": "pink", "tray": "yes"}, Preferences()),
        ({"theme": ["dark"], "tray": 1}, Preferences()),
    ],
)
def test_damaged_preferences_count_as_default(data, expected):
    """One by one."""
    assert preferences.parse(data) == expected


def test_preferences_are_kept(tmp_path, monkeypatch):
    """Beside what else is in the file."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    settings.remember("lastWorkspace", "x")
    preferences.save(Preferences(look="light", tray=True))

    assert preferences.load() == Preferences(look="light", tray=True)
    assert settings.load()["lastWorkspace"] == "x"
