"""Alerts at somebody else's address: one that checks signatures, one that is not well."""

import asyncio
import json
import shutil
import socket
import subprocess
import time
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from statmon.alerts.telling import State
from statmon.delivery import webhook
from statmon.delivery.sender import Sender
from statmon.delivery.webhook import AGAIN, LIVES, MOST_WAITING, Firing, Steps
from tests.delivery.receiver import Receiver
from tests.delivery.steps import AT, step
from tests.waiting import until

SECRET = "a secret of two"


@asynccontextmanager
async def sending(address, secret=SECRET, outgoing=None):
    """Run a sender whose waits are over at once, and are noted."""
    said, waits = [], []
    sender = Sender(address, secret, outgoing or Steps("http://site"), said.append)

    async def wait(seconds):
        waits.append(seconds)
        await asyncio.sleep(0)

    sender.wait = wait
    running = asyncio.create_task(sender.run())
    try:
        yield sender, said, waits
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_receiver_that_checks_signatures_takes_each_step_in_its_order():
    """It is the standard library's HMAC of timestamp.body, reckoned by somebody else."""
    with Receiver(SECRET).listening() as receiver:
        async with sending(receiver.address) as (sender, said, _):
            sender.take([step(number=7.0), step(level=2, number=12.0)])
            sender.take([step(state=State.ENDED, level=2, number=1.0)])
            await until(lambda: len(receiver.came) == 3)

    assert [(one["state"], one["level"], one["number"]) for one in receiver.came] == [
        ("active", 1, 7.0), ("active", 2, 12.0), ("ended", 2, 1.0),
    ]  # fmt: skip
    first = receiver.came[0]
    assert first == {
        "version": 1, "site": "http://site", "event": "alert", "id": "a1", "rule": "Many waiting",
        "state": "active", "level": 1, "number": 7.0, "limit": 5.0, "name": "Waiting",
        "objectType": "Queue", "objectId": "Billing", "since": AT, "at": AT,
    }  # fmt: skip
    assert len(set(receiver.deliveries)) == 3
    assert said == []


@pytest.mark.needs("openssl")
def test_the_signature_is_what_openssl_reckons():
    """A program that nobody here wrote comes to the same."""
    body = '{"rule":"Größer"}'.encode()
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET], input=b"1790000000." + body,
        capture_output=True, check=True,
    ).stdout.split()[-1].decode()  # fmt: skip

    assert webhook.signed(SECRET, 1_790_000_000, body) == f"sha256={made}"


async def test_what_is_signed_by_another_secret_is_refused_and_said_once():
    """It is not sent for ever: the next one has its turn; the user hears of it once."""
    with Receiver(SECRET).listening() as receiver:
        async with sending(receiver.address, "another") as (sender, said, _):
            sender.take([step("a"), step("b")])
            await until(lambda: len(set(receiver.deliveries)) == 2)
            await until(lambda: said)

    assert receiver.came == []
    assert said == [f"⚠ Alerts do not reach {receiver.address}: it answers 401."]
    assert len(receiver.deliveries) == 2


async def test_without_a_secret_nothing_is_signed():
    """And a header that would look like a signature is not there."""
    found = webhook.headers(webhook.Delivery("1", b"{}"), "", 1)

    assert webhook.SIGNATURE not in found


async def test_who_is_not_well_is_tried_again_and_both_ends_of_that_are_said():
    """With ever longer waits, the same delivery each time, and nothing before its turn."""
    with Receiver(SECRET, [503, 429, 500, 503]).listening() as receiver:
        async with sending(receiver.address) as (sender, said, waits):
            sender.take([step("a"), step("b")])
            await until(lambda: len(receiver.came) == 2)
            await until(lambda: len(said) == 2)

    assert [one["id"] for one in receiver.came] == ["a", "b"]
    assert len(set(receiver.deliveries[:5])) == 1
    assert len(waits) == 4
    assert all(later > 1.1 * before for before, later in pairwise(waits))
    assert said == [
        f"⚠ Alerts do not reach {receiver.address}: it answers 500.",
        f"Alerts reach {receiver.address} again.",
    ]


