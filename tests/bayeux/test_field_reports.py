"""The thirty failures reported from the field, as dialogues without I/O.

They stand in docs/reference/bayeux.md §9, which says what c, f, a and E are. Where sockets matter,
the same number is tested on real ones in tests/faults or tests/bayeux/test_transports.py.
"""

import pytest

from statmon.bayeux.actions import Authorize, ClearCookies, OpenSocket, RenewConnections
from statmon.bayeux.errors import Failure, Kind
from statmon.bayeux.frames import FrameDecoder, MalformedFrame
from tests.bayeux.support.dialogue import (
    AGAIN,
    CONNECT,
    DISCONNECT,
    GONE,
    HANDSHAKE,
    NONE,
    RETRY,
    SUBSCRIBE,
    Dialogue,
)

TRANSIENT = [
    (Kind.CUT, {}),
    (Kind.UNREACHABLE, {}),
    (Kind.STATUS, {"status": 503}),
    (Kind.MALFORMED, {"status": 200}),
]


def test_01_a_superseded_connect_triggers_nothing() -> None:
    """c#800: neither a late failure nor a late reply of an old connect starts another."""
    d = Dialogue()
    d.live()
    old = d._find(CONNECT)
    d.wait(31)  # no answer: given up, a new one is out
    d.until(CONNECT)
    sent = d.count(CONNECT)
    d.session.failed(old.key, Failure(Kind.STATUS, "HTTP 500", 500), d.now)
    d.deliver({"channel": CONNECT, "id": old.messages[0]["id"], "successful": True})
    assert d.count(CONNECT) == sent
    assert not d.session.expects(old.key)


def test_02_a_late_reply_does_not_advance_the_acknowledgement() -> None:
    """c#508, c#511: the ack number of a connect that was given up is not believed."""
    d = Dialogue(ack=True)
    d.start()
    d.reply(HANDSHAKE, ext={"ack": True})
    d.reply(SUBSCRIBE)
    d.reply(CONNECT, ext={"ack": 1})
    old = d._find(CONNECT)
    d.wait(31)
    d.until(CONNECT)
    d.deliver(
        {"channel": CONNECT, "id": old.messages[0]["id"], "successful": True, "ext": {"ack": 2}}
    )
    assert d.last(CONNECT)["ext"]["ack"] == 1


def test_03_the_first_connect_after_a_failure_is_not_held() -> None:
    """c#595: unacknowledged messages come back at once, not after the next poll."""
    d = Dialogue()
    d.live()
    assert "advice" not in d.last(CONNECT)
    d.fail(CONNECT)
    assert d.until(CONNECT) < 1
    assert d.last(CONNECT)["advice"] == {"timeout": 0}


def test_04_deliveries_may_come_before_or_after_the_reply() -> None:
    """c#473: the order in a response does not matter to the session."""
    for order in (1, -1):
        d = Dialogue()
        d.start()
        d.reply(HANDSHAKE)
        d.reply(SUBSCRIBE)
        send = d._find(CONNECT)
        reply = {"channel": CONNECT, "id": send.messages[0]["id"], "successful": True}
        d.deliver(*[{"channel": "/a", "data": 1}, reply][::order], key=send.key)
        assert d.state.state == "connected"


def test_05_a_new_session_subscribes_with_its_own_id() -> None:
    """c#775, c#1033 …: after 402 every channel is subscribed again under the new clientId."""
    d = Dialogue("/a", "/b")
    d.live()
    d.reply(CONNECT, **GONE)
    d.reply(HANDSHAKE)
    again = d._find(SUBSCRIBE).messages
    assert [m["subscription"] for m in again] == ["/a", "/b"]
    assert {m["clientId"] for m in again} == {"client2"}
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    assert (d.state.state, d.state.session, d.state.new_session) == ("connected", 2, True)


def test_06_a_session_that_is_never_accepted_costs_the_cookies() -> None:
    """c#2480, c#1587: handshake fine, connect 402, twice in a row: a stale routing cookie."""
    d = Dialogue()
    d.live()
    for _ in range(3):
        d.until(CONNECT)
        d.reply(CONNECT, **GONE)
        d.until(HANDSHAKE)
        d.reply(HANDSHAKE)
    assert d.did(ClearCookies) == 1


def test_06b_402_on_a_subscribe_without_advice_ends_the_session() -> None:
    """A subscribe that is answered 402 does not wait for the held connect to find out."""
    d = Dialogue()
    d.live()
    d.session.subscribe("/b", d.now)
    d.take()
    d.reply(SUBSCRIBE, successful=False, error="402::session_unknown")
    assert d.waiting_for(HANDSHAKE)
    assert not d.waiting_for(CONNECT)


