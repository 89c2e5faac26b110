"""The simulator as a process: its first line, its options, its ways to end."""

import json
import signal
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e
COMMAND = [sys.executable, "-m", "statmon.simulator"]


def start(*arguments):
    return subprocess.Popen(
        [*COMMAND, "--agents", "3", "--queues", "1", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_the_first_line_says_how_to_connect():
    with start("--port", "0", "--stop-with-stdin", "--speed", "2") as process:
        line = json.loads(process.stdout.readline())
        process.communicate()
    assert line["event"] == "listening"
    assert line["url"].startswith("http://127.0.0.1:")
    assert line["speed"] == 2
    keys = {"apiKey", "username", "password", "clientId", "clientSecret", "now"}
    assert all(line[key] for key in keys)


def test_it_ends_when_its_stdin_closes():
    with start("--port", "0", "--stop-with-stdin") as process:
        process.stdout.readline()
        _, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for child processes")
def test_an_interrupt_ends_it_with_130_and_without_a_traceback():
    with start("--port", "0") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (130, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for child processes")
def test_an_interrupt_ends_it_though_a_client_has_sent_half_a_request():
    with start("--port", "0") as process:
        url = json.loads(process.stdout.readline())["url"]
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(
                f"POST /auth/v3/oauth/token HTTP/1.1\r\nHost: {host}:{port}\r\n"
                "Content-Length: 9\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            assert half.recv(100).startswith(b"HTTP/1.1 100 ")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (130, "")


def test_a_port_in_use_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with start("--port", port) as process:
            output, errors = process.communicate(timeout=90)
    assert (process.returncode, output) == (1, "")
    assert errors == (
        f"statmon simulate: port {port} is in use; choose another with --port, or --port 0\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [["--speed", "0"], ["--agents", "many"], ["--outage", "5"], ["--outage", "x:y"],
     ["--start", "25:00"], ["--port", "70000"], ["--nonsense"], ["--speed", "x"],
     ["--port", "x"], ["--poll-timeout", "x"], ["--now", "-5"], ["--seed", "x"],
     ["--fault", "slow=x@1"], ["--fault", "failing=5.5@1"]],
)  # fmt: skip
def test_wrong_options_end_it_with_2(arguments):
    with start(*arguments) as process:
        output, errors = process.communicate(timeout=90)
    assert (process.returncode, output) == (2, "")
    for of_a_programmer in ("Traceback", "invalid _", "invalid int", "could not convert"):
        assert of_a_programmer not in errors


def test_listening_beyond_this_computer_is_warned_about():
    with start("--port", "0", "--host", "0.0.0.0", "--stop-with-stdin") as process:
        process.stdout.readline()
        _, errors = process.communicate(timeout=90)
    assert "warning" in errors
    assert process.returncode == 0


def test_a_scenario_that_is_not_there_is_one_clear_line():
    with start("--port", "0", "--scenario", "nothing") as process:
        output, errors = process.communicate(timeout=90)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith("statmon simulate: no scenario 'nothing'; there are ")
    assert errors.count("\n") == 1
