"""The administrator's policy: one path, and who could have written it."""

import json
import os
import stat
from types import SimpleNamespace

import pytest

from statmon.commands import window
from statmon.history import Rules
from statmon.service.access import Access
from statmon.storage.machine import guarded, policy, policy_keys, windows
from statmon.storage.user import alert_delivery, first_workspace, history_rules, preferences, sites
from statmon.support import machine
from statmon.updates import release_source

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Linux's folders")


@pytest.fixture
def policies(tmp_path, monkeypatch):
    """The fixed path in a folder of the test's, and others before it."""
    fixed = tmp_path / "etc" / "statmon" / "policy.json"
    monkeypatch.setattr(policy, "path", lambda: fixed)
    monkeypatch.setattr(guarded, "objection", lambda _: "")
    monkeypatch.setattr(history_rules.settings, "path", lambda: tmp_path / "settings.json")
    folders = [tmp_path / "plasma", tmp_path / "ubuntu"]
    monkeypatch.setenv("XDG_CONFIG_DIRS", ":".join(map(str, [*folders, tmp_path / "etc"])))

    def write(fixed_says=None, **others):
        files = {"etc": fixed_says, **others}
        for name, said in files.items():
            if said is not None:
                file = tmp_path / name / "statmon" / "policy.json"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(said if isinstance(said, str) else json.dumps(said))

    return write


def test_no_environment_variable_moves_it(monkeypatch):
    """The fixed path is asked whatever a desktop, or a user, puts first."""
    for name in ("XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "HOME", "ProgramData", "SystemDrive"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setattr("sys.platform", "linux")
    assert str(policy.path()) == "/etc/xdg/statmon/policy.json"
    monkeypatch.setattr("sys.platform", "darwin")
    assert str(policy.path()) == "/Library/Application Support/statmon/policy.json"


def test_the_fixed_one_forbids_behind_another_first_entry(policies):
    """As on Ubuntu and Plasma, where it was not even read."""
    policies({"history": {"record": False}, "updates": {"allowed": False}})

    assert not history_rules.load().enabled
    assert release_source.find().barred == "Your administrator does not allow it."


def test_others_forbid_and_shorten_and_give_no_value(policies):
    """An address, a key or a site of theirs is not taken."""
    site = {"url": "https://site", "proxy": "http://evil:1"}
    policies(
        {"history": {"keepDays": 30}},
        plasma={
            "history": {"keepDays": 5, "agents": False},
            "updates": {"address": "https://evil.example/x", "keys": ["AAAA"]},
            "sites": [site],
        },
        ubuntu={"history": {"keepDays": 365}, "updates": {"allowed": False}},
    )
    rules = history_rules.load()

    assert (rules.keep_days, rules.personal) == (5, False)
    assert release_source.find().barred == "Your administrator does not allow it."
    assert sites.laid_down("https://site") is None
    assert policy.value("updates") is None


@pytest.mark.parametrize("where", ["etc", "plasma"])
def test_one_that_cannot_be_read_forbids_wherever_it_is(policies, where):
    """Nobody is recorded by mistake."""
    policies(**{"fixed_says" if where == "etc" else where: "{"})

    assert not history_rules.load().enabled
    assert "cannot be read" in release_source.find().barred


def test_a_pipe_in_the_place_of_one_forbids_and_holds_nobody_up(policies, tmp_path):
    """Anybody who sets a variable can name a folder with one."""
    folder = tmp_path / "plasma" / "statmon"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "policy.json")

    assert not history_rules.load().enabled
    assert "cannot be read" in release_source.find().barred


def test_the_fixed_one_lays_down_the_way_to_a_site(policies):
    """Everything that the list of sites knows, for all users."""
    policies({"sites": [{"url": "https://site/", "proxy": "http://p:1", "caBundle": "/ca.pem"}]})

    found = sites.laid_down("https://site")
    assert (found.proxy, found.ca_bundle) == ("http://p:1", "/ca.pem")
    assert sites.laid_down("https://other") is None


def test_values_do_not_count_where_others_could_have_written_them(policies, monkeypatch, caplog):
    """What is forbidden stays forbidden all the same, and the reason is logged."""
    policies({"sites": [{"url": "https://site"}], "history": {"record": False}})
    monkeypatch.setattr(guarded, "objection", lambda path: f"{path} does not belong to root")

    assert sites.laid_down("https://site") is None
    assert not history_rules.load().enabled
    assert "does not count" in caplog.text