def test_07_advice_of_a_successful_reply_is_no_order_to_handshake_twice() -> None:
    """c#2057: the advice "handshake" does not stick, and is ignored on a good handshake."""
    d = Dialogue()
    d.live()
    d.reply(CONNECT, **GONE)
    d.reply(HANDSHAKE, advice={"reconnect": "handshake", "interval": 0})
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.held()
    assert d.count(HANDSHAKE) == 2


def test_08_a_handshake_reply_without_advice_is_enough() -> None:
    """a#1: after a 402 exactly one handshake, although its reply carries no advice."""
    d = Dialogue()
    d.live()
    d.reply(CONNECT, **GONE)
    d.reply(HANDSHAKE, advice=None)
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.wait(60)
    assert d.count(HANDSHAKE) == 2


def test_09_402_with_none_is_a_lost_session_once() -> None:
    """c#921: woken from sleep, 402 + none: a new session first; none again is obeyed."""
    d = Dialogue()
    d.live()
    d.session.resumed(d.now)
    d.take()
    d.reply(CONNECT, successful=False, error="402::session_unknown", advice=NONE)
    d.reply(HANDSHAKE)
    d.reply(CONNECT, successful=False, error="402::session_unknown", advice=NONE)
    d.wait(59)
    assert d.count(HANDSHAKE) == 2
    assert d.state.state == "reconnecting"
    assert d.state.retry_in == 60


def test_10_an_unsolicited_disconnect_with_none_is_obeyed_after_a_new_sign_in() -> None:
    """E#15: the session ends, new credentials come before the handshake a minute later."""
    d = Dialogue()
    d.live()
    d.reply(
        CONNECT,
        {"channel": DISCONNECT, "successful": True},
        successful=False,
        error="403::x",
        advice=NONE,
    )
    d.wait(59)
    assert d.count(HANDSHAKE) == 1
    d.wait(2)
    assert d.did(Authorize) == 1
    d.session.authorized(True, d.now)
    d.take()
    assert d.waiting_for(HANDSHAKE)


@pytest.mark.parametrize(("kind", "fields"), TRANSIENT)
def test_11_no_answer_that_is_not_bayeux_ends_the_loop(kind: Kind, fields: dict[str, int]) -> None:
    """c#46: pages, nothing, half documents, three times each: the same session goes on."""
    d = Dialogue()
    d.live()
    for _ in range(3):
        d.fail(CONNECT, kind, **fields)
        assert d.state.state == "reconnecting"
        assert d.until(CONNECT) <= 1
    d.reply(CONNECT)
    assert (d.state.state, d.state.session, d.count(HANDSHAKE)) == ("connected", 1, 1)


@pytest.mark.parametrize(
    "body", [b"<html>503</html>", b"", b'[{"channel":"/meta/conn', b"nonsense", b"7"]
)
def test_11b_such_bodies_are_described(body: bytes) -> None:
    """What is not Bayeux raises one kind of error with a sentence for people."""
    with pytest.raises(MalformedFrame, match=r"\.|\?"):
        FrameDecoder(int).decode(body)


def test_12_a_huge_response_is_decoded() -> None:
    """c#562: five megabytes are no reason to lose a message."""
    body = b"[" + b",".join([b'{"channel":"/a","data":1234567}'] * 170_000) + b"]"
    assert len(body) > 5_000_000
    assert len(FrameDecoder(int).decode(body)) == 170_000


def test_13_any_byte_received_extends_the_patience() -> None:
    """c#930: while bytes trickle in, the connect is not given up; after silence it is."""
    d = Dialogue()
    d.live()
    d.wait(29)
    for _ in range(20):
        d.session.heard(d.now)
        d.wait(1)
    assert d.count(CONNECT) == 2
    d.wait(12)
    assert d.count(CONNECT) == 3


def test_13_a_connect_that_only_trickles_ends() -> None:
    """c#930 the other way round: bytes without end are no answer; a minute more at most."""
    d = Dialogue()
    d.live()
    began = d.now
    while d.count(CONNECT) == 2 and d.now < began + 300:
        d.session.heard(d.now)
        d.wait(1)
    assert d.now - began <= 20 + 10 + 60 + 2


