"""Whether the key of a client certificate has a password that is not known yet."""

from pathlib import Path
from typing import Final

from statmon.named_files import read_bounded
from statmon.service.access import Access

_LARGEST: Final = 1_000_000
"""Bytes; a certificate with its chain and key takes some ten thousand."""
_MARKS: Final = (b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")
"""Of PKCS 8 (RFC 7468) and of the older form (RFC 1421)."""


def locked(access: Access) -> bool:
    """Whether a person has to be asked; what cannot be read is told by whoever uses it. Blocks."""
    if not access.client_certificate or access.client_key_password:
        return False
    try:
        data, _ = read_bounded(Path(access.client_certificate), _LARGEST)
    except (OSError, ValueError):
        return False
    return any(mark in data for mark in _MARKS)
