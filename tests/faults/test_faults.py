"""The client behind a proxy that breaks everything, on real sockets."""

import os

import pytest

from tests.faults.support.feed import feeding
from tests.faults.support.scenarios import NEW_SESSION, POLLING_ONLY, SAME_SESSION

UNIT = 0.1
"""Seconds are this much shorter than in the field."""
LONG = os.environ.get("STATMON_TEST_LONG") == "1"
TRANSPORTS = ["long-polling", "websocket", *(["auto"] if LONG else [])]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", SAME_SESSION)
async def test_nothing_is_lost_within_a_session(name: str, transport: str) -> None:
    """With ack: every number exactly once and in order, in the same session."""
    async with feeding(transport, UNIT) as feed:
        await feed.suffer(SAME_SESSION[name])
        assert (feed.lost, feed.duplicates) == (0, 0)
        assert feed.values == sorted(feed.values)
        assert {change.session for change in feed.listener.connections} == {1}
        assert feed.stage.server.most_held == 1 or name == "black hole 5 s"


@pytest.mark.parametrize("name", POLLING_ONLY)
async def test_no_http_answer_ends_the_client(name: str) -> None:
    """Pages, statuses and fragments cost a retry; each has its reason; nothing comes twice."""
    async with feeding("long-polling", UNIT) as feed:
        await feed.suffer(POLLING_ONLY[name])
        assert feed.duplicates == 0
        reasons = [change.reason for change in feed.listener.states if change.reason]
        assert reasons
        assert [reason for reason in reasons if not reason.endswith((".", "?"))] == []
        assert feed.lost == 0


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", NEW_SESSION)
async def test_a_lost_session_is_replaced(name: str, transport: str) -> None:
    """A new session follows, announced by its number; nothing comes twice."""
    async with feeding(transport, UNIT, max_interval=6 * UNIT) as feed:
        await feed.suffer(NEW_SESSION[name])
        assert feed.duplicates == 0
        last = feed.listener.connections[-1]
        assert last.session >= 2
        assert last.new_session
