"""What the connection options come to when something they lean on is out of order."""

import argparse
import io
import json
import threading
from dataclasses import fields
from types import SimpleNamespace

import pytest

from statmon.commands import options
from statmon.commands.errors import CommandError
from statmon.domain.workspace import Site
from statmon.service.access import Access
from statmon.storage.machine import policy
from statmon.storage.machine.keyring import Keyring
from statmon.storage.user import settings, sites
from statmon.storage.user.secrets import Vault
from statmon.storage.user.sites import SavedSite


def test_a_keyring_that_hangs_does_not_hold_up_a_command(monkeypatch, caplog):
    """It goes on with what was given, and says what is missing and why."""
    answered = threading.Event()
    monkeypatch.setattr(Vault, "find", lambda *_: answered.wait())
    monkeypatch.setattr(options, "KEYRING_WITHIN", 0.05)
    parser = argparse.ArgumentParser()
    options.add_connection_options(parser)

    access = options.access_given(parser.parse_args(["--url", "http://site", "--api-key", "key"]))
    answered.set()

    assert (access.url, access.api_key) == ("http://site", "key")
    assert "the keyring does not answer" in caplog.text


def test_the_line_end_of_a_file_does_not_count(monkeypatch):
    """``STATMON_TOKEN`` and the key often come from a file."""
    monkeypatch.setenv("STATMON_TOKEN", "token\n")
    monkeypatch.setenv("STATMON_API_KEY", " key\r\n")
    parser = argparse.ArgumentParser()
    options.add_connection_options(parser)

    access = options.access_given(parser.parse_args(["--url", "http://site "]))

    assert (access.url, access.api_key, access.token) == ("http://site", "key", "token")


URL = "https://site.example"


@pytest.fixture
def given(monkeypatch, tmp_path):
    """What options come to, with settings and policy of the test's own and an empty keyring."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    monkeypatch.setattr(Vault, "keyring", Keyring("none"))
    parser = argparse.ArgumentParser()
    options.add_connection_options(parser)

    def read(*arguments, site=None, stdin=b"", how=options.without_keyring):
        typed = SimpleNamespace(buffer=io.BytesIO(stdin))
        monkeypatch.setattr("sys.stdin", typed)
        return how(parser.parse_args(arguments), site)

    return read


@pytest.mark.parametrize("how", [options.without_keyring, options.for_window, options.access_given])
@pytest.mark.parametrize("name", ["API_KEY", "TOKEN", "PASSWORD", "CLIENT_SECRET"])
def test_a_secret_of_the_environment_does_not_go_where_only_a_file_says(
    given, monkeypatch, how, name
):
    """The site has to be named by whoever set the secret, or be in the list."""
    monkeypatch.setenv(f"STATMON_{name}", "canary")
    with pytest.raises(CommandError, match=f"STATMON_{name} is not sent to {URL}.* --url") as said:
        given(site=Site(URL), how=how)
    assert "canary" not in str(said.value)

    field = name.lower()
    assert getattr(given("--url", URL, site=Site(URL), how=how), field) == "canary"
    sites.save([SavedSite("", Access(URL))])
    assert getattr(given(site=Site(f"{URL}/"), how=how), field) == "canary"
    with pytest.raises(CommandError):
        given(site=Site(f"{URL}.evil.example"), how=how)
    monkeypatch.setenv("STATMON_URL", f"{URL}.evil.example")
    assert getattr(given(site=Site(URL), how=how), field) == "canary"


@pytest.mark.parametrize("how", [options.without_keyring, options.for_window, options.access_given])
def test_a_site_that_the_policy_does_not_list_is_refused(given, monkeypatch, how):
    """Whoever names it: file, option, or the environment; before any secret is looked up."""
    says = {"connect": {"otherSites": False}, "sites": [{"url": URL}]}
    policy.path().write_text(json.dumps(says))
    monkeypatch.setattr(policy.guarded, "objection", lambda _: "")
    monkeypatch.setattr(Vault, "find", lambda *_: pytest.fail("no secret is looked up"))

    for words, site in ((("--url", "https://other"), None), ((), Site("https://other"))):
        with pytest.raises(CommandError, match="https://other is none of them"):
            given(*words, site=site, how=how)
    monkeypatch.setattr(Vault, "find", lambda _, access: SimpleNamespace(access=access, foreign={}))
    assert given("--url", URL, "--username", "u", how=how).base == URL


def test_advice_is_never_one_that_cannot_work(given, monkeypatch):
    """An address that --url would refuse is refused for what it is."""
    monkeypatch.setenv("STATMON_API_KEY", "canary")
    for written in ("http://known:18431@evil:18999", "http://host/?a=b", "http://host/#c"):
        with pytest.raises(CommandError) as said:
            given(site=Site(written))
        assert "--url" not in str(said.value)
        assert "18431" not in str(said.value)


def test_an_option_is_a_yes_for_this_run(given, monkeypatch):
    """Beside it the environment's secret is not used, so nothing is refused."""
    monkeypatch.setenv("STATMON_TOKEN", "canary")

    assert given("--token", "mine", site=Site(URL)).token == "mine"


