"""``statmon`` where nothing was ever opened."""

import argparse
from pathlib import Path
from types import SimpleNamespace

import pytest

from statmon import app
from statmon.commands import demo, first_start, window
from statmon.commands.errors import CommandError
from statmon.domain.workspace import Site, Workspace
from statmon.storage import recovery


def arguments(**given):
    names = (
        "url", "api_key", "token", "username", "password", "client_id", "client_secret",
        "ca_bundle", "client_certificate", "proxy", "transport", "screenshot", "theme", "file",
    )  # fmt: skip
    return argparse.Namespace(**{**dict.fromkeys(names), "password_stdin": False, **given})


@pytest.fixture
def opened(monkeypatch):
    """What was opened in the end, instead of opening it."""
    found = []
    monkeypatch.setattr(demo, "run", lambda _: found.append("demo") or 0)
    monkeypatch.setattr(window, "blank", lambda _, site=None: found.append(site or "blank") or 0)
    monkeypatch.setattr(window, "window", lambda args: found.append(args.file) or 0)
    return found


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, []),
        (SimpleNamespace(way="demo", file=None), ["demo"]),
        (SimpleNamespace(way="connect", file=None), ["blank"]),
        (SimpleNamespace(way="open", file=Path("x.statmon")), [Path("x.statmon")]),
    ],
)
def test_the_answer_decides(opened, monkeypatch, answer, expected):
    """No answer opens nothing and is no error."""
    monkeypatch.setattr(app, "welcome", lambda _: answer)

    assert first_start.begin(arguments()) == 0
    assert opened == expected


def test_who_says_how_to_connect_is_not_asked(opened, monkeypatch):
    """An empty workspace at that site."""
    monkeypatch.setattr(app, "welcome", lambda _: pytest.fail("must not ask"))
    first_start.begin(arguments(url="http://127.0.0.1:1"))

    assert opened == ["blank"]


def test_who_never_saved_what_he_began_is_not_asked_but_goes_on(opened, monkeypatch, tmp_path):
    """The window opens at its site, and takes it back."""
    monkeypatch.setattr(app, "welcome", lambda _: pytest.fail("must not ask"))
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path)
    site = Site("https://centre.example")
    crashed = recovery.Recovery()
    crashed.take()
    crashed.keep(Workspace("", site), None)
    crashed.release()  # as the system does when the process is killed

    assert first_start.begin(arguments()) == 0
    assert opened == [site]
    assert recovery.left() is not None


def test_without_a_screen_it_is_one_sentence(opened, monkeypatch):
    """As for every window."""

    def no_screen(_):
        raise app.NoDisplay("no screen")

    monkeypatch.setattr(app, "welcome", no_screen)

    with pytest.raises(CommandError, match="no screen"):
        first_start.begin(arguments())
