"""Canary secrets: whatever statmon writes or shows, none of them is in it."""

import asyncio
import os
import signal
import sys
from dataclasses import replace

import pytest

from tests.engine.support.stage import simulated

pytestmark = pytest.mark.e2e

CANARIES = {
    "api_key": "canary-key-5f2b",
    "username": "sue",
    "password": "canary pass/word+9d",
    "client_id": "client",
    "client_secret": "canary-secret-77aa",
}


async def run(folder, environment, *arguments, until=b""):
    """Run statmon to its end, or to Ctrl-C once it has said something; return all that it wrote."""
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "statmon", *map(str, arguments),
        env=os.environ | {name: str(folder / name) for name in homes} | environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said = b""
    while until not in said:
        line = await process.stdout.readline()
        assert line, await process.stderr.read()
        said += line
    if until:
        process.send_signal(signal.SIGINT)
    out, errors = await process.communicate()
    return said + out + errors


def written(folder):
    """Everything in all files below a folder, names included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return b"\n".join(str(path).encode() + path.read_bytes() for path in files)


@pytest.fixture
def secrets(monkeypatch):
    """Every secret of a simulator: those that it asks for, and the tokens that it gives out."""
    found = {value.encode() for key, value in CANARIES.items() if "canary" in value}

    def watch(state):
        state.tokens.credentials = replace(state.tokens.credentials, **CANARIES)
        state.tokens._password = CANARIES["password"]
        issue = state.tokens.issue

        def noting(*args, **kwargs):
            token = issue(*args, **kwargs)
            found.update(one.encode() for one in (token.access, token.refresh) if one)
            return token

        state.tokens.issue = noting
        return found

    return watch


def environment(stage, **changes):
    known = {"STATMON_URL": stage.url, **{f"STATMON_{k.upper()}": v for k, v in CANARIES.items()}}
    return known | changes | {"QT_QPA_PLATFORM": "offscreen"}


async def test_no_secret_is_written_anywhere(tmp_path, workspace, secrets):
    """Watching, recording, peeking, examining, with right and wrong secrets, and the window."""
    async with simulated() as stage:
        found = secrets(stage.state)
        right = environment(stage)
        record = tmp_path / "session.jsonl"
        peek = ("peek", "-v", "--type", "Agent", "--id", "agent1", "InboundCalls")
        watch = ("watch", workspace, "-v")
        kept = ("--record", record, "--history")
        said = await run(tmp_path, right, *watch, *kept, until=b'"event":"value"')
        said += await run(tmp_path, right, *peek)
        said += await run(tmp_path, right, "doctor", workspace)
        said += await run(tmp_path, right, workspace, "-v", "--screenshot", tmp_path / "window.png",
                          "--after", "2")  # fmt: skip
        stage.fault("end-sign-ins")
        for name in ("PASSWORD", "API_KEY", "CLIENT_SECRET"):
            wrong = f"canary-wrong-{name}"
            found.add(wrong.encode())
            said += await run(tmp_path, environment(stage, **{f"STATMON_{name}": wrong}), *peek)
        found.add(b"canary-token-1c")
        pasted = environment(stage, STATMON_TOKEN="canary-token-1c")
        said += await run(tmp_path, pasted, *watch)

    assert b'"event":"value"' in said
    assert len(found) >= 10
    kept = said + written(tmp_path)
    assert [one for one in found if one in kept] == []
    assert record.stat().st_size > 500
    assert (tmp_path / "window.png").exists()


async def test_a_proxys_password_is_not_said_either(tmp_path, workspace):
    """Not even where nothing else goes wrong than that the proxy is not there."""
    proxy = "http://user:canary-proxy-41@127.0.0.1:9"
    said = await run(
        tmp_path,
        {"STATMON_URL": "https://service.example", "STATMON_TOKEN": "t", "STATMON_PROXY": proxy},
        "watch", workspace, "-v", until=b'"state":"reconnecting"',
    )  # fmt: skip

    assert b"the proxy 127.0.0.1:9 does not answer" in said
    assert b"canary" not in said + written(tmp_path)
