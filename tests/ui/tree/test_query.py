import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.live.catalogue import Catalogue
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.tree.query import FIELDS, Matcher, Term, parse
from tests.ui.fake_engine import FakeEngine, now, state, workspace


@pytest.fixture
def engine():
    engine = FakeEngine(workspace(agents=3, queues=1))
    engine.go_up()
    engine.feed("agent2", "CurrentAgentState", state("NotReadyForNextCall", reason="Lunch"))
    engine.feed("agent3", "CurrentAgentState", state("CallInbound"))
    engine.feed("agent1", "InboundCalls", 4)
    engine.feed("agent2", "InboundCalls", 12, ago=600)
    return engine


def found(engine, typed):
    table = engine.table
    lens = Lens(table, now())
    matcher = Matcher(Catalogue(table), Names(engine.workspace))
    rows = matcher.rows(parse(typed), np.array(table.rows(), np.int32), table, lens.fresh,
                        lens.levels)  # fmt: skip
    return [f"{table.statistics[row].ref.object_id} {table.statistics[row].title}" for row in rows]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("", 12), ("agent", 9), ("INBOUND agent", 3), ("early", 3), ("agent3 calls", 1),
        ("nothing like it", 0), ("-agent", 3), ("-inbound type:agent", 6), ('"desk 1"', 3),
        ('"desk 2"', 0), ("group:early", 3), ("-group:early", 9), ("type:queue", 3),
        ("stat:inbound", 3), ("object:desk", 3), ("state:notready", 3), ("state:lunch", 3),
        ("state:call", 6), ("fresh:nodata", 8), ('fresh:"no data"', 8), ("fresh:live", 3),
        ("fresh:quiet", 1), ("value:>10", 1), ("value:<=4", 1), ("value:4", 1), ("value:>x", 0),
        ("value:>0:10", 1), ("value:<=4,0", 1), ("value:>10 %", 1), ("value:<=4 fresh:quiet", 0),
        ("alert:any", 0), ("alert:none", 12), ("unknown:field", 0), ("fresh:nosuch", 0),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_is_found(engine, typed, count):
    """Words, fields, quotes, comparisons and their opposites."""
    assert len(found(engine, typed)) == count


def test_what_is_no_field_is_a_word():
    """An address with a colon is looked for as it stands."""
    assert parse("sip:7001").terms == (Term("", "sip:7001", False),)


@pytest.mark.parametrize("field", FIELDS)
def test_only_some_queries_change_by_themselves(field):
    """Those are looked at again every second."""
    by_themselves = field in {"state", "fresh", "alert", "value"}

    assert parse(f"a {field}:x").changing is by_themselves


@given(st.text(max_size=20))
def test_a_filter_only_ever_takes_away(typed):
    """Whatever is typed: what it keeps was there, in the same order."""
    engine = FakeEngine(workspace(agents=2, queues=1))
    every = found(engine, "")
    kept = found(engine, typed)

    assert kept == [item for item in every if item in set(kept)]


@given(st.lists(st.sampled_from(["agent", "calls", "7001", "desk", "-early", "stat:in"]),
                max_size=4))  # fmt: skip
def test_a_row_is_found_when_every_word_stands_in_its_words(words):
    """The quick way over objects and titles finds what looking at each row would."""
    engine = FakeEngine(workspace(agents=2, queues=1))
    names = Names(engine.workspace)

    def holds(statistic, word):
        if word.startswith("-"):
            return not holds(statistic, word[1:])
        if word.startswith("stat:"):
            return word[5:] in statistic.title.casefold()
        return word in f"{names.words(statistic.ref)} {statistic.title}".casefold()

    wanted = [f"{s.ref.object_id} {s.title}" for s in engine.table.statistics
              if all(holds(s, word) for word in words)]  # fmt: skip
    assert found(engine, " ".join(words)) == wanted
