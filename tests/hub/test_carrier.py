"""One contract for both hubs: the one in memory, on which all else is tested, and a real server."""

import asyncio
import time

import pytest

from statmon.hub.carrier import HubError, Watcher
from statmon.hub.memory import MemoryHub
from statmon.hub.nats_carrier import NatsCarrier, Way
from tests.hub.nats_server import NatsServer, free_port
from tests.waiting import until


class Told(list):
    """What a watcher was told."""

    @property
    def watcher(self):
        return Watcher(
            lambda: self.append("up"),
            lambda _why: self.append("down"),
            lambda _why: self.append("missed"),
            lambda _why: self.append("refused"),
        )


class InMemory:
    """The hub of this process."""

    def __init__(self, _folder):
        self.hub = MemoryHub(time.monotonic)
        self.kill, self.start, self.stop = self.hub.stop, self.hub.start, self.hub.stop

    async def connect(self, told, _name="one"):
        return self.hub.connect(told.watcher)


class OnNats:
    """A real server."""

    def __init__(self, folder):
        self.server = NatsServer(folder)
        self.kill, self.start, self.stop = self.server.kill, self.server.start, self.server.stop

    async def connect(self, told, name="one"):
        carrier = NatsCarrier(Way([self.server.url], name, f"_INBOX_{name}"), told.watcher)
        await carrier.open()
        return carrier


def contract(test):
    """Run a test on both hubs; its connections end with it."""

    @pytest.mark.parametrize("kind", [InMemory, OnNats])
    async def on(kind, tmp_path):
        hub, connections = kind(tmp_path), []

        async def connect(told=None, name="one"):
            connections.append(await hub.connect(Told() if told is None else told, name))
            return connections[-1]

        hub.open = connect
        try:
            await test(hub)
        finally:
            for connection in connections:
                await connection.close()
            hub.stop()

    on.__name__, on.__doc__ = test.__name__, test.__doc__
    return on


@contract
async def test_all_who_listen_hear_what_is_published(hub):
    """A star stands for one part; in the order in which it was sent."""
    sender, listener, heard = await hub.open(), await hub.open(), []
    await listener.subscribe("statmon.1.s.v.*", lambda *message: heard.append(message))
    await _settled(sender, listener)
    for number in range(100):
        await sender.publish(f"statmon.1.s.v.{number % 3}", str(number).encode())
    await sender.publish("statmon.1.s.v.1.more", b"x")
    await sender.publish("statmon.1.t.v.1", b"x")
    await until(lambda: len(heard) >= 100)
    await _settled(sender, listener)

    assert [int(payload) for _, payload in heard] == list(range(100))
    assert heard[4][0] == "statmon.1.s.v.1"


@contract
async def test_who_stops_hears_no_more(hub):
    """Others go on."""
    sender, listener, first, second = await hub.open(), await hub.open(), [], []
    stop = await listener.subscribe("a.b", lambda *message: first.append(message))
    await listener.subscribe("a.b", lambda *message: second.append(message))
    await _settled(sender, listener)
    await stop()
    await _settled(sender, listener)
    await sender.publish("a.b", b"1")
    await until(lambda: second)
    assert not first


@contract
async def test_nothing_is_kept_for_who_comes_later(hub):
    """What is old is never handed on as new."""
    sender, heard = await hub.open(), []
    await sender.publish("a.b", b"1")
    listener = await hub.open()
    await listener.subscribe("a.b", lambda *message: heard.append(message))
    await _settled(sender, listener)
    await sender.publish("a.b", b"2")
    await until(lambda: heard)
    assert heard == [("a.b", b"2")]


@contract
async def test_an_answer_comes_in_parts_to_who_asked(hub):
    """And to nobody else."""
    asker, other, answerer = await hub.open(), await hub.open(name="other"), await hub.open()
    strangers = []
    await other.subscribe("a.*", lambda *message: strangers.append(message))
    tasks = set()

    def answer(subject, payload, reply):
        async def both():
            await reply(b"1" + payload)
            await reply(b"2" + subject.encode())

        task = asyncio.ensure_future(both())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    await answerer.answer("ask.*.snapshot", answer)
    await _settled(asker, answerer)
    parts = []
    async for part in asker.ask("ask.anna.snapshot", b"?", 20):
        parts.append(part)
        if len(parts) == 2:
            break
    assert parts == [b"1?", b"2ask.anna.snapshot"]
    assert not strangers


