"""What happens when … (docs/reference/bayeux.md §8): one test per row of the table."""

import random
import time

import pytest

from statmon.bayeux.actions import Authorize, CloseSocket, Finish, OpenSocket, RenewConnections
from statmon.bayeux.errors import Kind
from statmon.bayeux.sleep_detector import SleepDetector, elapsed
from tests.bayeux.support.dialogue import (
    AGAIN,
    CONNECT,
    DISCONNECT,
    GONE,
    HANDSHAKE,
    SUBSCRIBE,
    Dialogue,
)


def test_laptop_sleep_is_noticed_and_answered_at_once() -> None:
    """The clock that counts sleep ran ahead of the other: drop everything, probe, expect 402."""
    clocks = SleepDetector(elapsed=1000, monotonic=50)
    assert not clocks.tick(1002, 52)
    assert clocks.tick(4602, 54)
    d = Dialogue()
    d.live()
    d.session.resumed(d.now)
    d.take()
    assert (d.state.state, d.waiting_for(CONNECT)) == ("reconnecting", True)
    assert d.last(CONNECT)["advice"] == {"timeout": 0}


@pytest.mark.parametrize("by", [-3_600.0, 3_600.0, 86_400.0])
def test_a_clock_that_was_set_is_no_sleep(monkeypatch: pytest.MonkeyPatch, by: float) -> None:
    """Neither by NTP nor by hand, in either direction: it is not even looked at."""
    clocks = SleepDetector(elapsed(), time.monotonic())
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + by)
    monkeypatch.setattr(time, "time_ns", lambda: int((true_time() + by) * 1e9))
    assert not clocks.tick(elapsed(), time.monotonic())


def test_on_windows_both_clocks_run_on() -> None:
    """Where monotonic time includes sleep, a very late tick tells; a blocked window does not."""
    clocks = SleepDetector(elapsed=1000, monotonic=50)
    assert not clocks.tick(1015, 65)
    assert clocks.tick(1115, 165)


def test_a_proxy_that_cuts_polls_is_learned() -> None:
    """Two cuts at about the same age: the server is asked to answer earlier."""
    d = Dialogue()
    d.live()
    for age in (15.0, 15.5):
        d.wait(age)
        d.fail(CONNECT, Kind.CUT)
        d.until(CONNECT)
        d.reply(CONNECT)
    assert d.last(CONNECT)["advice"] == {"timeout": 12000}
    d.held(12)
    assert d.last(CONNECT)["advice"] == {"timeout": 12000}


