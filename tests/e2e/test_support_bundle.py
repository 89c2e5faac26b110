"""The support bundle of a real window: canary secrets stand in every place, and none is in it."""

import asyncio
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest

from tests.engine.support.stage import simulated

pytestmark = pytest.mark.e2e
SECRETS = {
    "api_key": "CANARY-key",
    "password": "CANARY pass/word",
    "client_secret": "CANARY-secret",
}
PROXY = "http://CANARY-user:CANARY-word@127.0.0.1:1"
KEY_FILE = "/home/sue/CANARY-folder/client.pem"
SAVE = """
import asyncio, logging, sys
from pathlib import Path
from statmon.service.access import Access
from statmon.service.wire.masking import hide
from statmon.storage.machine import logs
from statmon.support import bundle, doctor
from statmon.ui.support import fitness

def access(**more):
    return Access(sys.argv[2], "CANARY-key", username="sue", client_secret="CANARY-secret",
                  password="CANARY pass/word", client_id="client", **more)

async def find():
    ways = (access(), access(proxy=sys.argv[3]), access(token="CANARY-token"),
            Access("https://127.0.0.1:1", client_certificate=sys.argv[4]),
            Access("https://me:CANARY-url@127.0.0.1:1"))
    for way in ways:
        hide(way.secrets)
    return [one for way in ways async for one in doctor.examine(way, fitness.findings)]

logs.log_to_file([])
log = logging.getLogger("service")
log.warning("Authorization: Bearer CANARY-bearer")
log.warning("Cookie: JSESSIONID=CANARY-cookie; other=CANARY-other")
log.warning("GET https://me:CANARY-userinfo@service.example/x?access_token=CANARY-query failed")
log.warning("cannot read %s", sys.argv[4])
bundle.write(Path(sys.argv[1]), asyncio.run(find()), [sys.argv[4]])
"""


async def statmon(home, *arguments, **environment):
    """Run the real program to its end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STATMON_", "XDG_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, arguments),
        env={**kept, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **environment},
        stdout=subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


async def test_no_canary_is_in_the_bundle(tmp_path, workspace):
    """After a window was open, with everything that the doctor finds about each of them."""
    config = tmp_path / ".config/statmon"
    config.mkdir(parents=True)
    known = {"name": "Mine", "url": "https://service.example", "clientCertificate": KEY_FILE}
    (config / "settings.json").write_text(json.dumps({"theme": "dark", "sites": [known]}))
    target = tmp_path / "bundle.zip"
    async with simulated() as service:
        tokens = service.state.tokens
        tokens.credentials = replace(
            tokens.credentials, **SECRETS, username="sue", client_id="client"
        )
        tokens._password = SECRETS["password"]
        given = {f"STATMON_{name.upper()}": value for name, value in SECRETS.items()}
        code, errors = await statmon(
            tmp_path, "-m", "statmon", workspace,
            "--screenshot", tmp_path / "x.png", "--after", "1",
            STATMON_URL=service.url, STATMON_USERNAME="sue", STATMON_CLIENT_ID="client", **given,
        )  # fmt: skip
        assert code == 0, errors
        code, errors = await statmon(tmp_path, "-c", SAVE, target, service.url, PROXY, KEY_FILE)
        assert code == 0, errors
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert {"doctor.txt", "settings.json", "logs/statmon.log"} <= parts.keys()
    assert [name for name, text in parts.items() if "CANARY" in text] == []
    assert [name for name, text in parts.items() if str(tmp_path) in text] == []
    assert "https://service.example" in parts["settings.json"]
    assert [line.split()[1] for line in parts["doctor.txt"].splitlines()].count("sign-in") == 5
    assert "cannot read •••" in parts["logs/statmon.log"]
    assert "CANARY" not in errors
