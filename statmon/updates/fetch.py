"""One question to the address where releases are announced."""

import asyncio
from typing import Final

from statmon.bayeux.bounds import Bounds
from statmon.service.access import Access
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from statmon.service.wire.make_http import reach
from statmon.service.wire.network_errors import redirect
from statmon.updates.manifest import LARGEST, Refused

BOUNDS: Final = Bounds(LARGEST, 30.0)
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
        return await _ask(http)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 # whatever it is, it is told as one sentence
        raise Refused(str(http.reason_of(error))) from None


async def _ask(http: Http) -> bytes:
    address = http.access.url
    async with await asyncio.to_thread(http.client, BOUNDS) as client:
        response = await client.get(address, headers={"Accept": "application/json"})
    if response.is_redirect:
        raise Refused(str(redirect(address, response.headers.get("Location", ""))))
    if response.status_code != _OK:
        raise Refused(f"the address answers {response.status_code}")
    return response.content
