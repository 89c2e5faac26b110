"""One question to the address where releases are announced."""

import asyncio
from typing import Final

from statmon.service.access import Access
from statmon.service.errors import ServiceError
from statmon.service.http import FAILURES, Http
from statmon.service.reach import reach
from statmon.service.reasons import redirect
from statmon.updates.manifest import LARGEST, Refused

WITHIN: Final = 30.0
"""Seconds for the whole answer, however slowly it drips."""
_OK: Final = 200


async def fetch(address: str, way: Access | None) -> bytes:
    """Return what the address answers.

    Args:
        address: where to ask; it learns nothing but that somebody asks.
        way: whose proxy and authorities to use; no secret and no certificate of it is sent there.

    Raises:
        Refused: there is no answer that could be an announcement.
    """
    access = Access(address)
    if way is not None:
        access = Access(address, ca_bundle=way.ca_bundle, proxy=way.proxy)
    try:
        http = await reach(access)
    except ServiceError as error:
        raise Refused(error.message) from None
    try:
        async with asyncio.timeout(WITHIN):
            return await _ask(http)
    except TimeoutError:
        raise Refused(f"nothing came within {WITHIN:.0f} s") from None
    except FAILURES as error:
        raise Refused(http.reason_of(error)) from None


async def _ask(http: Http) -> bytes:
    address = http.access.url
    # As it is, not packed: what is packed may be a thousand times as large.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    client = await asyncio.to_thread(http.client)
    async with client, client.stream("GET", address, headers=headers) as response:
        if response.is_redirect:
            raise Refused(redirect(address, response.headers.get("Location", "")))
        if response.status_code != _OK:
            raise Refused(f"the address answers {response.status_code}")
        answer = b""
        async for piece in response.aiter_raw():
            answer += piece
            if len(answer) > LARGEST:
                raise Refused("it is far too large")
    return answer
