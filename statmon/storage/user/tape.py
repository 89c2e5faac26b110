"""A recording of a session: what went over the line, as JSON lines; secrets are masked.

Each line has ``at``, local epoch milliseconds, and one of

* ``recording``, the first line: ``format``, ``statmon`` (its version), ``url``, ``workspace``;
* ``rest``: a call and its answer (``method``, ``path``, ``sent``, ``status``, ``received``,
  ``took`` seconds, ``failed``); it is written when the answer came;
* ``cometd``: a frame (``direction``, ``transport``, ``status``, ``body``);
* ``connection``: ``state``, ``transport``, ``reason`` and ``session``; ``silence`` in milliseconds
  if only that told of the loss;
* ``unrecorded``: how many ``lines`` are missing here because the disk was too slow.

A body that is no JSON (a page of a proxy), or a mere string, stands as a text. Of sign-ins only
path and status are kept. Headers and cookies are not written at all.
"""

import contextlib
import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from statmon import __version__, private
from statmon.domain import workspace as workspaces
from statmon.domain.workspace import Workspace
from statmon.service.clock import epoch_ms
from statmon.service.wire.events import ConnectionChanged
from statmon.service.wire.masking import MASK, forms_of
from statmon.service.wire.tap import Direction, Exchange
from statmon.storage.machine.outbox import Outbox

FORMAT: Final = 1
MOST_WAITING: Final = 32 * 1024 * 1024
"""Bytes that may wait for a slow disk; what comes beyond is counted and left out."""
END_WITHIN: Final = 5.0
"""Seconds that the rest may take to be written at the end."""
_SHORTEST_SECRET: Final = 4
_SECRET_FIELDS: Final = re.compile(
    rb'("(clientId|access_?token|refresh_?token|id_?token|token|password|client_?secret'
    rb'|code_?verifier|api_?key|session_?id)"\s*:\s*")'
    rb'((?:[^"\\]|\\.)+)(")',
    re.IGNORECASE,
)
_USER_IN_URL: Final = re.compile(rb'(https?://)[^/@\s"]+@')
_QUERY_SECRETS: Final = re.compile(r"([?&](?:code|token|access_token|password)=)[^&]+")
Entry = tuple[int, str, dict[str, Any], dict[str, bytes]]
"""When, of which kind, what is known of it, and its bodies by their names, as they came."""


