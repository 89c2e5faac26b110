"""Clients from npm that nobody here wrote: the CometD project's and faye's."""

import asyncio
import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("library", "arguments"),
    [("cometd", ()), ("faye", ()), ("cometd+ack", ("--quirk", "ack")),
     ("cometd", ("--quirk", "connect-only")), ("faye", ("--quirk", "replies-first"))],
)  # fmt: skip
async def test_a_foreign_client_gets_values_and_both_service_states(
    node_modules, connected, library, arguments
):
    arguments = ("--agents", "12", "--speed", "60", *arguments)
    async with connected(*arguments) as (client, running):
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
        assert seen["acknowledged"] is (library == "cometd+ack")
