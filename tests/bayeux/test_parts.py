"""The small parts of the session, each by itself."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from statmon.bayeux import websocket
from statmon.bayeux.advice import advice_of, error_code, is_unknown_session, reconnect_of
from statmon.bayeux.backoff import Backoff
from statmon.bayeux.errors import Kind, Words
from statmon.bayeux.extensions import Acknowledge, TimeSync
from statmon.bayeux.journal import KEPT, Journal
from statmon.bayeux.poll_pacing import Cuts, PollPacing


def test_new_advice_replaces_the_old_one() -> None:
    """What a reply does not say is the default again (official clients)."""
    advice = advice_of({"reconnect": "none"}, "long-polling")
    assert advice is not None
    assert (advice.timeout, advice.interval, advice.max_interval) == (60, 0, 10)


def test_advice_is_in_milliseconds_and_may_be_nested() -> None:
    """A transport's own advice wins; an interval of 2000 is two seconds."""
    raw = {"interval": 1000, "long-polling": {"interval": 2000, "reconnect": "handshake"}}
    advice = advice_of(raw, "long-polling")
    assert advice is not None
    assert advice.interval == 2
    assert reconnect_of(raw, "long-polling") == "handshake"
    assert reconnect_of(raw, "websocket") is None


def test_a_negative_interval_means_none() -> None:
    """Negative: do not retry (docs/reference/bayeux.md §2)."""
    assert reconnect_of({"reconnect": "retry", "interval": -1}, "websocket") == "none"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_advice_can_be_anything(raw: object) -> None:
    """Nothing that a server sends as advice raises."""
    for value in (raw, {"interval": raw, "timeout": raw, "maxInterval": raw, "reconnect": raw}):
        advice = advice_of(value, "websocket")
        assert advice is None or 0 <= advice.interval <= 24 * 3600
        reconnect_of(value, "websocket")


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        ("402::Unknown client", True),
        ("402::session_unknown", True),
        ("401:abc:Unknown client", True),
        ("403::Unknown client", True),
        ("403::handshake_denied", False),
        ("402:subscription:Missing required parameter", False),
        ("500::x", False),
        (None, False),
        (402, False),
    ],
)
def test_an_unknown_session_is_known_by_its_number(error: object, gone: bool) -> None:
    """The table of docs/reference/bayeux.md §3."""
    assert is_unknown_session(error) is gone


def test_error_codes() -> None:
    """Three digits before a colon, nothing else."""
    assert [error_code(x) for x in ("402::a", "40::a", "x", None, "４０２:")] == [
        402,
        None,
        None,
        None,
        None,
    ]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200), st.floats(0, 1))
def test_the_backoff_keeps_its_promise(waits: list[float], chance: float) -> None:
    """At most 1 s in the first 30 s of trouble, 10 s later; never zero but for the first."""
    backoff, now = Backoff(lambda: chance), 0.0
    for count, extra in enumerate(waits):
        delay = backoff.failed(now, free=True)
        assert delay <= (1.0 if now < 30 else 10.0)
        assert delay > 0 or count == 0
        now += delay + extra


@given(st.lists(st.floats(1.0, 9.0), min_size=5, max_size=60))
def test_a_link_that_breaks_every_few_seconds_is_retried_within_one(works: list[float]) -> None:
    """However long that goes on: it is up in between, so no attempt waits for ten."""
    backoff, now = Backoff(lambda: 1.0), 0.0
    for well in works:
        delay = backoff.failed(now, free=True)
        assert delay <= 1.0
        now += delay
        backoff.succeeded(now)
        now += well


def test_only_a_calm_while_forgets_the_trouble() -> None:
    """A success for an instant does not."""
    backoff = Backoff(lambda: 1.0)
    assert backoff.failed(0, free=True) == 0
    backoff.succeeded(0.1)
    assert backoff.failed(0.2, free=True) > 0
    backoff.succeeded(1)
    assert backoff.failed(12, free=True) == 0


