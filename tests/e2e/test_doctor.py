"""``statmon doctor`` and ``statmon --self-test`` as the user types them."""

import json
import os
import subprocess
import sys

import pytest

NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


def statmon(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "statmon", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        timeout=100,
    )


@pytest.fixture
def home(tmp_path):
    """A home of its own."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def outcomes(result):
    """Return outcome by name; every line has both, and no other line is printed."""
    return {line.split()[1]: line.split()[0] for line in result.stdout.splitlines()}


@pytest.mark.e2e
def test_the_doctor_finds_a_healthy_service_healthy(simulate, home):
    """Exit code 0, one line a check, nothing on stderr."""
    result = statmon("doctor", **home, **simulate())
    found = outcomes(result)

    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    for name in ("qt", "display", "proxy", "tls", "reachable", "sign-in", "clock"):
        assert found[name] == "ok", result.stdout
    assert {"keyring", "disk"} <= found.keys()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("broken", "name", "cure"),
    [
        ({"STATMON_PASSWORD": "CANARY-wrong"}, "sign-in", "password"),
        ({"STATMON_PROXY": "http://me:CANARY@127.0.0.1:1"}, "proxy", "--proxy"),
        ({"STATMON_URL": "http://127.0.0.1:1"}, "reachable", "check the address"),
        ({"DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"}, "display", "desktop session"),
        ({"XDG_DATA_HOME": "/dev/null/x"}, "disk", "free some space"),
        (
            {"STATMON_URL": "https://127.0.0.1:1", "STATMON_CA_BUNDLE": "/dev/null"},
            "tls",
            "PEM",
        ),
    ],
    ids=["sign-in", "proxy", "address", "dead display", "disk", "ca"],
)
def test_each_broken_thing_fails_in_its_line_with_the_cure(simulate, home, broken, name, cure):
    """Exit code 1, and no secret is shown."""
    result = statmon("doctor", **{**home, **simulate(), **broken})
    line = next(line for line in result.stdout.splitlines() if line.split()[1] == name)

    assert result.returncode == 1
    assert line.startswith("failed")
    assert cure in line
    assert "CANARY" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.e2e
def test_the_doctor_works_where_nothing_was_ever_set_up(home):
    """Before the first sign-in a help desk may ask for it already."""
    result = statmon("doctor", **home)

    assert result.returncode == 0, result.stdout
    assert outcomes(result)["reachable"] == "skipped"


@pytest.mark.e2e
def test_the_self_test_sees_painted_text_and_live_values(home):
    """One line of JSON, and not one unexpected line besides."""
    result = statmon("--self-test", **home)
    report = json.loads(result.stdout)

    assert result.returncode == 0, report
    assert report["ok"]
    assert report["text"]
    assert report["values"] > report["statistics"] > 0
    assert result.stderr == ""


@pytest.mark.e2e
def test_without_a_screen_the_doctor_proves_what_can_be_proved(home):
    """Over ssh or from Ansible: what a window needs is there, and the line says how it is known."""
    result = statmon("doctor", **home, **NO_SCREEN)
    line = next(line for line in result.stdout.splitlines() if line.split()[1] == "display")

    assert result.returncode == 0, result.stdout
    assert outcomes(result)["qt"] == "ok"
    assert line.startswith("skipped")
    assert "Qt's part for X screens loads" in line
    assert "desktop session" in line


@pytest.mark.e2e
def test_without_a_screen_the_self_test_paints_where_nobody_sees_it(home):
    """Its window, its text and its values are proved all the same, and the line says where."""
    result = statmon("--self-test", **home, **NO_SCREEN)
    report = json.loads(result.stdout)

    assert result.returncode == 0, report
    assert (report["ok"], report["screen"], report["text"]) == (True, "offscreen", True)
    assert result.stderr == ""
