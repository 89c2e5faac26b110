"""Who may come in: users, clients, tokens. Times are real seconds."""

import secrets
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """What the simulator accepts; printed in its first line, so no secret worth the name."""

    api_key: str = "simulator-api-key"
    username: str = "supervisor"
    password: str = "supervisor-password"  # noqa: S105 - printed on purpose
    client_id: str = "statmon-client"
    client_secret: str = "statmon-secret"  # noqa: S105 - printed on purpose


@dataclass
class Token:
    """A grant: the access token is its key, the refresh token lets it be renewed."""

    access: str
    refresh: str | None
    username: str
    expires: float


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
    lifetime: float = 1800
    limit: int = 10_000
    _access: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Token] = field(default_factory=dict)
    _codes: dict[str, tuple[str, float]] = field(default_factory=dict)

    def check_client(self, client_id: str | None, secret: str | None) -> None:
        """Check Basic credentials, or a bare client_id of a public client. Raises Denied."""
        right = self.credentials
        if client_id != right.client_id or secret not in (None, right.client_secret):
            raise Denied(401, "invalid_client", "Bad client credentials")

    def by_password(self, username: str, password: str, now: float) -> Token:
        """Sign in by name (``tenant\\name`` or ``name``) and password. Raises Denied."""
        name = username.rpartition("\\")[2]
        if (name, password) != (self.credentials.username, self.credentials.password):
            raise Denied(400, "invalid_grant", "Bad credentials")
        return self.issue(name, now)

    def by_refresh(self, refresh: str, now: float) -> Token:
        """Renew a grant: the old tokens end. Raises Denied."""
        old = self._refresh.pop(refresh, None)
        if old is None:
            raise Denied(400, "invalid_grant", "Invalid refresh token")
        self._access.pop(old.access, None)
        return self.issue(old.username, now)

    def by_code(self, code: str, redirect_uri: str, now: float) -> Token:
        """Redeem an authorization code, once and for its redirect URI. Raises Denied."""
        uri, expires = self._codes.pop(code, ("", 0.0))
        if expires <= now or uri != redirect_uri:
            raise Denied(400, "invalid_grant", "Invalid authorization code")
        return self.issue(self.credentials.username, now)

    def code(self, redirect_uri: str, now: float) -> str:
        """Return a new authorization code, good for a minute."""
        code = secrets.token_urlsafe(16)
        self._codes = {key: kept for key, kept in self._codes.items() if kept[1] > now}
        self._codes[code] = (redirect_uri, now + 60)
        return code

    def issue(self, username: str, now: float, *, renewable: bool = True) -> Token:
        """Give out a token."""
        refresh = str(uuid.uuid4()) if renewable else None
        token = Token(str(uuid.uuid4()), refresh, username, now + self.lifetime)
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

    def expire_all(self) -> None:
        """Let every access token be over; refresh tokens stay good."""
        self._access.clear()
