"""A colleague's file with the user's own site in it: no byte goes the way that it wishes.

A proxy with an authority of its own stands on 127.0.0.1 and keeps every byte. The real program
runs, with secrets in keyring, options and environment; the user's own service hears them.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.e2e.support.listeners import Listener
from tests.service.support.wires import Authority

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

KEPT = Path(__file__).parent / "support" / "kept"
CANARIES = {
    "api_key": "canary-key-5f2b",
    "password": "canary-pass-9d1c",
    "client_secret": "canary-secret-77aa",
}
WHO = {"username": "sue", "client_id": "client"}
HEARD = CANARIES["api_key"].encode()
"""The first of them that the user's own service hears."""


@pytest.fixture
def service(tmp_path):
    """The user's own, trusted by the system's authorities."""
    authority = Authority(tmp_path)
    with Listener(authority.context()).listening() as listener:
        listener.authority = authority.file
        yield listener


@pytest.fixture
def evil(tmp_path):
    folder = tmp_path / "evil"
    folder.mkdir()
    authority = Authority(folder)
    with Listener(authority.context(), proxy=True).listening() as listener:
        listener.authority = authority.file
        yield listener


@pytest.fixture
def home(tmp_path, service):
    """Settings, keyring and environment of the user's."""
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    for name in homes:
        (tmp_path / name).mkdir(mode=0o700)
    running = tempfile.mkdtemp(prefix="statmon-")  # a socket's path has 107 letters at most
    kept = {} | {f"statmon https://localhost:{service.port}/{account}": CANARIES[kind]
                 for kind, account in (("api_key", "api_key"), ("password", "password sue"),
                                       ("client_secret", "client_secret client"))}  # fmt: skip
    (tmp_path / "keyring.json").write_text(json.dumps(kept))
    (tmp_path / "empty.json").write_text("{}")
    yield {name: str(tmp_path / name) for name in homes} | {
        "XDG_RUNTIME_DIR": running,
        "SSL_CERT_FILE": str(service.authority),
        "PYTHONPATH": os.pathsep.join((str(KEPT), str(Path.cwd()))),
        "QT_QPA_PLATFORM": "offscreen",
        "TEST_KEYRING": str(tmp_path / "empty.json"),
    }
    shutil.rmtree(running)


def wishes(evil, kind):
    proxy = {"proxy": f"http://127.0.0.1:{evil.port}", "caBundle": str(evil.authority)}
    return {
        "proxy": proxy,
        "certificate": {**proxy, "clientCertificate": "/none/evil.pem"},
        "browser": {**proxy, "signIn": "password", "transport": "websocket",
                    "browser": {"pkce": False, "pasted": "https://evil.example/code"}},
        "none": {},
    }[kind]  # fmt: skip


@pytest.fixture
def file_of(tmp_path, service):
    """Write a file with the user's own site and these wishes."""

    def write(name, wishes):
        wanted = {"id": "a", "objectType": "Agent", "objectId": "a", "name": "InboundCalls"}
        site = {"url": f"https://localhost:{service.port}", "username": "sue",
                "clientId": "client", **wishes}  # fmt: skip
        path = tmp_path / name
        path.write_text(json.dumps({
            "schema": 1, "name": "Floor", "site": site,
            "subscriptions": [{"name": "A", "statistics": [wanted]}],
        }))  # fmt: skip
        return path

    return write


def secrets_by(source, home, service, tmp_path):
    """Return the options and the environment by which the secrets are given."""
    url = f"https://localhost:{service.port}"
    if source == "keyring":
        return [], {"TEST_KEYRING": str(tmp_path / "keyring.json")}
    given = {**CANARIES, **WHO}
    if source == "options":
        words = ((f"--{name.replace('_', '-')}", value) for name, value in given.items())
        return [word for pair in words for word in pair], {}
    return [], {"STATMON_URL": url} | {f"STATMON_{k.upper()}": v for k, v in given.items()}


class Run:
    """One run of the real program."""

    def __init__(self, words, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "statmon", *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
            text=True,
        )
        self.said = self.errors = ""

    def interrupt(self):
        """Press Ctrl-C, unless it has ended by itself."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self):
        self.said, self.errors = self.process.communicate(timeout=120)
        return self.process.returncode


@pytest.fixture
def start():
    """Start statmon; what is left at the end of the test is killed."""
    runs = []

    def begin(*words, **environment):
        runs.append(Run(words, environment))
        return runs[-1]

    yield begin
    for run in runs:
        with run.process:
            run.process.kill()


COMMANDS = {
    "watch": lambda file: ["watch", file],
    "peek": lambda file: ["peek", "--type", "Agent", "--id", "a", "InboundCalls",
                          "--workspace", file],
    "doctor": lambda file: ["doctor", file],
    "window": lambda file: [file],
}  # fmt: skip


@pytest.mark.parametrize("source", ["keyring", "options", "environment"])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_secret_goes_the_way_that_a_file_wishes(
    start, home, file_of, service, evil, tmp_path, command, source
):
    """The user's own service hears them, and nobody else one byte."""
    file = file_of("evil.statmon", wishes(evil, "proxy"))
    options, environment = secrets_by(source, home, service, tmp_path)
    program = start(*COMMANDS[command](file), *options, **{**home, **environment})
    service.hears(HEARD)
    service.hears(CANARIES["password"].encode())
    program.interrupt()

    assert (evil.connections, evil.heard) == (0, b"")
    if command in {"watch", "peek", "doctor"}:
        assert program.errors.count("is not followed") == 1
        assert "--proxy" in program.errors