async def test_when_nobody_answers_that_is_said():
    """In a sentence with the address, once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/hook"
    async with sending(address) as (sender, said, waits):
        sender.take([step()])
        await until(lambda: len(waits) > 4)

    assert len(said) == 1
    assert said[0].startswith(f"⚠ Alerts do not reach {address}: ")


async def test_an_answer_costs_nothing_however_long_it_is():
    """Only its status counts: ten megabytes are not read, and what came was taken."""
    with Receiver(SECRET, body=b"x" * 10_000_000).listening() as receiver:
        async with sending(receiver.address) as (sender, said, waits):
            sender.take([step("a"), step("b")])
            await until(lambda: len(receiver.came) == 2)

    assert (said, waits) == ([], [])


async def test_a_redirect_is_not_followed():
    """Alerts go where the user said, and nowhere else."""
    with Receiver(SECRET, [302]).listening() as receiver:
        async with sending(receiver.address) as (sender, said, _):
            sender.take([step("a"), step("b")])
            await until(lambda: receiver.came)

    assert [one["id"] for one in receiver.came] == ["b"]
    assert "redirect" in said[0]


def test_what_nobody_takes_is_kept_up_to_a_bound():
    """The oldest go first, and are counted."""
    steps = Steps("")
    for number in range(MOST_WAITING + 5):
        steps.take(step(f"a{number}"))

    assert steps.lost == 5
    assert json.loads(steps.next(0).body)["id"] == "a5"


def test_an_alert_that_nobody_was_told_of_is_not_sent():
    """A limit that was passed for a moment begins and ends as pending."""
    steps, firing = Steps(""), Firing("")
    for one in (step(state=State.PENDING), step(state=State.ENDED)):
        steps.take(one)
        firing.take(one)

    assert steps.next(AT) is None
    assert firing.next(AT) is None


def alerts_of(delivery):
    return {
        (one["labels"]["object_id"], one["labels"]["severity"]): one
        for one in json.loads(delivery.body)
    }


def test_an_alertmanager_hears_again_of_what_is_open_before_it_forgets():
    """Else it would take it for over; of nothing open it hears nothing."""
    firing = Firing("http://site")
    assert firing.next(AT) is None
    firing.take(step())
    firing.done(firing.next(AT))

    assert firing.next(AT + AGAIN - 1) is None
    assert firing.next(AT + AGAIN) is not None
    assert AGAIN * 2 < LIVES


def test_another_level_is_another_alert_there_and_ends_the_one_before():
    """Since the level is one of its labels."""
    firing = Firing("http://site")
    firing.take(step(level=1))
    firing.done(firing.next(AT))
    firing.take(step(level=2, at=AT + 1000))
    told = alerts_of(firing.next(AT + 1000))

    assert told["Billing", "warning"]["endsAt"] < told["Billing", "critical"]["endsAt"]
    assert told["Billing", "warning"]["endsAt"].startswith("2026-09-21T14:13:21.000")


def test_an_end_that_was_not_heard_is_told_again():
    """A delivery in vain forgets nothing."""
    firing = Firing("http://site")
    firing.take(step())
    firing.done(firing.next(AT))
    firing.take(step(state=State.ENDED, at=AT + 1000))
    assert alerts_of(firing.next(AT + 1000))
    firing.take(step("b", object_id="Sales", at=AT + 2000))

    assert alerts_of(firing.next(AT + 2000)).keys() == {
        ("Billing", "warning"),
        ("Sales", "warning"),
    }


@pytest.mark.needs("prometheus-alertmanager", "amtool")
async def test_prometheus_alertmanager_knows_what_is_open(tmp_path):
    """Debian's own program: it lists an alert while it is open, and not when it has ended."""
    (tmp_path / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    program = shutil.which("prometheus-alertmanager")
    server = await asyncio.create_subprocess_exec(
        program, f"--config.file={tmp_path}/am.yml", f"--storage.path={tmp_path}",
        f"--web.listen-address={host}", "--cluster.listen-address=",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    async def listed():
        asked = await asyncio.create_subprocess_exec(
            "amtool", "alert", "query", "-o", "json", f"--alertmanager.url=http://{host}",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        out, _ = await asked.communicate()
        return [
            (one["labels"]["object_id"], one["labels"]["severity"])
            for one in json.loads(out or "[]")
        ]

    async def until_listed(wanted):
        while sorted(await listed()) != wanted:  # noqa: ASYNC110 # another process tells nobody
            await asyncio.sleep(0.1)

    now = webhook_now()
    try:
        async with sending(f"http://{host}", outgoing=Firing("http://site")) as (sender, _, _):
            sender.take([step("a", at=now), step("b", object_id="Sales", level=-2, at=now)])
            await until_listed([("Billing", "warning"), ("Sales", "critical")])
            sender.take([step("a", State.ENDED, at=webhook_now())])
            await until_listed([("Sales", "critical")])
    finally:
        server.terminate()
        await server.wait()


def webhook_now():
    return int(time.time() * 1000)
