"""Who is signed in at a site, from the first token to the last."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from statmon.bayeux.backoff import Backoff
from statmon.service.access import Access
from statmon.service.clock import epoch_ms
from statmon.service.sign_in.auth import Newer, SignIn
from statmon.service.sign_in.tokens import Tokens
from statmon.service.wire.errors import ServiceError, SignInRefused
from statmon.service.wire.events import SignedIn, SignInNeeded

if TYPE_CHECKING:
    from statmon.service.wire.http import Http

_log = logging.getLogger(__name__)


class AuthSession:
    """Signs in, keeps the token fresh, and knows the user's name."""

    def __init__(
        self,
        http: "Http",
        tell: Callable[[SignInNeeded | SignedIn], None],
        *,
        tokens: Tokens | None = None,
        renewed: Callable[[Tokens], None] = lambda _: None,
        newer: Newer | None = None,
    ) -> None:
        """Prepare to sign in.

        Args:
            http: how the site is reached and as whom.
            tell: called when a person has to sign in, and when somebody is signed in.
            tokens: from a sign-in that has just been done, if there was one.
            renewed: called with every new token, to be kept where secrets are kept.
            newer: looks there for another refresh token when one was refused.
        """
        self.sign_in = SignIn(
            http, tokens=tokens, needed=self._needed, renewed=renewed, newer=newer
        )
        self.user: str | None = None
        self._tell = tell
        self._who_wanted = asyncio.Event()
        self._person_needed = asyncio.Event()

    async def enter(self, waiting: Callable[[ServiceError], None]) -> None:
        """Sign in; a service that is not there is waited for, and told of each time.

        Raises:
            SignInRefused: the service does not accept these secrets, or a person is needed.
        """
        backoff = Backoff(random.random)
        while True:
            try:
                await self.sign_in.sign_in()
            except SignInRefused:
                raise
            except ServiceError as error:
                waiting(error)
                pause = backoff.failed(time.monotonic())
                await asyncio.sleep(max(pause, error.retry_after or 0.0))
            else:
                self._who_wanted.set()
                return

    async def keep(self) -> None:
        """Keep the token fresh and ask who is signed in whenever that may have changed."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.sign_in.keep(), name="token")
            group.create_task(self._keep_asking_who(), name="who")

    async def doubt(self) -> None:
        """Watch over a token that was pasted: one that was never accepted is like a wrong password.

        Raises:
            SignInRefused: the service does not accept it.
        """
        while True:
            await self._person_needed.wait()
            self._person_needed.clear()
            if (refusal := await self.sign_in.doubted()) is not None:
                raise refusal

    def go_on_as(self, access: Access, tokens: Tokens) -> None:
        """Go on with what a person has just signed in with; nothing that is open is touched."""
        self.sign_in.go_on_as(access, tokens)
        self._who_wanted.set()

    async def _keep_asking_who(self) -> None:
        while True:
            await self._who_wanted.wait()
            self._who_wanted.clear()
            try:
                self.user = await self.sign_in.user()
            except ServiceError as error:
                _log.info("%s", error)
            self._tell(SignedIn(self.user or "", epoch_ms()))

    def _needed(self, reason: str | None) -> None:
        if reason is None:
            self._who_wanted.set()
        else:
            self._person_needed.set()
            self._tell(SignInNeeded(reason, epoch_ms()))
