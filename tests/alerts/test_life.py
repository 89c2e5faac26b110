"""The life of an alert, as a table of what comes in and what is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.alerts.life import CLOSED_KEPT, AlertBook, Change, Phase
from statmon.alerts.rules import Rule

PLAIN = Rule()
SLOW = Rule(persist=10, recover=20)
UNKNOWN = None


def play(rule, steps):
    """Feed (second, level) steps; return what was told, with its second, and the book."""
    book, told = AlertBook(), []
    for second, level in steps:
        known = level is not UNKNOWN
        happened = book.take("row", rule, level or 0, 0.0, second * 1000, known=known)
        happened += book.advance(second * 1000)
        told += [(second, item.change) for item in happened]
    return told, book


@pytest.mark.parametrize(
    ("name", "rule", "steps", "told"),
    [
        ("at once", PLAIN, [(0, 1)], [(0, Change.RAISED)]),
        ("and ended at once", PLAIN, [(0, 1), (1, 0)], [(0, Change.RAISED), (1, Change.ENDED)]),
        ("must persist", SLOW, [(0, 1), (9, 1)], []),
        ("and did", SLOW, [(0, 1), (10, 1)], [(10, Change.RAISED)]),
        ("did not persist", SLOW, [(0, 1), (5, 0), (6, 1), (15, 1)], []),
        ("worse", PLAIN, [(0, 1), (1, 2)], [(0, Change.RAISED), (1, Change.WORSE)]),
        ("milder", PLAIN, [(0, 2), (1, 1)], [(0, Change.RAISED), (1, Change.MILDER)]),
        ("the other side", PLAIN, [(0, 1), (1, -2)], [(0, Change.RAISED), (1, Change.WORSE)]),
        ("recovers slowly", SLOW, [(0, 1), (10, 1), (11, 0), (30, 0)], [(10, Change.RAISED)]),
        ("and is well", SLOW, [(0, 1), (10, 1), (11, 0), (31, 0)],
         [(10, Change.RAISED), (31, Change.ENDED)]),
        ("relapses", SLOW, [(0, 1), (10, 1), (11, 0), (20, 1), (32, 1)], [(10, Change.RAISED)]),
        ("unknown is not well", PLAIN, [(0, 1), (1, UNKNOWN), (99, UNKNOWN)],
         [(0, Change.RAISED)]),
        ("unknown does not raise", SLOW, [(0, 1), (5, UNKNOWN), (50, UNKNOWN)], []),
        ("time unknown does not count", SLOW, [(0, 1), (5, UNKNOWN), (50, 1), (59, 1)], []),
        ("but time known again does", SLOW, [(0, 1), (5, UNKNOWN), (50, 1), (60, 1)],
         [(60, Change.RAISED)]),
        ("nothing beyond", PLAIN, [(0, 0), (1, UNKNOWN), (2, 0)], []),
    ],
)  # fmt: skip
def test_what_is_told(name, rule, steps, told):
    """Step by step."""
    assert play(rule, steps)[0] == told


def test_an_alert_that_is_seen_is_quiet_until_it_is_worse():
    """Acknowledged or snoozed: nobody is told twice of the same, but of worse."""
    _, book = play(PLAIN, [(0, 1)])
    book.acknowledge("row", 1000, "called the agent")
    alert = book.open["row"]
    assert not alert.is_loud(2000)

    book.take("row", PLAIN, 2, 0.0, 3000)
    assert (alert.is_loud(3000), alert.note) == (True, "called the agent")
    book.snooze("row", 10_000)
    assert [alert.is_loud(9_999), alert.is_loud(10_000)] == [False, True]


def test_an_ended_alert_is_remembered_with_its_worst():
    """From when to when."""
    _, book = play(PLAIN, [(1, 1), (2, 2), (3, 1), (4, 0)])
    alert = book.closed[0]

    assert (alert.worst, alert.raised, alert.ended, alert.phase) == (2, 1000, 4000, Phase.ENDED)
    assert not book.open


def test_a_rule_that_is_gone_ends_its_alerts():
    """What was only pending leaves no trace."""
    _, book = play(SLOW, [(0, 1)])
    book.forget("row", 1000)

    assert not book.open
    assert not book.closed


def test_memory_is_bounded():
    """A day of flutter keeps the last few hundred."""
    _, book = play(PLAIN, [(second, second % 2) for second in range(3 * CLOSED_KEPT)])

    assert len(book.closed) == CLOSED_KEPT


@given(
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from([UNKNOWN, -2, -1, 0, 1, 2])),
             max_size=30),
    st.floats(0, 40), st.floats(0, 40),
)  # fmt: skip
def test_every_end_has_had_its_beginning(gaps, persist, recover):
    """Raised and ended take turns, whatever comes; unknown never changes anything."""
    second, steps = 0, []
    for gap, level in gaps:
        second += gap
        steps.append((second, level))
    told, _ = play(Rule(persist=persist, recover=recover), steps)
    turns = [change for _, change in told if change in (Change.RAISED, Change.ENDED)]
    unknown = {second for second, level in steps if level is UNKNOWN}

    assert turns == [Change.RAISED, Change.ENDED] * (len(turns) // 2) + [Change.RAISED] * (
        len(turns) % 2
    )
    assert not [second for second, _ in told if second in unknown]
