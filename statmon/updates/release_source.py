"""Where releases are announced and whose signature counts: the project's, or the policy's.

The project's own stand in ``resources/updates.json``: ``{"address": URL, "keys": [BASE64]}``. An
administrator's policy has the same keys under ``"updates"``, and ``"allowed": false``.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from statmon.service.access import Access
from statmon.storage.machine import policy
from statmon.storage.machine.resources import resource

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """Where to ask, and whom to believe."""

    address: str = ""
    keys: tuple[bytes, ...] = ()
    barred: str = ""
    """Why nobody may be asked, a sentence; nothing where somebody may."""


NOWHERE: Final = ReleaseSource(barred="This build of statmon names no address for it.")


FORBIDDEN: Final = ReleaseSource(barred="Your administrator does not allow it.")


def find() -> ReleaseSource:
    """Return where to ask on this computer."""
    try:
        allowed = policy.restrictions("updates")
    except policy.UnreadablePolicy as error:
        return ReleaseSource(barred=f"{error}.")
    if any(said.get("allowed") is False for said in allowed):
        return FORBIDDEN
    if wrong := policy.unusable("updates"):
        return ReleaseSource(barred=f"{wrong[0]}.")
    said = policy.value("updates")
    return within(json.loads(resource("updates.json").read_bytes()), said or {})


def within(project: Mapping[str, Any], said: Mapping[str, Any]) -> ReleaseSource:
    """Return the project's place as far as a policy leaves it."""
    if said.get("allowed") is False:
        return FORBIDDEN
    address = said.get("address", project.get("address", ""))
    if not address:
        return NOWHERE
    if not _private(address):
        return ReleaseSource(
            barred=f"«{address}» is no https address; your administrator can correct it."
        )
    keys = _keys(said.get("keys", project.get("keys")))
    if not keys:
        return ReleaseSource(barred="No usable key is given to check announcements with.")
    return ReleaseSource(address, keys)


def _private(address: object) -> bool:
    """Whether nobody on the way can see or change what an address answers."""
    if not isinstance(address, str):
        return False
    access = Access(address.partition("?")[0])
    return not access.place_problem() and (address.startswith("https:") or access.loopback)


def _keys(texts: object) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for text in texts if isinstance(texts, list) else ():
        try:
            key = base64.b64decode(text, validate=True)
        except (binascii.Error, TypeError, ValueError):
            continue
        if len(key) == _KEY_BYTES:
            found.append(key)
    return tuple(found)
