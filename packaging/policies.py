"""What IT departments roll out policies with: ``python packaging/policies.py DIST``.

Writes ``statmon-VERSION-policies.zip``: templates for Group Policy and Intune (``statmon.admx``,
``en-US/statmon.adml``) and a JSON schema of ``policy.json``. All follow from
``statmon/storage/machine/policy_keys.py``, as do the properties of the MSI.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tools import epoch

from statmon import __version__
from statmon.storage.machine.appearance import APPEARANCES
from statmon.storage.machine.policy_keys import KEYS, MOST, Key, Kind
from statmon.storage.machine.policy_registry import KEY

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
TYPES: dict[Kind, dict[str, Any]] = {
    "flag": {"type": "boolean"},
    "limit": {"type": ["number", "null"], "minimum": 0, "maximum": MOST},
    "text": {"type": "string", "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "file": {"type": "string", "minLength": 1},
    "look": {"enum": list(APPEARANCES)},
    "sites": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"url": {"type": "string", "minLength": 1}},
            "required": ["url"],
        },
    },
}
ELEMENTS: dict[Kind, str] = {
    "limit": '<decimal id="value" valueName={name} minValue="0" maxValue="1000000000"/>',
    "text": '<text id="value" valueName={name} required="true"/>',
    "texts": '<multiText id="value" valueName={name} required="true"/>',
    "file": '<text id="value" valueName={name} required="true"/>',
    "sites": '<multiText id="value" valueName={name} required="true"/>',
}
CONTROLS: dict[Kind, str] = {
    "limit": '<decimalTextBox refId="value" defaultValue="90">{title}</decimalTextBox>',
    "text": '<textBox refId="value"><label>{title}</label></textBox>',
    "texts": '<multiTextBox refId="value">{title}</multiTextBox>',
    "file": '<textBox refId="value"><label>{title}</label></textBox>',
    "sites": '<multiTextBox refId="value">{title}</multiTextBox>',
    "look": '<dropdownList refId="value" defaultItem="0">{title}</dropdownList>',
}


def identifier(name: str) -> str:
    """Return a key's name as templates call it: ``history.keepDays`` is ``HistoryKeepDays``."""
    return "".join(part[0].upper() + part[1:] for part in name.split("."))


def msi_property(name: str) -> str:
    """Return a key's name as a property of the MSI: ``HISTORY_KEEP_DAYS``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.replace(".", "_")).upper()


def place(name: str) -> tuple[str, str]:
    """Return a key's place in the registry, below the whole computer's: key and value."""
    section, _, value = name.rpartition(".")
    return (f"{KEY}\\{section}" if section else KEY), value


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``policy.json``."""
    properties: dict[str, Any] = {}
    for name, key in KEYS.items():
        section, _, value = name.rpartition(".")
        told = {"title": key.title, "description": explained(key), **TYPES[key.kind]}
        if section:
            group = properties.setdefault(section, {"type": "object", "properties": {}})
            group["properties"][value] = told
        else:
            properties[value] = told
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "statmon's policy.json",
        "type": "object",
        "properties": properties,
    }


def explained(key: Key) -> str:
    """Return what a key does, and whether it forbids or presets."""
    kind = "Forbids: counts wherever a policy stands." if key.forbids else (
        "A value: counts only where administrators alone can write.")  # fmt: skip
    return f"{key.means} {kind} What is not {key.must} cannot be used: then {key.until}."


def admx() -> str:
    """Return the template's definitions."""
    policies = "\n".join(_policy(name, key) for name, key in KEYS.items())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
<policyNamespaces>
<target prefix="statmon" namespace="Statmon.Policies"/>
<using prefix="windows" namespace="Microsoft.Policies.Windows"/>
</policyNamespaces>
<resources minRequiredRevision="1.0"/>
<supportedOn><definitions>
<definition name="Supported" displayName="$(string.Supported)"/>
</definitions></supportedOn>
<categories><category name="Statmon" displayName="$(string.Statmon)"/></categories>
<policies>
{policies}
</policies>
</policyDefinitions>
"""


def _policy(name: str, key: Key) -> str:
    own, (where, value) = identifier(name), place(name)
    shown = "" if key.kind == "flag" else f' presentation="$(presentation.{own})"'
    flag = key.kind == "flag"
    begin = (
        f'<policy name="{own}" class="Machine" displayName="$(string.{own})"'
        f' explainText="$(string.{own}_Help)"{shown} key={quoteattr(where)}'
        + (f" valueName={quoteattr(value)}>" if flag else ">")
        + '<parentCategory ref="Statmon"/><supportedOn ref="Supported"/>'
    )
    if flag:
        body = (
            '<enabledValue><decimal value="1"/></enabledValue>'
            '<disabledValue><decimal value="0"/></disabledValue>'
        )
    elif key.kind == "look":
        items = "".join(
            f'<item displayName="$(string.Look_{look})">'
            f"<value><string>{look}</string></value></item>"
            for look in APPEARANCES
        )
        body = (
            f'<elements><enum id="value" valueName={quoteattr(value)} required="true">'
            f"{items}</enum></elements>"
        )
    else:
        body = f"<elements>{ELEMENTS[key.kind].format(name=quoteattr(value))}</elements>"
    return f"{begin}{body}</policy>"


def adml() -> str:
    """Return the template's English texts."""
    texts = "\n".join(f'<string id="{own}">{escape(text)}</string>' for own, text in _strings())
    shown = "\n".join(
        f'<presentation id="{identifier(name)}">'
        f"{CONTROLS[key.kind].format(title=escape(key.title))}</presentation>"
        for name, key in KEYS.items()
        if key.kind != "flag"
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
<displayName>statmon</displayName>
<description>Policies of statmon</description>
<resources>
<stringTable>
{texts}
</stringTable>
<presentationTable>
{shown}
</presentationTable>
</resources>
</policyDefinitionResources>
"""


def _strings() -> Iterator[tuple[str, str]]:
    yield "Statmon", "statmon"
    yield "Supported", "statmon 0.1 or newer"
    for look in APPEARANCES:
        yield f"Look_{look}", {"system": "As the desktop", "light": "Light", "dark": "Dark"}[look]
    for name, key in KEYS.items():
        yield identifier(name), key.title
        lines = (
            " A line for each site: its URL, or one line of JSON." if key.kind == "sites" else ""
        )
        yield f"{identifier(name)}_Help", explained(key) + lines


def main() -> int:
    """Write the archive; its bytes follow from the keys and the commit's time."""
    files = {
        "statmon.admx": admx(),
        "en-US/statmon.adml": adml(),
        "policy.schema.json": json.dumps(schema(), indent=2) + "\n",
    }
    when = datetime.fromtimestamp(int(epoch()), UTC).timetuple()[:6]
    target = Path(sys.argv[1]) / f"statmon-{__version__}-policies.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), text, zipfile.ZIP_DEFLATED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
