"""What the window needs of an engine that signs in."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from statmon.service.access import Access
from statmon.service.sign_in.auth import Newer
from statmon.service.sign_in.auth_session import AuthSession
from statmon.service.sign_in.tokens import Tokens


@runtime_checkable
class Guarded(Protocol):
    """An engine that signs in; a replay, for one, does not."""

    access: Access
    account: AuthSession | None
    tokens: Tokens | None
    keep_tokens: Callable[[Tokens], None] | None
    newer_refresh: Newer | None
    signed_in_as: str | None

    def go_on_as(self, access: Access, tokens: Tokens) -> None:
        """Use what a person has just signed in with; nothing that is open is closed."""