def test_14_the_backoff_stays_below_the_life_of_the_session() -> None:
    """c#650: after an outage of 10 s the session is still there, and is used."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT)
    waits = []
    until = d.now + 10
    while d.now < until:
        waits.append(d.until(CONNECT))
        d.fail(CONNECT, Kind.UNREACHABLE)
    assert max(waits) <= 1.01
    d.until(CONNECT)
    d.reply(CONNECT)
    assert d.count(HANDSHAKE) == 1


def test_15_a_server_may_hold_the_full_timeout_and_then_be_late() -> None:
    """halley#2: 20 s held plus 1 s on the way is no failure."""
    d = Dialogue()
    d.live()
    d.held(21)
    assert [change.state for change in d.states] == ["connecting", "connected"]


def test_16_402_on_every_connect_is_bounded_and_told() -> None:
    """c#127 …: a lost session cookie shows as 402 for ever; see test_transports for the cookie."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE)
    d.reply(CONNECT, **GONE)
    assert d.state.state == "reconnecting"
    assert "402" in (d.state.reason or "")


def test_17_a_ping_pong_between_servers_is_bounded() -> None:
    """c#1262: handshakes slow down to one in seconds although each of them succeeds."""
    d = Dialogue()
    d.start()
    end = d.now + 60
    while d.now < end:
        d.until(HANDSHAKE)
        d.reply(HANDSHAKE)
        d.reply(CONNECT, **GONE)
    assert d.count(HANDSHAKE) < 70


def test_17b_a_ping_pong_with_short_joys_is_bounded_too() -> None:
    """A session that works for one connect each time does not reset the backoff."""
    d = Dialogue()
    d.start()
    end = d.now + 60
    while d.now < end:
        d.live()
        d.reply(CONNECT, **GONE)
    assert d.count(HANDSHAKE) < 70


@pytest.mark.parametrize("status", [200, 405, 500, None])
def test_18_a_refused_websocket_falls_back_and_is_remembered(status: int | None) -> None:
    """c#603: a proxy that refuses or swallows the upgrade costs at most 5 s, once."""
    d = Dialogue(transport="auto")
    d.start()
    d.reply(HANDSHAKE)
    assert d.did(OpenSocket) == 1
    d.lose_socket(Kind.UPGRADE, status=status)
    assert d.last(CONNECT)["connectionType"] == "long-polling"
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.reply(CONNECT, **GONE)
    d.reply(HANDSHAKE)
    assert d.did(OpenSocket) == 1
    assert d.session.upgrade.blocked


def test_18b_an_upgrade_that_hangs_is_given_up() -> None:
    """No answer to the upgrade at all: long-polling after a few seconds."""
    d = Dialogue(transport="auto")
    d.start()
    d.reply(HANDSHAKE)
    assert d.until(CONNECT) <= 6.1
    assert d.last(CONNECT)["connectionType"] == "long-polling"


def test_19_one_failure_is_one_new_request() -> None:
    """c#883: no POST is repeated but by the session."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.STATUS, status=500)
    d.until(CONNECT)
    assert d.count(CONNECT) == 3  # the probe, the held one, its successor


def test_20_a_given_up_connect_is_cancelled_before_the_next_one() -> None:
    """c#1770: its connection is closed first; HTTP/2 is not used at all."""
    d = Dialogue()
    d.live()
    old = d._find(CONNECT).key
    d.wait(31)
    d.until(CONNECT)
    assert old not in d.outstanding
    assert d.did(RenewConnections) == 1


def test_21_after_sleep_nothing_waits_for_old_sockets() -> None:
    """f#195: resumed means new connections and an unheld connect, now."""
    d = Dialogue()
    d.live()
    d.now += 300
    d.session.resumed(d.now)
    d.take()
    assert d.last(CONNECT)["advice"] == {"timeout": 0}
    assert d.did(RenewConnections) == 1
    d.reply(CONNECT, **GONE)
    d.reply(HANDSHAKE)
    assert d.session.generation == 2


def test_22_an_outage_queues_nothing() -> None:
    """f#329: ten seconds refused: one connect at a time, about one attempt a second."""
    d = Dialogue()
    d.live()
    before = d.count(CONNECT)
    end = d.now + 10
    while d.now < end:
        d.fail(CONNECT, Kind.UNREACHABLE)
        d.until(CONNECT)
    assert d.count(CONNECT) - before <= 20


