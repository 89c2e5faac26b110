"""The JSON of a request while it is typed: only what was changed is read, with the same result."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.cells import ExchangeError
from statmon.domain.definition import Definition
from statmon.domain.exchange import read_request
from statmon.domain.request_text import read, write
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import WantedStatistic


def _items(count: int) -> list[WantedStatistic]:
    return [
        WantedStatistic(Statistic(f"s{n}", ObjectRef("Agent", f"agent{n}"), "InboundCalls"))
        for n in range(count)
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
DEFINITIONS = st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=2) | st.none(), max_size=3)
STATISTICS = st.builds(
    lambda own, ref, name, fields: Statistic(
        own, ref, name if fields is None else None, None if fields is None else Definition(fields)
    ),
    TEXTS,
    st.builds(ObjectRef, TEXTS, TEXTS),
    TEXTS,
    st.none() | DEFINITIONS,
)


@given(st.lists(STATISTICS, max_size=5, unique_by=lambda item: item.id))
def test_what_is_written_is_what_is_sent(statistics):
    """Also what a text widget would turn into blanks; each item stands where it is said to."""
    items = tuple(map(WantedStatistic, statistics))
    written = write(items)

    assert not set(written.text) & set("\u00a0\u2028\u2029")
    assert read_request(written.text).statistics == items
    for item, start, end in zip(items, written.starts, written.ends, strict=True):
        assert json.loads(written.text[start:end])["statisticId"] == item.statistic.id


CHUNKS = st.sampled_from(
    ['"', ",", "{", "}", "[", "]", " ", "\n", "x", "7", "é", '"a": 1', "null",
     '{"statisticId": "s1", "objectType": "Queue", "objectId": "q", "name": "N"}',
     ', {"statisticId": "n", "objectType": "Queue", "objectId": "q", "definition": {"a": [1]}}']
)  # fmt: skip
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), CHUNKS | st.just("")), max_size=8)


def _outcome(do, *args):
    """Return what it returns, or the sentence with which it refuses."""
    try:
        return do(*args)
    except ExchangeError as error:
        return str(error)


@given(EDITS, st.integers(0, 4))
def test_reading_a_change_is_reading_all(edits, count):
    """Whatever is typed where: the same statistics, or the same refusal."""
    known = write(_items(count))
    text = known.text
    for place, gone, new in edits:
        at = int(place * len(text))
        text = text[:at] + new + text[at + gone :]
        found, expected = _outcome(read, text, known), _outcome(read_request, text)
        if isinstance(found, str) or isinstance(expected, str):
            assert found == expected
        else:
            known = found
            assert known.items == expected.statistics


def test_what_is_ours_alone_stays_with_the_id():
    """A note does not stand in the request, and goes on with its statistic."""
    items = [WantedStatistic(item.statistic, {"note": item.statistic.id}) for item in _items(3)]
    known = write(items)

    found = read(known.text.replace("agent1", "nina"), known)

    assert [item.extra for item in found.items] == [{"note": f"s{n}"} for n in range(3)]
    assert found.items[0] is items[0]
    assert found.items[2] is items[2]
    assert found.items[1].statistic.ref.object_id == "nina"


def test_a_key_that_is_typed_leaves_nothing_of_itself():
    """Half of it was a key as well, and is none any more; what is ours alone stays."""
    known = write([WantedStatistic(item.statistic, {"note": "ours"}) for item in _items(2)])
    for typed in ('"x": 1, "name"', '"xy": 1, "name"', '"xyz": 1, "name"'):
        known = read(write(known.items).text.replace('"name"', typed, 1), known)

    assert [item.extra for item in known.items] == [{"note": "ours", "xyz": 1}, {"note": "ours"}]


def test_an_id_that_is_written_twice_becomes_two():
    """And the first again, once the other has one of its own."""
    known = write(_items(2))

    twice = read(known.text.replace('"s1"', '"s0"'), known)
    assert [item.statistic.id for item in twice.items] == ["s0", "s0-2"]
    first, rest = twice.text.split('"s0"', 1)
    apart = read(f'{first}"other"{rest}', twice)
    assert [item.statistic.id for item in apart.items] == ["other", "s0"]


def test_a_key_in_a_long_list_reads_one_statistic():
    """Everything else is the very same object: nothing of it was looked at."""
    items = _items(2000)
    known = write(items)
    middle = known.starts[1000]
    place = known.text.index("agent1000", middle)

    found = read(known.text[:place] + "x" + known.text[place:], known)

    changed = [n for n, item in enumerate(found.items) if item is not items[n]]
    assert changed == [1000]
    assert found.starts[1001] == known.starts[1001] + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "not JSON"), ("[5]", "must be a JSON object"), ('{"data": {}}', 'no "statistics"'),
     ('[{"objectType": "a", "objectId": "b"}]', 'neither "name" nor "definition"')],
)  # fmt: skip
def test_what_is_no_request_is_a_sentence(text, words):
    """Before and after it was one."""
    with pytest.raises(ExchangeError, match=words):
        read(text, write(_items(3)))
