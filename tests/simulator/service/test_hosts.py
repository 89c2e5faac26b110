"""The simulator serves only who calls it by its own name: a page elsewhere reads nothing."""

import pytest

from statmon.simulator.service.hosts import Hosts


@pytest.mark.parametrize(
    ("address", "host", "known"),
    [
        ("127.0.0.1", "127.0.0.1:8080", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "localhost:8080", True),
        ("127.0.0.1", "LOCALHOST.:8080", True),
        ("::1", "[::1]:8080", True),
        ("::1", "[::1]", True),
        ("127.0.0.1", "attacker.example:8080", False),
        ("127.0.0.1", "127.0.0.1.attacker.example", False),
        ("127.0.0.1", "localhost.attacker.example", False),
        ("127.0.0.1", "192.0.2.1:8080", False),
        ("127.0.0.1", "", False),
        ("0.0.0.0", "192.0.2.1:8080", True),
        ("0.0.0.0", "attacker.example", False),
        ("::", "[2001:db8::1]:8080", True),
    ],
)
def test_a_host_is_known_by_its_names(address, host, known):
    """Loopback alone by default; any address, but no foreign name, where it is open to others."""
    assert Hosts(lambda *_: None, address).knows(host) is known


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_foreign_name_is_refused_before_anything_else(kind):
    """Whatever it asks for."""
    sent = []

    async def app(*_):
        pytest.fail("it was served")

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": [(b"host", b"attacker.example")], "path": "/"}
    await Hosts(app, "127.0.0.1")(scope, None, send)

    assert sent[0].get("status") == 421 or sent[0]["type"] == "websocket.close"
