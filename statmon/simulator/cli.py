"""``statmon simulate``: runs the simulator until it is told to stop."""

import argparse
import asyncio
import errno
import json
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statmon.simulator.service.state import State

INTERRUPTED = 130


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted or, with ``--stop-with-stdin``, until stdin closes.

    Prints one JSON line when it listens. Returns 0, 1 (cannot listen, or say so) or 130
    (interrupted).
    """
    from statmon.simulator.scenario import ScenarioError
    from statmon.simulator.serving import allow_many_connections, listen

    try:
        listener = listen(args.host, args.port)
    except OSError as error:
        sys.stderr.write(f"statmon simulate: {_why(error, args)}\n")
        return 1
    if args.host not in ("127.0.0.1", "localhost", "::1"):
        sys.stderr.write(
            "statmon simulate: warning: anyone who can reach this computer can use the simulator;"
            " leave --host away to keep it local\n"
        )
    allow_many_connections()
    with listener:
        try:
            return asyncio.run(_serve(args, listener))
        except KeyboardInterrupt:
            return INTERRUPTED
        except ScenarioError as error:
            sys.stderr.write(f"statmon simulate: {error}\n")
            return 1


def _why(error: OSError, args: argparse.Namespace) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {args.port} is in use; choose another with --port, or --port 0"
    return f"cannot listen on {args.host} port {args.port}: {error.strerror or error}"


async def _serve(args: argparse.Namespace, listener: socket.socket) -> int:
    from statmon.simulator.running import assemble
    from statmon.simulator.serving import serving

    state = assemble(args)
    stop = asyncio.Event()
    code = _watch_signals(stop)
    async with serving(state, listener) as failed:
        if args.stop_with_stdin:
            _watch_stdin(stop)
        if not _announce(_announcement(state, listener, args.host)):
            return 1
        stopping = asyncio.ensure_future(_wait(stop))
        await asyncio.wait({failed, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if failed.done():
            failed.result()
    return code[0]


def _announce(said: dict[str, object]) -> bool:
    """Say where it listens; whether that could be said. A windowed program has no stdout."""
    if sys.stdout is None:
        return True
    try:
        os.write(sys.stdout.fileno(), json.dumps(said).encode() + b"\n")
    except OSError as error:
        why = error.strerror or error
        sys.stderr.write(f"statmon simulate: standard output cannot be written ({why})\n")
        return False
    return True


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


def _announcement(state: "State", listener: socket.socket, host: str) -> dict[str, object]:
    credentials = state.tokens.credentials
    name = f"[{host}]" if ":" in host else host
    return {
        "event": "listening",
        "url": f"http://{name}:{listener.getsockname()[1]}",
        "apiKey": credentials.api_key,
        "username": credentials.username,
        "password": credentials.password,
        "clientId": credentials.client_id,
        "clientSecret": credentials.client_secret,
        "now": state.clock.now(),
        "speed": state.clock.speed,
    }


def _watch_signals(stop: asyncio.Event) -> list[int]:
    """Stop at Ctrl-C or termination; the list's one item becomes the exit code."""
    code = [0]
    loop = asyncio.get_running_loop()

    def interrupted() -> None:
        code[0] = INTERRUPTED
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(interrupted))
        else:
            loop.add_signal_handler(number, interrupted)
    return code


def _watch_stdin(stop: asyncio.Event) -> None:
    """Stop when stdin closes. A daemon thread: a pipe cannot be read asynchronously everywhere."""
    import threading

    loop = asyncio.get_running_loop()

    def wait() -> None:
        while sys.stdin.buffer.readline(4096):
            continue
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()
