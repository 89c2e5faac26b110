"""The real program as separate processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

STATMON = [sys.executable, "-m", "statmon"]


class Program:
    """A running statmon; its standard output is read line by line."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [*STATMON, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        self.lines: list[dict] = []

    def line(self) -> dict:
        """Return the next line; the test's time limit ends a wait that is in vain."""
        text = self.process.stdout.readline()
        assert text, f"it ended: {self.process.stderr.read()}"
        self.lines.append(json.loads(text))
        return self.lines[-1]

    def until(self, **wanted) -> dict:
        """Return the next line that has these items."""
        while True:
            line = self.line()
            if wanted.items() <= line.items():
                return line

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Wait for the end; what was still to be read is added to ``lines``."""
        self.process.stdin.close()
        # Not communicate(): it passes over the lines that readline() has buffered.
        self.lines += map(json.loads, self.process.stdout)
        self.errors = self.process.stderr.read()
        return self.process.wait()

    def kill(self) -> None:
        with self.process:
            self.process.kill()


@pytest.fixture
def start(tmp_path):
    """Start statmon, by a state of its own; what is left at the end of the test is killed."""
    programs = []

    def begin(*arguments, **environment) -> Program:
        if "XDG_STATE_HOME" not in os.environ:
            environment.setdefault("XDG_STATE_HOME", str(tmp_path / "state"))
        programs.append(Program(*map(str, arguments), **environment))
        return programs[-1]

    yield begin
    for program in programs:
        program.kill()


def _access_to(said: dict) -> dict[str, str]:
    return {
        "STATMON_URL": said["url"],
        "STATMON_API_KEY": said["apiKey"],
        "STATMON_USERNAME": said["username"],
        "STATMON_PASSWORD": said["password"],
        "STATMON_CLIENT_ID": said["clientId"],
        "STATMON_CLIENT_SECRET": said["clientSecret"],
    }


@pytest.fixture
def simulate(start):
    """Start a simulator; give the environment that reaches it."""
    return lambda *options: _access_to(start("simulate", "--port", 0, *options).line())


@pytest.fixture
def workspace(tmp_path) -> Path:
    """A workspace of two agents and a queue."""
    names = {
        "Agent": ("CurrentAgentState", "InboundCalls"),
        "Queue": ("CurrentNumberWaitingCalls", "Total_Answered"),
    }
    objects = [("Agent", "agent1"), ("Agent", "agent2"), ("Queue", "7001@SIP_Switch")]
    statistics = [
        {"id": f"{ref}/{name}", "objectType": kind, "objectId": ref, "name": name}
        for kind, ref in objects
        for name in names[kind]
    ]
    path = tmp_path / "floor.statmon"
    path.write_text(
        json.dumps(
            {
                "schema": 1,
                "name": "Floor",
                "site": {"url": ""},
                "subscriptions": [{"name": "Floor", "statistics": statistics}],
            }
        )
    )
    return path
