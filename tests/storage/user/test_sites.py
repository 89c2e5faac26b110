"""The list of sites: in the settings, in the user's order, without a secret."""

from dataclasses import replace

import pytest

from statmon.history import Rules
from statmon.service.access import Access
from statmon.storage.user import history_rules, settings, sites, ways
from statmon.storage.user.sites import SavedSite

SUE = SavedSite("Sales", Access("https://one", username="sue", grant="password"))
TOM = SavedSite("", Access("https://two/", username="tom", ca_bundle="ca.pem"))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")


def test_the_list_reads_back():
    """Names, order and everything that is not secret."""
    sites.save([SUE, replace(TOM, access=replace(TOM.access, api_key="canary"))])

    assert "canary" not in settings.path().read_text()
    assert sites.load() == [SUE, replace(TOM, access=replace(TOM.access, url="https://two"))]
    assert [site.title for site in sites.load()] == ["Sales", "https://two"]
    assert sites.at("https://one/") == SUE.access
    assert sites.at("https://three") is None


def test_a_site_keeps_its_place_when_it_is_saved_again():
    """A new one comes first; another user at the same address is another entry."""
    changed = replace(SUE, name="Sales floor")
    ann = replace(SUE, access=replace(SUE.access, username="ann"))

    assert sites.with_site([TOM, SUE], changed) == [TOM, changed]
    assert sites.with_site([TOM, SUE], ann) == [ann, TOM, SUE]


@pytest.mark.parametrize("raw", ["x", 5, [1, {}, {"url": ""}, {"url": 7}], {"url": "x"}])
def test_a_damaged_list_costs_only_itself(raw):
    """The start goes on."""
    settings.remember("sites", raw)

    assert sites.load() == []


@pytest.mark.parametrize(
    ("deed", "theirs"),
    [
        (
            lambda name: sites.enter(SavedSite(name, Access(f"https://{name}"))),
            lambda: {site.name for site in sites.load()},
        ),
        (
            lambda name: ways.remember(f"https://{name}", {"proxy": "http://p:1"}, yes=True),
            lambda: {item["url"].removeprefix("https://") for item in settings.load()["ways"]},
        ),
        (
            lambda name: (
                settings.revise("history", lambda kept: {**(kept or {}), "theirs": True})
                if name == "theirs"
                else history_rules.keep(Rules())
            ),
            lambda: {"theirs", "mine"} if settings.load()["history"].get("theirs") else set(),
        ),
    ],
    ids=["sites", "answers about ways", "history"],
)
def test_nothing_is_lost_that_another_window_keeps_meanwhile(monkeypatch, deed, theirs):
    """A change is made of what is kept at that moment, not of what was read before."""
    revise = settings.revise

    def meanwhile(key, change):
        monkeypatch.setattr(settings, "revise", revise)
        deed("theirs")
        revise(key, change)

    monkeypatch.setattr(settings, "revise", meanwhile)
    deed("mine")
    assert theirs() == {"mine", "theirs"}
