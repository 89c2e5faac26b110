import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

from statmon.ui.widgets import links

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://example.com/help", True),
        ("http://127.0.0.1:8080/", True),
        ("http://[::1]:8080/", True),
        ("http://localhost/", True),
        ("http://example.com/", False),
        ("file:///etc/passwd", False),
        ("//host/share", False),
        ("\\\\host\\share", False),
        ("https://good.example\\@evil.example/", False),
        ("https://user:word@evil.example/", False),
        ("javascript:alert(1)", False),
        ("smb://host/share", False),
        ("https://", False),
        ("https://[", False),
        ("https://exa\nmple.com", False),
        ("", False),
    ],
)
def test_only_web_pages_are_opened(address, may, monkeypatch):
    """Over TLS, or on this computer; nothing that reads files or other machines' shares."""
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url))

    assert links.open_page(address) is may
    assert len(opened) == may


def test_nothing_else_opens_addresses():
    """One function, so that one rule holds."""
    found = subprocess.run(
        ["grep", "-rlE", r"openUrl|webbrowser|setOpenExternalLinks|startfile", ROOT / "statmon"],
        capture_output=True,
        text=True,
        check=False,
    )
    others = [
        name for name in found.stdout.split() if name.endswith(".py") and "links.py" not in name
    ]

    assert others == []
