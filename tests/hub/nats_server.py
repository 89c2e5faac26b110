"""A real nats-server for tests, which can be killed and come back on the same port."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.waiting import look_until

BINARY = Path(sys.executable).with_name("nats-server")


class NatsServer:
    """A server with a folder of its own."""

    def __init__(self, folder: Path, config: str = "") -> None:
        self._folder = folder
        self._config = folder / "nats.conf"
        self._config.write_text(config)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        binary = shutil.which(BINARY) or BINARY
        self._process = subprocess.Popen(
            [binary, "-a", "127.0.0.1", "-p", str(self.port), "-js",
             "-sd", self._folder / "store", "-c", self._config, "-l", self._folder / "log"],
        )  # fmt: skip
        look_until(self._listens, lambda: self._process and self._process.poll() is None)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def freeze(self) -> None:
        """Let its connections stand, with nobody behind them."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        """End it, whatever became of it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _send(self, number: int) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def permissions(**users: dict[str, list[str]]) -> str:
    """Return the configuration of users with a password ``x`` each, and what they may."""
    return json.dumps(
        {"authorization": {"users": [
            {"user": user, "password": "x", "permissions": may} for user, may in users.items()
        ]}}
    )  # fmt: skip
