"""Opens files that were made to do harm, for so long; prints what it came to, as JSON.

The arguments are a seed, the seconds and the number of files. Each file is made from a sound one
of its kind: a value in it becomes one that nobody expects, or bytes of it are changed, cut or
repeated.
"""

import asyncio
import io
import json
import logging
import random
import re
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from statmon.domain.cells import ExchangeError
from statmon.domain.workspace import WorkspaceError
from statmon.engine.replay import Replay
from statmon.history import History, Rules
from statmon.storage.machine import policy
from statmon.storage.machine.resources import resource as shipped
from statmon.storage.user import bundle, library, settings, tape, workspace_file
from statmon.storage.user.bundle import BundleError, Slice
from statmon.storage.user.library import LibraryError
from statmon.storage.user.tape_lines import TapeError
from statmon.ui.editor.text_files import read_text
from statmon.updates import manifest
from statmon.updates.manifest import Refused
from tests.faults.support.peak import peak_memory
from tests.faults.support.slices import Slices

SLOW = 20.0
"""Seconds that one file may take: twice what a dead drive is waited for."""
SAID = (
    WorkspaceError, ExchangeError, TapeError, BundleError, LibraryError, Refused,
    policy.UnreadablePolicy,
)  # fmt: skip


_RAW = (
    b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000, b"NaN,", b"1e999,", b'"\\ud800",', b"[" * 900,
)  # fmt: skip
"""JSON that Python reads badly or not at all."""


class Rng(random.Random):
    """Chooses what nobody expects."""

    def value(self) -> Any:
        """Return a JSON value of the wrong kind, size or depth."""
        kind = self.randrange(12)
        if kind == 0:
            deep: Any = 1
            for _ in range(self.choice((5, 70, 500))):
                deep = [deep] if self.random() < 0.5 else {"a": deep}
            return deep
        return (
            None, True, -1, 10**30, 1e308, "", "\x1b[31m\u202e\u200b" * 5, "x" * 200_000,
            [], {}, [None] * 5_000, {"": ""},
        )[kind]  # fmt: skip

    def spoil(self, data: Any) -> Any:
        """Return JSON with one of its values replaced, removed or repeated."""
        if isinstance(data, dict) and data and self.random() < 0.85:
            key = self.choice(list(data))
            return {**data, key: self.spoil(data[key])}
        if isinstance(data, list) and data and self.random() < 0.85:
            at = self.randrange(len(data))
            changed = [*data[:at], self.spoil(data[at]), *data[at + 1 :]]
            return changed * self.choice((1, 1, 1, 3))
        return self.value()

    def damage(self, data: bytes) -> bytes:
        """Return bytes of which some are changed, cut, repeated or put in."""
        raw = bytearray(data)
        for _ in range(self.randrange(1, 4)):
            at = self.randrange(len(raw) + 1)
            match self.randrange(5):
                case 0:
                    raw[at : at + 1] = self.randbytes(1)
                case 1:
                    del raw[at : at + self.randrange(1, 200)]
                case 2:
                    raw[at:at] = raw[at : at + self.randrange(1, 200)]
                case 3:
                    raw[at:at] = self.choice(
                        (
                            b"\x00",
                            b"[" * 20_000,
                            b'{"a":' * 5_000,
                            b"\xff",
                            b"9" * 6_000,
                            b"\xed\xa0\x80",
                            b'"',
                            b"\r",
                        )
                    )
                case _:
                    del raw[at:]
        return bytes(raw)

    def json(self, data: Any) -> bytes:
        """Return spoilt or damaged JSON, or some with what no encoder writes."""
        text = json.dumps(self.spoil(data)).encode()
        if self.random() < 0.3:
            places = [m.start() for m in re.finditer(rb'(?<=[:,\[] )["\d\[{tfn]|^[\[{]', text)]
            at = self.choice(places or [0])
            return text[:at] + self.choice(_RAW) + text[at:]
        return self.damage(text) if self.random() < 0.3 else text


Opener = Callable[[Path], Any]
Maker = Callable[[Rng], bytes]


def _workspace() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shipped("demo.statmon").read_bytes())
    return found


def _table(rng: Rng) -> bytes:
    cells = (
        "1001",
        "Anna",
        "=1+1",
        "\u200b",
        '"',
        '"a;b"',
        "7001@S",
        "",
        "1,00E+15",
        "\x00",
        "x" * 9,
    )
    rows = (";".join(rng.choices(cells, k=rng.randrange(1, 5))) for _ in range(rng.randrange(60)))
    text = rng.choice(("", "sep=;\n", "Agent ID;Name\n", "\ufeff")) + "\n".join(rows)
    text *= rng.choice((1, 1, 1, 300))
    return text.encode(rng.choice(("utf-8", "utf-16", "utf-16-le", "utf-32")), "replace")


def _recording(sound: bytes) -> Maker:
    def make(rng: Rng) -> bytes:
        lines = sound.splitlines(keepends=True)
        at = rng.randrange(len(lines))
        lines[at] = rng.json(json.loads(lines[at])) + b"\n"
        return b"".join(lines * rng.choice((1, 1, 5)))

    return make


