"""Sends what is to be sent to one address, again and again until it is taken."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from statmon.alerts.telling import Transition
from statmon.bayeux.bounds import BoundedClient, Bounds
from statmon.bayeux.retry_after import retry_after
from statmon.delivery import webhook
from statmon.delivery.webhook import Delivery, Outgoing
from statmon.service.access import Access
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from statmon.service.wire.make_http import reach
from statmon.service.wire.network_errors import redirect

_log = logging.getLogger(__name__)
BOUNDS: Final = Bounds(within=30.0)
"""What an answer may cost; of it only status and headers are read."""
FIRST: Final = 1.0
"""Seconds until the second attempt; each further one waits twice as long."""
LONGEST: Final = 300.0
TELL_AT: Final = 3
"""At which attempt in vain the user is told."""
_PASSING: Final = frozenset({408, 425, 429})
"""Statuses below 500 that say: later."""
_SERVER: Final = 500


class Trouble(Exception):
    """A delivery was not taken; ``str()`` says why, to follow the address."""

    def __init__(self, why: str, *, later: bool = True, after: float | None = None) -> None:
        """Say why.

        Args:
            why: in words, to follow the address.
            later: it may be taken if it is tried again.
            after: the seconds that the receiver asked to wait.
        """
        super().__init__(why)
        self.later, self.after = later, after


class Sender:
    """One for each address; ``run`` goes on until it is cancelled."""

    def __init__(
        self,
        address: str,
        secret: str,
        outgoing: Outgoing,
        said: Callable[[str], object],
        way: Access | None = None,
    ) -> None:
        """Be ready.

        Args:
            address: where to POST.
            secret: signs what is sent; nothing: it is sent unsigned.
            outgoing: what is to be sent.
            said: is told a sentence when nobody takes it, and when somebody does again.
            way: whose proxy and authorities to use; no secret of it is sent.
        """
        self.address, self._secret, self._outgoing = address, secret, outgoing
        self._said, self._way = said, way
        self._news = asyncio.Event()
        self._vain = 0
        """Attempts in vain, one after another."""
        self._told = False
        """The user knows that nobody takes it."""
        self.wait: Callable[[float], Awaitable[None]] = asyncio.sleep
        """Waits for so many seconds (a test's does not)."""

    def take(self, steps: Sequence[Transition]) -> None:
        """Have these steps sent, soon."""
        for step in steps:
            self._outgoing.take(step)
        self._news.set()

    async def run(self) -> None:
        """Send for good."""
        reached: tuple[Http, BoundedClient] | None = None
        try:
            while True:
                self._news.clear()
                delivery = self._outgoing.next(_now_ms())
                if delivery is None:
                    await self._until_news()
                    continue
                try:
                    if reached is None:
                        http = await self._reach()
                        reached = http, await asyncio.to_thread(http.client, BOUNDS)
                    await self._post(*reached, delivery)
                except Trouble as trouble:
                    await self._in_vain(trouble, delivery)
                else:
                    self._taken(delivery)
        finally:
            if reached is not None:
                await reached[1].aclose()

    async def _until_news(self) -> None:
        try:
            async with asyncio.timeout(webhook.AGAIN / 1000):
                await self._news.wait()
        except TimeoutError:
            return

    async def _reach(self) -> Http:
        access = Access(self.address)
        if self._way is not None:
            access = Access(self.address, ca_bundle=self._way.ca_bundle, proxy=self._way.proxy)
        try:
            return await reach(access)
        except ServiceError as error:
            raise Trouble(error.message) from None

    async def _post(self, http: Http, client: BoundedClient, delivery: Delivery) -> None:
        url = (
            self.address.rstrip("/") + self._outgoing.path if self._outgoing.path else self.address
        )
        sent = webhook.headers(delivery, self._secret, int(time.time()))
        try:
            request = client.build_request("POST", url, content=delivery.body, headers=sent)
            response = await client.send(request, stream=True)
            await response.aclose()
        except Exception as error:  # noqa: BLE001 # whatever it is, it is told and tried again
            raise Trouble(str(http.reason_of(error))) from None
        status = response.status_code
        if response.is_success:
            return
        if response.is_redirect:
            where = response.headers.get("Location", "")
            raise Trouble(str(redirect(url, where)), later=False)
        later = status >= _SERVER or status in _PASSING
        raise Trouble(f"it answers {status}", later=later, after=retry_after(response.headers))

    async def _in_vain(self, trouble: Trouble, delivery: Delivery) -> None:
        _log.warning("an alert was not taken by %s: %s", self.address, trouble)
        if not trouble.later:
            self._outgoing.done(delivery)  # it would be refused for ever, and hold up what follows
        self._vain += 1
        if not self._told and (self._vain >= TELL_AT or not trouble.later):
            self._told = True
            self._said(f"⚠ Alerts do not reach {self.address}: {trouble}.")
        delay = min(FIRST * 2 ** min(self._vain - 1, 20), LONGEST) * random.uniform(0.6, 1.0)
        await self.wait(max(delay, min(trouble.after or 0.0, LONGEST)))

    def _taken(self, delivery: Delivery) -> None:
        self._outgoing.done(delivery)
        self._vain = 0
        if self._told:
            self._told = False
            self._said(f"Alerts reach {self.address} again.")


def _now_ms() -> int:
    return int(time.time() * 1000)
