"""The refresh token that all statmons of a user share, by way of the keyring.

Many sites give a new refresh token with each renewal and refuse the old one from then on. So
whoever renews writes the new one down, and whoever is refused looks whether another statmon did.
"""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from statmon.service.access import Access
from statmon.service.sign_in.tokens import Tokens
from statmon.storage.user.secrets import Vault, background

if TYPE_CHECKING:
    from concurrent.futures import Future

PAUSES: Final = (0.0, 0.5, 1.5)
"""Seconds before each look: the other may be about to write."""
WITHIN: Final = 10.0
"""Seconds that the keyring has to answer."""


async def newer_than(refused: str, vault: Vault, access: Access) -> str:
    """Return what another statmon has put in the place of a refused refresh token, or nothing."""
    bare = replace(access, refresh_token="")
    for pause in PAUSES:
        await asyncio.sleep(pause)
        try:
            async with asyncio.timeout(WITHIN):
                filled = await asyncio.wrap_future(background(lambda: vault.fill(bare)))
        except TimeoutError:
            return ""
        if filled.refresh_token not in ("", refused):
            return filled.refresh_token
    return ""


class SharedToken:
    """The refresh token of a command, which had it from the keyring."""

    def __init__(self, access: Access, vault: Vault | None = None) -> None:
        self._access, self._vault = access, vault or Vault()
        self._writing: Future[bool] | None = None

    def renewed(self, tokens: Tokens) -> None:
        """Write the new one down, if there is one and the old one was in the keyring."""
        if not self._access.refresh_token or tokens.refresh in ("", self._access.refresh_token):
            return
        access = self._access = replace(self._access, refresh_token=tokens.refresh)
        before = self._writing

        def write() -> bool:
            if before is not None:
                before.result()
            return self._vault.renew(access)

        self._writing = background(write)

    async def newer(self, refused: str) -> str:
        """Return what another statmon has put in the place of a refused one, or nothing."""
        if not self._access.refresh_token:
            return ""
        return await newer_than(refused, self._vault, self._access)

    async def written(self) -> None:
        """Wait until it is written down, or the keyring has had its time."""
        if self._writing is not None:
            await asyncio.wait([asyncio.wrap_future(self._writing)], timeout=WITHIN)
