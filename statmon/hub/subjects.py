"""What the messages of a site are called on the hub: ``statmon.1.main.v.all.ABC…``.

A user's name stands in what that user may send, so that the server's permissions make it true.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from statmon.domain.statistic import ObjectRef, Series

VERSION: Final = 1
"""Of the protocol; another one has other subjects, so that old and new never meet."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OBJECT_BYTES: Final = 10
_SERIES_BYTES: Final = 8


def token(name: str) -> str:
    """Return the name if it may be a part of a subject.

    Raises:
        ValueError: it has letters of which a subject is not made; the message says which may.
    """
    if not _TOKEN.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be a name on the hub; use 1 to 64 letters, digits, - or _ of ASCII"
        )
    return name


def object_token(ref: ObjectRef) -> str:
    """Return what an object is called in subjects: its id may hold dots, stars, spaces."""
    digest = hashlib.blake2b(_identity(ref), digest_size=_OBJECT_BYTES).digest()
    return base64.b32encode(digest).decode("ascii")


def series_number(series: Series) -> int:
    """Return 64 bits that stand for a series of the site in each row."""
    own = _identity(series.ref) + b"\0" + series.measure.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(own, digest_size=_SERIES_BYTES).digest(), "big")


def _identity(ref: ObjectRef) -> bytes:
    return "\0".join(ref).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Subjects:
    """The subjects of one site."""

    site: str

    def __post_init__(self) -> None:
        token(self.site)

    @property
    def _root(self) -> str:
        return f"statmon.{VERSION}.{self.site}"

    @property
    def state(self) -> str:
        """Each second: who leads, what time the service has, how it stands."""
        return f"{self._root}.state"

    def values(self, zone: str, ref: ObjectRef) -> str:
        """Return where an object's readings are."""
        return f"{self._root}.v.{token(zone)}.{object_token(ref)}"

    def wish(self, user: str) -> str:
        """Return where a user says what is wanted."""
        return f"{self._root}.wish.{token(user)}"

    def ask(self, user: str, what: str) -> str:
        """Return where a user asks for a ``snapshot`` or ``history``."""
        return f"{self._root}.ask.{token(user)}.{token(what)}"

    @property
    def every_wish(self) -> str:
        """All users' wishes: only collectors may hear them."""
        return f"{self._root}.wish.*"

    def every_ask(self, what: str) -> str:
        """All users' questions of a kind."""
        return f"{self._root}.ask.*.{token(what)}"

    @property
    def lease(self) -> str:
        """The name of what the leading collector holds."""
        return f"statmon_{self.site}_lease"


def user_of(subject: str) -> str:
    """Return whose wish or question came: the server lets nobody send another's."""
    return subject.split(".")[4]
