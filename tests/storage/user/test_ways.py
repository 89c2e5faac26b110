"""What the user has said to a file's wishes, and what comes of it."""

import json
import threading

import pytest

from statmon.domain.workspace import Site
from statmon.service.access import Access
from statmon.storage.machine import policy
from statmon.storage.user import settings, sites, ways
from statmon.storage.user.sites import SavedSite

WISHES = {"proxy": "http://evil:1", "caBundle": "/evil.pem"}
FILE = Site("https://site/", {**WISHES, "username": "sue"})
GIVEN = Access("https://site")


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")


def test_a_file_names_a_site_and_who_signs_in_but_no_way():
    """What it wishes is told, for whoever can ask about it."""
    chosen = ways.choose(GIVEN, FILE)

    assert (chosen.access.proxy, chosen.access.ca_bundle) == ("", "")
    assert chosen.access.username == "sue"
    assert chosen.wishes == WISHES
    assert (chosen.asked, chosen.listed) == (False, False)


@pytest.mark.parametrize("yes", [True, False])
def test_an_answer_counts_for_this_site_and_this_content(yes):
    """Another site, or other wishes, are another question."""
    ways.remember("https://site", WISHES, yes=yes)
    chosen = ways.choose(GIVEN, FILE)

    assert chosen.access.proxy == ("http://evil:1" if yes else "")
    assert chosen.wishes == ({} if yes else WISHES)
    assert dict(chosen.access.origins) == (dict.fromkeys(WISHES, "file") if yes else {})
    assert chosen.asked is not yes
    for other in (
        Site("https://site", {**WISHES, "caBundle": "/other.pem"}),
        Site("https://site", {**WISHES, "browser": {"pkce": False}}),
        Site("https://site", {"proxy": "http://evil:1"}),
    ):
        assert ways.choose(GIVEN, other).access.proxy == ""
        assert not ways.choose(GIVEN, other).asked
    moved = Site("https://other", WISHES)
    assert ways.choose(Access("https://other"), moved).access.proxy == ""


def test_a_file_of_another_site_wishes_nothing_here():
    """``--url`` names this one."""
    assert ways.choose(GIVEN, Site("https://other", WISHES)).wishes == {}
    assert ways.choose(Access(""), Site("", WISHES)).wishes == {}


def test_what_stands_in_the_list_is_not_asked_about():
    """Files that statmon wrote hold what the user had set up."""
    listed = Access("https://site", proxy="http://evil:1", ca_bundle="/evil.pem")
    sites.save([SavedSite("", listed)])
    chosen = ways.choose(GIVEN, FILE)

    assert chosen.wishes == {}
    assert dict(chosen.access.origins) == dict.fromkeys(WISHES, "list")


def test_what_was_said_for_this_run_stays_when_another_file_is_opened():
    """Options and environment; a wish that was agreed to does not outlive its file."""
    ways.remember("https://site", {"caBundle": "/evil.pem"}, yes=True)
    given = Access("https://site", proxy="http://mine:1", origins=(("proxy", "option"),))
    first = ways.choose(given, FILE).access
    then = ways.choose(first, Site("https://site")).access

    assert (first.proxy, first.ca_bundle) == ("http://mine:1", "/evil.pem")
    assert (then.proxy, then.ca_bundle) == ("http://mine:1", "")


def test_what_was_typed_stays_where_the_list_cannot_be_written():
    """It has no origin yet."""
    typed = Access("https://site", proxy="http://mine:1")

    assert ways.choose(typed, FILE).access.proxy == "http://mine:1"


def test_answers_are_forgotten_with_the_site_and_bear_no_password():
    """What is remembered can be read by people."""
    site = Site("https://site", {"proxy": "http://u:canary@evil:1"})
    ways.remember("https://site", ways.choose(GIVEN, site).wishes, yes=True)
    ways.remember("https://other", WISHES, yes=True)

    assert "canary" not in settings.path().read_text()
    ways.forget("https://site")
    assert [item["url"] for item in settings.load()["ways"]] == ["https://other"]


@pytest.mark.parametrize("raw", [5, [5], [{"url": "https://site", "wishes": 5, "answer": True}]])
def test_damaged_answers_are_no_yes(raw):
    """They cost a question."""
    settings.path().write_text(json.dumps({"ways": raw}))

    assert not ways.choose(GIVEN, FILE).asked


def test_two_settings_that_are_kept_at_once_are_both_kept():
    """A site is listed in one thread while an answer is kept in another."""
    together = threading.Barrier(2)

    def keep(name):
        for number in range(50):
            together.wait()
            settings.remember(f"{name}{number}", number)

    threads = [threading.Thread(target=keep, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(settings.load()) == 100
