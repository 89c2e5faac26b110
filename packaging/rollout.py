"""What rolls statmon out on Windows computers: manifests for winget, the app's record for Intune.

All follows from the version, from ``msi.py``, and from the installers that were built.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msi
from tools import MOST_INSTALLED, MOST_SETUP

IDENTIFIER = "Statmon.Statmon"
SCHEMA = "1.12.0"
"""The newest that winget's public repository takes (November 2026)."""
LOCALE = "en-US"
SUMMARY = "Desktop monitor for contact-centre statistics"
SETUP_CODES: dict[int, tuple[str, str]] = {
    0: ("installed, or removed", ""),
    1: ("broken off by the user", "cancelledByUser"),
    2: ("broken off: a file could not be written, say", "contactSupport"),
    5: ("statmon is running: close it", "packageInUse"),
    6: ("the folder holds files of somebody else: name another", "invalidParameter"),
}
"""The setup's exit codes: what each means, and winget's word for it. 0 to 2 are NSIS's own."""
MSI_CODES: dict[int, tuple[str, str]] = {
    0: ("installed, or removed", "success"),
    1602: ("broken off by the user", "failed"),
    1603: ("could not do it: an older Windows, or a newer statmon is installed, say", "failed"),
    1618: ("another installation is running", "retry"),
    1641: ("done, the computer starts anew", "hardReboot"),
    3010: ("done; files were in use, and are replaced at the next restart", "softReboot"),
}
"""Windows Installer's exit codes: what each means, and Intune's word for it."""


def winget(
    folder: Path, dist: Path, version: str, downloads: str, notes: str, page: str = ""
) -> list[Path]:
    """Write the three manifests of a version, for winget's repository or one's own; return them.

    Args:
        folder: where to.
        dist: where the installers lie.
        version: of the release.
        downloads: the https address below which the installers are published.
        notes: what is new, as plain text.
        page: of the release, if there is one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bodies = {
        "version": {"DefaultLocale": LOCALE},
        "installer": _installers(dist, version, downloads.rstrip("/")),
        "defaultLocale": {
            "PackageLocale": LOCALE,
            "Publisher": msi.PUBLISHER,
            "PackageName": "statmon",
            **({"PackageUrl": page, "ReleaseNotesUrl": page} if page else {}),
            "License": "MIT",
            "ShortDescription": SUMMARY,
            "Moniker": "statmon",
            "ReleaseNotes": notes,
        },
    }
    names = {"version": "", "installer": ".installer", "defaultLocale": f".locale.{LOCALE}"}
    written = []
    for kind, body in bodies.items():
        data = {
            "PackageIdentifier": IDENTIFIER,
            "PackageVersion": version,
            **body,
            "ManifestType": kind,
            "ManifestVersion": SCHEMA,
        }
        file = folder / f"{IDENTIFIER}{names[kind]}.yaml"
        file.write_text("\n".join([*_yaml(kind, data), ""]), "utf-8", newline="\n")
        written.append(file)
    return written


def _yaml(kind: str, data: dict[str, Any]) -> Iterator[str]:
    """Return a line a key; what JSON can say, YAML reads."""
    address = f"https://aka.ms/winget-manifest.{kind.lower()}.{SCHEMA}.schema.json"
    yield f"# yaml-language-server: $schema={address}"
    for key, value in data.items():
        yield f"{key}: {json.dumps(value, ensure_ascii=False)}"


def _installers(dist: Path, version: str, downloads: str) -> dict[str, Any]:
    expected = [
        {"InstallerReturnCode": code, "ReturnResponse": word}
        for code, (_, word) in SETUP_CODES.items()
        if word
    ]
    kinds: dict[str, dict[str, Any]] = {
        f"statmon-{version}-setup.exe": {
            "InstallerType": "nullsoft",
            "Scope": "user",
            "ProductCode": "statmon",
            "ExpectedReturnCodes": expected,
        },
        f"statmon-{version}.msi": {
            "InstallerType": "msi",
            "Scope": "machine",
            "ProductCode": msi.product_code(version),
        },
    }
    return {
        "Platform": ["Windows.Desktop"],
        "MinimumOSVersion": f"10.0.{msi.WINDOWS_BUILD}.0",
        "InstallModes": ["interactive", "silent"],
        "UpgradeBehavior": "install",
        "FileExtensions": ["statmon"],
        "Installers": [
            {
                "Architecture": "x64",
                "InstallerUrl": f"{downloads}/{name}",
                "InstallerSha256": hashlib.sha256((dist / name).read_bytes()).hexdigest().upper(),
                **kind,
            }
            for name, kind in kinds.items()
        ],
    }


def intune(version: str) -> str:
    """Return the MSI as Intune's administrators enter it: Microsoft Graph's ``win32LobApp``."""
    file, graph = f"statmon-{version}.msi", "#microsoft.graph.win32LobApp"
    code = msi.product_code(version)
    record = {
        "@odata.type": graph,
        "displayName": "statmon",
        "description": SUMMARY,
        "publisher": msi.PUBLISHER,
        "setupFilePath": file,
        "installCommandLine": f'msiexec /i "{file}" /qn',
        "uninstallCommandLine": f"msiexec /x {code} /qn",
        "applicableArchitectures": "x64",
        "minimumSupportedWindowsRelease": msi.WINDOWS_RELEASE,
        "minimumFreeDiskSpaceInMB": (MOST_INSTALLED + MOST_SETUP) // 1_000_000,
        "rules": [
            {
                "@odata.type": f"{graph}RegistryRule",
                "ruleType": "detection",
                "check32BitOn64System": False,
                "keyPath": f"HKEY_LOCAL_MACHINE\\{msi.REMEMBERED_KEY}",
                "valueName": "Version",
                "operationType": "version",
                "operator": "greaterThanOrEqual",
                "comparisonValue": version,
            }
        ],
        "installExperience": {
            "@odata.type": f"{graph}InstallExperience",
            "runAsAccount": "system",
            "deviceRestartBehavior": "basedOnReturnCode",
        },
        "returnCodes": [
            {"@odata.type": f"{graph}ReturnCode", "returnCode": code_, "type": word}
            for code_, (_, word) in MSI_CODES.items()
        ],
        "msiInformation": {
            "@odata.type": f"{graph}MsiInformation",
            "productCode": code,
            "productVersion": version,
            "upgradeCode": msi.UPGRADE_CODE,
            "requiresReboot": False,
            "packageType": "perMachine",
            "productName": "statmon",
            "publisher": msi.PUBLISHER,
        },
    }
    return json.dumps(record, indent=2) + "\n"
