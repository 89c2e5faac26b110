"""What winget and Intune are told of the installers is what the installers are."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/administrator-guide.md"
VERSION = "0.2.0"
REQUIRED = {
    "version": {"DefaultLocale"},
    "installer": {"Installers"},
    "defaultLocale": {"PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"},
}
"""By winget's schemas 1.12.0; all need identifier, version, type and the schema's version."""
RESPONSES = {
    "packageInUse", "packageInUseByApplication", "installInProgress", "fileInUse",
    "missingDependency", "diskFull", "insufficientMemory", "invalidParameter", "noNetwork",
    "contactSupport", "rebootRequiredToFinish", "rebootRequiredForInstall", "rebootInitiated",
    "cancelledByUser", "alreadyInstalled", "downgrade", "blockedByPolicy", "systemNotSupported",
    "custom",
}  # fmt: skip


@pytest.fixture
def rollout(recipe):
    return recipe("rollout")


@pytest.fixture
def manifests(rollout, tmp_path):
    """Write the manifests of two installers; give them by kind."""
    for name in (f"statmon-{VERSION}-setup.exe", f"statmon-{VERSION}.msi"):
        (tmp_path / name).write_text(name)
    notes = "- One: «two», #3\n- Three"
    files = rollout.winget(
        tmp_path / "winget", tmp_path, VERSION, "https://x.example/d/", notes, "https://x.example"
    )
    read = [yaml.safe_load(one.read_text("utf-8")) for one in files]
    assert [one.name for one in files] == [
        "Statmon.Statmon.yaml", "Statmon.Statmon.installer.yaml",
        "Statmon.Statmon.locale.en-US.yaml",
    ]  # fmt: skip
    assert read[2]["ReleaseNotes"] == notes
    return {one["ManifestType"]: one for one in read}


def test_wingets_manifests_have_what_its_schema_requires(manifests, rollout):
    """The three kinds, of one package and one version."""
    assert manifests.keys() == REQUIRED.keys()
    for kind, data in manifests.items():
        needed = REQUIRED[kind] | {"PackageIdentifier", "PackageVersion", "ManifestVersion"}
        assert needed <= data.keys()
        assert all(data[key] for key in needed)
        assert re.fullmatch(r"[^.\s]{1,32}(\.[^.\s]{1,32}){1,7}", data["PackageIdentifier"])
        assert (data["PackageVersion"], data["ManifestVersion"]) == (VERSION, rollout.SCHEMA)
    assert manifests["version"]["DefaultLocale"] == manifests["defaultLocale"]["PackageLocale"]


def test_winget_is_told_where_each_installer_is_and_what_it_is(manifests, recipe, tmp_path):
    """Its address, its SHA-256, for whom it installs, and how it is found again."""
    installers = {one["Scope"]: one for one in manifests["installer"]["Installers"]}
    for one in installers.values():
        name = one["InstallerUrl"].removeprefix("https://x.example/d/")
        digest = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        assert (one["Architecture"], one["InstallerSha256"]) == ("x64", digest.upper())
    script = (ROOT / "packaging/windows/statmon.nsi").read_text("utf-8")

    assert installers["user"]["InstallerType"] == "nullsoft"
    assert f'Uninstall\\{installers["user"]["ProductCode"]}"' in script
    assert installers["machine"]["InstallerType"] == "msi"
    assert installers["machine"]["ProductCode"] == recipe("msi").product_code(VERSION)


def test_the_setups_exit_codes_are_those_of_its_script(manifests, rollout):
    """Winget is told each that is a failure, in its own words."""
    script = (ROOT / "packaging/windows/statmon.nsi").read_text("utf-8")
    (setup,) = (one for one in manifests["installer"]["Installers"] if one["Scope"] == "user")
    told = {one["InstallerReturnCode"]: one["ReturnResponse"]
            for one in setup["ExpectedReturnCodes"]}  # fmt: skip

    own = set(map(int, re.findall(r"SetErrorLevel (\d+)", script)))
    assert own | {0, 1, 2} == rollout.SETUP_CODES.keys()
    assert told.keys() == rollout.SETUP_CODES.keys() - {0}
    assert set(told.values()) <= RESPONSES


def test_the_guide_lists_all_exit_codes_of_the_installers(rollout):
    """As the tables in the code have them."""
    rows = re.findall(r"^\| (setup|MSI) \| (\d+) \| (.*) \|$", GUIDE.read_text("utf-8"), re.M)
    tables = {"setup": rollout.SETUP_CODES, "MSI": rollout.MSI_CODES}

    assert rows == [
        (name, str(code), meaning)
        for name, table in tables.items()
        for code, (meaning, _) in table.items()
    ]


def test_the_guide_says_of_intune_what_the_record_says(rollout, recipe):
    """Detection, oldest Windows, and the codes."""
    record, guide = json.loads(rollout.intune(VERSION)), GUIDE.read_text("utf-8")
    (rule,) = record["rules"]

    assert rule["ruleType"] == "detection"
    assert f"`{rule['keyPath']}`, value `{rule['valueName']}`" in guide
    assert f"Windows 10 {record['minimumSupportedWindowsRelease']} or newer" in guide
    assert f"schema {rollout.SCHEMA}" in guide
    assert {one["returnCode"]: one["type"] for one in record["returnCodes"]} == {
        code: word for code, (_, word) in rollout.MSI_CODES.items()
    }
    assert {one["type"] for one in record["returnCodes"]} <= {
        "failed", "success", "softReboot", "hardReboot", "retry"
    }  # fmt: skip
    assert record["setupFilePath"] in record["installCommandLine"]
    assert str(recipe("msi").WINDOWS_BUILD) in recipe("msi").LAUNCH_CONDITION


@pytest.mark.needs("wixl", "msibuild", "msiinfo")
def test_intune_detects_what_the_msi_writes(rollout, recipe, tmp_path):
    """The product's and the upgrade's code, the value in the registry, the version."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/statmon.exe").write_text("small")
    subprocess.run([sys.executable, ROOT / "packaging/icons.py", tmp_path], check=True)
    (package,) = recipe("msi").write(
        tmp_path / "tree", tmp_path, tmp_path / f"statmon-{VERSION}.msi", VERSION
    )

    def table(name):
        words = ["msiinfo", "export", package, name]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()[3:]]

    record = json.loads(rollout.intune(VERSION))
    properties, told = dict(table("Property")), record["msiInformation"]
    (rule,) = record["rules"]
    local_machine = "2"
    key = rule["keyPath"].removeprefix("HKEY_LOCAL_MACHINE\\")
    written = {tuple(row[1:5]) for row in table("Registry")}

    assert (properties["ProductCode"], properties["UpgradeCode"]) == (
        told["productCode"], told["upgradeCode"]
    )  # fmt: skip
    assert properties["Manufacturer"] == told["publisher"]
    assert properties["ProductVersion"] == rule["comparisonValue"] == VERSION
    assert (local_machine, key, rule["valueName"], "[ProductVersion]") in written
    assert record["uninstallCommandLine"] == f"msiexec /x {properties['ProductCode']} /qn"


def test_the_record_lies_beside_the_msi(built, rollout):
    """Of the version that was built."""
    package, record = built("statmon-*.msi"), built("statmon-*-intune.json")

    assert record.read_text("utf-8") == rollout.intune(package.stem.removeprefix("statmon-"))
