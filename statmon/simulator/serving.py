"""Serves a simulator on a socket, for as long as it is wanted."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from statmon.simulator.service.app import build, drive
from statmon.simulator.service.hosts import Hosts
from statmon.simulator.service.state import State

DESCRIPTORS = 65_536
FAREWELL = 0.3
"""Seconds that those who are being answered have when the service ends."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not touch the process's signal handlers."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol's number asyncio would leave Nagle's algorithm on: 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def allow_many_connections() -> None:
    """Let this process have as many open connections as it may, where there is a limit."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _protocol(state: State) -> type[H11Protocol]:
    """Return a protocol that tells of its open connections, so that faults can cut them."""
    connections = state.faults.connections

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            connections.made(transport)

    return Protocol


@asynccontextmanager
async def serving(state: State, listener: socket.socket) -> AsyncIterator[asyncio.Future[None]]:
    """Serve while the context lasts; its future is done early only if serving failed."""
    config = uvicorn.Config(
        Hosts(build(state), listener.getsockname()[0]),
        log_config=None,
        access_log=False,
        lifespan="off",
        http=_protocol(state),
        ws="websockets-sansio",
        log_level="error",  # a client that speaks no HTTP is answered, not worth a line each
        ws_max_size=1024 * 1024,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
    )
    server = _Server(config)
    driver = asyncio.create_task(drive(state))
    web = asyncio.create_task(server.serve(sockets=[listener]))
    for fault in state.faults.planned:
        state.faults.schedule(state, fault)
    first = asyncio.ensure_future(_first_of(driver, web))
    try:
        yield first
    finally:
        state.stop()
        state.faults.stop()
        server.should_exit = True
        driver.cancel()
        first.cancel()
        # Whoever is in the middle of a request or reads too slowly is not waited for.
        await asyncio.wait({web}, timeout=FAREWELL)
        state.faults.connections.cut_all(spared=True)
        await asyncio.gather(web, driver, first, return_exceptions=True)


async def _first_of(*tasks: asyncio.Task[None]) -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