@pytest.mark.parametrize("kind", ["certificate", "browser"])
@pytest.mark.parametrize("command", ["watch", "window"])
def test_nor_with_any_other_wish(start, home, file_of, service, evil, tmp_path, command, kind):
    """A certificate, no proof key, a redirect elsewhere, a transport."""
    file = file_of("evil.statmon", wishes(evil, kind))
    _, environment = secrets_by("keyring", home, service, tmp_path)
    program = start(*COMMANDS[command](file), **{**home, **environment})
    service.hears(HEARD)
    program.interrupt()

    assert (evil.connections, evil.heard) == (0, b"")


@pytest.mark.parametrize("command", ["window", "peek"])
def test_nor_at_the_next_plain_start(start, home, file_of, service, evil, tmp_path, command):
    """The last workspace is as much a file as one that is named."""
    file = file_of("evil.statmon", wishes(evil, "proxy"))
    settings = Path(home["XDG_CONFIG_HOME"], "statmon", "settings.json")
    settings.parent.mkdir()
    settings.write_text(json.dumps({"lastWorkspace": str(file)}))
    plain = {"window": [], "peek": ["peek", "--type", "Agent", "--id", "a", "InboundCalls"]}
    _, environment = secrets_by("keyring", home, service, tmp_path)
    program = start(*plain[command], **{**home, **environment})
    service.hears(HEARD)
    program.interrupt()

    assert (evil.connections, evil.heard) == (0, b"")


def test_nor_when_a_second_start_hands_it_to_the_open_window(
    start, home, file_of, service, evil, tmp_path
):
    """A double click, while statmon is open."""
    mine, other = file_of("mine.statmon", {}), file_of("evil.statmon", wishes(evil, "proxy"))
    _, environment = secrets_by("keyring", home, service, tmp_path)
    window = start(mine, **{**home, **environment})
    service.hears(HEARD)
    assert start(other, **{**home, **environment}).end() == 0
    settings = Path(home["XDG_CONFIG_HOME"], "statmon", "settings.json")
    while "evil.statmon" not in settings.read_text():
        service.hears(HEARD, service.heard.count(HEARD) + 1)
    service.hears(HEARD, service.heard.count(HEARD) + 3)
    window.interrupt()

    assert (evil.connections, evil.heard) == (0, b"")


def test_what_was_kept_for_another_way_stays_in_the_keyring(
    start, home, file_of, service, evil, tmp_path
):
    """Also where the list of sites itself was made to name another one."""
    settings = Path(home["XDG_CONFIG_HOME"], "statmon", "settings.json")
    settings.parent.mkdir()
    entry = {"name": "", "url": f"https://localhost:{service.port}", "username": "sue",
             "clientId": "client", **wishes(evil, "proxy")}  # fmt: skip
    settings.write_text(json.dumps({"sites": [entry]}))
    _, environment = secrets_by("keyring", home, service, tmp_path)
    program = start("watch", file_of("mine.statmon", {}), **{**home, **environment})
    assert program.end() == 1

    assert "was not kept for this way to it" in program.errors
    assert "canary" not in program.errors
    assert (evil.connections, evil.heard) == (0, b"")
    assert CANARIES["password"] in Path(environment["TEST_KEYRING"]).read_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_environments_secrets_do_not_go_to_a_site_that_only_a_file_names(
    start, home, file_of, service, evil, command
):
    """It ends with a sentence that says what to do."""
    given = {f"STATMON_{name.upper()}": value for name, value in (CANARIES | WHO).items()}
    program = start(*COMMANDS[command](file_of("their.statmon", {})), **{**home, **given})

    assert program.end() == 1
    assert f"give --url https://localhost:{service.port}" in program.errors
    assert service.connections == 0


def test_an_option_is_a_yes_for_this_run(start, home, file_of, service, evil, tmp_path):
    """The way that a file wishes, said by the user: that is what options are for."""
    file = file_of("evil.statmon", wishes(evil, "proxy"))
    _, environment = secrets_by("keyring", home, service, tmp_path)
    said = ["--proxy", f"http://127.0.0.1:{evil.port}", "--ca-bundle", evil.authority]
    program = start("watch", file, *said, **{**home, **environment})
    evil.hears(HEARD)
    program.interrupt()

    assert "is not followed" not in program.errors
    assert service.connections == 0


def test_the_doctor_names_the_true_origin(start, home, file_of, service, evil, tmp_path):
    """Of each part; a file's wish is none of them."""
    file = file_of("evil.statmon", wishes(evil, "proxy"))
    _, environment = secrets_by("keyring", home, service, tmp_path)
    mine = str(service.authority)
    program = start("doctor", file, "--transport", "long-polling",
                    **{**home, **environment, "STATMON_CA_BUNDLE": mine})  # fmt: skip
    program.end()
    said = program.said

    assert f"CA file {mine} (from STATMON_CA_BUNDLE)" in said
    assert "transport long-polling (from --transport)" in said
    assert str(evil.port) not in said
