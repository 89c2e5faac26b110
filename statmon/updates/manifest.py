"""The announcement of a release: its form, and whether it is the project's own.

``{"release": TEXT, "signature": BASE64}``: the text is JSON and is signed as it is written
(Ed25519 over ``CONTEXT`` and the text), so that nothing has to be brought into a normal form.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec

from statmon.bayeux.weight import TooMuch, bearable

LARGEST: Final = 64_000
"""Bytes of an announcement."""
CONTEXT: Final = b"statmon release 1\n"
"""Signed before the text: the key's other signatures are no announcements."""
_VERSION: Final = re.compile(r"\d{1,6}(\.\d{1,6}){1,3}")
_MOST_NOTES: Final = 8_000


class Refused(Exception):
    """An announcement that must not be believed; the message is one clause that says why."""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What is announced."""

    version: str
    issued: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it was signed; an older announcement never replaces a newer one."""
    expires: Annotated[datetime, msgspec.Meta(tz=True)]
    """From when on it proves nothing: whoever hands out old ones cannot do so for ever."""
    page: str
    """The web page that tells more, and from which the release is had."""
    notes: str = ""
    """What is new, plain text."""


class Envelope(msgspec.Struct, frozen=True):
    """A release's text with its signature."""

    release: str
    signature: str


def opened(answer: bytes, keys: Sequence[bytes]) -> Release:
    """Return what an announcement says, if one of the keys has signed it.

    Raises:
        Refused: it is no announcement, or not signed by one of them, or says what it must not.
    """
    if len(answer) > LARGEST:
        raise Refused("it is far too large")
    if answer.lstrip()[:1] == b"<":
        raise Refused("it is a web page, perhaps a proxy's")
    try:
        envelope = msgspec.json.decode(bearable(answer), type=Envelope)
        signature = base64.b64decode(envelope.signature, validate=True)
        text = envelope.release.encode()
    except TooMuch as error:
        raise Refused(f"it {error}") from None
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        raise Refused("it has not the form of one") from None
    if not any(_signed(text, signature, key) for key in keys):
        raise Refused("its signature is not the project's")
    return parse(text)


def parse(text: bytes) -> Release:
    """Return what a release's text says.

    Raises:
        Refused: it says what it must not.
    """
    try:
        release = msgspec.json.decode(bearable(text), type=Release)
        page = urlsplit(release.page)
        plain = bool(page.hostname) and not page.username and release.page.isprintable()
    except (msgspec.MsgspecError, ValueError):
        raise Refused("it has not the form of one") from None
    if not _VERSION.fullmatch(release.version):
        raise Refused("its version is none")
    if page.scheme != "https" or not plain:
        raise Refused("its page is no https address")
    return msgspec.structs.replace(release, notes=_plain(release.notes))


def _plain(notes: str) -> str:
    """Return notes without what could hide or reorder text on a screen."""
    kept = (sign for sign in notes[:_MOST_NOTES] if sign == "\n" or sign.isprintable())
    return "".join(kept).strip()


def _signed(text: bytes, signature: bytes, key: bytes) -> bool:
    from nacl.exceptions import CryptoError  # slow to import, and seldom needed
    from nacl.signing import VerifyKey

    try:
        VerifyKey(key).verify(CONTEXT + text, signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True