def _bundle(sound: bytes) -> Maker:
    def make(rng: Rng) -> bytes:
        if rng.random() < 0.4:
            return rng.damage(sound)
        with zipfile.ZipFile(io.BytesIO(sound)) as file:
            members = {name: file.read(name) for name in file.namelist()}
        name = rng.choice(list(members))
        members[name] = rng.choice(
            (rng.damage(members[name]), bytes(rng.choice((0, 1 << 26))), rng.json(_workspace()))
        )
        members[rng.choice(("history/../x", "history/new", "/etc/x", "y"))] = b"x"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for each, content in members.items():
                made.writestr(each, content)
        return out.getvalue()

    return make


def _open_bundle(path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        opened = bundle.unpack(path, Path(name))
        history = bundle.open_history(opened)
        try:
            history.as_of(opened.part.instant).result(SLOW)
        finally:
            history.close()


async def _replay(path: Path) -> None:
    replay = await asyncio.to_thread(Replay, path, speed=float("inf"))
    await replay.run()


def _sound(folder: Path) -> dict[str, bytes]:
    """Return a sound recording and bundle."""
    workspace = workspace_file.read(shipped("demo.statmon"))
    recording = folder / "recording"
    tape.Tape(recording, workspace, lambda _error: None).close()
    answer = {"status": {"code": 0}, "data": {"subscriptionId": "a", "statistics": []}}
    frame = [{"channel": "/statistics/v3/updates", "data": {"data": {"statistics": []}}}]
    lines = (
        {"at": 5, "connection": {"state": "connected", "transport": "websocket", "session": 1}},
        {"at": 6, "rest": {"method": "POST", "path": "/subscriptions", "status": 200,
                           "sent": {"operationId": "a", "data": {"statistics": []}},
                           "received": answer}},
        {"at": 7, "cometd": {"direction": "received", "body": frame}},
    )  # fmt: skip
    with recording.open("ab") as file:
        file.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    history = History(folder / "history", Rules(keep_days=None), now=lambda: 10)
    try:
        bundle.write(folder / "b", workspace, history, Slice(1, 10, 5))
    finally:
        history.close()
    return {"recording": recording.read_bytes(), "bundle": (folder / "b").read_bytes()}


def kinds(folder: Path) -> dict[str, tuple[Maker, Opener, bool]]:
    """Return for each kind how a file of it is made and opened; and whether in the loop."""
    sound, whole = _sound(folder), _workspace()
    config = settings.path()
    config.parent.mkdir(parents=True, exist_ok=True)

    def as_settings(path: Path) -> None:
        path.replace(config)
        assert isinstance(settings.load(), dict)

    def as_library(path: Path) -> None:
        library.own_path().parent.mkdir(parents=True, exist_ok=True)
        path.replace(library.own_path())
        library.load()

    note = {"version": "1.2.3", "issued": "2026-01-01T00:00:00Z", "notes": "x", "page": "https://x"}
    return {
        "workspace": (lambda rng: rng.json(whole), workspace_file.read, False),
        "table": (_table, lambda path: read_text(path, "Agent"), True),
        "request": (
            lambda rng: rng.json({"operationId": "a", "data": whole["subscriptions"][0]}),
            lambda path: read_text(path, "Agent"), True,
        ),
        "recording": (_recording(sound["recording"]), _replay, True),
        "bundle": (_bundle(sound["bundle"]), _open_bundle, False),
        "settings": (
            lambda rng: rng.json({"theme": "dark", "sites": [{"url": "x"}]}), as_settings, False,
        ),
        "library": (lambda rng: rng.json({"entry": [], "template": []}), as_library, False),
        "announcement": (
            lambda rng: rng.json(note), lambda path: manifest.parse(path.read_bytes()), False,
        ),
    }  # fmt: skip


async def attack(seed: int, seconds: float, most: int) -> dict[str, Any]:
    """Open one hostile file after the other."""
    rng, counts, wrong = Rng(seed), dict[str, int](), list[str]()
    sentences = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = kinds(folder)
        end = time.monotonic() + seconds
        number = 0
        while number < most and time.monotonic() < end:
            kind = rng.choice(list(known))
            make, opener, inside = known[kind]
            path = folder / f"hostile.{kind}"
            await asyncio.to_thread(path.write_bytes, await asyncio.to_thread(make, rng))
            number += 1
            counts[kind] = counts.get(kind, 0) + 1
            try:
                async with asyncio.timeout(SLOW):
                    await (opener(path) if inside else asyncio.to_thread(opener, path))
            except SAID as error:
                sentences += 1
                if not str(error) or "Traceback" in str(error) or len(str(error)) > 2000:
                    wrong.append(f"{number} {kind}: {str(error)[:300]!r}")
            except Exception as error:  # noqa: BLE001 - each of them is a finding
                wrong.append(f"{number} {kind}: {error!r}"[:500])
    return {
        "counts": counts, "sentences": sentences, "wrong": wrong[:20],
        "threads": [t.name for t in threading.enumerate() if t.name in ("reading", "unpacking")],
        "memory": peak_memory(),
    }  # fmt: skip


def main(seed: str, seconds: str, most: str) -> None:
    """Run and report."""
    logging.getLogger().addHandler(logging.NullHandler())
    slices = Slices()
    with slices:
        report = asyncio.run(attack(int(seed), float(seconds), int(most)))
    report |= {"slice": slices.longest, "in": slices.what, "blocked": slices.blocked}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