def test_acknowledgements_follow_the_replies() -> None:
    """Both forms of agreement; numbers from replies; reset by a handshake."""
    for answer in (True, {"enabled": True, "batch": 4}):
        ack = Acknowledge(wanted=True)
        assert ack.offer() == {"ack": True}
        ack.agreed({"ack": answer})
        ack.received({"ack": 9})
        assert ack.fields() == {"ack": 9}
        ack.received({"ack": "odd"})
        assert ack.batch == 9
        ack.offer()
        assert ack.fields() == {}


def test_without_agreement_nothing_is_acknowledged() -> None:
    """A server without the extension never sees the field."""
    ack = Acknowledge(wanted=True)
    ack.offer()
    ack.agreed({"ack": False})
    ack.received({"ack": 1})
    assert ack.fields() == {}


def test_the_clock_of_the_server_is_measured() -> None:
    """Lag = (now - tc - p) / 2, offset = ts - tc - lag, in seconds to add."""
    sync = TimeSync(epoch=1000.0)
    assert sync.fields(1.0)["timesync"]["tc"] == 1_001_000
    sync.received({"timesync": {"tc": 1_001_000, "ts": 1_006_100, "p": 0, "a": 0}}, 1.2)
    assert sync.offset == pytest.approx(5.0)
    for odd in (None, {}, {"timesync": 3}, {"timesync": {"tc": None, "ts": 1}}):
        sync.received(odd, 1.2)
    assert sync.offset == pytest.approx(5.0)


def test_only_floods_of_little_polls_are_paced() -> None:
    """Ten quick ones are free; a full one and a held one count for nothing."""
    pace = PollPacing()
    assert [pace.answered(0.01, delivered=1) for _ in range(9)] == [0.0] * 9
    assert pace.answered(0.01, delivered=1) == 0.05
    assert pace.answered(0.01, delivered=500) == 0.0
    for _ in range(20):
        empty = pace.answered(0.001, delivered=0)
    assert empty == 1.0
    assert pace.answered(20, delivered=0) == 0.0


def test_one_cut_teaches_nothing() -> None:
    """Only two at about the same age, and no young ones."""
    cuts = Cuts()
    for age in (2, 2, 15, 28):
        cuts.cut(age)
    assert cuts.hold is None
    cuts.cut(29)
    assert cuts.hold == pytest.approx(0.8 * 28)


def test_the_journal_hides_secrets_and_forgets() -> None:
    """The last 200 events; what is shown of them has passed whoever knows the secrets."""
    journal = Journal(lambda line: line.replace("topsecret", "•••"))
    journal.note(1.0, "failed", reason="token topsecret")
    assert "token •••" in journal.report()
    for number in range(500):
        journal.sent(number, "websocket", [{"channel": "/a", "id": str(number), "data": "private"}])
    assert len(journal.lines()) == KEPT
    assert "private" not in journal.report()


def test_whoever_knows_the_site_says_why_it_cannot_be_reached():
    """The transports leave the words to the application; without it they repeat no text."""
    from statmon.bayeux import polling, websocket

    class Better(Words):
        def error(self, error):
            return "nothing answers"

    for module, error in ((polling, httpx2.ConnectError("raw")), (websocket, OSError("raw"))):
        said = module.failure_of(error, Better())
        assert said.kind is Kind.UNREACHABLE
        assert said.reason.casefold().endswith("nothing answers.")
        assert "raw" not in module.failure_of(error, Words()).reason


@pytest.mark.parametrize("letters", ["süß", "\x80\xff", "Ð°"])
def test_headers_that_are_no_ascii_are_no_reason_to_fail(letters):
    """Of a websocket that was refused: they come as Latin-1, as the line gives them."""
    answer = Response(403, "Forbidden", Headers([("Set-Cookie", f"name={letters}")]), b"")

    said = websocket.failure_of(InvalidStatus(answer), Words())

    assert said.kind in (Kind.UPGRADE, Kind.UNAUTHORIZED)
    assert said.status == 403
