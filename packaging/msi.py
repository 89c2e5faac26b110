"""An MSI for administrators: the same tree, per machine, by wixl and msibuild (Debian's msitools).

It also makes the folder of the administrator's policy, in which nobody else can write.
"""

import hashlib
import re
import shutil
import struct
import sys
import uuid
from pathlib import Path
from xml.sax.saxutils import quoteattr

import policies
from tools import epoch, run

from statmon.storage.machine.policy_keys import KEYS

PRODUCT = uuid.UUID("8a8d4b1e-5a53-4a39-9c7d-0e6f1c7f2b11")
"""Names the product for ever: an MSI of a newer version replaces the older one by it."""
UPGRADE_CODE = f"{{{PRODUCT}}}".upper()
"""The same as Windows Installer writes it, which knows capitals only; wixl leaves it as it is."""
PUBLISHER = "The statmon developers"
WINDOWS_BUILD, WINDOWS_RELEASE = 18362, "1903"
"""Qt imports Windows' own ICU, which came with that version of Windows 10."""
REMEMBERED_KEY = "Software\\statmon"
"""Below HKEY_LOCAL_MACHINE: what is installed, and where."""
SUMMARY = uuid.UUID("F29F85E0-4FF9-1068-AB91-08002B27B3D9").bytes_le
"""How the property set with the summary begins (MS-OLEPS §3.1.4)."""
LONGEST_SUMMARY = 1024
"""Bytes."""
SECONDS_1601_TO_1970 = 11_644_473_600


def write(tree: Path, build: Path, target: Path, number: str) -> list[Path]:
    """Write the MSI and return it; nothing, and says so, where a tool is missing."""
    if missing := [tool for tool in ("wixl", "msibuild") if shutil.which(tool) is None]:
        sys.stdout.write(
            f"MSI: skipped, missing: {', '.join(missing)} (apt-get install wixl msitools)\n"
        )
        return []
    source = build / "statmon.wxs"
    source.write_text(document(tree, number), "utf-8")
    run("wixl", "--arch", "x64", "-o", target, source)
    rules = build / "MsiLockPermissionsEx.idt"
    rules.write_bytes(POLICY_RULES.encode("ascii"))
    run("msibuild", target, "-i", rules)
    for query in conditions():
        run("msibuild", target, "-q", query)
    target.write_bytes(settled(target.read_bytes()))
    return [target]


def product_code(number: str) -> str:
    """Return the code of one version, as Windows Installer writes it."""
    return f"{{{uuid.uuid5(PRODUCT, number)}}}".upper()


def settled(data: bytes) -> bytes:
    """Return an MSI whose summary says the commit's time, and a code that follows from the rest.

    wixl puts a random package code and the present there. Two MSIs must never share a code, so
    it is made from all that is outside the summary. Source: the summary's property set,
    MS-OLEPS §2.19: VT_FILETIME is 0x40, then 100 ns since 1601.
    """
    start = data.index(SUMMARY)
    summary = data[start : start + LONGEST_SUMMARY]
    content = hashlib.sha256(data[:start] + data[start + LONGEST_SUMMARY :]).hexdigest()
    code = str(uuid.uuid5(PRODUCT, f"package {content} {epoch()}")).upper().encode()
    when = struct.pack("<Q", (int(epoch()) + SECONDS_1601_TO_1970) * 10_000_000)
    fixed = re.sub(rb"\{[0-9A-F-]{36}\}", b"{" + code + b"}", summary)
    fixed = re.sub(rb"\x40\0\0\0.{8}", lambda _: b"\x40\0\0\0" + when, fixed, flags=re.DOTALL)
    return data[:start] + fixed + data[start + LONGEST_SUMMARY :]


