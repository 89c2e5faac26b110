"""A person signs in, at a simulator on a real socket, with the keyboard."""

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton

from statmon.domain.statistic import ObjectRef
from statmon.service.access import Access, BrowserSignIn
from statmon.service.wire.errors import ServiceError
from statmon.storage.machine import policy
from statmon.storage.user import sites
from statmon.ui.connect import dialog as connecting
from statmon.ui.connect.dialog import ConnectDialog


def typed(field, text):
    """Type into a field as a user does."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


async def dialog_of(window, until):
    """Wait for the dialog; there is only one."""
    await until(lambda: window.findChildren(ConnectDialog))
    (dialog,) = window.findChildren(ConnectDialog)
    await until(dialog.where.text)
    return dialog


def fill(dialog, named, access):
    typed(named(dialog, QLineEdit, "Address"), access.url)
    typed(named(dialog, QLineEdit, "API key"), access.api_key)
    typed(named(dialog, QLineEdit, "User name"), access.username)
    typed(named(dialog, QLineEdit, "Password"), access.password)
    typed(named(dialog, QLineEdit, "Client id"), access.client_id)


def test_a_first_start_asks_and_then_everything_opens(living, simulator, named, until, keyring):
    """Typed, Return pressed, signed in, values there; the secrets are in the keyring alone."""
    access = replace(simulator.access, client_secret="")

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        fill(dialog, named, access)
        typed(named(dialog, QLineEdit, "Name"), "Training")
        QTest.keyClick(named(dialog, QLineEdit, "Password"), Qt.Key.Key_Return)
        await until(lambda: engine.signed_in_as == "supervisor")
        await until(lambda: window.parts.status.connection.text == "connection: connected")
        await until(lambda: engine.table.applied >= 2)
        await until(lambda: not window.findChildren(ConnectDialog))
        await until(sites.load)
        await until(lambda: len(keyring.items) == 2)

    living(Access(access.url), steps)

    (site,) = sites.load()
    assert (site.name, site.access.username, site.access.password) == ("Training", "supervisor", "")
    assert set(keyring.items.values()) == {access.api_key, access.password}


def test_the_policys_sites_are_offered_and_another_one_is_not_tried(
    living, simulator, named, until, tmp_path, monkeypatch
):
    """The first of them is filled in; where only they may be used, nothing goes elsewhere."""
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    monkeypatch.setattr(policy.guarded, "objection", lambda _: "")
    says = {
        "sites": [{"url": "https://stats.example", "name": "Ours"}],
        "connect": {"otherSites": False},
    }
    policy.path().write_text(json.dumps(says))
    monkeypatch.setattr(connecting, "attempt", lambda *_: pytest.fail("nobody is asked"))

    async def steps(window, _engine, _life):
        dialog = await dialog_of(window, until)
        address = named(dialog, QLineEdit, "Address")
        await until(lambda: address.text() == "https://stats.example")
        assert [site.title for site in dialog.sites.sites] == ["Ours"]
        fill(dialog, named, replace(simulator.access, url="https://elsewhere.example"))
        QTest.keyClick(named(dialog, QLineEdit, "Password"), Qt.Key.Key_Return)
        await until(lambda: "https://elsewhere.example is none of them" in dialog.message.text())
        await until(lambda: not dialog.trying)

    living(Access(""), steps)


def test_the_next_start_asks_nobody(living, simulator, until, keyring):
    """What is in the keyring suffices."""
    access = simulator.access
    bare = Access(access.url, username=access.username, client_id=access.client_id)
    keyring.items[f"statmon {access.url}", "api_key"] = access.api_key
    keyring.items[f"statmon {access.url}", "password supervisor"] = access.password

    async def steps(window, engine, _life):
        await until(lambda: engine.table.applied >= 2)
        assert not window.findChildren(ConnectDialog)

    living(bare, steps)


def test_a_wrong_password_is_said_and_can_be_mended(living, simulator, named, until):
    """The dialog stays, with everything in it; the second attempt goes in."""

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        fill(dialog, named, replace(simulator.access, password="wrong"))
        dialog.connecting.click()
        assert not dialog.connecting.isEnabled()
        await until(lambda: "user name or password is wrong" in dialog.message.text())
        assert dialog.isVisible()
        assert named(dialog, QLineEdit, "User name").text() == "supervisor"

        typed(named(dialog, QLineEdit, "Password"), simulator.access.password)
        assert dialog.message.text() == ""
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        await until(lambda: engine.signed_in_as == "supervisor")

    living(Access(simulator.access.url), steps)


def test_by_the_browser_and_back(living, simulator, browser, named, until, keyring):
    """The page opens with proof and state, comes back, and only the refresh token is kept."""

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        typed(named(dialog, QLineEdit, "API key"), simulator.access.api_key)
        named(dialog, QComboBox, "Sign in by").setCurrentText("The browser")
        assert not named(dialog, QLineEdit, "Password").isVisible()
        typed(named(dialog, QLineEdit, "Client id"), simulator.access.client_id)
        QTest.keyClick(named(dialog, QLineEdit, "Client id"), Qt.Key.Key_Return)
        await until(lambda: engine.signed_in_as == "supervisor")
        await until(lambda: engine.table.applied >= 2)
        await until(lambda: len(keyring.items) == 2)
        assert keyring.items[f"statmon {simulator.access.url}", "refresh_token statmon-client"] == (
            engine.tokens.refresh
        )

    living(Access(simulator.access.url), steps)

    assert "code_challenge=" in browser.pages[0]
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A" in browser.pages[0]


def test_a_code_that_is_shown_elsewhere_is_pasted(living, simulator, browser, named, until):
    """For sites that have registered no address of this computer."""
    elsewhere = f"{simulator.access.url}/auth/v3/code"
    access = replace(
        Access(simulator.access.url, simulator.access.api_key, client_id="statmon-client"),
        grant="browser",
        browser=BrowserSignIn(pasted=elsewhere),
    )

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        dialog.connecting.click()
        await until(lambda: browser.code)
        code = named(dialog, QLineEdit, "Code from the browser")
        await until(code.isVisible)
        typed(code, browser.code)
        QTest.keyClick(code, Qt.Key.Key_Return)
        await until(lambda: engine.signed_in_as == "supervisor")

    living(access, steps)


def test_waiting_for_the_browser_can_be_given_up(living, simulator, browser, until, monkeypatch):
    """Escape gives up the attempt, and once more closes the dialog; nothing keeps listening."""
    monkeypatch.setattr(browser, "open", browser.pages.append)
    access = Access(simulator.access.url, "key", client_id="c", grant="browser")

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        dialog._show_page = browser.pages.append
        dialog.connecting.click()
        await until(lambda: browser.pages)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: "Given up." in dialog.message.text())
        assert dialog.isVisible()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not window.findChildren(ConnectDialog))
        assert not engine.running

    living(access, steps)


def test_when_all_tokens_end_one_dialog_asks_and_monitoring_goes_on(
    living, simulator, browser, named, until
):
    """Refused, refreshed in vain, asked once; after it the same subscriptions go on."""
    access = replace(simulator.access, username="", password="", client_secret="")

    async def steps(window, engine, _life):
        dialog = await dialog_of(window, until)
        dialog.connecting.click()
        await until(lambda: engine.table.applied >= 2)
        await until(lambda: not window.findChildren(ConnectDialog))
        before = await simulator.subscriptions()
        assert before

        await simulator.fault("end-sign-ins")
        for _ in range(3):
            with pytest.raises(ServiceError):
                await engine.api.value(ObjectRef("Agent", "agent1"), "InboundCalls")
        dialog = await dialog_of(window, until)
        assert "sign in again" in dialog.reason.text()
        assert "sign in again" in window.parts.banner.text
        window.parts.status.refresh()
        assert "sign in again" in window.parts.status.figures.text()
        assert engine.running
        assert engine.table.applied >= 2

        dialog.connecting.click()
        await until(lambda: not window.findChildren(ConnectDialog))
        await until(lambda: window.parts.banner.text == "")
        assert (await engine.api.value(ObjectRef("Agent", "agent1"), "InboundCalls")).statistics
        assert await simulator.subscriptions() == before
        assert window.parts.status.connection.text == "connection: connected"

    living(replace(access, grant="browser"), steps)


def test_signing_out_ends_the_token_and_forgets_the_person(living, simulator, until, keyring):
    """The API key is the site's and stays."""
    access = simulator.access
    keyring.items[f"statmon {access.url}", "api_key"] = access.api_key
    keyring.items[f"statmon {access.url}", "password supervisor"] = access.password

    async def steps(window, engine, _life):
        await until(lambda: engine.table.applied >= 2)
        window.parts.actions.signing_out.trigger()
        await until(lambda: window.parts.banner.text == "You are signed out.")
        assert not engine.running
        assert engine.signed_in_as is None
        assert await simulator.subscriptions() == []
        await until(lambda: len(keyring.items) == 1)

    living(access, steps)


