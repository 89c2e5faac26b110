"""Which keyring of the operating system may be trusted with a secret, if any.

The library takes any backend that is installed, among them ones that write plain text into a
file or forget everything. Only those named here hold secrets as a user would expect.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)

_TRUSTED: Final = {
    "keyring.backends.Windows": "Windows Credential Manager",
    "keyring.backends.macOS": "the macOS keychain",
    "keyring.backends.SecretService": "the desktop's keyring (Secret Service)",
    "keyring.backends.libsecret": "the desktop's keyring (libsecret)",
    "keyring.backends.kwallet": "KWallet",
}
"""By module, with the name that users know."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """A place for secrets; without a backend they stay in memory."""

    name: str
    """For people: the keyring, or why there is none."""
    backend: "KeyringBackend | None" = None


def find() -> Keyring:
    """Return the keyring of this computer; takes a while, may ask the desktop."""
    try:
        import keyring

        chosen = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 # whatever a plug-in does: then there is none
        _log.warning("no keyring can be used: %s", type(error).__name__)
        return Keyring("no keyring can be used on this computer")
    for backend in getattr(chosen, "backends", [chosen]):
        module = type(backend).__module__
        if module in _TRUSTED:
            return Keyring(_TRUSTED[module], backend)
    module = type(chosen).__module__
    if module == "keyring.backends.fail":
        return Keyring("this computer has no keyring")
    if module == "keyring.backends.null":
        return Keyring("the keyring is switched off on this computer")
    return Keyring("the only keyring of this computer is not known to keep secrets safe")