def test_a_real_file_of_somebody_elses_is_objected_to(tmp_path):
    """On the disk, and through a link."""
    file = tmp_path / "policy.json"
    file.write_text("{}")
    if os.getuid() == 0:
        os.chown(file, 12345, -1)
    link = tmp_path / "link.json"
    link.symlink_to(file)

    assert guarded.objection(file).endswith("does not belong to root")
    assert guarded.objection(link).endswith("does not belong to root")
    assert "cannot be looked at" in guarded.objection(tmp_path / "none")


FOLDER, FILE, LINK = stat.S_IFDIR, stat.S_IFREG, stat.S_IFLNK


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"/etc/xdg/policy.json": (0, FILE | 0o664)}, "can be written by others than root"),
        ({"/etc/xdg/policy.json": (0, FILE | 0o646)}, "can be written by others than root"),
        ({"/etc/xdg/policy.json": (1000, FILE | 0o644)}, "does not belong to root"),
        ({"/etc/xdg": (0, FOLDER | 0o777)}, "can be written by others than root"),
        ({"/etc/xdg": (1000, FOLDER | 0o755)}, "does not belong to root"),
        ({"/etc": (0, FOLDER | 0o1777)}, ""),
        ({"/etc/xdg/policy.json": (0, LINK | 0o777)}, ""),
    ],
)
def test_owned_by_root_and_writable_by_nobody_else(changed, said):
    """The file and every folder above it."""
    usual = {
        "/": (0, FOLDER | 0o755),
        "/etc": (0, FOLDER | 0o755),
        "/etc/xdg": (0, FOLDER | 0o755),
        "/etc/xdg/policy.json": (0, FILE | 0o644),
    }
    found = {**usual, **changed}
    stats = [
        (name, SimpleNamespace(st_uid=user, st_mode=mode)) for name, (user, mode) in found.items()
    ]

    assert guarded.judge(stats).endswith(said)
    assert bool(guarded.judge(stats)) is bool(said)


@pytest.mark.parametrize(
    ("sddl", "said"),
    [
        ("O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)", ""),
        ("O:SYG:SYD:(A;OICI;FA;;;SY)(A;OICIIO;GA;;;CO)(A;OICI;FR;;;BU)", ""),
        ("O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:SYD:(A;;FA;;;BA)", ""),
        ("O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-513D:(A;;FA;;;SY)", "does not belong"),
        ("O:BUG:SYD:(A;;FA;;;SY)", "does not belong"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;;FW;;;BU)", "can be written by others"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;;0x1301bf;;;AU)", "can be written by others"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;ID;DCLCRPCR;;;BU)", "can be written by others"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;;WD;;;S-1-5-21-1-2-3-1001)", "can be written by others"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;OICIIO;FA;;;BU)", ""),
        ("O:BAG:SYD:(D;;FA;;;BU)(A;;FA;;;BA)", ""),
        ("O:BAG:SYD:NO_ACCESS_CONTROL", "can be written by everybody"),
        ("O:BAG:SY", "can be written by everybody"),
        ("", "does not belong"),
    ],
)
def test_windows_rules_are_judged(sddl, said):
    """Owner and rules as Windows writes them down; what is not known could be anything."""
    assert said in guarded.opens(sddl)
    assert bool(guarded.opens(sddl)) is bool(said)


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        ("%SystemDrive%\\ProgramData", "D:\\ProgramData"),
        ("%systemdrive%\\Data", "D:\\Data"),
        ("E:\\Shared", "E:\\Shared"),
        ("%ProgramData%\\x", "D:\\ProgramData"),
        ("", "D:\\ProgramData"),
    ],
)
def test_windows_common_folder_is_put_together_without_the_environment(
    monkeypatch, written, folder
):
    """From what is registered and from Windows' own folder."""
    monkeypatch.setenv("SystemDrive", "Z:")

    assert windows.placed(written, "D:\\Windows") == folder


