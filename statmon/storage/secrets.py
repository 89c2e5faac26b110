"""The secrets of the sites: in the operating system's keyring, or in memory, never in a file.

Everything here may block, for as long as the desktop asks the user to unlock the keyring: the
window calls it through ``background``, never in its loop.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Final, TypeVar

from statmon.service.access import Access, without_secret
from statmon.storage.keyring import Keyring, find

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

PERSONAL: Final = ("token", "password", "refresh_token")
"""Secrets that belong to whoever signs in; they end with a sign-out."""
KINDS: Final = ("api_key", "client_secret", "proxy", *PERSONAL)
"""The fields of an ``Access`` that are secret (of the proxy: its user name and password)."""


class Vault:
    """Reads and writes the secrets of sites; no method raises, since statmon works without."""

    def __init__(self, keyring: Callable[[], Keyring] = find) -> None:
        self._find = keyring
        self._lock = threading.Lock()
        self._keyring: Keyring | None = None
        self._memory: dict[tuple[str, str], str] = {}

    @property
    def keyring(self) -> Keyring:
        """Where the secrets are."""
        with self._lock:
            if self._keyring is None:
                self._keyring = self._find()
            return self._keyring

    def fill(self, access: Access) -> Access:
        """Return the access with the secrets that are kept for it; what is given stays.

        A keyring that is locked asks the user once, not once for each secret.
        """
        kept: dict[str, Any] = {}
        backend = self.keyring.backend
        for kind in KINDS:
            if _given(access, kind):
                continue
            place, found = _place(access, kind), None
            try:
                found = backend and backend.get_password(*place)
            except Exception as error:  # noqa: BLE001 # locked, dismissed, gone: backends differ
                self._complain("read", error)
                backend = None
            if secret := found or self._memory.get(place):
                kept[kind] = secret
        if without_secret(kept.get("proxy", "")) != access.proxy:
            kept.pop("proxy", None)  # of another proxy
        return replace(access, **kept)

    def keep(self, access: Access, kinds: Iterable[str] = KINDS) -> bool:
        """Keep an access's secrets, and forget those that it no longer has.

        Returns:
            Whether they will be there after the next start.
        """
        kept = True
        for kind in kinds:
            secret = getattr(access, kind) if _given(access, kind) else ""
            if secret:
                kept = self._write(access, kind, secret) and kept
            else:
                self._erase(access, kind)
        return kept and self.keyring.backend is not None

    def forget(self, access: Access, kinds: Iterable[str] = KINDS) -> None:
        """Forget what is kept for a site."""
        for kind in kinds:
            self._erase(access, kind)

    def _write(self, access: Access, kind: str, secret: str) -> bool:
        place = _place(access, kind)
        self._memory[place] = secret
        backend = self.keyring.backend
        if backend is None:
            return False
        try:
            if backend.get_password(*place) != secret:
                backend.set_password(*place, secret)
        except Exception as error:  # noqa: BLE001 # as above; Windows refuses long secrets, too
            self._complain("written", error)
            return False
        return True

    def _erase(self, access: Access, kind: str) -> None:
        place = _place(access, kind)
        self._memory.pop(place, None)
        backend = self.keyring.backend
        try:
            if backend is not None and backend.get_password(*place) is not None:
                backend.delete_password(*place)
        except Exception as error:  # noqa: BLE001 # as above
            self._complain("cleared", error)

    def _complain(self, what: str, error: Exception) -> None:
        # Not its text: a backend may repeat what it was given.
        _log.warning(
            "the keyring could not be %s (%s): unlock it, or give the secrets yourself",
            what,
            type(error).__name__,
        )


def _given(access: Access, kind: str) -> bool:
    value: str = getattr(access, kind)
    return "@" in value if kind == "proxy" else bool(value)


def _place(access: Access, kind: str) -> tuple[str, str]:
    """Return the keyring's service and account of a secret."""
    owners: Mapping[str, str] = {
        "client_secret": access.client_id,
        **dict.fromkeys(PERSONAL, access.who),
    }
    owner = owners.get(kind, "")
    return f"statmon {access.base}", f"{kind} {owner}".strip()


def background(work: Callable[[], _T]) -> "Future[_T]":
    """Do work in a thread that the end of the process need not wait for.

    A keyring that waits for the user would hold up the interpreter's end in a pool's thread.
    """
    future: Future[_T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 # belongs to whoever waits for it
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    return future
