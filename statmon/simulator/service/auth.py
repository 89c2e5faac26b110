"""Who may come in: users, clients, tokens. Times are real seconds."""

import base64
import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

PKCE_METHODS = ("S256", "plain")
CODE_LIFETIME = 60.0
"""Seconds in which an authorization code must be redeemed."""
BROWSERS = 1000
"""Browsers that may be signed in at once."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Credentials:
    """What the simulator accepts; printed in its first line, so no secret worth the name."""

    api_key: str = "simulator-api-key"
    username: str = "supervisor"
    password: str = "supervisor-password"  # noqa: S105 - printed on purpose
    client_id: str = "statmon-client"
    client_secret: str = "statmon-secret"  # noqa: S105 - printed on purpose


@dataclass(frozen=True)
class Policy:
    """What the documents leave open about sign-in. Lifetimes are seconds; 0: without an end.

    ``redirects`` are the registered redirect URIs; without any, every loopback address is one.
    """

    lifetime: float = 1800
    refresh_lifetime: float = 0
    refresh: Literal["rotate", "keep"] = "rotate"
    pkce: Literal["accept", "require", "ignore"] = "accept"
    redirects: tuple[str, ...] = ()
    confidential: bool = False
    bad_credentials: Literal["oauth", "empty-403"] = "oauth"


@dataclass(frozen=True)
class Token:
    """A grant: the access token is its key, the refresh token lets it be renewed."""

    access: str
    refresh: str | None
    username: str
    expires: float
    refresh_expires: float


@dataclass(frozen=True)
class Challenge:
    """What a public client must prove when it redeems its code (RFC 7636)."""

    value: str
    method: str

    def met_by(self, verifier: str) -> bool:
        """Whether this verifier is the one that the challenge was made of."""
        if self.method == "plain":
            return secrets.compare_digest(verifier.encode(), self.value.encode())
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=")
        return secrets.compare_digest(made, self.value.encode())


@dataclass(frozen=True)
class Code:
    """An authorization code that waits to be redeemed."""

    redirect_uri: str
    username: str
    expires: float
    challenge: Challenge | None = None


@dataclass
class Denied(Exception):
    """A refused sign-in, in OAuth's words."""

    http: int
    error: str
    description: str


@dataclass
class Tokens:
    """The tokens given out. At most ``limit`` live at once; the oldest go first."""

    credentials: Credentials
    policy: Policy = field(default_factory=Policy)
    limit: int = 10_000
    _access: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Token] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _password: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._password = self.credentials.password

    def check_client(self, client_id: str | None, secret: str | None) -> None:
        """Check Basic credentials, or a bare client_id of a public client. Raises Denied."""
        right = self.credentials
        accepted = (right.client_secret,) if self.policy.confidential else (
            None, right.client_secret
        )  # fmt: skip
        if client_id != right.client_id or secret not in accepted:
            raise Denied(401, "invalid_client", "Bad client credentials")

    def check_password(self, username: str, password: str) -> str:
        """Return the user's name; it may come with any tenant (``tenant\\name``). Raises Denied."""
        name = username.rpartition("\\")[2]
        if (name, password) != (self.credentials.username, self._password):
            raise Denied(400, "invalid_grant", "Bad credentials")
        return name

    def change_password(self, username: str, old: str, new: str) -> None:
        """Change a user's password for this run. Raises Denied."""
        self.check_password(username, old)
        if not new:
            raise Denied(400, "invalid_request", "The new password is empty")
        self._password = new

    def registered(self, uri: str) -> bool:
        """Whether a browser may be sent to this address with a code."""
        if self.policy.redirects:
            return uri in self.policy.redirects
        parts = urlsplit(uri)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK and "#" not in uri

    def by_refresh(self, refresh: str, now: float) -> Token:
        """Renew a grant: its access token ends, and its refresh token if they rotate.

        Raises Denied.
        """
        old = self._refresh.pop(refresh, None)
        if old is None or old.refresh_expires <= now:
            raise Denied(400, "invalid_grant", "Invalid refresh token")
        self._access.pop(old.access, None)
        kept = refresh if self.policy.refresh == "keep" else None
        return self.issue(old.username, now, refresh=kept)

    def by_code(self, code: str, redirect_uri: str, verifier: str, now: float) -> Token:
        """Redeem an authorization code, once and for its redirect URI. Raises Denied."""
        found = self._codes.pop(code, None)
        if found is None or found.expires <= now or found.redirect_uri != redirect_uri:
            raise Denied(400, "invalid_grant", "Invalid authorization code")
        if found.challenge is not None and not found.challenge.met_by(verifier):
            raise Denied(400, "invalid_grant", "code_verifier does not match")
        return self.issue(found.username, now)

    def code(
        self, redirect_uri: str, username: str, challenge: Challenge | None, now: float
    ) -> str:
        """Return a new authorization code, good for a minute."""
        code = secrets.token_urlsafe(16)
        self._codes = {key: kept for key, kept in self._codes.items() if kept.expires > now}
        self._codes[code] = Code(redirect_uri, username, now + CODE_LIFETIME, challenge)
        return code

    def issue(
        self, username: str, now: float, *, renewable: bool = True, refresh: str | None = None
    ) -> Token:
        """Give out a token, with this refresh token or a new one."""
        refresh = refresh or (str(uuid.uuid4()) if renewable else None)
        over = now + self.policy.refresh_lifetime if self.policy.refresh_lifetime else float("inf")
        token = Token(str(uuid.uuid4()), refresh, username, now + self.policy.lifetime, over)
        self._access[token.access] = token
        if refresh is not None:
            self._refresh[refresh] = token
        if len(self._access) > self.limit:
            self.revoke(next(iter(self._access.values())))
        if len(self._refresh) > self.limit:
            self._refresh.pop(next(iter(self._refresh)))
        return token

    def find(self, authorization: str | None, now: float) -> Token | None:
        """Return the live token of a header ``Bearer …`` (the scheme in any case)."""
        scheme, _, access = (authorization or "").partition(" ")
        token = self._access.get(access.strip()) if scheme.lower() == "bearer" else None
        return token if token is not None and token.expires > now else None

    def revoke(self, token: Token) -> None:
        """End a grant."""
        self._access.pop(token.access, None)
        if token.refresh is not None:
            self._refresh.pop(token.refresh, None)

    def revoke_all(self, username: str | None = None) -> None:
        """End all grants of a user, or of everybody."""
        for token in [*self._access.values(), *self._refresh.values()]:
            if username in (None, token.username):
                self.revoke(token)

    def expire_all(self) -> None:
        """Let every access token be over; refresh tokens stay good."""
        self._access.clear()


@dataclass
class Browsers:
    """The browsers that have signed in, by cookie; the oldest is forgotten first."""

    users: dict[str, str] = field(default_factory=dict)

    def welcome(self, username: str) -> str:
        """Remember a browser; return its cookie."""
        while len(self.users) >= BROWSERS:
            del self.users[next(iter(self.users))]
        cookie = secrets.token_hex(16)
        self.users[cookie] = username
        return cookie

    def forget(self, username: str) -> None:
        """Sign a user out of every browser."""
        self.users = {key: name for key, name in self.users.items() if name != username}