def test_the_list_outranks_nothing_of_the_policys(policies, tmp_path):
    """Options and environment are nearer, the list is farther."""
    from statmon.storage.user import ways

    policies({"sites": [{"url": "https://site", "proxy": "http://p:1"}]})
    sites.save([sites.SavedSite("", Access("https://site", proxy="http://mine:1", ca_bundle="/c"))])
    chosen = ways.choose(Access("https://site"), None)

    assert (chosen.access.proxy, chosen.access.ca_bundle) == ("http://p:1", "/c")
    assert dict(chosen.access.origins) == {"proxy": "policy", "caBundle": "list"}
    assert chosen.listed


def test_other_sites_are_refused_wherever_a_policy_says_so(policies):
    """Only those that the fixed one lists are connected to; a service on this computer always."""
    assert sites.refused(Access("https://other")) == ""
    policies({"sites": [{"url": "https://site/"}]}, plasma={"connect": {"otherSites": False}})

    assert sites.refused(Access("https://site")) == ""
    assert "https://other is none of them" in sites.refused(Access("https://other/"))
    assert sites.refused(Access("http://127.0.0.1:8080")) == sites.refused(Access("")) == ""
    assert sites.refused(Access("https://127.0.0.1.evil.example")) != ""


def test_no_site_is_connected_to_by_mistake(policies):
    """While a policy cannot be read, nobody knows what it forbids; the demo goes on."""
    policies("{")

    assert "cannot be read" in sites.refused(Access("https://site"))
    assert sites.refused(Access("http://localhost:8080")) == ""


def test_the_policys_sites_are_offered(policies):
    """Below the user's own; the first of them where nobody has signed in yet."""
    policies({"sites": [{"url": "https://site", "name": "Ours"}, {"url": "https://second"}]})
    listed, first = sites.offered()

    assert [site.title for site in listed] == ["Ours", "https://second"]
    assert first == Access("https://site")

    sites.save([sites.SavedSite("Mine", Access("https://site/", username="sue"))])
    listed, first = sites.offered()

    assert [site.title for site in listed] == ["Mine", "https://second"]
    assert first is None


FLAGS = ("false", "true ", "no", 0, 1, None, [], {}, [False], 1e999)
LIMITS = ("30", -1, 1e999, -1e999, float("nan"), 2e9, True, False, [], {}, [30])
TEXTS = (5, "", None, [], {}, True)
FILES = (*TEXTS, "floor.statmon", "./floor.statmon")
UNUSABLE = {
    "history.record": FLAGS,
    "history.keepDays": LIMITS,
    "history.keepMegabytes": LIMITS,
    "history.agents": FLAGS,
    "history.agentDays": LIMITS,
    "updates.allowed": FLAGS,
    "updates.address": TEXTS,
    "updates.keys": ("AAAA", [], None, {}, [5], ["AAAA", None], True),
    "connect.otherSites": FLAGS,
    "workspace.file": FILES,
    "preset.workspace": FILES,
    "alerts.sound": FLAGS,
    "alerts.webhook": FLAGS,
    "alerts.webhookAddress": TEXTS,
    "alerts.alertmanagerAddress": TEXTS,
    "preset.theme": ("blue", 1, None, [], {}, True),
    "preset.tray": FLAGS,
    "preset.updates": FLAGS,
    "sites": ("https://x", {}, None, [5], [{}], [{"url": 5}], [{"url": ""}]),
}
FORBIDDEN = {
    "history.record": lambda: not history_rules.load().enabled,
    "history.keepDays": lambda: not history_rules.load().enabled,
    "history.keepMegabytes": lambda: not history_rules.load().enabled,
    "history.agents": lambda: not history_rules.load().personal,
    "history.agentDays": lambda: not history_rules.load().personal,
    "updates.allowed": lambda: release_source.find().barred,
    "updates.address": lambda: release_source.find().barred,
    "updates.keys": lambda: release_source.find().barred,
    "connect.otherSites": lambda: sites.refused(Access("https://x")),
    "workspace.file": lambda: first_workspace.find() is None,
    "preset.workspace": lambda: first_workspace.find() is None,
    "alerts.sound": lambda: alert_delivery.load().silent,
    "alerts.webhook": lambda: alert_delivery.load().barred,
    "alerts.webhookAddress": lambda: not alert_delivery.load().delivery.webhook,
    "alerts.alertmanagerAddress": lambda: not alert_delivery.load().delivery.alertmanager,
    "preset.theme": lambda: preferences.load() == preferences.Preferences(),
    "preset.tray": lambda: preferences.load() == preferences.Preferences(),
    "preset.updates": lambda: preferences.load() == preferences.Preferences(),
    "sites": lambda: not any(site.access.place_problem() for site in [*_laid_down()]),
}