def test_401_renews_the_credentials_once_and_keeps_the_session() -> None:
    """Then the same clientId again; a second 401 means a new handshake with backoff."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.UNAUTHORIZED, status=401)
    assert d.did(Authorize) == 1
    d.session.authorized(True, d.now)
    d.take()
    assert d.last(CONNECT)["clientId"] == "client1"
    d.fail(CONNECT, Kind.UNAUTHORIZED, status=401)
    assert d.did(Authorize) == 1
    assert d.until(HANDSHAKE) < 2


@pytest.mark.parametrize("spacing", [1.0, 2.0, 5.0, 12.0, 30.0, 59.0])
def test_a_renewal_that_was_accepted_counts_however_short_the_requests(spacing: float) -> None:
    """A busy stream holds no connect: tokens that end every few seconds are renewed each time."""
    d = Dialogue()
    d.live()
    for renewed in range(1, 5):
        d.fail(CONNECT, Kind.UNAUTHORIZED, status=403)
        assert d.did(Authorize) == renewed
        d.session.authorized(True, d.now)
        d.take()
        end = d.now + spacing
        while d.now < end:
            d.reply(CONNECT)
            d.wait(0.03)
            d.until(CONNECT)


@pytest.mark.parametrize("seed", range(60))
def test_a_burst_of_ends_costs_a_second_and_a_retry(seed: int) -> None:
    """Credentials end before they were ever used, replies get lost: a few renewals in vain."""
    dice, d = random.Random(seed), Dialogue()
    d.live()
    times = [d.now + dice.uniform(0, 1.5 if seed % 2 else 0.3) for _ in range(dice.randint(2, 6))]
    ends, end, renewed_at, answered_at = sorted(times), max(times), d.now, 0.0
    while answered_at <= end:
        assert d.now < end + 1.5, "silent for a second and a retry"
        d.wait(0.02)
        ended = any(renewed_at < one <= d.now for one in ends)
        if not d.outstanding:
            if d.session.wake_at is None:
                d.session.authorized(True, d.now)
                renewed_at = d.now
                d.take()
            continue
        channel = next(iter(d.outstanding.values())).messages[0]["channel"]
        if ended:
            d.fail(channel, Kind.UNAUTHORIZED, status=401)
        elif d.now <= end and dice.random() < 0.2:
            d.fail(channel, Kind.CUT)
        else:
            answered_at = d.now if channel == CONNECT else answered_at
            d.reply(channel)


def test_who_accepts_and_refuses_by_turns_is_asked_less_and_less_often() -> None:
    """Probes are answered, polls never: no renewal a second, for ever."""
    d = Dialogue()
    d.live()
    end = d.now + 300
    while d.now < end:
        d.fail(CONNECT, Kind.UNAUTHORIZED, status=403)
        if not d.waiting_for(CONNECT) and d.session.wake_at is None:
            d.session.authorized(True, d.now)
            d.take()
        d.until(CONNECT)
        d.reply(CONNECT)
        d.until(CONNECT)
    assert 2 <= d.did(Authorize) <= 14


def test_a_denied_handshake_neither_hurries_nor_costs_the_renewal() -> None:
    """Its advice says when to come again; a token that ends soon afterwards is renewed."""
    d = Dialogue()
    d.live()
    d.reply(CONNECT, **GONE)
    for _ in range(2):
        d.until(HANDSHAKE)
        advice = {"reconnect": "handshake", "interval": 500}
        denied = {"error": "403::handshake_denied", "advice": advice, "clientId": None}
        at = d.now
        d.reply(HANDSHAKE, successful=False, **denied)
        if d.session.wake_at is None:
            d.session.authorized(True, d.now)
            d.take()
        d.until(HANDSHAKE)
        assert 0.5 <= d.now - at < 2
    d.reply(HANDSHAKE)
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    before = d.did(Authorize)
    d.fail(CONNECT, Kind.UNAUTHORIZED, status=403)
    assert d.did(Authorize) == before + 1


def test_a_back_off_of_one_session_does_not_delay_the_next_ones_subscribing() -> None:
    """A channel that was refused, or whose answers were lost, is asked for at once."""
    d = Dialogue()
    d.start()
    d.reply(HANDSHAKE)
    for _ in range(6):
        d.until(SUBSCRIBE)
        d.fail(SUBSCRIBE)
    d.reply(CONNECT, **GONE)
    d.until(HANDSHAKE)
    d.reply(HANDSHAKE)
    assert d.waiting_for(SUBSCRIBE)


def test_403_makes_no_refresh_loop() -> None:
    """With a key that is refused for good, renewals are soon a minute apart."""
    d = Dialogue()
    d.start()
    for seconds, most in ((130, 12), (600, 11)):
        before, end = d.did(Authorize), d.now + seconds
        while d.now < end:
            d.fail(HANDSHAKE, Kind.UNAUTHORIZED, status=403)
            if d.session.wake_at is None and not d.waiting_for(HANDSHAKE):
                d.session.authorized(True, d.now)
                d.take()
            d.until(HANDSHAKE)
        assert 2 <= d.did(Authorize) - before <= most
    assert d.count(HANDSHAKE) < 230


def test_renewing_that_fails_is_told() -> None:
    """The reason names the credentials, and attempts go on in the same session."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.UNAUTHORIZED, status=401)
    d.session.authorized(False, d.now)
    d.take()
    assert "credentials" in (d.state.reason or "")
    d.until(CONNECT)
    assert d.last(CONNECT)["clientId"] == "client1"


