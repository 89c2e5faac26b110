"""``statmon watch`` on ``statmon simulate``: two processes, real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.e2e.support.at_service import open_at

pytestmark = pytest.mark.e2e


def test_the_first_lines_are_connection_subscription_and_values(start, simulate, workspace):
    """Each statistic has its value with the opening, and updates follow."""
    access = simulate("--speed", 20)
    watch = start("watch", workspace, "--count", 20, **access)

    assert watch.end() == 0
    kinds = [line["event"] for line in watch.lines]
    values = [line for line in watch.lines if line["event"] == "value"]
    assert kinds.index("connection") < kinds.index("subscription") < kinds.index("value")
    assert len(values) == 20
    assert {line["statisticId"] for line in values[:6]} == {
        "agent1/CurrentAgentState",
        "agent1/InboundCalls",
        "agent2/CurrentAgentState",
        "agent2/InboundCalls",
        "7001@SIP_Switch/CurrentNumberWaitingCalls",
        "7001@SIP_Switch/Total_Answered",
    }
    assert {line["origin"] for line in values[:6]} == {"open"}
    assert "update" in {line["origin"] for line in values}
    assert all("at" in line for line in watch.lines)
    assert watch.errors == ""


def test_what_the_service_dropped_is_open_again_when_it_comes_back(start, simulate, workspace):
    """UNAVAILABLE: lost; AVAILABLE: opening, open, and values under a new id."""
    access = simulate()
    watch = start("watch", workspace, **access)

    first = watch.until(event="subscription", state="open")
    _let_fail(access, {"kind": "outage", "seconds": 1})
    watch.until(event="service", state="UNAVAILABLE")
    lost = watch.until(event="subscription", state="lost")
    watch.until(event="service", state="AVAILABLE")
    watch.until(event="subscription", state="opening")
    again = watch.until(event="subscription", state="open")
    value = watch.until(event="value")

    assert lost["subscriptionId"] == first["subscriptionId"]
    assert again["subscriptionId"] != first["subscriptionId"]
    assert value["subscriptionId"] == again["subscriptionId"]
    assert watch.interrupt() == 130


def test_each_step_of_an_alert_is_a_line(start, simulate, workspace):
    """Raised, and unknown when the service goes: by one id; without the option there is none."""
    access = simulate()
    floor = json.loads(workspace.read_text())
    rule = {"kind": "threshold", "title": "Any", "statistic": "InboundCalls",
            "objectId": "agent1", "high": {"warning": 0}}  # fmt: skip
    workspace.write_text(json.dumps({**floor, "alerts": [rule], "sound": "warning"}))
    watch = start("watch", workspace, "--alerts", **access)

    raised = watch.until(event="alert")
    _let_fail(access, {"kind": "outage", "seconds": 1})
    unknown = watch.until(event="alert", state="unknown")
    back = watch.until(event="alert", state="active")
    watch.interrupt()

    assert list(raised) == ["event", "id", "rule", "state", "level", "number", "limit", "name",
                            "objectType", "objectId", "since", "at"]  # fmt: skip
    assert (raised["rule"], raised["state"], raised["level"]) == ("Any", "active", 1)
    assert (raised["objectId"], raised["limit"]) == ("agent1", 0)
    assert raised["number"] >= 0
    assert (unknown["id"], unknown["number"], back["id"]) == (raised["id"], None, raised["id"])
    assert "«sound»" in watch.errors

    plain = start("watch", workspace, "--count", 6, **access)
    assert plain.end() == 0
    assert "alert" not in {line["event"] for line in plain.lines}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_deletes_what_was_open(start, simulate, workspace, number):
    """Afterwards the service has no subscription open; as when its terminal is closed."""
    access = simulate()
    watch = start("watch", workspace, **access)
    watch.until(event="subscription", state="open")
    assert open_at(access) == 1

    watch.process.send_signal(number)
    assert watch.end() == 130
    assert watch.lines[-2]["state"] == watch.lines[-1]["state"] == "closed"
    assert watch.errors == ""
    assert open_at(access) == 0


def test_a_service_that_is_not_there_is_waited_for(start, simulate, workspace):
    """It says so, keeps trying, and goes on by itself once the service is there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    access = simulate() | {"STATMON_URL": f"http://127.0.0.1:{port}"}
    watch = start("watch", workspace, **access)

    waiting = watch.until(event="connection", state="reconnecting")
    assert "nothing answers" in waiting["reason"]
    start("simulate", "--port", port).line()
    watch.until(event="connection", state="connected")
    watch.until(event="value")


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ({"STATMON_TOKEN": "no-such-token"}, "does not accept the token"),
        ({"STATMON_PASSWORD": "no-such-password"}, "user name or password is wrong"),
    ],
    ids=["token", "password"],
)
def test_refused_secrets_are_not_tried_for_ever(start, simulate, workspace, secret, words):
    """Exit code 1 and one line that says what to check; a token is no other than a password."""
    watch = start("watch", workspace, **(simulate() | secret))

    assert watch.end() == 1
    assert words in watch.errors
    assert "check" in watch.errors
    assert watch.errors.count("\n") == 1
    assert watch.lines[-1]["state"] == "closed"


