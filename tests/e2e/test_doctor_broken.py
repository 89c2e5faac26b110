"""One thing is broken at a time: ``statmon doctor`` names it in one line, with its cure."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from contextlib import nullcontext
from email.utils import formatdate

import pytest

from statmon.simulator.service.faults import Fault
from tests.engine.support.stage import simulated
from tests.service.support.wires import Authority, Proxy, no_websocket, response, serving, tunnel

pytestmark = pytest.mark.e2e
NO_KEYRING = "keyring.backends.fail.Keyring"
PLAIN_KEYRING = """
from keyring.backend import KeyringBackend
class PlaintextKeyring(KeyringBackend):
    priority = 1
    get_password = set_password = delete_password = lambda self, *_: None
"""
IN_OWN_MOUNTS = ("unshare", "--map-root-user", "--mount", "sh", "-c")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority that this computer does not know."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def doctor(tmp_path):
    """Run the doctor in a home without a keyring; give exit code and lines by what they are of."""

    async def examine(service, *arguments, wrapper=(), **broken):
        known = service.access()
        environment = {
            "HOME": str(tmp_path),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": NO_KEYRING,
            "STATMON_URL": known.url,
            "STATMON_API_KEY": known.api_key,
            "STATMON_USERNAME": known.username,
            "STATMON_PASSWORD": known.password,
            "STATMON_CLIENT_ID": known.client_id,
            "STATMON_CLIENT_SECRET": known.client_secret,
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("STATMON_", "XDG_"))}
        process = await asyncio.create_subprocess_exec(
            *wrapper, sys.executable, "-m", "statmon", "doctor", *map(str, arguments),
            env={**kept, **environment, **broken},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, errors = await process.communicate()
        assert errors.decode() == ""
        lines = out.decode().splitlines()
        found = {line.split()[1]: line for line in lines}
        assert len(found) == len(lines), "one line for each thing"
        return process.returncode, found

    return examine


OF_THE_MACHINE = {("keyring", "warning"), ("disk", "warning")}
"""No test has a keyring, and whoever runs them may have little room."""


def names(found, outcome):
    """Of what the lines with this outcome are, but for what is so on this machine."""
    kinds = {name: line.split()[0] for name, line in found.items()}
    wanted = (name for name, kind in kinds.items() if kind == outcome)
    return [name for name in wanted if (name, outcome) not in OF_THE_MACHINE]


def only(found, name, outcome, *words):
    """Check that one thing only is wrong, and what its line says."""
    assert names(found, "failed") + names(found, "warning") == [name], found
    assert found[name].startswith(outcome)
    assert " -> " in found[name]
    assert [word for word in words if word not in found[name]] == []
    assert "CANARY" not in "".join(found.values())


async def test_nothing_is_broken_but_the_keyring(doctor):
    """Without one statmon works: a warning, and exit code 0."""
    async with simulated() as service:
        code, found = await doctor(service)

    assert code == 0
    assert names(found, "failed") + names(found, "warning") == []
    assert found["keyring"].startswith("warning")
    assert "sign in at each start" in found["keyring"]
    assert "long-polling" in found["notifications"]


async def test_a_keyring_in_plain_text(doctor, tmp_path):
    """One that would write secrets into a file."""
    folder = tmp_path / "modules/keyrings/alt"
    folder.mkdir(parents=True)
    (folder / "file.py").write_text(PLAIN_KEYRING)
    async with simulated() as service:
        code, found = await doctor(
            service,
            PYTHONPATH=str(tmp_path / "modules"),
            PYTHON_KEYRING_BACKEND="keyrings.alt.file.PlaintextKeyring",
        )

    assert code == 1
    only(found, "keyring", "failed", "plain text", "uninstall keyrings.alt")


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://me:CANARY@127.0.0.1:1", "nothing answers at http://127.0.0.1:1"),
        ("http://me:CANARY@proxy.invalid:3128", "nothing answers at http://proxy.invalid:3128"),
    ],
    ids=["refused", "not resolvable"],
)
async def test_a_proxy_that_is_not_there(doctor, proxy, words):
    """The service behind it is not said to be at fault."""
    async with simulated() as service:
        code, found = await doctor(service, "--proxy", proxy)

    assert code == 1
    only(found, "proxy", "failed", words, "correct or remove it", "--proxy")


@pytest.mark.parametrize("tls", [False, True])
async def test_a_proxy_that_wants_another_password(doctor, authority, tls):
    """On a tunnel and on a plain request."""
    async with simulated() as service, Proxy().running() as proxy:
        port = int(service.url.rpartition(":")[2])
        front = tunnel(port, authority.context()) if tls else nullcontext(port)
        async with front as port:
            code, found = await doctor(
                service,
                STATMON_URL=f"http{'s' if tls else ''}://localhost:{port}",
                STATMON_CA_BUNDLE=str(authority.file),
                STATMON_PROXY=f"http://proxyuser:CANARY@127.0.0.1:{proxy.port}",
            )

    assert code == 1
    only(found, "reachable", "failed", "the proxy wants a user name", "http://user:password@host")


@pytest.mark.parametrize(
    ("certificate", "known", "words"),
    [
        ({}, False, ("an authority that is not trusted here", "--ca-bundle")),
        ({"ended": True}, True, ("has expired", "check the date of this computer")),
        ({"name": "other.example"}, True, ("is not for localhost", "check the address")),
    ],
    ids=["unknown authority", "expired", "another host"],
)
async def test_a_certificate_that_is_not_good(doctor, authority, certificate, known, words):
    """Named for what it is; nothing is sent to such a service."""
    async with simulated() as service:
        port = int(service.url.rpartition(":")[2])
        async with tunnel(port, authority.context(**certificate)) as front:
            options = ("--ca-bundle", authority.file) if known else ()
            code, found = await doctor(service, *options, STATMON_URL=f"https://localhost:{front}")

    assert code == 1
    only(found, "tls", "failed", *words)
    assert found["sign-in"].startswith("skipped")


async def test_with_its_authority_named_the_same_service_is_well(doctor, authority):
    """``--ca-bundle`` is the cure that the line without it names."""
    async with simulated() as service:
        port = int(service.url.rpartition(":")[2])
        async with tunnel(port, authority.context()) as front:
            code, found = await doctor(
                service,
                "--ca-bundle",
                authority.file,
                STATMON_URL=f"https://localhost:{front}",
            )

    assert code == 0
    assert names(found, "failed") == []


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_wrong_clock(doctor, hours):
    """By the service's own time; what it says besides is of no interest here."""
    answer = response("200 OK", b"{}", Date=formatdate(time.time() + hours * 3600, usegmt=True))
    async with simulated() as service, serving(lambda *_: answer) as port:
        code, found = await doctor(service, STATMON_URL=f"http://127.0.0.1:{port}")

    assert code == 1
    assert found["clock"].startswith("failed")
    assert "behind" in found["clock"] if hours > 0 else "ahead of" in found["clock"]
    assert "NTP" in found["clock"]