@contract
async def test_a_question_that_nobody_hears_is_an_error_at_once(hub):
    """In words."""
    asker = await hub.open()
    with pytest.raises(HubError, match="Nobody answers"):
        async for _ in asker.ask("ask.anna.snapshot", b"?", 60):
            pass


@contract
async def test_a_question_that_nobody_answers_is_an_error_in_time(hub):
    """An answerer may be busy or gone."""
    asker, answerer = await hub.open(), await hub.open()
    await answerer.answer("ask.*.snapshot", lambda *_: None)
    await _settled(asker, answerer)
    with pytest.raises(HubError, match="in time"):
        async for _ in asker.ask("ask.anna.snapshot", b"?", 0.1):
            pass


@contract
async def test_one_holds_the_lease_until_its_time_is_over(hub):
    """Renewing keeps it; a revision that is not the newest is refused; revisions only grow."""
    first, second = await hub.open(), await hub.open(name="two")
    claimed = await first.claim("lease", 2.0)
    assert claimed is not None
    assert await second.claim("lease", 2.0) is None
    renewed = await first.renew("lease", claimed)
    assert renewed is not None
    assert renewed > claimed
    assert await first.renew("lease", claimed) is None
    assert await second.renew("lease", claimed) is None

    won = []

    async def wins():
        while not won:
            revision = await second.claim("lease", 2.0)
            if revision is None:
                await asyncio.sleep(0.05)
            else:
                won.append(revision)

    await asyncio.wait_for(wins(), 60)
    assert won[0] > renewed
    assert await first.renew("lease", renewed) is None


@contract
async def test_a_killed_hub_comes_back_with_what_was_listened_to(hub):
    """Nothing that was published in between is delivered; each is told of both."""
    told, heard = Told(), []
    sender, listener = await hub.open(), await hub.open(told)
    await listener.subscribe("a.b", lambda *message: heard.append(message))
    await _settled(sender, listener)
    hub.kill()
    await until(lambda: "down" in told)
    await _fails(sender)
    hub.start()
    await until(lambda: told[-1] == "up" and told.count("up") == 2)
    await _settled(sender, listener)
    await sender.publish("a.b", b"new")
    await until(lambda: heard)
    assert heard == [("a.b", b"new")]


@contract
async def test_a_lease_outlives_the_server_and_still_ends(hub):
    """It is on the server's disk."""
    first, second = await hub.open(), await hub.open(name="two")
    claimed = await first.claim("lease", 3.0)
    hub.kill()
    with pytest.raises(HubError):
        await first.renew("lease", claimed)
    hub.start()
    won = []

    async def wins():
        while not won:
            try:
                revision = await second.claim("lease", 3.0)
            except HubError:
                revision = None
            if revision is None:
                await asyncio.sleep(0.05)
            else:
                won.append(revision)

    await asyncio.wait_for(wins(), 60)
    assert won[0] > claimed


@contract
async def test_a_closed_connection_tells_nothing_more(hub):
    """It was abandoned with what it held."""
    told, heard = Told(), []
    sender, listener = await hub.open(), await hub.open(told)
    await listener.subscribe("a.b", lambda *message: heard.append(message))
    await _settled(sender, listener)
    await listener.close()
    said = list(told)
    await sender.publish("a.b", b"1")
    await _settled(sender, sender)
    assert not heard
    assert told == said
    hub.start = lambda: None
    with pytest.raises(HubError):
        await listener.publish("a.b", b"1")


async def test_no_server_is_said_in_words():
    """And no name of an exception."""
    carrier = NatsCarrier(Way([f"nats://127.0.0.1:{free_port()}"], "a", "_I"), Told().watcher)
    opening = asyncio.ensure_future(carrier.open())
    with pytest.raises(HubError, match="No server of the hub can be reached"):
        await asyncio.wait_for(opening, 60)


async def _settled(sender, listener):
    """Wait until what either sent has gone through the hub."""
    for name, one in (("sender", sender), ("listener", listener)):
        heard = []
        stop = await one.subscribe(f"settle.{name}", lambda *m, heard=heard: heard.append(m))
        while not heard:
            await one.publish(f"settle.{name}", b"")
            await asyncio.sleep(0.01)
        await stop()


async def _fails(sender):
    """Wait until publishing is refused."""
    async with asyncio.timeout(60):
        while True:
            try:
                await sender.publish("a.b", b"old")
            except HubError:
                return
            await asyncio.sleep(0.01)
