"""The secrets of the sites: in the operating system's keyring, or in memory, never in a file.

Each is bound to what was set on purpose of the way to its site (``service/sign_in/way.py``) when
it was kept, and goes no other way unasked. One that an earlier statmon kept is bound to nothing.

Everything here may block, for as long as the desktop asks the user to unlock the keyring: the
window calls it through ``background``, never in its loop.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from statmon.service.access import Access, Part, without_secret
from statmon.service.sign_in.way import PARTS, Parts, foreign, passing
from statmon.storage.machine.keyring import Keyring, find

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

PERSONAL: Final = ("token", "password", "refresh_token")
"""Secrets that belong to whoever signs in; they end with a sign-out."""
KINDS: Final = ("api_key", "client_secret", "proxy", "client_key_password", *PERSONAL)
"""The fields of an ``Access`` that are secret (of the proxy: its user name and password)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was kept for a site."""

    access: Access
    """With the secrets that may go its way."""
    foreign: Parts
    """What of its way keeps others back that were kept for another one; nothing where none are."""


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
        """Return the access with the secrets that are kept for it and may go its way."""
        return self.find(access).access

    def find(self, access: Access, *, agreed: bool = False) -> Found:
        """Look for the secrets that are kept for an access; what is given stays.

        A keyring that is locked asks the user once, not once for each secret.

        Args:
            access: whose, and by which way they are to go.
            agreed: the user has said that they may, whatever they were kept for.
        """
        kept: dict[str, Any] = {}
        between: dict[Part, Any] = {}
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
            secret, bound = _unbound(found or self._memory.get(place, ""))
            if not secret or (kind == "proxy" and without_secret(secret) != access.proxy):
                continue
            if not agreed and (parts := foreign(access, bound)):
                between |= parts
            else:
                kept[kind] = secret
        return Found(replace(access, **kept), between)

    def keep(self, access: Access, way: Parts) -> bool:
        """Keep an access's secrets, and forget those that it no longer has.

        The password of a proxy that is not the user's own choice is left alone.

        Args:
            access: whose secrets.
            way: for which way: the one that outlasts this run (``way.lasting``).

        Returns:
            Whether they will be there after the next start.
        """
        kept = True
        for kind in KINDS:
            if kind == "proxy" and "proxy" in passing(access):
                continue
            secret = getattr(access, kind) if _given(access, kind) else ""
            if secret:
                kept = self._write(access, kind, _bound(secret, way)) and kept
            else:
                self._erase(access, kind)
        return kept and self.keyring.backend is not None

    def renew(self, access: Access) -> bool:
        """Keep a new refresh token in the place of the old one, for the way that was bound to.

        A way that was given for one run must not become the one to which it is bound.

        Returns:
            Whether it will be there after the next start.
        """
        kind = "refresh_token"
        place, before = _place(access, kind), None
        try:
            backend = self.keyring.backend
            before = backend and backend.get_password(*place)
        except Exception as error:  # noqa: BLE001 # as above
            self._complain("read", error)
        _, way = _unbound(before or self._memory.get(place, ""))
        return self._write(access, kind, _bound(access.refresh_token, way))

    def forget(self, access: Access, kinds: Iterable[str] = KINDS) -> None:
        """Forget what is kept for a site."""
        for kind in kinds:
            self._erase(access, kind)

    def _write(self, access: Access, kind: str, secret: str) -> bool:
        """Write a secret with what it is bound to."""
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
        "client_key_password": access.client_certificate,
        **dict.fromkeys(PERSONAL, access.who),
    }
    owner = owners.get(kind, "")
    return f"statmon {access.base}", f"{kind} {owner}".strip()


def _bound(secret: str, way: Parts) -> str:
    """Return a secret as it is kept: as it is where nothing of the way was set on purpose."""
    # One text, so that a kill cannot part them; Windows takes 1,280 letters at most.
    return json.dumps({"secret": secret, "way": way}, separators=(",", ":")) if way else secret


def _unbound(kept: str) -> tuple[str, Parts]:
    """Return a secret and the way that it was kept for, the opposite of ``_bound``."""
    if kept.startswith('{"secret":'):
        try:
            read = json.loads(kept)
        except (ValueError, RecursionError):
            return kept, {}
        secret, way = read.get("secret"), read.get("way")
        if isinstance(secret, str) and isinstance(way, dict):
            return secret, {part: way[part] for part in PARTS if part in way}
    return kept, {}


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
