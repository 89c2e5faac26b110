"""The one place from which anything outside is opened.

An address may come from a file or from the service: only web pages are opened, and only over
TLS unless they are on this computer. ``file:`` and ``smb:`` would read what an attacker names.
"""

import ipaddress
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def may_open(address: str) -> bool:
    """Tell whether an address is a web page that may be opened."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username or not address.isprintable() or "\\" in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def open_page(address: str) -> bool:
    """Open a web page in the system's browser; return whether it was one, and a browser took it."""
    return may_open(address) and QDesktopServices.openUrl(
        QUrl(address, QUrl.ParsingMode.StrictMode)
    )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