def _laid_down():
    found = sites.laid_down("https://x")
    return [] if found is None else [sites.SavedSite("", found)]


def _as_policy(key, value):
    section, _, name = key.partition(".")
    return {section: {name: value} if name else value}


def test_the_tables_are_of_all_keys():
    """A new key comes with what cannot be used of it, and what that forbids."""
    assert UNUSABLE.keys() == FORBIDDEN.keys() == policy_keys.KEYS.keys()


@pytest.mark.parametrize("where", ["etc", "plasma"])
@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in UNUSABLE.items() for value in values]
)
def test_what_cannot_be_used_forbids_and_is_said(policies, where, key, value):
    """Wherever it stands, unless it is a value, which counts at one path alone."""
    project = release_source.find()
    policies(**{"fixed_says" if where == "etc" else where: _as_policy(key, value)})
    said = policy.problems()

    if where == "plasma" and not policy_keys.KEYS[key].forbids:
        assert said == []
        assert release_source.find() == project
        return
    assert FORBIDDEN[key]()
    (sentence,) = said
    assert f"«{key}» must be " in sentence
    assert sentence in next(one.line for one in machine.examine(None) if one.name == "policy")


@pytest.mark.parametrize("days", [value for value in LIMITS if value not in (True, False)])
def test_a_limit_that_cannot_be_used_deletes_nothing(policies, days):
    """Nobody knows which was meant: what is kept stays until somebody says."""
    usual = Rules()
    policies({"history": {"keepDays": days, "keepMegabytes": days, "agentDays": days}})
    rules = history_rules.load()

    assert (rules.keep_days, rules.keep_bytes, rules.personal_days) == (
        usual.keep_days, usual.keep_bytes, usual.personal_days,
    )  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"history": {"record": True, "keepDays": 90, "keepMegabytes": 1.5, "agents": True}},
        {"history": {"keepDays": None, "keepMegabytes": None, "agentDays": None}},
        {"updates": {"allowed": True, "address": "https://x.example/u.json", "keys": ["AAAA"]}},
        {"sites": [{"url": "https://x", "proxy": "http://p:1"}]},
        {},
    ],
)
def test_what_can_be_used_is_not_complained_of(policies, said):
    """As the guides write it."""
    policies(said)
    assert policy.problems() == []
    assert history_rules.load().enabled


@pytest.mark.parametrize("text", ['{"history": {"record": false, "record": true}}',
                                  '{"history": {"record": false}, "history": {}}'])  # fmt: skip
def test_what_is_said_twice_forbids(policies, text):
    """The last would count, and nobody sees the first."""
    policies(text)
    assert not history_rules.load().enabled
    assert "says one thing twice" in policy.problems()[0]


@pytest.mark.parametrize("said", [{"history": 5}, {"updates": []}, {"history": None}])
def test_a_part_that_is_no_object_forbids(policies, said):
    """All that it could."""
    policies(said)
    assert "must be an object; all that it could forbid is forbidden" in policy.problems()[0]
    assert not history_rules.load().enabled if "history" in said else release_source.find().barred


def test_a_key_that_nobody_knows_is_named(policies):
    """Misspelt, or a newer statmon's; it forbids nothing, so it must not go unseen."""
    policies({"history": {"recrod": False}, "upd\u202eates": {}})
    first, second = policy.problems()
    assert "«history.recrod» is no key that this statmon knows" in first
    assert "«upd‹U+202E›ates»" in second
    assert history_rules.load().enabled


def test_the_window_begins_with_what_is_wrong_with_a_policy(policies):
    """One sentence; nothing where nothing is."""
    assert window._about_policies() == ""
    policies({"history": {"record": "no"}})
    said = window._about_policies()
    assert said.startswith("The policy ")
    assert said.endswith("«history.record» must be true or false; nothing is recorded until it is.")