def test_another_site_takes_another_window(living, simulator, named, until):
    """The engine of the old one leaves; who leads the windows is told where to go."""

    async def steps(window, engine, life):
        dialog = await dialog_of(window, until)
        fill(dialog, named, simulator.access)
        dialog.connecting.click()
        await until(lambda: life.elsewhere is not None)
        assert life.elsewhere.user == "supervisor"

    living(Access("http://127.0.0.1:1"), steps)


def test_a_site_of_the_list_is_chosen_and_removed(living, simulator, named, until, keyring):
    """Its fields and secrets appear; removing it removes the secrets, too."""
    access = replace(simulator.access, grant="password")
    kept = sites.SavedSite("Training", replace(access, api_key="", password="", client_secret=""))
    keyring.items[f"statmon {access.url}", "api_key"] = access.api_key
    keyring.items[f"statmon {access.url}", "password supervisor"] = access.password

    async def steps(window, engine, _life):
        sites.save([kept])
        window.parts.actions.signing_in.trigger()
        dialog = await dialog_of(window, until)
        await until(lambda: dialog.sites.list.count() == 1)
        dialog.sites.list.setFocus()
        QTest.keyClick(dialog.sites.list, Qt.Key.Key_Down)
        dialog.sites.list.setCurrentRow(0)
        password = named(dialog, QLineEdit, "Password")
        await until(lambda: password.text() == access.password)
        assert password.echoMode() == QLineEdit.EchoMode.Password

        named(dialog, QPushButton, "Remove the site and its secrets").click()
        await until(lambda: sites.load() == [] and not keyring.items)
        assert password.text() == ""

    living(Access("http://127.0.0.1:1", token="x"), steps)


