"""Sounds: played by the system's own player, heard at a sink that is nobody's loudspeaker."""

import array
import asyncio
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from statmon.delivery import sound
from statmon.storage.machine.resources import resource
from tests.waiting import until

ROOT = Path(__file__).parents[2]
NAMES = ("warning", "critical")


@pytest.mark.needs("pulseaudio", "paplay", "parec")
async def test_a_sound_is_heard_at_the_sink(tmp_path, monkeypatch):
    """PulseAudio's player plays it, and what arrives is no silence."""
    place = f"unix:{tmp_path}/socket"
    monkeypatch.setenv("PULSE_SERVER", place)
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    server = await asyncio.create_subprocess_exec(
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
        "-L", f"module-native-protocol-unix auth-anonymous=1 socket={tmp_path}/socket",
        "-L", "module-null-sink sink_name=nobody", stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await until((tmp_path / "socket").exists)
        ear = await asyncio.create_subprocess_exec(
            "parec", "--device=nobody.monitor", "--format=s16le", "--latency-msec=20",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert ear.stdout
        await ear.stdout.read(1)  # it listens
        playing = asyncio.create_task(
            asyncio.to_thread(sound.play, resource("sounds/critical.wav"))
        )
        loudest = 0
        while loudest < 3_000:
            heard = array.array("h", await ear.stdout.readexactly(4_096))
            loudest = max(loudest, *map(abs, heard))
        assert await playing
        ear.terminate()
        await ear.communicate()
    finally:
        server.terminate()
        await server.wait()


def test_the_next_player_is_tried_where_one_cannot(tmp_path):
    """One that fails, one that is not there, one that plays: with the file as the last word."""
    said = tmp_path / "said"
    failing, playing = tmp_path / "failing", tmp_path / "playing"
    failing.write_text("#!/bin/sh\nexit 1\n")
    playing.write_text(f'#!/bin/sh\necho "$@" > {said}\n')
    programs = {"failing": failing, "playing": playing}
    for program in programs.values():
        program.chmod(0o700)

    def find(name):
        return str(programs[name]) if name in programs else None

    players = (("failing",), ("not there",), ("playing", "-q"))
    assert sound.play_by(players, Path("/a b.wav"), find)
    assert said.read_text() == "-q /a b.wav\n"
    assert not sound.play_by(players[:2], Path("/a.wav"), find)


def test_a_packaged_statmon_plays_by_the_system_s_libraries(monkeypatch):
    """Its own are named in the environment; the player's are the system's."""
    ours = {"LD_LIBRARY_PATH": "/opt/statmon", "HOME": "/h"}
    assert sound.of_the_system(ours) == ours
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert sound.of_the_system(ours) == {"HOME": "/h"}
    before = {**ours, "LD_LIBRARY_PATH_ORIG": "/theirs"}
    assert sound.of_the_system(before) == {"LD_LIBRARY_PATH": "/theirs", "HOME": "/h"}


@pytest.mark.parametrize("name", NAMES)
def test_the_sounds_are_short_and_as_their_script_makes_them(name, tmp_path):
    """Two that differ, below a second each: nothing that goes on and on."""
    subprocess.run(
        [sys.executable, ROOT / "packaging/sounds.py", tmp_path], check=True, env=os.environ
    )
    shipped = resource(f"sounds/{name}.wav")

    assert (tmp_path / f"{name}.wav").read_bytes() == shipped.read_bytes()
    with wave.open(str(shipped)) as file:
        assert 0.1 < file.getnframes() / file.getframerate() < 1
