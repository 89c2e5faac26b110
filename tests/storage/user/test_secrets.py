"""Secrets: in a keyring that deserves the name, else in memory, and in no file ever."""

import sys
import threading
import types
from dataclasses import replace

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from statmon.service.access import Access
from statmon.service.sign_in.way import lasting, parts_of
from statmon.storage.machine.keyring import Keyring, find
from statmon.storage.user import secrets
from statmon.storage.user.secrets import PERSONAL, Vault, background

FULL = Access(
    "https://site/",
    api_key="key",
    username="sue",
    password="pass",
    client_id="client",
    client_secret="secret",
    refresh_token="again",
    token="token",
    proxy="http://u:p@proxy:3128",
)
BARE = Access("https://site", username="sue", client_id="client", proxy="http://proxy:3128")


class FakeBackend(KeyringBackend):
    """A keyring in a dictionary; made in a test, so that no other test's process finds it."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.items = {}
        self.broken = False
        self.asked = 0

    def _check(self):
        self.asked += 1
        if self.broken:
            raise RuntimeError("the canary is locked")

    def get_password(self, service, username):
        self._check()
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        self._check()
        self.items[service, username] = password

    def delete_password(self, service, username):
        self._check()
        if (service, username) not in self.items:
            raise PasswordDeleteError
        del self.items[service, username]


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def vault(backend):
    return Vault(lambda: Keyring("a keyring", backend))


def test_what_is_kept_comes_back(vault, backend):
    """Also for another process, and whatever slash the address ends with."""
    assert vault.keep(FULL, parts_of(FULL))

    again = Vault(lambda: Keyring("a keyring", backend)).fill(BARE)
    assert again == replace(FULL, url="https://site")


def test_secrets_of_one_user_are_not_those_of_another(vault):
    """The API key is the site's, the password the user's."""
    vault.keep(FULL, parts_of(FULL))
    other = vault.fill(Access("https://site", username="tom"))

    assert (other.api_key, other.password, other.refresh_token) == ("key", "", "")
    assert vault.fill(Access("https://elsewhere", username="sue")).api_key == ""


def test_what_is_given_is_not_replaced(vault):
    """An option on the command line wins over the keyring, another proxy included."""
    vault.keep(FULL, parts_of(FULL))
    given = replace(BARE, password="mine", proxy="http://other:1")
    filled = vault.fill(given)

    assert (filled.password, filled.proxy) == ("mine", "http://other:1")


def test_a_sign_out_forgets_what_is_personal(vault, backend):
    """Key and client belong to the site and stay."""
    vault.keep(FULL, parts_of(FULL))
    vault.forget(FULL, PERSONAL)
    filled = vault.fill(BARE)

    assert (filled.password, filled.token, filled.refresh_token) == ("", "", "")
    assert (filled.api_key, filled.client_secret) == ("key", "secret")
    vault.forget(FULL)
    assert backend.items == {}


def test_a_locked_keyring_costs_nothing_but_the_memory_of_it(vault, backend, caplog):
    """It works until the end of the process, it says so, and the log has no secret."""
    backend.broken = True

    assert not vault.keep(FULL, parts_of(FULL))
    backend.asked = 0
    assert vault.fill(BARE).password == "pass"
    assert backend.asked == 1, "a dialog that was closed does not come again for each secret"
    vault.forget(FULL)
    assert vault.fill(BARE).password == ""
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text


def test_without_a_keyring_secrets_stay_in_memory():
    """And are gone with the process."""
    vault = Vault(lambda: Keyring("this computer has no keyring"))

    assert not vault.keep(FULL, parts_of(FULL))
    assert vault.fill(BARE).password == "pass"


def chosen(monkeypatch, module, **attributes):
    """Let the library choose a backend of a module."""
    kind = type("Chosen", (), {"__module__": module, **attributes})
    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_keyring=kind))
    return find()


@pytest.mark.parametrize(
    "module",
    ["keyring.backends.SecretService", "keyring.backends.Windows", "keyring.backends.macOS"],
)
def test_the_systems_keyrings_are_trusted(monkeypatch, module):
    """By the module that they come from."""
    assert chosen(monkeypatch, module).backend is not None


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("keyrings.alt.file", "not known to keep secrets safe"),
        ("keyring.backends.fail", "has no keyring"),
        ("keyring.backends.null", "switched off"),
        ("somebodys.plugin", "not known"),
    ],
)
def test_plain_text_and_nothing_are_refused(monkeypatch, module, words):
    """With a sentence for the dialog."""
    found = chosen(monkeypatch, module)

    assert found.backend is None
    assert words in found.name


def test_of_several_the_first_that_is_trusted_counts(monkeypatch):
    """The library chains all that are installed, plain text among them."""
    alt = type("Plain", (), {"__module__": "keyrings.alt.file"})()
    good = type("Good", (), {"__module__": "keyring.backends.kwallet"})()
    found = chosen(monkeypatch, "keyring.backends.chainer", backends=[alt, good])

    assert found == Keyring("KWallet", good)


def test_a_library_that_breaks_is_no_keyring(monkeypatch):
    """Plug-ins may raise anything."""

    def broken():
        raise RuntimeError("no bus")

    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_keyring=broken))
    assert find().backend is None


def test_the_keyring_is_asked_in_a_thread_that_nobody_waits_for():
    """A question of the desktop's must not hold up the end."""
    threads = []
    assert background(lambda: threads.append(threading.current_thread()) or 7).result(10) == 7
    assert threads[0].daemon

    with pytest.raises(ZeroDivisionError):
        background(lambda: 1 / 0).result(10)


