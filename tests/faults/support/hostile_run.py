"""statmon without a window against a hostile service, for so long; prints what it came to, as JSON.

The first arguments are seed, seconds and transport. What takes a minute takes seconds here.
"""

import asyncio
import contextlib
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from statmon.bayeux import advice, backoff, exchanges, retry_after
from statmon.bayeux.bounds import LARGEST, Bounds
from statmon.bayeux.client import Client
from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.service.access import Access
from statmon.service.subscriptions import reconciler
from statmon.service.wire import http
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.events import Event, ReadingsArrived
from statmon.support import connection, notifications
from statmon.updates import fetch as updates
from statmon.updates.manifest import Refused
from tests.faults.support.peak import peak_memory
from tests.faults.support.slices import Slices

SECRETS = ("canary-token-41", "canary-refresh-41", "canary-key-41", "canary-password-41")
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")
PYTHONS = re.compile(
    r"\b[A-Z][A-Za-z]+(?:Error|Exception)\b|Traceback|httpx2|httpcore|object at 0x"
)


def no_patience() -> None:
    """Let what takes a minute take seconds, for more of it to happen."""
    http.CALLS = Bounds(LARGEST, 3.0)
    updates.BOUNDS = Bounds(64_000, 3.0)
    Client.__init__.__kwdefaults__["network_delay"] = 1.5  # type: ignore[index]
    Client.__init__.__kwdefaults__["refused_wait"] = 1.0  # type: ignore[index]
    exchanges.EXTENSION = 1.0
    advice.LONGEST_INTERVAL, advice.LONGEST_TIMEOUT = 0.2, 1.0
    retry_after.LONGEST = 0.2
    notifications.WITHIN = 2.0
    backoff.FIRST, backoff.STEADY = 0.02, 0.2
    for name in ("JITTER", "LONGEST_RETRY_AFTER", "HALVING_PAUSE", "REFUSED_PAUSE"):
        setattr(reconciler, name, 0.05)


class Witness(logging.Handler):
    """Notes what must not be: tracebacks, and words that are not fit to be shown."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.wrong: list[str] = []
        self.sentences: set[str] = set()
        self.values = 0
        self.tasks = 0
        """The most that were under way at once."""
        self.heard = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.wrong.append("traceback: " + logging.Formatter().format(record)[-1500:])

    def hear(self, event: Event) -> None:
        self.heard.set()
        if isinstance(event, ReadingsArrived):
            self.values += event.values
            return
        words = [getattr(event, name, None) for name in ("reason", "message", "user")]
        words += [error.message for error in getattr(event, "errors", ())]
        for word in words:
            if word:
                self.say(str(word))

    def say(self, words: str) -> None:
        """Take in a sentence as the user would see it."""
        self.sentences.add(words[:60])
        if ACTING.search(words) or PYTHONS.search(words) or len(words) > 700:
            self.wrong.append(f"not fit to be shown: {words[:700]!r}")
        if any(secret in words for secret in SECRETS):
            self.wrong.append(f"a secret is told: {words[:700]!r}")


async def visits(access: Access, witness: Witness) -> None:
    """Ask for updates, and let the doctor look, again and again."""
    while True:
        witness.tasks = max(witness.tasks, len(asyncio.all_tasks()))
        try:
            await updates.fetch(f"{access.url}/updates.json", None)
        except Refused as error:
            witness.say(str(error))
        async with contextlib.aclosing(connection.examine(access)) as findings:
            async for finding in findings:
                witness.say(finding.line)
        await asyncio.sleep(0.05)


async def attacked(url: str, seconds: float, transport: Any, witness: Witness) -> None:
    """Run an engine for so long, then see it recover."""
    access = Access(
        url, "canary-key-41", username="u", password="canary-password-41", transport=transport
    )
    statistics = [
        {"id": f"s{n}", "objectType": "Agent", "objectId": f"a{n}", "name": "InboundCalls"}
        for n in range(40)
    ]
    workspace = parse({"schema": 1, "subscriptions": [{"name": "A", "statistics": statistics}]})
    engine = Engine(workspace.at(url), access)
    engine.listen(witness.hear)

    async def run() -> None:
        while True:
            try:
                await engine.run()
            except ServiceError as error:  # the sign-in was refused: the user tries again
                witness.say(error.message)
                await asyncio.sleep(0.05)
            else:
                return

    running = asyncio.create_task(run())
    visiting = asyncio.create_task(visits(access, witness))
    await asyncio.wait({running, visiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    visiting.cancel()
    await asyncio.gather(visiting, return_exceptions=True)
    if visiting.done() and not visiting.cancelled() and (error := visiting.exception()):
        witness.wrong.append(f"a visit broke: {error!r}")
    client = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
    client[1].write(b"GET /behave HTTP/1.1\r\n\r\n")
    await client[0].read(10)
    client[1].close()
    wanted = witness.values + 100
    try:
        async with asyncio.timeout(120):
            while engine.connection.state != "connected" or witness.values < wanted:
                await witness.heard.wait()
                witness.heard.clear()
    except TimeoutError:
        witness.wrong.append(f"not well again: {engine.connection}")
    await engine.stop()
    await running


def main(seed: str, seconds: str, transport: str) -> None:
    """Run and report."""
    no_patience()
    witness = Witness()
    logging.getLogger().addHandler(witness)
    service = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("hostile_service.py")), seed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it breaks now and then: that is its own affair
        text=True,
    )
    assert service.stdout is not None
    assert service.stdin is not None
    url = f"http://127.0.0.1:{int(service.stdout.readline())}"
    slices = Slices()
    try:
        with slices:
            asyncio.run(attacked(url, float(seconds), transport, witness))
    finally:
        service.stdin.close()
        service.wait(10)
    report = {
        "memory": peak_memory(),
        "slice": slices.longest,
        "in": slices.what,
        "blocked": slices.blocked,
        "wrong": witness.wrong[:20],
        "sentences": sorted(witness.sentences),
        "values": witness.values,
        "tasks": witness.tasks,
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
