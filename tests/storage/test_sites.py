"""The list of sites: in the settings, in the user's order, without a secret."""

from dataclasses import replace

import pytest

from statmon.service.access import Access
from statmon.storage import settings, sites
from statmon.storage.sites import SavedSite

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