def test_a_renewal_that_could_not_be_done_is_tried_again_with_the_next_attempt() -> None:
    """The sign-in was down for a moment: a minute without numbers would be too much."""
    d = Dialogue()
    d.live()
    for attempt in range(1, 5):
        d.fail(CONNECT, Kind.UNAUTHORIZED, status=401)
        assert d.did(Authorize) == attempt
        d.session.authorized(False, d.now)
        d.take()
        assert d.until(CONNECT) <= 1
    told = [change.reason for change in d.states if change.state == "reconnecting"]
    assert len(set(told)) == 2, "the same two sentences, not in turns"
    assert len(set(told[1:])) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_service_that_is_busy_is_asked_again_when_it_says(status: int) -> None:
    """Retry-After is honoured; the clientId is kept until the session must have expired."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.STATUS, status=status, retry_after=5.0)
    assert d.until(CONNECT) >= 5
    end = d.now + 23
    while d.now < end:
        d.fail(CONNECT, Kind.STATUS, status=status)
        d.until(CONNECT)
    assert d.last(CONNECT)["clientId"] == "client1"
    d.wait(3)
    d.fail(CONNECT, Kind.STATUS, status=status)
    d.until(HANDSHAKE)


def test_an_illegal_subscribe_does_not_loop() -> None:
    """HTTP 500 on a subscribe: slower and slower, one channel at a time, the connect untouched."""
    d = Dialogue("/a", "/b")
    d.live()
    d.session.subscribe("/c", d.now)
    d.take()
    before = d.count(SUBSCRIBE)
    end = d.now + 60
    while d.now < end:
        d.fail(SUBSCRIBE, Kind.STATUS, status=500)
        while not d.waiting_for(SUBSCRIBE) and d.now < end:
            d.wait(0.5)
            if d.now % 20 < 0.5 and d.waiting_for(CONNECT):
                d.reply(CONNECT)
    assert d.count(SUBSCRIBE) - before < 10
    assert d.count(HANDSHAKE) == 1


def test_a_subscribe_that_fails_says_why_it_is_not_connected_yet() -> None:
    """Otherwise the user would wait for "connected" for ever and not know what for."""
    d = Dialogue("/a")
    d.start()
    d.reply(HANDSHAKE)
    d.reply(CONNECT)
    d.fail(SUBSCRIBE, Kind.STATUS, status=500, reason="HTTP 500: Invalid channel id: pepe.")
    assert (d.state.state, d.state.reason) == (
        "connecting",
        "/meta/subscribe: HTTP 500: Invalid channel id: pepe.",
    )


def test_one_bad_channel_does_not_spoil_its_neighbours() -> None:
    """After a batch failed as a whole, channels are tried one by one."""
    d = Dialogue("/a", "/b")
    d.start()
    d.reply(HANDSHAKE)
    d.reply(CONNECT)
    d.fail(SUBSCRIBE, Kind.STATUS, status=500)
    d.until(SUBSCRIBE)
    assert len(d._find(SUBSCRIBE).messages) == 1
    d.reply(SUBSCRIBE)
    d.until(SUBSCRIBE)
    d.reply(SUBSCRIBE)
    assert d.state.state == "connected"


def test_a_login_page_is_a_failure_with_a_name() -> None:
    """302 and HTML are told as what they are (test_frames, test_transports); here: no loop."""
    d = Dialogue()
    d.start()
    for _ in range(30):
        d.fail(HANDSHAKE, Kind.MALFORMED, status=200)
        d.until(HANDSHAKE)
    assert d.now - 100 > 20


def test_a_superseded_connect_of_a_websocket_closes_nothing_else() -> None:
    """4.0.9 closes the socket with 1000: the same session on a new socket."""
    d = Dialogue(transport="auto")
    d.start()
    d.reply(HANDSHAKE)
    d.open_socket()
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.lose_socket(close_code=1000)
    d.wait(1)
    assert d.did(OpenSocket) == 2
    assert d.count(HANDSHAKE) == 1


def test_a_server_restart_is_survived() -> None:
    """Refused for three seconds, then 402: handshake, subscribe, connected, session 2."""
    d = Dialogue()
    d.live()
    d.fail(CONNECT, Kind.CUT)
    end = d.now + 3
    while d.now < end:
        d.until(CONNECT)
        d.fail(CONNECT, Kind.UNREACHABLE)
    assert d.until(CONNECT) <= 1
    d.reply(CONNECT, **GONE)
    assert d.waiting_for(HANDSHAKE), "what was waited for already is not waited for again"
    d.live()
    assert d.state.session == 2


def test_a_server_that_restarts_for_ever_is_not_asked_in_a_tight_loop() -> None:
    """Cut, 402, handshake, cut again …: each round costs a wait."""
    d = Dialogue()
    d.live()
    end = d.now + 60
    while d.now < end:
        d.until(CONNECT)
        d.fail(CONNECT, Kind.CUT)
        d.until(CONNECT)
        d.reply(CONNECT, **GONE)
        d.until(HANDSHAKE)
        d.reply(HANDSHAKE)
        d.reply(SUBSCRIBE)
    assert d.count(HANDSHAKE) < 60


def test_a_black_hole_is_noticed_after_the_announced_time() -> None:
    """20 s held plus 10 s delay, then a probe on new connections; handshake when it lasted."""
    d = Dialogue()
    d.live()
    d.wait(29.9)
    assert d.did(RenewConnections) == 0
    d.wait(0.2)
    assert d.did(RenewConnections) == 1
    d.wait(60)
    assert d.count(HANDSHAKE) > 1


def test_two_lanes_no_more() -> None:
    """Beside the connect at most one request is on its way; the rest waits in order."""
    d = Dialogue()
    d.live()
    for token in range(5):
        d.session.publish(token, "/p", token, d.now)
        d.take()
    assert len(d.outstanding) == 2
    d.reply("/p")
    assert [m["data"] for m in d._find("/p").messages] == [1, 2, 3, 4]
    d.reply("/p")
    assert d.settled == dict.fromkeys(range(5))


def test_the_server_ends_the_session_without_advice() -> None:
    """An unsolicited disconnect alone already means "session gone".

    See docs/reference/bayeux.md §2.
    """
    d = Dialogue()
    d.live()
    d.deliver({"channel": DISCONNECT, "successful": True})
    assert d.until(HANDSHAKE) < 0.6


def test_closing_is_polite_and_bounded() -> None:
    """A disconnect is sent; whether it is answered or not, it ends within 2 s."""
    for answered in (True, False):
        d = Dialogue()
        d.live()
        d.session.close(d.now)
        d.take()
        if answered:
            d.reply(DISCONNECT)
        else:
            d.session.heard(d.now + 1)
            d.wait(2.1)
        assert d.did(Finish) == 1
        assert d.state.state == "closed"


def test_closing_during_a_handshake_ends_the_session_that_it_makes() -> None:
    """The server may have made it by now; without a good-bye it would wait for it to expire."""
    d = Dialogue()
    d.start()
    d.session.close(d.now)
    d.take()
    d.reply(HANDSHAKE)
    assert d.last(DISCONNECT)["clientId"] == "client1"
    d.reply(DISCONNECT)
    assert (d.did(Finish), d.state.state, d.count(CONNECT)) == (1, "closed", 0)


@pytest.mark.parametrize("answer", ["none", "refused", "failed"])
def test_closing_waits_a_second_for_a_handshake_and_no_longer(answer: str) -> None:
    """Where there is no session to end, there is no good-bye."""
    d = Dialogue()
    d.start()
    d.session.close(d.now)
    d.take()
    assert d.did(Finish) == 0
    if answer == "refused":
        d.reply(HANDSHAKE, successful=False, error="403::denied", clientId=None)
    elif answer == "failed":
        d.fail(HANDSHAKE, Kind.UNREACHABLE)
    else:
        d.session.heard(d.now + 0.5)
        d.wait(1.1)
    assert (d.did(Finish), d.count(DISCONNECT)) == (1, 0)


def test_a_websocket_that_worked_is_tried_twice_before_falling_back() -> None:
    """After a break: open again, once more, then long-polling with the same session."""
    d = Dialogue(transport="auto")
    d.start()
    d.reply(HANDSHAKE)
    d.open_socket()
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    d.lose_socket()
    for _ in range(2):
        d.wait(1.1)
        d.lose_socket(Kind.UNREACHABLE)
    d.until(CONNECT)
    assert d.last(CONNECT)["connectionType"] == "long-polling"
    assert d.last(CONNECT)["clientId"] == "client1"
    assert not d.session.upgrade.blocked


def test_a_websocket_alone_handshakes_over_it() -> None:
    """With ``transport="websocket"`` nothing goes over HTTP, and a refusal is retried."""
    d = Dialogue(transport="websocket")
    d.start()
    d.lose_socket(Kind.UPGRADE)
    d.wait(1)
    d.open_socket()
    d.reply(HANDSHAKE)
    d.reply(SUBSCRIBE)
    d.reply(CONNECT)
    assert d.state.state == "connected"
    d.reply(CONNECT, successful=False, error="402::x", advice=AGAIN)
    assert {send.transport for send in d.sent} == {"websocket"}
    d.wait(1)
    d.open_socket()
    d.live()
    assert d.state.session == 2
    assert d.others.count(CloseSocket()) == 0


def test_none_may_end_the_client() -> None:
    """With ``refused_wait=None`` the server's "none" is the end, else it says when it goes on."""
    d = Dialogue(refused_wait=60.0)
    d.live()
    d.reply(CONNECT, advice={"reconnect": "none"})
    assert "in 60 s" in (d.state.reason or "")
    d = Dialogue(refused_wait=None)
    d.live()
    d.reply(CONNECT, advice={"reconnect": "none"})
    assert d.state.state == "closed"
    assert d.did(Finish) == 1


def test_a_flood_is_paced() -> None:
    """After ten polls that were answered at once, the next ones wait 50 ms or more."""
    d = Dialogue()
    d.live()
    started, polls = d.now, 0
    while d.now < started + 10:
        d.until(CONNECT)
        d.reply(CONNECT)
        polls += 1
    assert polls < 50