def test_every_secret_can_come_by_standard_input(given):
    """A line each, in the order of the options; blanks belong to a password."""
    access = given(
        "--url", URL, "--password-stdin", "--api-key-stdin", "--client-secret-stdin",
        "--client-key-password-stdin", "--token-stdin", "--proxy-stdin",
        stdin=b" pass \nkey\r\nsecret\nkey pass\ntoken\nhttp://u:p@proxy:1\n",
    )  # fmt: skip

    assert access.password == " pass "
    assert (access.api_key, access.client_secret, access.token) == ("key", "secret", "token")
    assert (access.client_key_password, access.proxy) == ("key pass", "http://u:p@proxy:1")
    assert dict(access.origins) == {"proxy": "option"}


def test_every_secret_has_such_an_option():
    """All that an access hides but what renews the sign-in, which nobody types."""
    hidden = {one.name for one in fields(Access) if not one.repr} - {"refresh_token", "origins"}

    assert hidden == set(options._SECRETS)


def test_a_files_wish_is_told_in_one_line_and_not_followed(given, capsys, monkeypatch):
    """Key and option are named, and the work goes on."""
    monkeypatch.setenv("STATMON_CA_BUNDLE", "/mine.pem")
    wishes = {"proxy": "http://evil:1", "caBundle": "/evil.pem", "browser": {"pkce": False}}
    access = given(site=Site(URL, wishes))
    said = capsys.readouterr().err

    assert (access.proxy, access.ca_bundle, access.browser.pkce) == ("", "/mine.pem", True)
    assert dict(access.origins) == {"caBundle": "environment"}
    assert said.count("\n") == 1
    assert "proxy (proxy http://evil:1), browser.pkce (no proof key (PKCE)); give --proxy" in said
    assert "evil.pem" not in said
    given("--proxy", "http://evil:1", site=Site(URL, {"proxy": "http://evil:1"}))
    assert capsys.readouterr().err == ""


def test_what_the_keyring_has_for_another_way_is_said(given, monkeypatch):
    """Nobody can be asked here: the sentence says what is to be done."""

    class Backend:
        def get_password(self, _service, account):
            return "canary" if account.startswith("password") else None

    monkeypatch.setattr(Vault, "keyring", Keyring("a keyring", Backend()))
    sites.save([SavedSite("", Access(URL, username="sue", proxy="http://p:1"))])
    with pytest.raises(CommandError) as said:
        given("--url", URL, how=options.access_from)

    assert "was not kept for this way to it (proxy http://p:1)" in str(said.value)
    assert "canary" not in str(said.value)
    access = given("--url", URL, "--proxy", "http://p:1", how=options.access_from)
    assert access.password == "canary"