class Tape:
    """Writes a recording in a thread of its own; it is a ``service.wire.tap.Tap``."""

    def __init__(
        self,
        path: Path,
        workspace: Workspace,
        failed: Callable[[OSError], None],
        secrets: Iterable[str] = (),
        now: Callable[[], int] = epoch_ms,
    ) -> None:
        """Begin a new file, in place of one that is there.

        Args:
            path: the file.
            workspace: what is watched; ``replay`` needs it to know who wants what.
            failed: called in the writing thread if the file cannot be written any more.
            secrets: texts that must not be in it; tokens are added as they come up.
            now: epoch milliseconds.

        Raises:
            OSError: the file cannot be written.
        """
        self._now = now
        self._secrets: set[str] = set()
        self._forms: tuple[bytes, ...] = ()
        self._hide(secrets)
        self._lock = threading.Lock()
        self._waiting = self._unrecorded = 0
        self._file = private.file(path, "wb")
        self._outbox: Outbox[Entry] = Outbox("tape", self._write, failed)
        head = {"format": FORMAT, "statmon": __version__, "url": workspace.site.url}
        self._put("recording", {**head, "workspace": workspaces.dump(workspace)})

    def rest(self, exchange: Exchange) -> None:
        """Record a call."""
        self._hide(_secrets_in(exchange))
        call: dict[str, Any] = {
            "method": exchange.method,
            "path": _QUERY_SECRETS.sub(rf"\g<1>{MASK}", exchange.path),
            "status": exchange.status,
            "took": round(exchange.took, 4),
        }
        if exchange.failed is not None:
            call["failed"] = exchange.failed
        private = exchange.path.startswith("/auth/")
        bodies = {} if private else {"sent": exchange.sent, "received": exchange.received}
        self._put("rest", call, bodies)

    def cometd(self, direction: Direction, transport: str, status: int | None, body: bytes) -> None:
        """Record a frame."""
        frame = {"direction": direction, "transport": transport, "status": status}
        self._put("cometd", frame, {"body": body})

    def connection(self, change: ConnectionChanged, session: int) -> None:
        """Record a change of the connection."""
        said = {"state": change.state, "transport": change.transport, "reason": change.reason}
        silence = {} if change.silent_since is None else {"silence": change.at - change.since}
        self._put("connection", {**said, "session": session, **silence})

    def close(self) -> bool:
        """Write the rest; return False if the disk did not take it in time."""
        done = self._outbox.close(END_WITHIN)
        if done:
            with contextlib.suppress(OSError):  # told of already
                self._file.close()
        return done

    def _hide(self, secrets: Iterable[str]) -> None:
        new = {text for text in secrets if len(text) >= _SHORTEST_SECRET} - self._secrets
        if new:
            self._secrets |= new
            self._forms = tuple(form.encode("utf-8", "replace") for form in forms_of(self._secrets))

    def _put(
        self, kind: str, fields: dict[str, Any], bodies: Mapping[str, bytes] | None = None
    ) -> None:
        entry = (self._now(), kind, fields, dict(bodies or {}))
        with self._lock:
            if self._waiting + _size(entry) > MOST_WAITING:
                self._unrecorded += 1
                return
            self._waiting += _size(entry)
            missing, self._unrecorded = self._unrecorded, 0
        if missing:
            self._outbox.put((entry[0], "unrecorded", {"lines": missing}, {}))
        self._outbox.put(entry)

    # --- in the thread -----------------------------------------------------------------------

    def _write(self, entries: list[Entry]) -> None:
        self._file.write(b"".join(map(self._line, entries)))
        self._file.flush()
        with self._lock:
            self._waiting -= sum(map(_size, entries))

    def _line(self, entry: Entry) -> bytes:
        at, kind, fields, bodies = entry
        found = {name: self._json_of(body) for name, body in bodies.items() if body}
        return self._hidden(msgspec.json.encode({"at": at, kind: {**fields, **found}})) + b"\n"

    def _json_of(self, body: bytes) -> Any:
        """Return a body as JSON that fits in a line, or as a text."""
        if _is_json(body):
            # In JSON a line break stands only between tokens.
            return msgspec.Raw(body.replace(b"\r", b" ").replace(b"\n", b" "))
        # Within a text quotation marks are written otherwise: secrets are looked for before.
        return self._hidden(body).decode("utf-8", "replace")

    def _hidden(self, text: bytes) -> bytes:
        text = _SECRET_FIELDS.sub(_masked, text)
        text = _USER_IN_URL.sub(rb"\1" + MASK.encode() + b"@", text)
        for secret in self._forms:
            text = text.replace(secret, MASK.encode())
        return text


def _size(entry: Entry) -> int:
    return sum(map(len, entry[3].values()))


def _is_json(body: bytes) -> bool:
    """Return whether a body is JSON by the letter, and no mere string."""
    if body.lstrip().startswith(b'"'):
        return False
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _masked(found: "re.Match[bytes]") -> bytes:
    """Mask a secret; sessions stay tellable from one another."""
    name, value = found.group(2), found.group(3)
    mask = MASK if name.lower() != b"clientid" else f"•{hashlib.sha256(value).hexdigest()[:6]}"
    return found.group(1) + mask.encode() + found.group(4)


def _secrets_in(exchange: Exchange) -> Iterator[str]:
    """Yield the secrets that a call's headers and a sign-in's answer hold."""
    for name, value in exchange.headers.items():
        if name.casefold() in {"authorization", "x-api-key"}:
            yield value.rpartition(" ")[2]
    if exchange.path.startswith("/auth/"):
        for _, value in re.findall(rb'(?i)"([a-z_]*token)"\s*:\s*"([^"]+)"', exchange.received):
            yield value.decode("utf-8", "replace")
