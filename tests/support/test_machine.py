"""Looking at this computer."""

import socket
import threading
import types

import keyring
import pytest
from keyring.errors import KeyringLocked

from statmon.service.access import Access
from statmon.storage.machine.keyring import Keyring
from statmon.support import machine


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Folders of its own."""
    found = {"history": tmp_path / "data", "logs": tmp_path / "logs"}
    monkeypatch.setattr(machine, "folders", lambda: found)
    return tmp_path


def test_folders_are_made_and_left_empty(elsewhere):
    """Looking leaves no file behind."""
    assert machine.disk().outcome in {"ok", "warning"}
    assert list((elsewhere / "data").iterdir()) == []


def test_a_full_disk_is_found_by_writing(elsewhere, monkeypatch):
    """Not by the figures, which may leave room that is not ours."""

    class Full:
        def __enter__(self):
            raise OSError(28, "No space left on device")

        def __exit__(self, *_):
            return None

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    found = machine.disk()

    assert (found.outcome, "No space left" in found.says) == ("failed", True)


def test_a_file_in_the_place_of_a_folder_is_told(elsewhere):
    """As any other thing that keeps us from writing."""
    (elsewhere / "logs").write_text("")

    assert machine.disk().outcome == "failed"


def test_a_keyring_that_raises_is_a_finding(monkeypatch):
    """Its libraries raise whatever they like."""

    def broken():
        raise RuntimeError("the daemon left")

    monkeypatch.setattr(keyring, "get_keyring", broken)

    assert "the daemon left" in machine.keyring_().says


@pytest.mark.parametrize(
    ("answers", "words"), [(True, "Failed to unlock"), (False, "it does not answer")]
)
def test_a_keyring_that_is_there_and_cannot_be_read_is_told(monkeypatch, answers, words):
    """Locked, or its daemon hangs."""
    asked = threading.Event()

    def get_password(*_):
        if answers:
            raise KeyringLocked("Failed to unlock the collection!")
        asked.wait()

    locked = types.SimpleNamespace(get_password=get_password)
    monkeypatch.setattr(machine, "KEYRING_WITHIN", 60 if answers else 0.05)
    monkeypatch.setattr(keyring, "get_keyring", lambda: locked)
    monkeypatch.setattr(machine, "find", lambda: Keyring("a keyring", locked))

    found = machine.keyring_()
    asked.set()
    assert (found.outcome, words in found.says) == ("warning", True)


def test_the_proxy_and_who_names_it(monkeypatch):
    """The same that is taken, whoever names it; a service on this computer has none."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "inside.example")
    site = Access("https://outside.example")

    assert "(from HTTPS_PROXY in the environment)" in machine.proxy(site).says
    assert "NO_PROXY" in machine.proxy(Access("https://inside.example")).says
    assert "on this computer" in machine.proxy(Access("https://127.0.0.1")).says
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:9")
    unusable = machine.proxy(site)
    assert (unusable.outcome, "HTTPS_PROXY" in unusable.says) == ("failed", True)


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("option", "(from --ca-bundle)"),
        ("environment", "(from STATMON_CA_BUNDLE)"),
        ("policy", "(from the policy "),
        ("list", "(from your list of sites)"),
        ("file", "(from the workspace, to which you have said yes)"),
    ],
)
def test_the_way_is_told_with_its_true_origin(origin, words):
    """Of each part by itself; not «--proxy» for whatever there is."""
    access = Access(
        "https://site", ca_bundle="/ca.pem", proxy="http://127.0.0.1:9",
        origins=(("caBundle", origin), ("proxy", "list")),
    )  # fmt: skip
    said = machine.way(access).says

    assert f"CA file /ca.pem {words}" in said
    assert "proxy http://127.0.0.1:9 (from your list of sites)" in said
    assert "(from your list of sites)" in machine.proxy(access).says


def test_a_dead_proxy_is_told_and_a_living_one_passes(monkeypatch):
    """By connecting to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        alive = machine.proxy(Access("https://x.example", proxy=f"http://127.0.0.1:{port}"))
    dead = machine.proxy(Access("https://x.example", proxy=f"http://127.0.0.1:{port}"))

    assert (alive.outcome, dead.outcome) == ("ok", "failed")
    assert "--proxy" in dead.cure
