"""The way to the site in the window: what a file wishes is asked about, once, before it is so."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from statmon.domain.workspace import Site
from statmon.service.access import Access
from statmon.service.sign_in.way import parts_of
from statmon.storage.machine import keys
from statmon.storage.user import settings, sites, ways, workspace_file
from statmon.storage.user.sites import SavedSite
from statmon.ui.connect.dialog import ConnectDialog
from tests.e2e.support.listeners import Listener


@pytest.fixture
def evil() -> Iterator[Listener]:
    """A proxy of somebody's; it keeps every byte that it gets."""
    with Listener(None, proxy=True).listening() as listener:
        yield listener


def wishes_of(evil):
    return {"proxy": f"http://127.0.0.1:{evil.port}", "caBundle": "/their/authority.pem"}


def wish(life):
    """The question, or nothing."""
    return life._sign_in.wish.bar.text if life._sign_in is not None else ""


def answer(life, text):
    buttons = life._sign_in.wish.bar.answers
    (found,) = [one for one in buttons if one.text().replace("&", "") == text]
    found.click()


def kept(keyring, access):
    """Put a site's secrets into the keyring; return the access without them."""
    place = f"statmon {access.url}"
    keyring.items[place, "api_key"] = access.api_key
    keyring.items[place, "password supervisor"] = access.password
    return Access(access.url, username=access.username, client_id=access.client_id)


def file_with(tmp_path, workspace, wishes):
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, replace(workspace, site=Site(workspace.site.url, wishes)))
    return path


async def by_start(*_):
    """The window begins with it."""


async def by_opening(window, engine, life, wishes, tmp_path, until):
    """Workspace > Open…, a drop, a second start that hands it over: all of them open a file."""
    desk = window.parts.edit(life.start)
    window.closing.connect(desk.end)
    desk.begin(None, recover=False)
    desk.files.open(file_with(tmp_path, engine.workspace, wishes))


async def by_theirs(window, engine, life, wishes, tmp_path, until, *, merge=False):
    """Somebody else writes the open file; the user takes theirs, or merges."""
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, engine.workspace)
    desk = window.parts.edit(life.start)
    window.closing.connect(desk.end)
    desk.begin(path, recover=False)
    await until(lambda: desk.document.path == path)
    if merge:
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))
    theirs = replace(workspace_file.read(path), site=Site(engine.workspace.site.url, wishes))
    workspace_file.write(path, theirs)
    desk.files.watch()
    await until(lambda: desk.question.text)
    wanted = "Merge both" if merge else "Take theirs"
    (button,) = [b for b in desk.question.answers if b.text().replace("&", "") == wanted]
    button.click()


async def by_merging(*arguments):
    await by_theirs(*arguments, merge=True)


@pytest.mark.parametrize("come", [by_start, by_opening, by_theirs, by_merging])
def test_a_files_wish_is_asked_about_and_no_byte_goes_there(
    living, simulator, keyring, until, evil, tmp_path, come
):
    """However the file comes; the window works on the user's own way meanwhile, and after a no."""
    wishes = wishes_of(evil)

    async def steps(window, engine, life):
        await until(lambda: engine.table.applied >= 2)
        await come(window, engine, life, wishes, tmp_path, until)
        await until(lambda: wish(life))
        asked = wish(life)
        assert f"proxy http://127.0.0.1:{evil.port}" in asked
        assert "CA file /their/authority.pem" in asked
        assert simulator.access.base in asked
        assert (engine.access.proxy, engine.access.ca_bundle) == ("", "")
        answer(life, "Stay with mine")
        await until(lambda: settings.load().get("ways"))
        window.parts.document.edit("rename", lambda it: replace(it, name="Another"))
        seconds = []
        window.parts.pulse.second.connect(lambda: seconds.append(1))
        await until(lambda: len(seconds) > 1)  # a question that was not meant would be there
        assert wish(life) == ""
        assert engine.access.proxy == ""
        assert not window.findChildren(ConnectDialog)

    bare = kept(keyring, simulator.access)
    living(bare, steps, **(wishes if come is by_start else {}))

    assert (evil.connections, evil.heard) == (0, b"")


def test_an_answer_holds_for_the_next_start(living, simulator, keyring, until, evil):
    """The same wishes at the same site; no question, no byte."""

    async def refusing(_window, engine, life):
        await until(lambda: engine.table.applied >= 2)
        await until(lambda: wish(life))
        answer(life, "Stay with mine")
        await until(lambda: settings.load().get("ways"))

    async def again(window, engine, life):
        await until(lambda: engine.table.applied >= 2)
        window.parts.document.edit("rename", lambda it: replace(it, name="Another"))
        assert wish(life) == ""

    bare = kept(keyring, simulator.access)
    living(bare, refusing, **wishes_of(evil))
    living(bare, again, **wishes_of(evil))

    assert (evil.connections, evil.heard) == (0, b"")


