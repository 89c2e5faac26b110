"""Clients from npm that nobody here wrote: the CometD project's and faye's."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
HERE = Path(__file__).parent
INSTALLED = HERE.parents[2] / ".make" / "interop-simulator"


@pytest.fixture(scope="session")
def node_modules():
    """The pinned packages, or a skip that says what is missing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js is not installed: the interop suite needs node and npm")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    stamp = INSTALLED / "installed.json"
    if not stamp.exists() or stamp.read_text() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED / name)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm ci did not work: {done.stderr.strip().splitlines()[-1:]}")
        stamp.write_text(lock)
    return INSTALLED / "node_modules"


@pytest.mark.asyncio
@pytest.mark.parametrize("library", ["cometd", "faye"])
async def test_a_foreign_client_gets_values_and_both_service_states(
    node_modules, connected, library
):
    async with connected("--agents", "12", "--speed", "60") as (client, running):
        headers = client.http.headers
        context = {
            "headers": {key: headers[key] for key in ("x-api-key", "authorization")},
            "statistics": [
                {"statisticId": f"s{n}", "objectType": "Agent", "objectId": f"agent{n}",
                 "name": "TimeInCurrentState"}
                for n in range(1, 11)
            ],
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            "node", str(HERE / "client.mjs"), library, running.url, json.dumps(context),
            str(node_modules),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        seen = json.loads(output.splitlines()[-1])
        assert seen["opened"] == 10
        assert seen["updates"] > 0
        assert seen["states"] == ["UNAVAILABLE", "AVAILABLE"]