LOGIN_PAGE = b"<html><title>Hotel</title><body>Sign in, CANARY</body></html>"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response("200 OK", LOGIN_PAGE), ("a web page came instead of data («Hotel»)",)),
        (response("302 Found", Location="http://login.hotel.example/"), ("login.hotel.example",)),
        (response("511 Network Authentication Required", LOGIN_PAGE), ("a web page came",)),
    ],
    ids=["page", "redirect", "status"],
)
async def test_a_login_page_of_the_network(doctor, answer, words):
    """It answers to everything, and is not taken for the service."""
    async with simulated() as service, serving(lambda *_: answer) as port:
        code, found = await doctor(service, STATMON_URL=f"http://127.0.0.1:{port}")

    assert code == 1
    only(found, "reachable", "failed", *words, "browser")


@pytest.mark.parametrize(
    ("transport", "code", "outcome", "words"),
    [
        ("auto", 0, "warning", ("by long-polling", "does not come through")),
        ("websocket", 1, "failed", ("long-polling works", "--transport auto")),
        ("long-polling", 0, "ok", ("by long-polling",)),
    ],
)
async def test_websockets_are_blocked_and_long_polling_is_not(
    doctor, transport, code, outcome, words
):
    """Only who insists on a websocket has a fault to mend."""
    async with (
        simulated("--websocket") as service,
        no_websocket(int(service.url.rpartition(":")[2])) as front,
    ):
        ended, found = await doctor(
            service, "--transport", transport, STATMON_URL=f"http://127.0.0.1:{front}"
        )

    assert ended == code
    assert found["notifications"].startswith(outcome)
    assert [word for word in words if word not in found["notifications"]] == []
    assert names(found, "failed") == (["notifications"] if code else [])