VIA = replace(FULL, proxy="http://u:p@proxy:3128", ca_bundle="/ca.pem")
BARE_VIA = replace(BARE, ca_bundle="/ca.pem")


def test_a_secret_goes_by_the_way_that_it_was_kept_for(vault):
    """And by no other, unless it is said for this run."""
    vault.keep(VIA, parts_of(VIA))
    elsewhere = replace(BARE_VIA, proxy="http://evil:1")

    assert vault.fill(BARE_VIA).password == "pass"
    found = vault.find(elsewhere)
    assert [getattr(found.access, kind) for kind in ("api_key", "password", "token")] == [""] * 3
    assert found.foreign == {"proxy": "http://evil:1"}
    said = replace(elsewhere, origins=(("proxy", "option"),))
    assert vault.fill(said).password == "pass"
    assert vault.find(elsewhere, agreed=True).access.password == "pass"


def test_the_systems_proxy_is_no_part_of_it(vault):
    """Laptops roam: nothing that was set on purpose has changed."""
    vault.keep(VIA, parts_of(VIA))

    assert vault.fill(replace(BARE, proxy="")).password == "pass"
    assert vault.find(replace(BARE, proxy="")).foreign == {}


def test_an_earlier_statmons_secret_is_asked_about_and_not_lost(vault, backend):
    """It was kept for nothing that is known; the plain way needs no question."""
    backend.items["statmon https://site", "password sue"] = "pass"

    assert vault.fill(replace(BARE, proxy="")).password == "pass"
    found = vault.find(BARE)
    assert (found.access.password, found.foreign) == ("", {"proxy": "http://proxy:3128"})
    agreed = vault.find(BARE, agreed=True).access
    assert agreed.password == "pass"
    vault.keep(agreed, parts_of(agreed))
    assert vault.find(BARE) == secrets.Found(agreed, {})


def test_where_nothing_was_set_it_is_kept_as_ever(vault, backend):
    """Other statmons and people read it."""
    vault.keep(replace(FULL, proxy=""), parts_of(replace(FULL, proxy="")))

    assert backend.items["statmon https://site", "password sue"] == "pass"


def test_a_renewed_token_stays_bound_to_what_it_was(vault):
    """An option of one run does not become the way of the next."""
    vault.keep(VIA, parts_of(VIA))
    once = replace(
        VIA, proxy="http://once:1", refresh_token="next",
        origins=(("proxy", "option"), ("caBundle", "list")),
    )  # fmt: skip
    assert vault.renew(once)

    assert vault.fill(BARE_VIA).refresh_token == "next"
    assert vault.fill(replace(BARE_VIA, proxy="http://once:1")).refresh_token == ""


@pytest.mark.parametrize("text", ['{"secret":', '{"secret":5,"way":{}}', '{"secret":"x"}', "{}"])
def test_a_password_may_look_like_anything(vault, text):
    """Also like what is kept of a way."""
    for proxy in ("", "http://proxy:3128"):
        access = replace(BARE, proxy=proxy, password=text)
        vault.keep(access, parts_of(access))
        assert vault.fill(replace(access, password="")).password == text


def test_the_password_of_a_key_is_kept_with_the_file(vault):
    """Another certificate has another one."""
    shown = replace(BARE, client_certificate="/desk.pem", client_key_password="open")
    vault.keep(shown, parts_of(shown))

    assert vault.fill(replace(shown, client_key_password="")).client_key_password == "open"
    other = replace(shown, client_certificate="/other.pem", client_key_password="")
    assert vault.find(other, agreed=True).access.client_key_password == ""


def test_an_option_of_one_run_is_not_what_a_secret_is_bound_to(vault, backend):
    """Nor is its proxy's password kept, or the one of the list's proxy forgotten."""
    vault.keep(VIA, parts_of(VIA))
    other = replace(VIA, proxy="http://x:y@other:1", password="new", origins=(("proxy", "option"),))
    vault.keep(other, lasting(other, parts_of(VIA)))

    again = vault.fill(BARE_VIA)
    assert (again.proxy, again.password) == (VIA.proxy, "new")
    assert "x:y" not in str(backend.items)
