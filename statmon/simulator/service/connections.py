"""The open connections, so that faults can cut them; those of the control API are spared."""

import asyncio
import weakref

Peer = tuple[str, int]
"""Address and port at the other end: what tells connections apart."""


class Connections:
    """All connections of the server that are open."""

    def __init__(self) -> None:
        # Weakly held: one that becomes a websocket is never reported lost to the HTTP protocol.
        self._transports: weakref.WeakValueDictionary[Peer, asyncio.Transport] = (
            weakref.WeakValueDictionary()
        )
        self._spared: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()

    def made(self, transport: asyncio.Transport) -> None:
        """A connection was opened."""
        if peer := transport.get_extra_info("peername"):
            self._transports[peer[:2]] = transport

    def spare(self, peer: Peer | None) -> None:
        """Let this connection live when the others are cut: it is the one that asks for it."""
        if peer is not None and (transport := self._transports.get((peer[0], peer[1]))) is not None:
            self._spared.add(transport)

    def cut(self, peer: Peer | None) -> None:
        """Cut one connection."""
        if peer is not None and (transport := self._transports.get((peer[0], peer[1]))) is not None:
            transport.abort()

    def cut_all(self, *, spared: bool = False) -> None:
        """Cut all connections; those that are spared only if that is said."""
        for transport in list(self._transports.values()):
            if spared or transport not in self._spared:
                transport.abort()