async def test_notifications_are_forbidden(doctor):
    """Values are fetched then: it works, and is told."""
    async with simulated() as service:
        forbidden = Fault("failing", "403", path="/notifications")
        service.state.faults.begin(service.state, forbidden)
        code, found = await doctor(service)

    assert code == 0
    only(found, "notifications", "warning", "values are fetched", "/statistics/v3/notifications")


async def test_a_token_that_is_refused(doctor):
    """It names what to check: there is no password to get another by."""
    async with simulated() as service:
        code, found = await doctor(service, "--token", "CANARY")

    assert code == 1
    only(found, "sign-in", "failed", "does not accept the token", "check token and API key")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("raise ModuleNotFoundError('none', name='PySide6')", ("pip install PySide6-Essentials",)),
        ("raise ImportError('libGL.so.1: cannot open')", ("libGL.so.1", "install the library")),
    ],
    ids=["missing", "cannot be loaded"],
)
async def test_a_qt_that_is_not_there(doctor, tmp_path, module, words):
    """The rest is examined all the same: `watch` needs no Qt."""
    (tmp_path / "modules/PySide6").mkdir(parents=True)
    (tmp_path / "modules/PySide6/__init__.py").write_text(module)
    async with simulated() as service:
        code, found = await doctor(service, PYTHONPATH=str(tmp_path / "modules"))

    assert code == 1
    only(found, "qt", "failed", *words)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits a process's files")
async def test_a_disk_that_takes_no_byte(doctor):
    """As a full one: it is found by writing."""
    async with simulated() as service:
        limited = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")
        code, found = await doctor(service, wrapper=limited)

    assert code == 1
    only(found, "disk", "failed", "the folder for settings cannot be written", "free some space")


def _own_mounts_work():
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*IN_OWN_MOUNTS, "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not _own_mounts_work(), reason="needs unshare with mounts of one's own")
@pytest.mark.parametrize(
    ("prepare", "environment", "name", "words"),
    [
        (
            "mount -t tmpfs -o size=64k none $HOME/data && ! cat /dev/zero 2>&- >$HOME/data/all",
            {},
            "disk",
            ("No space left", "free some space"),
        ),
        (
            "mount -t tmpfs -o ro none $HOME/data",
            {},
            "disk",
            ("Read-only file system", "right to write"),
        ),
        (
            "for file in $(ldconfig -p | sed -n 's/.*libxcb-cursor.so.0.*=> //p'); do "
            "mount --bind /dev/null $file || exit; done",
            {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"},
            "qt",
            ("sudo apt-get install", "libxcb-cursor0"),
        ),
    ],
    ids=["full disk", "read-only folder", "no xcb-cursor"],
)
async def test_what_only_mounts_can_break(doctor, tmp_path, prepare, environment, name, words):
    """A full disk, a folder that nobody may write, a library that is not installed."""
    (tmp_path / "data").mkdir()
    mounted = (*IN_OWN_MOUNTS, f'{prepare} && exec "$@"', "sh")
    async with simulated() as service:
        code, found = await doctor(
            service, wrapper=mounted, XDG_DATA_HOME=str(tmp_path / "data"), **environment
        )

    assert code == 1
    only(found, name, "failed", *words)
