"""``watch --record`` and ``replay``: what was watched can be watched again."""

import json

import pytest

pytestmark = pytest.mark.e2e


def values(lines):
    return [
        {key: item for key, item in line.items() if key != "at"}
        for line in lines
        if line["event"] == "value"
    ]


def test_a_recorded_session_prints_the_same_values_again(start, simulate, workspace, tmp_path):
    """And holds none of the secrets."""
    access = simulate("--speed", 200)
    watch = start("watch", workspace, "--count", 60, "--record", tmp_path / "tape", **access)
    assert watch.end() == 0
    replay = start("replay", tmp_path / "tape", "--speed", "max")
    assert replay.end() == 0

    # The last response may hold more than was still to be printed.
    assert len(values(watch.lines)) == 60
    assert values(replay.lines)[:60] == values(watch.lines)
    text = (tmp_path / "tape").read_text()
    secrets = ("API_KEY", "PASSWORD", "CLIENT_SECRET")
    assert not [name for name in secrets if access[f"STATMON_{name}"] in text]
    assert all("at" in json.loads(line) for line in text.splitlines())
    assert replay.errors == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{workspace}"], 1, "it is no recording"),
        (["/nowhere"], 1, "No such file"),
        (["{workspace}", "--speed", "0"], 2, "--speed takes a number above 0, or max"),
        (["{workspace}", "--speed", "fast"], 2, "--speed takes a number above 0, or max"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_line(start, workspace, arguments, code, said):
    """No traceback."""
    replay = start("replay", *(text.format(workspace=workspace) for text in arguments))

    assert replay.end() == code
    assert said in replay.errors
    assert replay.errors.count("\n") == 1


def test_a_recording_that_cannot_be_written_is_said(start, simulate, workspace, tmp_path):
    """At the start, or when the disk is full."""
    nowhere = start("watch", workspace, "--record", tmp_path / "no" / "tape", **simulate())
    assert nowhere.end() == 1
    assert "cannot be written (No such file or directory)" in nowhere.errors

    full = start("watch", workspace, "--record", "/dev/full", **simulate())
    assert full.end() == 1
    assert full.errors.strip() == (
        "statmon: the recording /dev/full cannot be written (No space left on device)"
    )