def test_23_a_denied_handshake_stops_and_settles_everything() -> None:
    """f#542: with "none" nothing is asked for a minute; a publish is answered with an error."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE, successful=False, error="403::handshake_denied", advice=NONE, clientId=None)
    d.session.publish(7, "/a", 1, d.now)
    d.take()
    assert d.settled[7] is not None
    d.wait(59)
    assert d.count(HANDSHAKE) == 1


def test_23b_a_denied_handshake_without_advice_backs_off() -> None:
    """f#542: no advice is no permission for a tight loop."""
    d = Dialogue()
    d.start()
    for _ in range(10):
        d.until(HANDSHAKE)
        d.reply(HANDSHAKE, successful=False, error="500::busy", advice=None, clientId=None)
    assert d.now - 100 > 3


def test_24_a_refused_subscribe_is_retried_and_visible() -> None:
    """f#462: not connected as long as a wanted channel is missing; retried slower and slower."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE)
    d.reply(CONNECT)
    d.reply(SUBSCRIBE, successful=False, error="503::later")
    assert d.state.state == "connecting"
    assert "/a: 503::later" in (d.state.reason or "")
    assert 0.9 < d.until(SUBSCRIBE) < 1.1
    d.reply(SUBSCRIBE, successful=False, error="503::later")
    assert 1.9 < d.until(SUBSCRIBE) < 2.1
    d.reply(SUBSCRIBE)
    assert d.state.state == "connected"


def test_25_a_new_session_is_announced_as_such() -> None:
    """f#535: what the server kept for the old session is gone; the number says so."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT)
    d.until(CONNECT)
    d.reply(CONNECT)
    assert (d.state.session, d.state.new_session) == (1, False)
    d.reply(CONNECT, **GONE)
    d.live()
    assert (d.state.session, d.state.new_session) == (2, True)


def test_26_the_session_does_not_know_the_listener() -> None:
    """c#1018: nothing an application does with deliveries reaches the session (see test_client)."""
    d = Dialogue()
    d.live()
    d.now += 5  # the listener took five seconds
    d.reply(CONNECT, {"channel": "/a", "data": 1})
    assert d.waiting_for(CONNECT)


@pytest.mark.parametrize("missing", ["id", "subscription", "successful", "channel"])
def test_27_replies_may_lack_fields(missing: str) -> None:
    """c#1229: a subscribe reply without a field never raises; without harm it is understood."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE)
    d.reply(CONNECT)
    d.reply(SUBSCRIBE, **{missing: None})
    if missing != "successful":
        assert d.state.state == "connected"
    else:
        assert d.until(SUBSCRIBE) < 2


def test_28_multiple_clients_is_honoured_and_told() -> None:
    """CometD.NET#10: the interval is kept, and somebody is told why updates come slowly."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE)
    d.reply(SUBSCRIBE)
    d.reply(CONNECT, advice={**RETRY, "multiple-clients": True, "interval": 2000})
    assert "cookies" in (d.state.reason or "")
    assert 1.9 < d.until(CONNECT) < 2.1


def test_29_a_full_pool_is_a_failure_like_others() -> None:
    """httpcore#1093: see tests/faults for 500 cancels; here: the session goes on."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.TIMEOUT)
    assert d.did(RenewConnections) == 1
    assert d.until(CONNECT) < 1


def test_a_silence_is_told_with_its_beginning() -> None:
    """What did not answer for long may be away since the last byte; what was cut, was there."""
    d = Dialogue()
    d.live()
    heard = d.now
    d.session.heard(heard)
    while d.state.state == "connected":
        d.wait(0.5)
    failure = d.state.failure
    assert failure is not None
    assert failure.kind is Kind.TIMEOUT
    assert failure.silence == pytest.approx(d.now - heard, abs=0.5)

    for kind, silent in ((Kind.CUT, False), (Kind.STATUS, False), (Kind.UNREACHABLE, True)):
        d = Dialogue()
        d.live()
        d.session.heard(d.now)
        d.wait(2)
        d.until(CONNECT)
        d.fail(CONNECT, kind)
        assert d.state.failure is not None
        assert (d.state.failure.silence is not None) is silent, kind


def test_30_a_closed_socket_is_reopened_for_the_same_session() -> None:
    """websockets#703: 1011 after a blocked loop: new socket, same clientId."""
    d = Dialogue(transport="auto")
    d.start()
    d.reply(HANDSHAKE)
    d.open_socket()
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.lose_socket(close_code=1011)
    d.wait(0.5)
    assert d.did(OpenSocket) == 2
    d.open_socket()
    assert d.last(CONNECT)["clientId"] == "client1"
    assert d.count(HANDSHAKE) == 1
    d.reply(CONNECT)
    d.reply(CONNECT, successful=False, error="402::x", advice=AGAIN)
    assert d.until(HANDSHAKE) < 1
