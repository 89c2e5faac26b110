"""When a token is renewed, and when a person has to be asked. Decides; does nothing."""

from typing import Final

from statmon.bayeux.renewal_limit import FEW, pause_after

REFUSED_RETRY: Final = 900.0
"""Seconds until refused secrets are tried again: a refusal may pass (a gateway's mistake), but
sites lock accounts after a few wrong passwords."""
_NOT_TAKEN: Final = (
    "the service refuses the token that it has just given ({}); check the API key and what the "
    "user may see, or sign in as somebody else"
)


class RenewalPolicy:
    """What became of the tokens so far. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.needed: str | None = None
        """Why a person has to sign in, in one sentence, or None while all is well."""
        self._retry_at = 0.0
        self._token_refused = False
        """It is the token that is not taken, and not the secrets."""
        self._untried = 0
        """Tokens that each came in place of a refused one, and no call has been done since."""
        self._replaced_at: float | None = None

    def objection(self, refusal: str | None, now: float) -> str | None:
        """Return why no new token is to be asked for, or None.

        Args:
            refusal: the service's words when it refused the present token; None when it did not.
            now: the time.
        """
        if self.needed is not None and now < self._retry_at:
            return self.needed
        if refusal is None or self._replaced_at is None:
            return None
        if self._untried >= FEW and self.needed is None:
            self.needed, self._token_refused = _NOT_TAKEN.format(refusal), True
        if now - self._replaced_at < pause_after(self._untried, REFUSED_RETRY):
            return self.needed or "the token was renewed a moment ago"
        return None

    def need(self, reason: str, now: float, *, final: bool = False, of_token: bool = False) -> None:
        """Somebody has to sign in.

        Args:
            reason: why, in one sentence.
            now: the time.
            final: there is nothing to try again with.
            of_token: the present token was refused; should it be taken again, the need is over.
        """
        self.needed, self._token_refused = reason, of_token
        self._retry_at = float("inf") if final else now + REFUSED_RETRY

    def renewed(self, now: float, *, refused: bool) -> None:
        """There is a new token, in place of one that was refused or near its end."""
        if refused:
            self._untried, self._replaced_at = self._untried + 1, now
        if not self._token_refused:
            self.needed = None

    def accepted(self) -> None:
        """A call was done with the present token."""
        self._untried = 0
        if self._token_refused:
            self.needed, self._token_refused = None, False