def test_a_token_that_is_renewed_meanwhile_costs_no_question(
    living, simulator, keyring, until, evil, monkeypatch
):
    """It is asked all the same."""
    choose, held = ways.choose, []

    def renewing(access, site):
        if not held and site.settings:
            held.append(1)
            window_of["engine"].access = replace(access)  # as a renewal does
        return choose(access, site)

    window_of = {}
    monkeypatch.setattr(ways, "choose", renewing)

    async def steps(_window, engine, life):
        window_of["engine"] = engine
        await until(lambda: engine.table.applied >= 2)
        theirs = Site(simulator.access.url, wishes_of(evil))
        life._sign_in.take(replace(life._sign_in._workspace, site=theirs))
        await until(lambda: wish(life))
        assert held

    living(kept(keyring, simulator.access), steps)


def test_a_yes_takes_the_way_with_everything(living, simulator, keyring, until, evil):
    """It is what was asked; and it is remembered."""

    async def steps(window, engine, life):
        await until(lambda: engine.table.applied >= 2)
        await until(lambda: wish(life))
        assert evil.connections == 0
        answer(life, "Use this way")
        await until(lambda: simulator.access.api_key.encode() in evil.heard)
        assert engine.access.proxy == f"http://127.0.0.1:{evil.port}"
        assert dict(engine.access.origins)["proxy"] == "file"

    bare = kept(keyring, simulator.access)
    living(bare, steps, proxy=f"http://127.0.0.1:{evil.port}")

    assert settings.load()["ways"][0]["answer"] is True


def test_without_secrets_the_question_comes_before_the_sign_in(living, simulator, until, evil):
    """It lies above the views, where a dialog would cover it; then the user's own way is shown."""

    async def steps(window, engine, life):
        await until(lambda: wish(life))
        assert not window.findChildren(ConnectDialog)
        answer(life, "Stay with mine")
        await until(lambda: window.findChildren(ConnectDialog))
        (dialog,) = window.findChildren(ConnectDialog)
        await until(dialog.where.text)
        assert dialog.form.access().proxy == ""
        assert dialog.form.access().ca_bundle == ""

    living(Access(simulator.access.url), steps, **wishes_of(evil))

    assert evil.connections == 0


def test_a_file_moves_neither_proof_key_nor_redirect(living, simulator, browser, named, until):
    """The page that opens has both of the user's own."""

    async def steps(window, engine, life):
        await until(lambda: wish(life))
        assert "no proof key (PKCE)" in wish(life)
        assert "redirect to https://evil.example/code" in wish(life)
        answer(life, "Stay with mine")
        await until(lambda: window.findChildren(ConnectDialog))
        (dialog,) = window.findChildren(ConnectDialog)
        await until(dialog.where.text)
        dialog.connecting.click()
        await until(lambda: engine.signed_in_as == "supervisor")

    access = Access(
        simulator.access.url, simulator.access.api_key, client_id="statmon-client", grant="browser"
    )
    wished = {"pkce": False, "pasted": "https://evil.example/code"}
    living(access, steps, browser=wished)

    query = parse_qs(urlsplit(browser.pages[0]).query)
    assert query["code_challenge"]
    assert query["redirect_uri"][0].startswith("http://127.0.0.1:")


