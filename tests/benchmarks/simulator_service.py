"""What serving costs: values per CPU second of the simulator's process, over long-polling.

Run ``python tests/benchmarks/simulator_service.py``. The client is another process's business:
only the simulator's own CPU time is counted. Prints a Markdown table.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import msgspec

NAMES = ("TimeInCurrentState", "ReadyDuration", "LoginDuration", "CurrentAgentState")
SECONDS = 8.0


def cpu(process: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sign_in(line: dict[str, str]) -> httpx2.Client:
    """Return a client with a token."""
    http = httpx2.Client(
        base_url=line["url"], headers={"x-api-key": line["apiKey"]}, trust_env=False, timeout=60
    )
    data = {"grant_type": "password", "username": line["username"], "password": line["password"]}
    answer = http.post(
        "/auth/v3/oauth/token", data=data, auth=(line["clientId"], line["clientSecret"])
    )
    http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return http


def measure(speed: int, count: int) -> str:
    """Open statistics at this speed of the clock, poll for a while, return the table's row."""
    command = [sys.executable, "-m", "statmon.simulator", "--port", "0", "--agents", "1000",
               "--queues", "20", "--speed", str(speed), "--stop-with-stdin"]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        http = sign_in(json.loads(process.stdout.readline()))
        row = _measure(http, process.pid, speed, count)
        process.communicate()
    return row


def _measure(http: httpx2.Client, process: int, speed: int, count: int) -> str:
    def bayeux(**message: object) -> list[dict[str, object]]:
        body = [{"clientId": client_id, **message}]
        answer = http.post("/statistics/v3/notifications", json=body).content
        return msgspec.json.decode(answer)

    client_id: object = None
    client_id = bayeux(channel="/meta/handshake")[0]["clientId"]
    bayeux(channel="/meta/connect")
    bayeux(channel="/meta/subscribe", subscription="/statistics/v3/updates")
    statistics = [
        {"statisticId": str(n), "objectType": "Agent", "objectId": f"agent{n // 4 % 1000 + 1}",
         "name": NAMES[n % 4]}
        for n in range(count)
    ]  # fmt: skip
    http.post(
        "/statistics/v3/subscriptions",
        json={"operationId": "bench", "data": {"statistics": statistics}},
    )
    bayeux(channel="/meta/connect")
    used, start, values, messages = cpu(process), time.monotonic(), 0, 0
    while time.monotonic() - start < SECONDS:
        for message in bayeux(channel="/meta/connect"):
            if message["channel"] == "/statistics/v3/updates":
                messages += 1
                values += len(message["data"]["data"]["statistics"])  # type: ignore[index]
    used = cpu(process) - used
    elapsed = time.monotonic() - start
    return (
        f"| {count:,} | {speed} | {values / elapsed:,.0f} | {values / max(1, messages):.0f}"
        f" | {used / elapsed * 100:.0f} % | {used / max(1, values) * 1e6:.0f} |"
    )


if __name__ == "__main__":
    sys.stdout.write(
        "| statistics | speed | values/s | values per message | one core | CPU µs per value |\n|"
        + "---:|" * 6
        + "\n"
    )
    for arguments in ((4, 1000), (20, 1000), (4, 4000), (20, 4000)):
        sys.stdout.write(measure(*arguments) + "\n")
        sys.stdout.flush()
