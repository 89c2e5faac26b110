"""Decoding: typed, lenient, and under mutated frames."""

import contextlib
import os
import random
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.bayeux.channels import check_channel
from statmon.bayeux.exchanges import Phase
from statmon.bayeux.frames import FrameDecoder, MalformedFrame, Message, describe, encode, split
from tests.bayeux.support.dialogue import Dialogue


class Data(msgspec.Struct):
    value: int


LONG = os.environ.get("STATMON_TEST_LONG") == "1"
FRAMES = [
    b'[{"channel":"/meta/handshake","id":"1","successful":true,"clientId":"c","advice":{"timeout":1}}]',
    b'[{"channel":"/a","data":{"value":1}},{"channel":"/meta/connect","id":"2","successful":true}]',
    b'[{"channel":"/meta/connect","id":"2","successful":false,"error":"402::x",'
    b'"advice":{"reconnect":"handshake","interval":0}}]',
    b'[{"channel":"/meta/subscribe","id":3,"subscription":["/a"],"successful":true,"ext":{"ack":3}}]',
    b'[{"channel":"/meta/disconnect"}]',
    b'[{"channel":"/meta/handshake","id":"1","successful":true,"clientId":"c",'
    b'"supportedConnectionTypes":["websocket","long-polling"]}]',
    b'[{"channel":"/meta/handshake","id":"1","successful":false,"error":"403::denied"}]',
]
PASSED = {Phase.HANDSHAKING, Phase.OPENING, Phase.CONNECTING, Phase.WAITING, Phase.AUTHORIZING}
"""Where a session is to be while frames are damaged."""


def test_data_is_typed_in_one_pass() -> None:
    """Envelope and data come out of the same decoding."""
    messages = FrameDecoder(Data).decode(FRAMES[1])
    assert messages[0].data == Data(1)
    assert messages[1].data is msgspec.UNSET


