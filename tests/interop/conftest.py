"""Peers from npm, as processes of their own."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.interop.support import npm

HERE = Path(__file__).parent


class Peer:
    """A server in another process that obeys commands."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cometd"

    async def tell(self, do: str, **fields: Any) -> None:
        """Have it do something; returns when it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **fields}).encode() + b"\n")
        assert await self._process.stdout.readline() == b"done\n"

    async def publish(self, channel: str, *items: Any) -> None:
        await self.tell("publish", channel=channel, items=list(items))


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned packages, or a skip that says what is missing."""
    return npm.node_modules()


@pytest.fixture
def start_peer(node_modules: Path) -> Callable[[str], contextlib.AbstractAsyncContextManager[Peer]]:
    """Start a peer by its name: ``cometd`` or ``faye``."""

    @contextlib.asynccontextmanager
    async def start(kind: str) -> AsyncIterator[Peer]:
        process = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "server.js"),
            str(node_modules),
            kind,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield Peer(process, int(await process.stdout.readline()))
        finally:
            process.stdin.close()
            await process.stdin.wait_closed()
            await process.wait()

    return start
