"""The secret that signs alerts for a webhook: in the operating system's keyring, or in memory.

It is bound to its address. Everything here may block, as in ``secrets``: never in a loop.
"""

import logging
from collections.abc import Callable

from statmon.storage.machine.keyring import Keyring, find

_log = logging.getLogger(__name__)
_SERVICE = "statmon webhook"


class WebhookSecrets:
    """Reads and writes them; no method raises, since statmon works without."""

    def __init__(self, keyring: Callable[[], Keyring] = find) -> None:
        self._find = keyring
        self._memory: dict[str, str] = {}

    def of(self, address: str) -> str:
        """Return the secret of an address; nothing where there is none."""
        backend = self._find().backend
        try:
            kept = backend.get_password(_SERVICE, address) if backend else None
        except Exception as error:  # noqa: BLE001 # locked, dismissed, gone: backends differ
            self._complain("read", error)
            kept = None
        return kept or self._memory.get(address, "")

    def keep(self, address: str, secret: str) -> bool:
        """Keep a secret, nothing to forget it; return whether it outlasts this run."""
        self._memory[address] = secret
        backend = self._find().backend
        if backend is None:
            return False
        try:
            if secret:
                backend.set_password(_SERVICE, address, secret)
            elif backend.get_password(_SERVICE, address) is not None:
                backend.delete_password(_SERVICE, address)
        except Exception as error:  # noqa: BLE001 # as above
            self._complain("written", error)
            return False
        return True

    def _complain(self, what: str, error: Exception) -> None:
        # Not its text: a backend may repeat what it was given.
        _log.warning("the webhook's secret could not be %s (%s)", what, type(error).__name__)
