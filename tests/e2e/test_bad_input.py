"""Bad input gets one clear line and an exit code, never a traceback."""

import socket

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--nonsense"], 2, "unrecognized arguments: --nonsense"),
        (["watch"], 2, "FILE.statmon"),
        (["watch", "{missing}"], 1, "does not exist"),
        (["watch", "{folder}"], 1, "is a folder"),
        (["watch", "{broken}"], 1, "not valid JSON"),
        (["watch", "{newer}"], 1, "update statmon"),
        (["watch", "{good}"], 2, "no service is named"),
        (["watch", "{good}", "--url", "http://x"], 2, "no way to sign in"),
        (["watch", "{good}", "--count", "0"], 2, "--count"),
        (["watch", "{good}", "--count", "many"], 2, "invalid int value"),
        (["watch", "{good}", "--for", "-1"], 2, "--for"),
        (["peek", "--type", "Agent"], 2, "--id"),
        (["simulate", "--speed", "fast"], 2, "--speed"),
        (["simulate", "--outage", "soon"], 2, "--outage"),
        (["{missing}"], 1, "does not exist"),
        (["{good}", "--url", "http://x", "--token", "t"], 1, "no screen"),
        (["demo"], 1, "no screen"),
    ],
)
def test_one_line_says_what_to_do(start, tmp_path, workspace, arguments, code, words):
    """The line is on stderr; stdout stays empty."""
    (tmp_path / "broken.statmon").write_text("{")
    (tmp_path / "newer.statmon").write_text('{"schema": 99}')
    names = {
        "missing": tmp_path / "none.statmon",
        "folder": tmp_path,
        "broken": tmp_path / "broken.statmon",
        "newer": tmp_path / "newer.statmon",
        "good": workspace,
    }
    program = start(
        *(argument.format(**names) for argument in arguments),
        DISPLAY="",
        WAYLAND_DISPLAY="",
        QT_QPA_PLATFORM="",
        XDG_CONFIG_HOME=str(tmp_path),
    )

    assert program.end() == code
    assert words in program.errors
    assert program.errors.count("\n") == 1
    assert program.lines == []


def test_a_damaged_workspace_holds_up_no_script(start, tmp_path):
    """Not even one that inherited a desktop's sign, where nobody could answer a question."""
    file = tmp_path / "broken.statmon"
    file.write_text("{")
    program = start(
        file,
        DESKTOP_STARTUP_ID="files-1-host_TIME1",
        QT_QPA_PLATFORM="offscreen",
        XDG_CONFIG_HOME=str(tmp_path),
    )

    assert program.end() == 1
    assert "not valid JSON" in program.errors
    assert program.errors.count("\n") == 1


def test_a_port_in_use_is_named(start):
    """The simulator says which port, and ends with 1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = start("simulate", "--port", port)

        assert program.end() == 1
        assert str(port) in program.errors
        assert program.errors.count("\n") == 1


def test_the_simulator_ends_on_ctrl_c_and_with_its_stdin(start):
    """130 on Ctrl-C; with ``--stop-with-stdin`` it ends with who started it."""
    one, two = start("simulate", "--port", 0), start("simulate", "--port", 0, "--stop-with-stdin")
    one.line(), two.line()

    assert one.interrupt() == 130
    assert two.end() == 0
    assert (one.errors, two.errors) == ("", "")
