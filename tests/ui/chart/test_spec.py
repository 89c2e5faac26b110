import math

from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.ui.chart.spec import Band, ChartSpec, Finder, Note, dump, item_of, parse

QUEUE = ObjectRef("Queue", "7001")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["title", "series", "span", "stacked", "compare", "usual", "bands", "notes", "colour", "x"]
)


@given(st.dictionaries(KEYS, JSON))
def test_no_chart_keeps_a_workspace_from_opening(data):
    """Whatever stands in it, it is read, and what is written is read as the same."""
    spec = parse({**data, "kind": "line"})

    assert spec is not None
    assert parse(dump(spec)) == spec


def test_all_that_a_chart_says_survives():
    """Keys that this version does not know included."""
    data = {
        "kind": "line",
        "title": "Queue",
        "series": [{"objectType": "Queue", "objectId": "7001", "name": "Waiting"}],
        "span": 3600,
        "stacked": True,
        "compare": "week",
        "usual": True,
        "bands": [
            {"from": 10, "level": "warn"},
            {"from": 0, "to": 80, "level": "bad", "unit": "%"},
        ],
        "notes": [{"at": 1_790_000_000_000, "text": "campaign starts"}],
        "colour": "blue",
    }
    spec = parse(data)

    assert spec is not None
    assert dump(spec) == data | {"span": 3600, "bands": [
        {"from": 10.0, "level": "warn"},
        {"from": 0.0, "to": 80.0, "level": "bad", "unit": "%"},
    ]}  # fmt: skip
    assert spec.bands[0] == Band(10, math.inf, "warn")


def test_a_kind_of_a_newer_version_is_no_chart_of_ours():
    """It stays in the workspace, unread."""
    assert parse({"kind": "pie"}) is None
    assert parse({}) is None


def test_notes_stand_in_the_order_of_time():
    """However they came."""
    spec = ChartSpec().with_note(Note(5, "later")).with_note(Note(3, "sooner"))

    assert [note.text for note in spec.notes] == ["sooner", "later"]


def test_a_series_is_found_by_what_it_measures_and_not_by_its_name():
    """Two definitions of one name are two series."""
    calls = Definition({"category": "TotalNumber", "mainMask": "CallInbound"})
    other = Definition({"category": "TotalNumber", "mainMask": "CallOutbound"})
    statistics = [
        Statistic("1", QUEUE, "Calls", calls),
        Statistic("2", QUEUE, "Calls", other),
        Statistic("3", QUEUE, "Waiting"),
    ]
    finder = Finder(statistics)

    assert [finder.rows([item_of(item)]) for item in statistics] == [[0], [1], [2]]
    renamed = {**item_of(statistics[1]), "name": "Something else"}
    assert finder.rows([renamed]) == [1]
    assert finder.rows([{"objectType": "Queue", "objectId": "7001", "name": "Calls"}]) == [0]
    assert finder.rows([{"objectType": "Queue", "objectId": "7002", "name": "Calls"}]) == []
    assert finder.rows([{}, item_of(statistics[2]), item_of(statistics[2])]) == [2]
