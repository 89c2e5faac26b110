"""How alerts are told: settings, policies, and workspaces that would like to decide it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.workspace import parse as workspace_of
from statmon.storage.machine import policy
from statmon.storage.user import alert_delivery, settings
from statmon.storage.user.alert_delivery import Delivery, address_problem, asked_in, parse, within

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)
KEYS = ("notify", "sound", "repeatMinutes", "toFront", "webhook", "alertmanager")
HOOK = "https://hooks.example/statmon"


def test_by_default_only_what_is_critical_is_told_and_nothing_is_sent():
    """The webhook is off, the window stays where it is."""
    default = Delivery()

    assert (default.notifies(-2), default.notifies(1), default.sounds(2)) == (True, False, True)
    assert (default.webhook, default.alertmanager, default.to_front) == ("", "", False)
    assert default.repeat_minutes == 0


def test_what_is_kept_is_read_again_and_leaves_the_rest(tmp_path, monkeypatch):
    """Also keys that a newer statmon has put there."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    settings.remember("alerts", {"newer": 1})
    wished = Delivery(notify="never", sound="warning", repeat_minutes=5, to_front=True,
                      webhook=HOOK, alertmanager="http://am:9093")  # fmt: skip
    alert_delivery.keep(wished)

    assert alert_delivery.wishes() == wished
    assert alert_delivery.load().delivery == wished
    assert settings.load()["alerts"]["newer"] == 1


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_whatever_the_settings_hold_something_usable_comes_of_it(data):
    """What cannot be used counts as not said."""
    found = parse(data)

    assert found.notify in alert_delivery.FROM
    assert 0 <= found.repeat_minutes <= alert_delivery.MOST_MINUTES
    assert not any(map(address_problem, filter(None, (found.webhook, found.alertmanager))))


@pytest.mark.parametrize("address", ["hooks.example", "ftp://h/", "https://u:p@h/", "https://h/?k=1",
                                     "https://h/#a", "https://", "https://h /"])  # fmt: skip
def test_no_address_is_a_place_for_a_secret(address):
    """Addresses stand in settings and log: with a password or a query none is taken."""
    assert address_problem(address)
    assert parse({"webhook": address}).webhook == ""


def test_a_policy_forbids_and_gives_addresses():
    """What forbids comes before what gives; what it cannot mean forbids."""
    wished = Delivery(webhook=HOOK, sound="warning")
    assert within(wished, [], {}).delivery == wished

    silent = within(wished, [{"sound": False}], {})
    assert (silent.delivery.sound, silent.silent, silent.delivery.webhook) == ("never", True, HOOK)
    given_ = within(wished, [], {"webhookAddress": "https://ours/"})
    assert (given_.delivery.webhook, given_.given) == ("https://ours/", {"webhook"})
    for said in (False, "no", None):
        barred = within(wished, [{"webhook": said}], {"webhookAddress": "https://ours/"})
        assert (barred.delivery.webhook, bool(barred.barred)) == ("", True)


def test_a_policy_for_its_own_sites_only_sends_no_alert_elsewhere(tmp_path, monkeypatch):
    """«connect.otherSites» false: nothing goes to an address that a user chose."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    alert_delivery.keep(Delivery(webhook=HOOK))
    (tmp_path / "policy.json").write_text(json.dumps({"connect": {"otherSites": False}}))

    assert alert_delivery.load().delivery.webhook == ""


def test_a_workspace_that_asks_for_it_is_passed_over_with_a_remark():
    """A file that somebody sent rings no bell and sends nothing anywhere."""
    asking = {
        "schema": 1, "name": "", "site": {"url": "http://s"}, "sound": "warning",
        "alerts": [{"kind": "threshold", "notify": "never", "high": {"warning": 5}},
                   {"kind": "webhook", "url": "https://evil.example"}],
    }  # fmt: skip
    workspace = workspace_of(asking)
    remarks = asked_in(workspace.extra, workspace.alerts)

    assert ["«notify»" in remarks[0], "«sound»" in remarks[1], "«webhook»" in remarks[2]] == [
        True
    ] * 3
    assert all("settings only" in remark for remark in remarks)
    plain = workspace_of({"schema": 1, "name": "", "site": {"url": "http://s"}})
    assert asked_in(plain.extra, plain.alerts) == []