def test_without_a_keyring_the_dialog_says_so(living, until, named, monkeypatch):
    """Before anything is typed."""
    from statmon.storage.machine.keyring import Keyring

    monkeypatch.setattr(
        "statmon.storage.user.secrets.Vault.keyring", Keyring("this computer has no keyring")
    )

    async def steps(window, _engine, _life):
        dialog = await dialog_of(window, until)
        assert "⚠ Secrets stay in memory" in dialog.where.text()
        assert "this computer has no keyring" in dialog.where.text()
        keep = named(dialog, QCheckBox, "Keep my secrets on this computer")
        assert not keep.isVisible()
        assert not keep.isChecked()

    living(Access("http://127.0.0.1:1"), steps)


def test_every_control_has_a_name_and_no_text_is_taken_for_html(living, until):
    """Whatever the service says."""
    evil = '<img src="http://127.0.0.1:9/x">'

    async def steps(window, _engine, _life):
        dialog = await dialog_of(window, until)
        dialog.form.more.setChecked(True)
        dialog.say_why(evil)
        kinds = (QLineEdit, QComboBox, QPushButton, QCheckBox)
        controls = [one for kind in kinds for one in dialog.findChildren(kind)]
        assert not [one for one in controls if not one.accessibleName()]
        labels = dialog.findChildren(QLabel)
        assert not [one for one in labels if one.textFormat() != Qt.TextFormat.PlainText]

    living(Access("http://127.0.0.1:1"), steps)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("Address", "gapi.example", "write it as https://host"),
        ("Address", "", "no service is named"),
        ("Browser comes back to port", "many", "The ports are numbers"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_asked(
    living, until, named, field, text, words
):
    """And the cursor stands where it has to be mended."""

    async def steps(window, _engine, _life):
        dialog = await dialog_of(window, until)
        named(dialog, QComboBox, "Sign in by").setCurrentText("The browser")
        dialog.form.more.setChecked(True)
        line = named(dialog, QLineEdit, field)
        line.clear()
        typed(line, text)
        dialog.connecting.setFocus()
        dialog.connecting.click()
        assert words in dialog.message.text()
        assert dialog.focusWidget() is line

    living(Access("http://127.0.0.1:1"), steps)
