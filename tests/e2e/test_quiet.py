"""statmon talks to its site and to nobody else, and listens to nobody."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="sockets are read from Linux's /proc"),
]
LISTENS, CONNECTED = "0A", "01"


def _tcp(process: int) -> list[tuple[str, int, int]]:
    """The TCP sockets of a process: their state, own port and the other's."""
    inodes = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            _, own, other, state, *rest = line.split()
            if rest[5] in inodes:
                found.append((state, int(own[-4:], 16), int(other[-4:], 16)))
    return found


@pytest.mark.parametrize("transport", ["websocket", "long-polling"])
def test_it_opens_no_port_and_talks_to_its_site_alone(start, simulate, workspace, transport):
    """While values come: no socket of its own listens, each leads to the site."""
    access = simulate("--speed", 20)
    site = urlsplit(access["STATMON_URL"]).port
    watch = start("watch", workspace, "--transport", transport, **access)
    for _ in range(30):
        watch.until(event="value")
        sockets = _tcp(watch.process.pid)
        assert [item for item in sockets if item[0] == LISTENS] == []
        assert {other for state, _, other in sockets if state == CONNECTED} <= {site}

    assert {other for state, _, other in _tcp(watch.process.pid) if state == CONNECTED} == {site}
    assert watch.interrupt() == 130