def test_what_does_not_fit_comes_plain_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A misfit costs a slow frame; its neighbours stay typed; a kind is logged once."""
    decoder = FrameDecoder(Data)
    frame = b'[{"channel":"/a","data":{"value":"odd"}},{"channel":"/a","data":{"value":2}}]'
    for _ in range(3):
        messages = decoder.decode(frame)
    assert [message.data for message in messages] == [{"value": "odd"}, Data(2)]
    assert decoder.misfits == 3
    assert len(caplog.records) == 1


class Choice(msgspec.Struct):
    kind: Literal["one", "two"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"value":"agent7 is ill"}', Data), (b'{"kind":"agent7 is ill"}', Choice),
        (b'{"agent7 is ill":{"value":NaN}}', Data), (b'"agent7 is ill \xe4"', Data),
        (b'{"value":' + b"[" * 70 + b'"agent7 is ill"' + b"]" * 70 + b"}", Data),
    ],
)  # fmt: skip
def test_the_log_never_holds_what_a_frame_does(
    caplog: pytest.LogCaptureFixture, data: bytes, kind: type
) -> None:
    """Its size, what sort of messages, and the reason; the log goes into support bundles."""
    frame = b'[{"channel":"/agent7 is ill","data":' + data + b"}]"
    with contextlib.suppress(MalformedFrame):
        FrameDecoder(kind).decode(frame)
    assert f"{len(frame)} bytes" in caplog.messages[0]
    assert not any("agent7" in words for words in caplog.messages)


@pytest.mark.parametrize(
    "value", [b"NaN", b"-Infinity", b"1e999", b'"\xe4\xf6"', b'"\\ud800"', b"9" * 5000]
)
def test_one_value_that_is_no_json_does_not_cost_its_neighbours(value: bytes) -> None:
    """The reply in the same frame is read as well; what is read can be written again."""
    frame = (
        b'[{"channel":"/a","data":{"value":2}},{"channel":"/a","data":{"value":%s}},'
        b'{"channel":"/meta/connect","id":"1","successful":true}]'
    )
    first, second, reply = FrameDecoder(Data).decode(frame % value)
    assert first.data == Data(2)
    assert msgspec.json.encode(second.data)
    assert reply.ok


def test_one_object_is_accepted_like_an_array() -> None:
    """A client should accept a single object (Bayeux specification)."""
    decoder = FrameDecoder(Data)
    assert decoder.decode(b'{"channel":"/a","data":{"value":1}}')[0].data == Data(1)
    assert decoder.misfits == 0
    assert decoder.decode(b"[]") == []


@pytest.mark.parametrize(
    "body", [b"", b" ", b"<p>", b"[", b"[1]", b"null", b"[" * 100_000, b"\xff"]
)
def test_what_is_no_frame_has_one_error(body: bytes) -> None:
    """Whatever the bytes are, only MalformedFrame is raised."""
    with pytest.raises(MalformedFrame):
        FrameDecoder(Data).decode(body)


def test_descriptions_are_for_people() -> None:
    """An empty answer and a page are told apart."""
    assert "empty" in describe(b"  ")
    assert "login page" in describe(b"\n<!DOCTYPE html>")


def test_deliveries_are_batched_by_channel() -> None:
    """One batch a channel and frame, in order; replies stay apart, also on the same channel."""
    frame = encode(
        [
            {"channel": "/a", "data": 1},
            {"channel": "/b", "data": 2},
            {"channel": "/a", "data": 3},
            {"channel": "/a", "id": "7", "successful": True},
        ]
    )
    batches, rest = split(FrameDecoder(int).decode(frame))
    assert batches == [("/a", [1, 3]), ("/b", [2])]
    assert [message.key for message in rest] == ["7"]


@pytest.mark.parametrize("channel", ["a", "/", "/a/", "/foo/**/bar", "/a b", "/meta/x", "", "/*/a"])
def test_illegal_channels_never_reach_the_server(channel: str) -> None:
    """Servers answer them with a bare HTTP 500 (docs/reference/bayeux.md §1)."""
    with pytest.raises(ValueError, match="not a channel"):
        check_channel(channel)


@pytest.mark.parametrize("channel", ["/a", "/statistics/v3/updates", "/a/*", "/a/**", "/*", "/**"])
def test_legal_channels_pass(channel: str) -> None:
    """Segments, and a wildcard at the end."""
    assert check_channel(channel) == channel


@given(st.binary(max_size=200))
def test_arbitrary_bytes(body: bytes) -> None:
    """Bytes of any kind either decode or raise MalformedFrame."""
    with contextlib.suppress(MalformedFrame):
        FrameDecoder(Data).decode(body)


def mutate(frame: bytes, source: random.Random) -> bytes:
    """Damage a frame in one of a few ways."""
    data = bytearray(frame)
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(data) + 1)
        match source.randrange(5):
            case 0:
                data[at:at] = source.choice(
                    [b"null", b"{", b"]", b'"', b"1e999", b"\xf0\x9f", b"-1"]
                )
            case 1:
                del data[at : at + source.randint(1, 8)]
            case 2:
                data[at : at + 1] = bytes([source.randrange(256)])
            case 3:
                data[at:at] = source.choice(FRAMES)[1:-1]
            case _:
                data = data.replace(*source.choice([(b"true", b"7"), (b'"', b""), (b"1", b"[]")]))
        if not data:
            break
    return bytes(data)


@pytest.mark.timeout(3600)
def test_no_exception_escapes_decode_and_session(caplog: pytest.LogCaptureFixture) -> None:
    """Mutated frames through decoder and session: 20,000, a million in the long run."""
    caplog.set_level("CRITICAL")
    source = random.Random(7)
    decoder = FrameDecoder(Data)
    d = Dialogue(transport="auto", ack=True)
    d.start()
    decoded, passed, connected = 0, set(), 0
    for count in range(1_000_000 if LONG else 20_000):
        try:
            messages = decoder.decode(mutate(source.choice(FRAMES), source))
        except MalformedFrame:
            continue
        decoded += 1
        _, replies = split(messages)
        _aim(replies, d, source)
        d.session.received(replies, d.now)
        d.outstanding = {k: send for k, send in d.outstanding.items() if d.session.expects(k)}
        d.take()
        if count % 10 == 0:
            d.wait(source.random() * 5)
        passed.add(d.session.phase)
        if d.session.phase is Phase.AUTHORIZING:
            d.session.authorized(True, d.now)
        elif d.session.phase is Phase.OPENING:
            d.session.socket_opened(d.now)
        d.take()
        if count % 1000 == 0:
            d.sent.clear()
            connected += sum(change.state == "connected" for change in d.states)
            d.states.clear()
            d.others.clear()
    assert decoded > count / 10
    assert passed >= PASSED
    assert connected
    assert d.session.generation > count / 1000


def _aim(replies: list[Message[Data]], d: Dialogue, source: random.Random) -> None:
    """Give some replies the id that the session waits for."""
    for reply in replies:
        for send in d.outstanding.values():
            if send.messages[0]["channel"] == reply.channel and source.random() < 0.8:
                reply.id = send.messages[0]["id"]