def document(tree: Path, number: str) -> str:
    """Return the WiX source: every identifier follows from a file's path.

    Paths are relative to the source: wixl 0.101 does not find absolute ones.
    """
    components: list[str] = []
    folders = _folder(tree, tree, components)
    refs = "".join(f'<ComponentRef Id="{name}"/>' for name in components)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="{product_code(number)}" Name="statmon" Version="{number}" Language="1033"
  Manufacturer="{PUBLISHER}" UpgradeCode="{UPGRADE_CODE}">
  <Package Id="*" InstallerVersion="500" Compressed="yes" InstallScope="perMachine"/>
  <Icon Id="statmon.ico" SourceFile="statmon.ico"/>
  <Property Id="ARPPRODUCTICON" Value="statmon.ico"/>
  <MajorUpgrade DowngradeErrorMessage="A newer statmon is installed."/>
  {REMEMBERED_FOLDER}
  {LAUNCH_CONDITION}
  <Media Id="1" Cabinet="statmon.cab" EmbedCab="yes"/>
  <Directory Id="TARGETDIR" Name="SourceDir">
   <Directory Id="ProgramFiles64Folder">
    <Directory Id="INSTALLDIR" Name="statmon">{folders}</Directory>
   </Directory>
   <Directory Id="ProgramMenuFolder"/>
   {POLICY_FOLDER}
   {POLICIES}
  </Directory>
  <Feature Id="all" Level="1">{refs}<ComponentRef Id="policy"/>{POLICY_REFS}</Feature>
 </Product>