def test_a_restarted_service_gets_everything_anew(start, simulate, workspace):
    """A killed simulator on the same port is another service with the same address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    access = simulate() | {"STATMON_URL": f"http://127.0.0.1:{port}"}
    first = start("simulate", "--port", port)
    first.line()
    watch = start("watch", workspace, **access)
    watch.until(event="subscription", state="open")

    first.kill()
    watch.until(event="connection", state="reconnecting")
    start("simulate", "--port", port).line()
    watch.until(event="connection", state="connected")
    watch.until(event="subscription", state="open")
    assert watch.until(event="value")["origin"] == "open"


def test_the_time_can_be_limited(start, workspace):
    """``--for`` ends with 0 although nothing ever answered."""
    watch = start("watch", workspace, "--for", "0.5", "--token", "t", "--url", "http://127.0.0.1:1")

    assert watch.end() == 0
    assert watch.lines[-1]["state"] == "closed"


def test_what_a_killed_run_left_open_is_deleted_by_the_next(start, simulate, workspace, tmp_path):
    """Each process slot notes its ids; a kill leaves them to its successor."""
    access = simulate("--speed", 20) | {"XDG_STATE_HOME": str(tmp_path)}
    killed = start("watch", workspace, **access)
    killed.until(event="subscription", state="open")
    killed.kill()
    assert open_at(access) == 1

    watch = start("watch", workspace, **access)
    watch.until(event="value")
    while open_at(access) > 1:
        watch.line()


def test_a_reader_that_leaves_ends_it_and_one_that_sleeps_does_not_hold_it(
    start, simulate, workspace
):
    """Ctrl-C works although nobody reads what is printed."""
    access = simulate("--speed", 200)
    left = start("watch", workspace, **access)
    left.until(event="value")
    left.process.stdout.close()
    assert left.process.wait(60) == 130
    assert left.process.stderr.read() == ""

    asleep = start("watch", workspace, **access)
    asleep.until(event="value")
    asleep.process.send_signal(signal.SIGINT)
    assert asleep.process.wait(60) == 130
    while open_at(access):
        pass


def test_a_full_disk_is_said(simulate, workspace):
    """One line, exit 1."""
    command = [sys.executable, "-m", "statmon", "watch", str(workspace)]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, **simulate()},
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.decode() == (
        "statmon: standard output cannot be written (No space left on device)\n"
    )


def _let_fail(access, fault) -> None:
    """Let something go wrong at the simulator."""
    httpx2.post(
        f"{access['STATMON_URL']}/simulator/v1/faults",
        headers={"x-api-key": access["STATMON_API_KEY"]},
        json=fault,
    ).raise_for_status()


def test_a_formula_is_printed_as_a_value_with_its_freshness(start, simulate, workspace, tmp_path):
    """With its origin; stale when the service is away, and known again afterwards."""
    access = simulate("--speed", 20)
    data = json.loads(workspace.read_bytes())
    data["formulas"] = [
        {"id": "twice", "title": "Twice", "formula": "Total_Answered * 2"},
        {"id": "wrong", "formula": "Total_Answered +"},
    ]
    path = tmp_path / "formulas.statmon"
    path.write_text(json.dumps(data))
    watch = start("watch", path, **access)

    first = watch.until(event="value", origin="formula")
    assert (first["statisticId"], first["name"], first["subscription"]) == ("twice", "Twice", None)
    assert first["freshness"] in ("live", "quiet")
    assert first["number"] % 2 == 0
    _let_fail(access, {"kind": "outage", "seconds": 2})
    watch.until(event="value", origin="formula", freshness="stale")
    watch.until(event="service", state="AVAILABLE")
    watch.until(event="value", origin="formula", freshness="live")
    assert watch.interrupt() == 130
    assert "formula «wrong», column 17: it ends where a number or a name is missing" in watch.errors