def test_what_an_earlier_statmon_kept_is_asked_about_once_and_not_lost(
    living, simulator, keyring, until, evil, named
):
    """It was kept for no way that is known, and the list names one: filled in only on a yes."""
    access = simulator.access
    listed = replace(kept(keyring, access), proxy=f"http://127.0.0.1:{evil.port}")

    async def steps(window, engine, _life):
        await until(lambda: window.findChildren(ConnectDialog))
        (dialog,) = window.findChildren(ConnectDialog)
        await until(dialog.offer.isVisible)
        assert f"proxy http://127.0.0.1:{evil.port}" in dialog.offered.text()
        assert named(dialog, QLineEdit, "Password").text() == ""
        assert evil.connections == 0
        named(dialog, QPushButton, "Fill them in").click()
        await until(named(dialog, QLineEdit, "Password").text)
        assert named(dialog, QLineEdit, "API key").text() == access.api_key
        assert not dialog.offer.isVisible()
        assert evil.connections == 0

    sites.save([SavedSite("", listed)])
    living(Access(access.url), steps)

    assert keyring.items[f"statmon {access.url}", "password supervisor"] == access.password


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://stats.example", True),
        ("HTTP://stats.example", True),
        ("https://stats.example", False),
        ("http://127.0.0.1:8080", False),
        ("http://localhost:8080", False),
        ("http://[::1]:8080", False),
        ("http://127.0.0.1.stats.example", True),
        ("http://", False),
        ("", False),
    ],
)
def test_an_address_without_tls_is_warned_of_before_anything_is_sent(qapp, address, warned, named):
    """While it is typed, and when such a site is chosen."""
    from statmon.ui.look import theme as themes

    dialog = ConnectDialog(lambda *_: None, themes.current("light"))
    dialog.show()
    field = named(dialog, QLineEdit, "Address")
    field.setText(address)
    dialog.form.edited.emit()
    assert dialog.warning.isVisible() is warned
    dialog.show_sites([], "", Access("https://x"))
    assert not dialog.warning.isVisible()
    dialog.show_sites([], "", Access(address))
    assert dialog.warning.isVisible() is warned
    if warned:
        assert "http://" in dialog.warning.text()
    dialog.close()
    dialog.deleteLater()


def test_the_password_of_a_certificates_key_is_asked_for(
    living, simulator, keyring, until, named, tmp_path
):
    """Before anything connects, with its line in sight; and it is kept with the rest."""
    key = tmp_path / "desk.pem"
    key.write_text(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n…\n-----END ENCRYPTED PRIVATE KEY-----\n"
    )
    access = replace(kept(keyring, simulator.access), client_certificate=str(key))
    access = replace(access, origins=(("clientCertificate", "option"),))

    async def steps(window, engine, _life):
        await until(lambda: window.findChildren(ConnectDialog))
        (dialog,) = window.findChildren(ConnectDialog)
        await until(dialog.where.text)
        assert "key of the client certificate has a password" in dialog.reason.text()
        line = named(dialog, QLineEdit, "… its key's password")
        assert line.isVisible()
        assert line.echoMode() is QLineEdit.EchoMode.Password
        await until(named(dialog, QLineEdit, "Password").text)
        line.setText("open")
        dialog.connecting.click()  # the simulator asks for no certificate: http
        await until(lambda: engine.signed_in_as == "supervisor")
        place = (f"statmon {simulator.access.url}", f"client_key_password {key}")
        await until(lambda: "open" in keyring.items.get(place, ""))

    living(access, steps)


def test_a_key_without_a_password_is_not_asked_about(tmp_path):
    """Nor one that cannot be read: whoever uses it says so."""
    open_, locked = tmp_path / "open.pem", tmp_path / "locked.pem"
    open_.write_text("-----BEGIN PRIVATE KEY-----\n")
    locked.write_text("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n")

    def ask(file, password=""):
        return keys.locked(
            Access("https://x", client_certificate=str(file), client_key_password=password)
        )

    assert ask(locked)
    assert not ask(locked, "known")
    assert not ask(open_)
    assert not ask(tmp_path / "none")
    assert not ask("")


def test_an_option_of_one_run_does_not_become_the_sites(living, simulator, keyring, until, named):
    """Connect keeps the site as it was in the list; this run goes on by the option."""
    bare = Access(simulator.access.url, username=simulator.access.username)
    sites.save([SavedSite("Mine", replace(bare, ca_bundle="/mine.pem"))])
    option, listed = (("transport", "option"), ("caBundle", "option")), {"caBundle": "/mine.pem"}
    access = replace(bare, transport="long-polling", ca_bundle="/run.pem", origins=option)

    async def steps(window, engine, _life):
        await until(lambda: window.findChildren(ConnectDialog))
        (dialog,) = window.findChildren(ConnectDialog)
        await until(dialog.where.text)
        for name in ("api_key", "password", "client_id", "client_secret"):
            dialog.form.field(name).setText(getattr(simulator.access, name))
        assert dialog.form.field("ca_bundle").text() == "/run.pem"
        dialog.connecting.click()
        await until(lambda: engine.table.applied >= 2)
        assert (engine.access.transport, engine.access.ca_bundle) == ("long-polling", "/run.pem")
        place = f"statmon {simulator.access.url}", "password supervisor"
        await until(lambda: place in keyring.items)
        kept = keyring.items[place]
        assert (simulator.access.password in kept, "/run.pem" in kept) == (True, False)

    living(access, steps)

    (site,) = sites.load()
    assert (site.name, parts_of(site.access)) == ("Mine", listed)
