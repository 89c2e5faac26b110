"""``statmon`` where nothing was ever opened, or what was asked for cannot be."""

import argparse
from pathlib import Path
from types import SimpleNamespace

import pytest

from statmon import app
from statmon.commands import demo, first_start, window
from statmon.commands.errors import CommandError, UnreadableFile
from statmon.domain.workspace import Site, Workspace
from statmon.storage.user import recovery, settings


def arguments(**given):
    names = (
        "url", "api_key", "token", "username", "password", "client_id", "client_secret",
        "ca_bundle", "client_certificate", "client_key_password", "proxy", "transport",
        "screenshot", "theme", "file",
    )  # fmt: skip
    return argparse.Namespace(**{**dict.fromkeys(names), "from_stdin": None, **given})


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
    monkeypatch.setattr(app, "welcome", lambda *_: answer)

    assert first_start.begin(arguments()) == 0
    assert opened == expected


def test_who_says_how_to_connect_is_not_asked(opened, monkeypatch):
    """An empty workspace at that site."""
    monkeypatch.setattr(app, "welcome", lambda *_: pytest.fail("must not ask"))
    first_start.begin(arguments(url="http://127.0.0.1:1"))

    assert opened == ["blank"]


def test_who_never_saved_what_he_began_is_not_asked_but_goes_on(opened, monkeypatch, tmp_path):
    """The window opens at its site, and takes it back."""
    monkeypatch.setattr(app, "welcome", lambda *_: pytest.fail("must not ask"))
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path)
    site = Site("https://centre.example")
    crashed = recovery.Recovery()
    crashed.take()
    crashed.keep(Workspace("", site), None)
    crashed.release()  # as the system does when the process is killed

    assert first_start.begin(arguments()) == 0
    assert opened == [site]
    assert recovery.left() is not None


def test_a_last_workspace_that_is_gone_is_told(opened, monkeypatch, tmp_path):
    """A plain welcome would look as if everything was lost."""
    gone = tmp_path / "gone.statmon"
    settings.remember("lastWorkspace", str(gone))
    told = []
    monkeypatch.setattr(app, "welcome", lambda _look, reason, _last: told.append(reason))

    assert first_start.begin(arguments()) == 0
    assert told[0].startswith(f"Your last workspace is not there any more: {gone}.")


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the user was told, each time; answers with another file, then with nothing."""
    told = []
    answers = [SimpleNamespace(way="open", file=tmp_path / "also-damaged.statmon"), None]

    def welcome(_look, reason, last):
        told.append((reason, last))
        return answers.pop(0)

    monkeypatch.setattr(app, "welcome", welcome)
    return told


def test_a_file_that_cannot_be_opened_is_told_and_another_asked_for(
    asked, monkeypatch, tmp_path, capsys
):
    """As often as the user likes; wanting nothing then is still a failure, told on stderr too."""
    last = tmp_path / "last.statmon"
    last.write_text("{}")
    settings.remember("lastWorkspace", str(last))

    def damaged(args):
        raise UnreadableFile(f"{args.file.name} is damaged")

    monkeypatch.setattr(window, "window", damaged)
    args = arguments(file=tmp_path / "damaged.statmon")
    error = UnreadableFile("damaged.statmon is damaged")

    assert first_start.begin_otherwise(args, error) == 1
    assert asked == [
        ("damaged.statmon is damaged", last),
        ("also-damaged.statmon is damaged", last),
    ]
    assert capsys.readouterr().err.count("\n") == 2


def test_the_last_workspace_is_not_offered_in_place_of_itself(asked, tmp_path):
    """It is the one that cannot be opened."""
    last = tmp_path / "last.statmon"
    last.write_text("{")
    settings.remember("lastWorkspace", str(last))
    first_start.begin_otherwise(arguments(file=last), UnreadableFile("no"))

    assert asked[0] == ("no", None)


def test_without_a_screen_it_is_one_sentence(opened, monkeypatch):
    """As for every window."""

    def no_screen(*_):
        raise app.NoDisplay("no screen", "start it from a desktop")

    monkeypatch.setattr(app, "welcome", no_screen)

    with pytest.raises(CommandError, match="no screen; start it from a desktop"):
        first_start.begin(arguments())
