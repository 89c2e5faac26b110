"""Whether notifications come through: the connection that the window would make, for a moment."""

import asyncio
from typing import Any, Final

from statmon import bayeux
from statmon.service.access import Transport
from statmon.service.sign_in.auth import SignIn
from statmon.service.wire.http import Http
from statmon.service.wire.notifications import NOTIFICATIONS, UPDATES_CHANNEL
from statmon.support import verdicts
from statmon.support.finding import Finding
from statmon.support.verdicts import Notified

WITHIN: Final = 20.0
"""Seconds that a connection gets to come about; a slow proxy takes some."""


async def examine(http: Http, sign_in: SignIn) -> Finding:
    """Connect as the site's settings say; where only a websocket is wanted, try without as well."""
    wanted = http.access.transport
    found = await _connected(http, sign_in, wanted)
    other = (
        await _connected(http, sign_in, "long-polling")
        if wanted == "websocket" and found.problem
        else None
    )
    return verdicts.notifications(found, other)


async def _connected(http: Http, sign_in: SignIn, transport: Transport) -> Notified:
    last: asyncio.Future[bayeux.StateChange] = asyncio.get_running_loop().create_future()

    def heard(change: bayeux.StateChange) -> None:
        # A websocket that does not open is followed by long-polling where both may be used.
        tried = change.transport != "websocket" or transport == "websocket"
        decided = change.state == "connected" or (change.failure is not None and tried)
        if decided and not last.done():
            last.set_result(change)

    def ignore(_channel: str, _messages: list[Any]) -> None:
        """Somebody else's updates, or none: nothing is open in this session."""

    # Nobody renews: the token has just been given, and may be another's to renew.
    client: bayeux.Client[Any] = bayeux.Client(
        http.access.base + NOTIFICATIONS,
        data_type=Any,
        http=http.polling_client,
        headers=sign_in.headers,
        on_messages=ignore,
        on_state=heard,
        transport=transport,
        cookies=http.cookies,
        ssl_context=http.ssl_context if http.access.base.startswith("https") else None,
        proxy=http.websocket_proxy,
        words=http.words,
    )
    client.subscribe(UPDATES_CHANNEL)
    running = asyncio.create_task(client.run(), name="notifications")
    try:
        async with asyncio.timeout(WITHIN):
            change = await last
    except TimeoutError:
        return Notified(transport, f"nothing came about within {WITHIN:.0f} s")
    finally:
        await client.close()
        await running
    problem = "" if change.state == "connected" else change.reason or "no reason is given"
    return Notified(change.transport, problem, client.websocket_blocked)
