"""Templates, properties and schema say what the program reads, and nothing else."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from statmon.storage.machine.policy_keys import KEYS
from statmon.storage.machine.policy_registry import KEY

ROOT = Path(__file__).resolve().parents[2]
SAYS = {
    "history": {"record": False, "keepDays": 30, "keepMegabytes": None, "agents": True,
                "agentDays": 2.5},
    "updates": {"allowed": True, "address": "https://x.example/y", "keys": ["AAAA"]},
    "preset": {"theme": "dark", "tray": True, "updates": False,
               "workspace": "/srv/first.statmon"},
    "connect": {"otherSites": False},
    "alerts": {"sound": False, "webhook": True, "webhookAddress": "https://x.example/hook",
               "alertmanagerAddress": "http://am.example:9093"},
    "workspace": {"file": "/srv/floor.statmon"},
    "sites": [{"url": "https://site.example", "proxy": "http://p:1"}],
}  # fmt: skip
NAME = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"


@pytest.fixture
def policies(recipe):
    return recipe("policies")


def every(element, name):
    return list(element.iter(NAME + name))


def test_each_key_has_one_policy_where_the_program_looks(policies):
    """Under the computer's policies, where only administrators can write."""
    definitions = ElementTree.fromstring(policies.admx())
    found = {}
    for policy in every(definitions, "policy"):
        (value,) = {policy.get("valueName") or one.get("valueName")
                    for one in (*policy.iter(NAME + "elements"), *policy.iter())
                    if policy.get("valueName") or one.get("valueName")}  # fmt: skip
        section = policy.get("key").removeprefix(KEY).strip("\\")
        found[f"{section}.{value}".strip(".")] = policy

    assert found.keys() == KEYS.keys()
    assert {policy.get("class") for policy in found.values()} == {"Machine"}
    assert len({policy.get("name") for policy in found.values()}) == len(KEYS)


def test_a_template_refers_to_what_there_is(policies):
    """Group Policy's editor refuses a template whose text or box is missing."""
    definitions, texts = policies.admx(), ElementTree.fromstring(policies.adml())
    strings = {one.get("id") for one in every(texts, "string")}
    boxes = {one.get("id"): one for one in every(texts, "presentation")}

    assert set(re.findall(r"\$\(string\.(\w+)\)", definitions)) == strings
    assert set(re.findall(r"\$\(presentation\.(\w+)\)", definitions)) == boxes.keys()
    for policy in every(ElementTree.fromstring(definitions), "policy"):
        ids = {one.get("id") for one in policy.iter() if one.get("id")}
        box = boxes.get(policy.get("name"))
        assert ids == ({one.get("refId") for one in box} if box is not None else set())
        assert policy[0].get("ref") == "Statmon"


def test_the_schema_knows_what_the_program_can_use(policies):
    """The keys, and of each what it must be."""
    schema = policies.schema()
    names = set()
    for name, part in schema["properties"].items():
        inner = part.get("properties", {}) if part.get("type") == "object" else {}
        names |= {f"{name}.{key}" for key in inner} or {name}

    assert names == KEYS.keys()
    for name, key in KEYS.items():
        section, _, value = name.rpartition(".")
        said = SAYS[section][value] if section else SAYS[value]
        assert key.usable(said), name
        assert not key.usable({"strange": 1}), name


def test_the_archive_holds_all_three(policies, monkeypatch, tmp_path):
    """Byte for byte the same of the same commit."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.setattr("sys.argv", ["policies.py", str(tmp_path)])
    made = []
    for _ in range(2):
        assert policies.main() == 0
        (file,) = tmp_path.glob("statmon-*-policies.zip")
        made.append(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {
            "statmon.admx", "en-US/statmon.adml", "policy.schema.json"
        }  # fmt: skip
        json.loads(archive.read("policy.schema.json"))
    assert made[0] == made[1]


def test_properties_of_the_msi_are_named_after_the_keys(policies):
    """As the guide lists them."""
    assert policies.msi_property("history.keepDays") == "HISTORY_KEEP_DAYS"
    guide = (ROOT / "docs/administrator-guide.md").read_text("utf-8")
    named = {policies.msi_property(name) for name in KEYS}

    assert {name for name in named if f"`{name}`" not in guide} == set()
    assert {name for name in KEYS if f"`{name}`" not in guide} == set()


def test_the_msi_writes_what_its_properties_say_and_keeps_it(recipe, wine, dist, tmp_path):
    """An upgrade without them takes back nothing that an administrator forbade."""
    msi = recipe("msi")
    made = {}
    subprocess.run([sys.executable, ROOT / "packaging/icons.py", tmp_path], check=True)
    for number in ("0.0.1", "0.0.2"):
        (tmp_path / "tree").mkdir(exist_ok=True)
        (tmp_path / "tree/statmon.exe").write_text(number)
        (made[number],) = msi.write(tmp_path / "tree", tmp_path, tmp_path / f"{number}.msi", number)
    wine("msiexec", "/i", made["0.0.1"], "HISTORY_RECORD=0", "HISTORY_KEEP_DAYS=30",
         "PRESET_THEME=dark", "SITES=https://stats.example", "CONNECT_OTHER_SITES=0",
         "WORKSPACE_FILE=\\\\server\\share\\our floor.statmon", "/qn")  # fmt: skip
    wine("msiexec", "/i", made["0.0.2"], "/qn")
    key = f"HKLM\\{KEY}"
    said = wine("reg", "query", key, "/s")
    installed = wine("reg", "query", "HKLM\\Software\\statmon")
    wine("msiexec", "/x", made["0.0.2"], "/qn")

    assert re.search(r"record\s+REG_DWORD\s+0x0\b", said)
    assert re.search(r"keepDays\s+REG_DWORD\s+0x1e\b", said)
    assert re.search(r"theme\s+REG_SZ\s+dark", said)
    assert re.search(r"sites\s+REG_SZ\s+https://stats\.example", said)
    assert re.search(r"otherSites\s+REG_DWORD\s+0x0\b", said)
    assert re.search(r"file\s+REG_SZ\s+\\\\server\\share\\our floor\.statmon", said)
    assert "tray" not in said
    assert re.search(r"Version\s+REG_SZ\s+0\.0\.2\b", installed)  # by which Intune detects it
    wine("reg", "delete", key, "/f")
