"""The session against arbitrary servers: any order, any loss, any advice."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from statmon.bayeux.actions import Send
from statmon.bayeux.errors import Kind
from statmon.bayeux.exchanges import Phase
from tests.bayeux.support.dialogue import CONNECT, HANDSHAKE, SUBSCRIBE, Dialogue

CHANNELS = st.sampled_from(["/a", "/b/c", "/d/**"])
ADVICE = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "reconnect": st.sampled_from(["retry", "handshake", "none", "bogus", 7]),
            "interval": st.sampled_from([0, 10, 2000, -1, None, "x", 1e12]),
            "timeout": st.sampled_from([0, 20000, 60000, -5, "y"]),
            "maxInterval": st.sampled_from([0, 10000, 1]),
            "multiple-clients": st.booleans(),
        },
    ),
)
ERRORS = st.sampled_from([None, "402::Unknown client", "403::denied", "401:x:Unknown client", 9])
UNSUBSCRIBE = "/meta/unsubscribe"
ENOUGH = 100
"""Turns in which a session that meets no fault is connected."""
SPEED = 200
"""Requests a minute that no server, however odd, may provoke."""


class Servers(RuleBasedStateMachine):
    """Rules are what servers, networks, users and clocks do."""

    @initialize(transport=st.sampled_from(["auto", "long-polling", "websocket"]), ack=st.booleans())
    def begin(self, transport: str, ack: bool) -> None:
        self.d = Dialogue(transport=transport, ack=ack)
        self.tokens = 0
        self.late: list[dict[str, Any]] = []
        self.late_keys: list[int] = []
        self.acknowledged: dict[int, set[str]] = {}
        """What a session (by its generation) has acknowledged as subscribed."""
        self.looked_at = 0
        self.d.start()

    def note(self, send: Send, refused: str | None = None) -> None:
        """Remember what the server is about to acknowledge."""
        channels = self.acknowledged.setdefault(self.d.session.generation, set())
        for message in send.messages:
            if message["channel"] == SUBSCRIBE and message["subscription"] != refused:
                channels.add(message["subscription"])
            elif message["channel"] == UNSUBSCRIBE:
                channels.discard(message["subscription"])

    @rule(data=st.data(), ok=st.booleans(), advice=ADVICE, error=ERRORS, drop=st.booleans())
    def answer(self, data: Any, ok: bool, advice: Any, error: Any, drop: bool) -> None:
        if not self.d.outstanding:
            return
        send = data.draw(st.sampled_from(list(self.d.outstanding.values())))
        channel = send.messages[0]["channel"]
        fields: dict[str, Any] = {"successful": ok, "error": error}
        if advice is not None:
            fields["advice"] = advice
        if drop:
            fields["id"] = None
        self.late += [
            {"channel": m["channel"], "id": m["id"], "successful": ok} for m in send.messages
        ]
        self.late_keys.append(send.key)
        if ok:
            self.note(send)
        self.d.reply(channel, **fields)

    @precondition(lambda self: self.d.session.phase not in (Phase.CLOSING, Phase.CLOSED))
    @rule()
    def all_goes_well(self) -> None:
        """From any state a server and a network without faults lead to "connected"."""
        self.serve(ENOUGH)
        assert self.d.state.state == "connected"

    @precondition(lambda self: self.d.session.phase not in (Phase.CLOSING, Phase.CLOSED))
    @rule(channel=CHANNELS)
    def all_goes_well_but_for_a_channel(self, channel: str) -> None:
        self.serve(10, refused=channel)

    def serve(self, turns: int, refused: str | None = None) -> None:
        """Answer what is outstanding, until "connected" is reported; refuse one channel."""
        session = self.d.session
        for _ in range(turns):
            if self.d.state.state == "connected":
                return
            if session.phase is Phase.OPENING:
                self.d.open_socket()
            elif session.phase is Phase.AUTHORIZING:
                session.authorized(True, self.d.now)
                self.d.take()
            elif self.d.outstanding:
                send = next(iter(self.d.outstanding.values()))
                self.note(send, refused)
                self.late_keys.append(send.key)
                answers = [
                    self.d.answer(m, {"successful": m.get("subscription") != refused})
                    if m["channel"] == SUBSCRIBE
                    else self.d.answer(m, {})
                    for m in send.messages
                ]
                self.d.deliver(*answers, key=send.key)
            else:
                assert session.wake_at is not None
                self.d.wait(session.wake_at - self.d.now)

    @rule(data=st.data(), kind=st.sampled_from(list(Kind)), wait=st.sampled_from([None, 3.0]))
    def fail(self, data: Any, kind: Kind, wait: float | None) -> None:
        if self.d.outstanding:
            send = data.draw(st.sampled_from(list(self.d.outstanding.values())))
            self.late_keys.append(send.key)
            self.d.fail(send.messages[0]["channel"], kind, retry_after=wait)

    @rule(data=st.data())
    def something_late(self, data: Any) -> None:
        """Nothing of an older exchange acts."""
        if not self.late or self.d.session.phase is Phase.CLOSED:
            return
        sent = self.d.count(CONNECT) + self.d.count(HANDSHAKE)
        generation = self.d.session.generation
        self.d.deliver(data.draw(st.sampled_from(self.late)))
        self.d.session.completed(data.draw(st.sampled_from(self.late_keys)), self.d.now)
        self.d.take()
        assert self.d.session.generation == generation
        assert self.d.count(CONNECT) + self.d.count(HANDSHAKE) == sent

    @rule(channel=st.sampled_from(["/meta/disconnect", "/x", "", "/meta/connect"]))
    def unsolicited(self, channel: str) -> None:
        self.d.deliver({"channel": channel, "successful": True, "id": "no such"})
        if channel == "/meta/disconnect":
            self.d.deliver({"channel": channel})

    @rule(seconds=st.sampled_from([0.01, 0.3, 1.0, 5.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.d.wait(seconds)

    @precondition(lambda self: self.d.session.phase is Phase.OPENING)
    @rule(opens=st.booleans(), kind=st.sampled_from([Kind.UPGRADE, Kind.UNREACHABLE]))
    def socket(self, opens: bool, kind: Kind) -> None:
        if opens:
            self.d.open_socket()
        else:
            self.d.lose_socket(kind)

    @rule()
    def socket_closes(self) -> None:
        self.d.lose_socket()

    @precondition(lambda self: self.d.session.phase is Phase.AUTHORIZING)
    @rule(renewed=st.booleans())
    def authorized(self, renewed: bool) -> None:
        self.d.session.authorized(renewed, self.d.now)
        self.d.take()

    @rule(channel=CHANNELS, wanted=st.booleans())
    def want(self, channel: str, wanted: bool) -> None:
        if wanted:
            self.d.session.subscribe(channel, self.d.now)
        else:
            self.d.session.unsubscribe(channel, self.d.now)
        self.d.take()

    @rule()
    def publish(self) -> None:
        self.tokens += 1
        self.d.session.publish(self.tokens, "/p", self.tokens, self.d.now)
        self.d.take()

    @rule()
    def sleep(self) -> None:
        self.d.session.resumed(self.d.now)
        self.d.take()

    @invariant()
    def one_main_line(self) -> None:
        """There is always something to wait for, and never two of it."""
        session = self.d.session
        lines = [
            send
            for send in self.d.outstanding.values()
            if send.messages[0]["channel"] in (CONNECT, HANDSHAKE)
        ]
        assert len(lines) <= 1
        if session.phase not in (Phase.AUTHORIZING, Phase.CLOSED):
            assert session.wake_at is not None
            assert session.wake_at <= self.d.now + 24 * 3600 + 20

    @invariant()
    def no_tight_loop(self) -> None:
        """Whatever the server says, requests do not exceed a rate (answers here cost no time)."""
        spent = self.d.now - 100.0
        answers = len(self.late_keys)
        assert len(self.d.sent) <= answers + self.tokens + 20 + SPEED * (spent / 60 + 1)

    @invariant()
    def connected_means_subscribed(self) -> None:
        """When "connected" was just reported, all wanted channels were acknowledged."""
        new, self.looked_at = self.d.states[self.looked_at :], len(self.d.states)
        if new and new[-1].state == "connected":
            session = self.d.session
            assert session.client_id is not None
            assert session.commands.wanted.keys() <= self.acknowledged[session.generation]

    def teardown(self) -> None:
        """No call is left unanswered."""
        if not hasattr(self, "d"):
            return
        self.d.session.close(self.d.now)
        self.d.take()
        self.d.wait(3)
        assert self.d.session.phase is Phase.CLOSED
        assert set(self.d.settled) == set(range(1, self.tokens + 1))
        assert self.d.session.wake_at is None


LONG = os.environ.get("STATMON_TEST_LONG") == "1"
Servers.TestCase.settings = settings(
    max_examples=2000 if LONG else 120,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestServers = pytest.mark.timeout(600)(Servers.TestCase)