</Wix>
"""


def _folder(tree: Path, folder: Path, components: list[str]) -> str:
    parts = []
    for path in sorted(folder.iterdir()):
        key = uuid.uuid5(PRODUCT, path.relative_to(tree).as_posix())
        name = f"i{key.hex}"
        if path.is_dir():
            inner = _folder(tree, path, components)
            parts.append(f'<Directory Id="{name}" Name={quoteattr(path.name)}>{inner}</Directory>')
            continue
        components.append(name)
        of_the_system = MENU_ENTRY + FOLDER + FILE_TYPE if path == tree / "statmon.exe" else ""
        source, title = quoteattr(path.relative_to(tree.parent).as_posix()), quoteattr(path.name)
        parts.append(
            f'<Component Id="{name}" Guid="{key}" Win64="yes">'
            f'<File Id="f{name}" Source={source} Name={title} KeyPath="yes"/>'
            f"{of_the_system}</Component>"
        )
    return "".join(parts)


MENU_ENTRY = (
    '<Shortcut Id="menu" Directory="ProgramMenuFolder" Name="statmon"'
    ' Target="[INSTALLDIR]statmon.exe" WorkingDirectory="INSTALLDIR"/>'
)

FOLDER = (
    f'<RegistryValue Root="HKLM" Key="{REMEMBERED_KEY}" Name="InstallDir" Type="string"'
    ' Value="[INSTALLDIR]"/>'
    f'<RegistryValue Root="HKLM" Key="{REMEMBERED_KEY}" Name="Version" Type="string"'
    ' Value="[ProductVersion]"/>'
)
REMEMBERED_FOLDER = (
    '<Property Id="REMEMBERED"><RegistrySearch Id="remembered" Root="HKLM"'
    f' Key="{REMEMBERED_KEY}"'
    ' Name="InstallDir" Type="raw" Win64="yes"/></Property>'
    '<CustomAction Id="Remember" Property="INSTALLDIR" Value="[REMEMBERED]"/>'
    '<InstallExecuteSequence><Custom Action="Remember" Sequence="60">'
    "REMEMBERED AND NOT INSTALLDIR</Custom></InstallExecuteSequence>"
)
"""An upgrade goes where the administrator put the version before, and so does its removal."""

POLICY_FOLDER = (
    '<Directory Id="CommonAppDataFolder"><Directory Id="POLICYDIR" Name="statmon">'
    f'<Component Id="policy" Guid="{uuid.uuid5(PRODUCT, "policy")}" Win64="yes"><CreateFolder/>'
    "</Component></Directory></Directory>"
)
"""Where ``storage/machine/policy.py`` looks; any user may make folders in C:\\ProgramData."""
POLICY_RIGHTS = "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
"""The administrators' and the system's; users read. Nothing is inherited from the folder above."""
POLICY_RULES = "\r\n".join((
    "MsiLockPermissionsEx\tLockObject\tTable\tSDDLText\tCondition",
    "s72\ts72\ts32\ts0\tS255",
    "MsiLockPermissionsEx\tMsiLockPermissionsEx",
    f"policy\tPOLICYDIR\tCreateFolder\t{POLICY_RIGHTS}\t",
    "",
))  # fmt: skip
"""A table that wixl does not know (Windows Installer 5, Windows 7 and newer)."""

PERMANENT, BY_REGISTRY, OF_64_BITS = 0x10, 0x4, 0x100
"""Attributes of a component; wixl knows neither the first nor conditions."""


def conditions() -> list[str]:
    """Return queries that let each key be set where its property is given, and for good.

    It stays when the program goes, so that an upgrade without the property does not take back
    what an administrator forbade.
    """
    queries = []
    attributes = PERMANENT | BY_REGISTRY | OF_64_BITS
    for name, key in KEYS.items():
        own, component = policies.msi_property(name), f"set{policies.identifier(name)}"
        queries.append(
            f"UPDATE `Component` SET `Condition`='{own}', `Attributes`={attributes}"  # noqa: S608
            f" WHERE `Component`='{component}'"
        )
        if key.kind in ("flag", "limit"):  # a number; wixl writes it as a text that begins with #
            queries.append(
                f"UPDATE `Registry` SET `Value`='#[{own}]' WHERE `Component_`='{component}'"  # noqa: S608
            )
    return queries


def _policies() -> dict[str, str]:
    """Return a component for each key, by its name; of a list, a property sets the one entry."""
    made = {}
    for name in KEYS:
        (where, value), own = policies.place(name), policies.msi_property(name)
        made[f"set{policies.identifier(name)}"] = (
            f'<Component Id="set{policies.identifier(name)}" Guid="{uuid.uuid5(PRODUCT, name)}"'
            f' Win64="yes">'
            f'<RegistryValue Root="HKLM" Key={quoteattr(where)} Name={quoteattr(value)}'
            f' Type="string" Value="[{own}]" KeyPath="yes"/></Component>'
        )
    return made


POLICIES = "".join(_policies().values())
POLICY_REFS = "".join(f'<ComponentRef Id="{name}"/>' for name in _policies())
LAUNCH_CONDITION = (
    '<Property Id="WINDOWSBUILD"><RegistrySearch Id="build" Root="HKLM" Type="raw" Win64="yes"'
    ' Key="SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" Name="CurrentBuildNumber"/></Property>'
    f'<Condition Message="statmon needs Windows 10 {WINDOWS_RELEASE} or newer, 64 bit.">'
    f"Installed OR (VersionNT64 AND WINDOWSBUILD &gt;= {WINDOWS_BUILD})</Condition>"
)


def _classes(values: dict[tuple[str, str], str]) -> str:
    """Return entries below HKEY_CLASSES_ROOT, by key and name; a key's own value has no name."""
    return "".join(
        f'<RegistryValue Root="HKCR" Key={quoteattr(key)} Type="string"'
        + (f" Name={quoteattr(name)}" if name else "")
        + f" Value={quoteattr(value)}/>"
        for (key, name), value in values.items()
    )


FILE_TYPE = _classes({
    (".statmon", ""): "statmon.workspace",
    (".statmon", "Content Type"): "application/vnd.statmon.workspace+json",
    ("statmon.workspace", ""): "statmon workspace",
    ("statmon.workspace\\DefaultIcon", ""): "[INSTALLDIR]statmon.exe,1",
    ("statmon.workspace\\shell\\open\\command", ""): '"[INSTALLDIR]statmon.exe" "%1"',
})  # fmt: skip
"""As in statmon.nsi, for everybody who uses the computer."""
