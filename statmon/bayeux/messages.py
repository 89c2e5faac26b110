"""The messages of the main line (Bayeux specification, "Meta Message Field Definitions")."""

from collections.abc import Sequence
from typing import Any


def handshake(number: str, types: Sequence[str], ext: dict[str, Any]) -> dict[str, Any]:
    """Ask for a session."""
    return {
        "id": number,
        "channel": "/meta/handshake",
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": list(types),
        "advice": {"timeout": 60000, "interval": 0},
        "ext": ext,
    }


def connect(number: str, transport: str, ext: dict[str, Any], hold: float | None) -> dict[str, Any]:
    """Ask for deliveries; ``hold`` seconds at most, None: as long as the server likes."""
    message = {
        "id": number,
        "channel": "/meta/connect",
        "connectionType": transport,
        "ext": ext,
    }
    if hold is not None:
        message["advice"] = {"timeout": round(hold * 1000)}
    return message


def disconnect(number: str) -> dict[str, Any]:
    """Say good-bye."""
    return {"id": number, "channel": "/meta/disconnect"}
