"""Import and export: request bodies, CSV, what a spreadsheet pastes."""

import contextlib
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statmon.domain.cells import ExchangeError, as_seen
from statmon.domain.definition import Definition
from statmon.domain.exchange import read_request, write_request, write_table
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.tables import read_table
from statmon.domain.workspace import ObjectLabel, Subscription, WantedStatistic

DOCUMENTED = """{"operationId":"UUID1","data":{"statistics":[
 {"statisticId":"UUID2","objectId":"agent","objectType":"Agent","name":"AverageHandlingTime"},
 {"statisticId":"UUID3","objectId":"agent","objectType":"Agent","definition":{"insensitivity":1,
 "category":"TotalAdjustedTime","subject":"DNStatus","x-new":[1]}}]}}"""

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\n", exclude_categories=["Cs"]),
    min_size=1,
).filter(lambda text: text == text.strip())
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
DEFINITIONS = st.dictionaries(TEXTS, _VALUES, max_size=6).map(Definition)
# An id is what is seen of it: composed, without what is not, and nothing that a spreadsheet spoilt.
IDS = TEXTS.filter(
    lambda text: text == as_seen(text) and text.isprintable() and not re.search(r"##|#\w|E\+", text)
)
REFS = st.builds(ObjectRef, IDS.filter(lambda text: text.casefold() != "agent"), IDS)
STATISTICS = st.one_of(
    st.builds(Statistic, TEXTS, REFS, TEXTS),
    st.builds(Statistic, TEXTS, REFS, st.none(), DEFINITIONS),
)


def _subscription(statistics: list[Statistic], name: str = "Sales") -> Subscription:
    return Subscription(name, tuple(WantedStatistic(item) for item in statistics))


UNIQUE = st.lists(STATISTICS, max_size=5, unique_by=lambda item: item.id)


@pytest.mark.parametrize(
    ("text", "statistics", "labels"),
    [
        ("employeeId\tName\tTeam\nagent1\tAnn Lee\tEarly", [], ["Ann Lee"]),
        ("Agent,Agent name\nagent1,Ann", [], ["Ann"]),
        ("objectType;objectId;name\nAgent;agent1;InboundCalls", ["InboundCalls"], [""]),
    ],
)
def test_a_name_is_a_person_s_in_a_team_list(text, statistics, labels):
    """And a statistic's beside the words of the API."""
    found = read_table(text, "Agent")

    assert [item.statistic.name for item in found.statistics] == statistics
    assert [item.label for item in found.objects] == labels


def test_what_is_switched_off_stays_off_in_a_table():
    """And what says nothing is on."""
    on, off = (Statistic(own, ObjectRef("Agent", "a"), own) for own in ("x", "y"))
    whole = Subscription("A", (WantedStatistic(on), WantedStatistic(off, {"enabled": False})))

    assert read_table(write_table(whole), "Agent").statistics == whole.statistics


def test_half_a_character_is_a_sentence():
    """As a clipboard may hold it: it could not be sent."""
    with pytest.raises(ExchangeError, match="half a character"):
        read_table("agent\ud800", "Agent")


def test_the_documented_body_is_read():
    """Names, definitions and keys that we do not know."""
    found = read_request(DOCUMENTED)

    assert found.name == "UUID1"
    assert [item.statistic.title for item in found.statistics] == [
        "AverageHandlingTime", "TotalAdjustedTime"
    ]  # fmt: skip
    definition = found.statistics[1].statistic.definition
    assert definition is not None
    assert definition.fields["x-new"] == [1]


@given(UNIQUE, TEXTS)
def test_a_request_body_reads_back_equal(statistics, name):
    """Whatever the definitions hold."""
    subscription = _subscription(statistics, name)

    assert read_request(write_request(subscription)) == subscription


def test_what_is_disabled_is_not_in_the_request():
    """The body is what the service gets."""
    off = WantedStatistic(Statistic("s", ObjectRef("Agent", "a"), "X"), {"enabled": False})

    assert json.loads(write_request(Subscription("A", (off,))))["data"]["statistics"] == []


@given(UNIQUE.filter(bool))
def test_a_table_reads_back_equal(statistics):
    """Separators, quotes and what a spreadsheet would take for a formula included."""
    subscription = _subscription(statistics)
    sheet = read_table(write_table(subscription), "Agent")

    assert sheet.statistics == subscription.statistics


def test_no_cell_is_a_formula_and_labels_come_along():
    """A spreadsheet would compute it."""
    ref = ObjectRef("Agent", "=cmd|'/c calc'!A0")
    text = write_table(
        _subscription([Statistic("@s", ref, "+X")]), [ObjectLabel(ref, "-1", ("A", "B"))]
    )

    assert "'=cmd" in text
    for cell in text.splitlines()[1].split(","):
        assert not cell.strip('"').startswith(("=", "+", "-", "@"))
    assert read_table(text, "Agent").objects == (ObjectLabel(ref, "-1", ("A", "B")),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agent1\nagent2\n\n agent1 ", [("Agent", "agent1"), ("Agent", "agent2")]),
        ("agent1\tAnn\r\nagent2\tBob\r\n", [("Agent", "agent1"), ("Agent", "agent2")]),
        ("Queue\t7001@SIP\nqueue\t7002@SIP", [("Queue", "7001@SIP"), ("Queue", "7002@SIP")]),
        ("Employee ID;Full name;Team\na@b.c;Ann;Sales", [("Agent", "a@b.c")]),
        ("\ufeffobject_type,object-id\nRoutePoint,1@S", [("RoutePoint", "1@S")]),
    ],
)
def test_what_people_paste_is_understood(text, expected):
    """Lists, cells of a spreadsheet, tables with headers in many words."""
    assert [tuple(ref) for ref in read_table(text, "Agent").refs] == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        ("objectId,definition\na,{", "row 2"),
        ("objectId,definition\na,[]", "must be a JSON object"),
        ("type,objectId\nAgent,a\nAgent,", "row 3 has no object id"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(text, words):
    """With the row."""
    with pytest.raises(ExchangeError, match=words):
        read_table(text, "Agent")


@pytest.mark.parametrize(
    "text", ["", "{", "5", "{}", '{"data":{}}', '{"data":{"statistics":[5]}}', "[{}]", "[" * 9999,
             '[{"objectType":"A","objectId":"b","name":"\\ud800"}]', '{"statistics":[1e999]}'],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_a_sentence(text):
    """Never a traceback."""
    with pytest.raises(ExchangeError):
        read_request(text)


@given(st.text())
@example("QUEUE")
def test_any_text_is_a_table_or_a_sentence(text):
    """Whatever is on the clipboard."""
    with contextlib.suppress(ExchangeError):
        assert read_table(text, "Agent").objects
