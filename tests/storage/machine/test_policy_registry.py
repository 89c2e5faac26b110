"""The policy in Windows' registry, by the values that its functions give."""

import pytest

from statmon.history import Rules
from statmon.storage.machine import policy, policy_registry, windows
from statmon.storage.machine.policy_keys import KEYS, unusable
from statmon.storage.user import history_rules, preferences, settings
from statmon.updates import release_source

SITE = '{"url": "https://site", "proxy": "http://p:1"}'


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A Windows whose registry says something, and whose file says something else."""
    file = tmp_path / "policy.json"
    monkeypatch.setattr(policy, "path", lambda: file)
    monkeypatch.setattr(policy.guarded, "objection", lambda _: "")
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy.sys, "platform", "win32")

    def write(values, said="{}"):
        monkeypatch.setattr(windows, "policy_values", lambda _: values, raising=False)
        file.write_text(said)

    return write


def test_it_says_what_a_file_would():
    """Flags are numbers there, lists have an entry a line, a site is a line of JSON."""
    assert policy_registry.read({
        "history": {"record": 0, "keepDays": 30, "agents": 1},
        "updates": {"keys": ["AAAA", "BBBB"], "address": "https://x"},
        "preset": {"theme": "dark", "tray": 1},
        "sites": [SITE, "https://second"],
        "connect": {"otherSites": 0},
        "workspace": {"file": "\\\\server\\share\\floor.statmon"},
    }) == {
        "history": {"record": False, "keepDays": 30, "agents": True},
        "updates": {"keys": ["AAAA", "BBBB"], "address": "https://x"},
        "preset": {"theme": "dark", "tray": True},
        "sites": [{"url": "https://site", "proxy": "http://p:1"}, {"url": "https://second"}],
        "connect": {"otherSites": False},
        "workspace": {"file": "\\\\server\\share\\floor.statmon"},
    }  # fmt: skip


def test_its_names_have_no_case():
    """Windows does not tell Record from record, so whoever wrote it forbade."""
    assert policy_registry.read({"HISTORY": {"RECORD": 0}, "Sites": SITE}) == {
        "history": {"record": False},
        "sites": [{"url": "https://site", "proxy": "http://p:1"}],
    }


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"history": {"record": "no"}}, "history.record"),
        ({"history": {"record": 2}}, "history.record"),
        ({"history": {"keepDays": "30"}}, "history.keepDays"),
        ({"sites": ["{"]}, "sites"),
        ({"sites": "[1]"}, "sites"),
        ({"sites": 7}, "sites"),
        ({"preset": {"theme": "blue"}}, "preset.theme"),
    ],
)
def test_what_cannot_be_used_is_told(values, name):
    """As of a file's: it is not taken for nothing."""
    (clause,) = unusable(policy_registry.read(values), values=True)

    assert f"«{name}» must be {KEYS[name].must}" in clause


def test_it_forbids_and_so_does_the_file(registry):
    """Whichever is stricter."""
    registry({"history": {"keepDays": 5}}, '{"history": {"record": false}}')
    assert history_rules.load() == Rules(
        enabled=False, keep_days=5, keep_bytes=history_rules.load().keep_bytes
    )
    registry({"updates": {"allowed": 0}})
    assert release_source.find() == release_source.FORBIDDEN


def test_its_values_come_before_the_file(registry):
    """Only administrators can write there."""
    registry({"sites": [SITE]}, '{"sites": [], "preset": {"theme": "dark"}}')

    assert policy.value("sites") == [{"url": "https://site", "proxy": "http://p:1"}]
    assert policy.value("preset") == {"theme": "dark"}
    assert policy.there() == [policy_registry.PLACE, str(policy.path())]


def test_one_that_cannot_be_read_forbids(registry, monkeypatch):
    """Nobody is recorded by mistake."""
    registry({})

    def refuse(_):
        raise PermissionError(5, "access is denied")

    monkeypatch.setattr(windows, "policy_values", refuse)

    assert not history_rules.load().enabled
    assert "cannot be read" in release_source.find().barred
    assert policy.value("sites") is None


def test_a_preset_holds_until_the_user_chooses(registry):
    """Theme, tray and the question for updates."""
    registry({}, '{"preset": {"theme": "dark", "tray": true, "updates": true}}')
    assert preferences.load() == preferences.Preferences("dark", tray=True, updates=True)

    settings.remember("theme", "light")
    settings.remember("updates", False)

    assert preferences.load() == preferences.Preferences("light", tray=True, updates=False)


def test_a_preset_that_is_none_is_passed_over_and_told(registry):
    """It forbids nothing, so it bars nobody."""
    registry({}, '{"preset": "dark"}')

    assert preferences.load() == preferences.Preferences()
    assert policy.problems() == [
        f"the policy {policy.path()} cannot be used as it is: «preset» must be an object; "
        "it is passed over until it is"
    ]
