"""Every payload that the service may send has a number, a text, or both."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.unit import Unit
from statmon.domain.value import (
    LONGEST_INTEGER,
    State,
    epoch_ms_of,
    format_duration,
    number_of,
    state_of,
    tamed,
    usable_of,
    value_of,
)

AGENT = {
    "intValue": 0,
    "stringValue": None,
    "stateValue": {"objectType": "Agent", "agentId": "agent2", "status": 4, "time": 1490830600},
}


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (None, None),
        ({}, None),
        (5, 5.0),
        (5.25, 5.25),
        (True, None),
        ("7", 7.0),
        ("seven", None),
        ("nan", None),
        ("1_000", None),
        ("٣", None),
        (" -1.5e3 ", -1500.0),
        ("1e999", None),
        (10**400, None),
        ({"intValue": 5, "stringValue": "5"}, 5.0),
        ({"intValue": 5, "stringValue": "5.75"}, 5.75),
        ({"intValue": 5, "stringValue": None}, 5.0),
        ({"intValue": 5, "stringValue": "many"}, 5.0),
        ({"intValue": "5"}, 5.0),
        ({"stringValue": "0.4"}, 0.4),
        ({"intValue": None, "stringValue": None}, None),
        ([1, 2], None),
    ],
)
def test_the_number_is_the_best_that_the_payload_has(raw, number):
    """A fraction in ``stringValue`` wins over the integer that truncates it."""
    assert number_of(raw) == number


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (AGENT, State("WaitForNextCall", 1490830600.0)),
        ({"status": "CallInbound", "time": 1490830600000}, State("CallInbound", 1490830600.0)),
        ({"status": 99}, State("status 99", None)),
        ({"stateValue": "NotReadyForNextCall"}, State("NotReadyForNextCall", None)),
        ({"status": 8, "reasons": {"Break": "Lunch"}}, State("NotReadyForNextCall", None, "Lunch")),
        (
            {"status": 8, "reasons": [{"key": "ReasonCode", "value": "Lunch"}]},
            State("NotReadyForNextCall", None, "Lunch"),
        ),
        ({"status": 8, "reasons": ["Lunch", 7]}, State("NotReadyForNextCall", None, "Lunch, 7")),
        ({"intValue": 5}, None),
        (None, None),
    ],
)
def test_a_state_is_read_by_code_or_name_in_seconds_or_milliseconds(raw, state):
    """Status codes and names map to one state, and both units of time to seconds."""
    assert state_of(raw) == state


@pytest.mark.parametrize(
    ("raw", "unit", "text"),
    [
        (5, Unit.COUNT, "5"),
        (134, Unit.SECONDS, "2:14"),
        ({"intValue": 82, "stringValue": "82.44"}, Unit.PERCENT, "82.4 %"),
        ("Ready", Unit.COUNT, "Ready"),
        (AGENT, Unit.STATE, "WaitForNextCall"),
        ({"status": 8, "reasons": "Lunch"}, Unit.STATE, "NotReadyForNextCall (Lunch)"),
        ({"strange": [1]}, Unit.COUNT, '{"strange": [1]}'),
    ],
)
def test_the_text_is_what_people_read(raw, unit, text):
    """Durations, percentages and states are written as such; the unknown is still shown."""
    assert value_of(raw, unit).text == text


@pytest.mark.parametrize("raw", [None, {}, {"intValue": None, "stringValue": None}])
def test_what_the_service_cannot_compute_is_undefined(raw):
    """Nothing is not zero."""
    value = value_of(raw)

    assert (value.number, value.undefined) == (None, True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
payloads = json_values | st.dictionaries(
    st.sampled_from(["intValue", "stringValue", "stateValue", "status", "time", "reasons"]),
    json_values,
)


@given(payloads, st.sampled_from(Unit))
def test_no_payload_is_too_strange(raw, unit):
    """Whatever JSON comes, both views are derived and can be written as JSON again."""
    value = value_of(raw, unit)

    json.dumps([value.number, value.text], allow_nan=False)


@given(st.lists(st.floats() | st.floats(allow_nan=False).map(str) | st.integers(), max_size=50))
def test_whatever_comes_can_be_reckoned_with(raws):
    """Sums, means and squares of them are finite, and 32 bits hold each: 1e308 is only shown."""
    numbers = np.array([n for n in map(usable_of, raws) if n is not None], np.float64)

    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite((numbers * numbers).sum())
        assert np.isfinite(numbers.astype(np.float32)).all()
    assert value_of(1e308).text == "1e+308"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.9, "0:59"), (134, "2:14"), (3734, "1:02:14"), (-5, "-0:05"), (-0.5, "0:00")],
)
def test_durations_read_as_on_a_clock(seconds, text):
    """Minutes and seconds, with hours from the first hour on."""
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (1490830620000, 1490830620000),
        (1490830620, 1490830620000),
        (1490830620.25, 1490830620250),
        ("1490830620000", 1490830620000),
        (1490830620000000, 1490830620000),
        (1490830620000000000, 1490830620000),
        (9e18, None),
        (10**40, None),
        (15 * 10**38, None),
        (50_000_000_000, None),
        (0, None),
        (-1, None),
        (None, None),
        (True, None),
        ("soon", None),
        ({}, None),
    ],
)
def test_a_time_is_read_in_whatever_unit_it_comes(time, expected):
    """Seconds, milliseconds and finer ones are told by their size; the far future is no time.

    Since older times never overwrite newer ones, it would keep out all that follow.
    """
    assert epoch_ms_of(time) == expected


def test_the_channels_of_an_agent_are_found_at_its_place():
    """Each with its number and its own status; anything else has none."""
    from statmon.domain.value import Channel, channels_of

    place = {"dnStatuses": [{"dnId": "5001", "status": 4}, {"dnId": 6, "status": "X"}, 7]}
    raw = {"stateValue": {"status": 4, "place": place}}

    assert channels_of(raw) == [Channel("5001", "", "WaitForNextCall"), Channel("6", "", "X")]
    for odd in (None, 5, {}, {"stateValue": 4}, {"place": {"dnStatuses": 5}}):
        assert channels_of(odd) == []


@pytest.mark.parametrize(
    "text",
    ["NaN", "nan", "+nan", "-nan(ind)", "NAN(0x8)", "inf", "-Inf", "Infinity", "-INFINITY",
     "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN00", "1.#INF", "N/A", "n/a", " NaN "],
)  # fmt: skip
@pytest.mark.parametrize("whole", [0, 5, -2147483648, None])
@pytest.mark.parametrize("unit", list(Unit))
def test_a_word_for_no_number_is_undefined_whatever_stands_beside_it(text, whole, unit):
    """Never "0 %" and never "-2147483648 %"."""
    value = value_of({"intValue": whole, "stringValue": text}, unit)

    assert (value.number, value.text, value.undefined) == (None, "", True)


@pytest.mark.parametrize("text", ["nanny", "info", "infinite", "none", "-", "1.#", "n.a.", "abc"])
def test_any_other_text_beside_a_number_leaves_the_number(text):
    """As a text that says what the number means may do."""
    value = value_of({"intValue": 7, "stringValue": text})

    assert (value.number, value.undefined) == (7.0, False)


@pytest.mark.parametrize(
    ("raw", "number", "text"),
    [
        ({"intValue": 80, "stringValue": "80.25"}, 80.25, "80.2 %"),
        (1e308, 1e308, "1e+308 %"),
        ({"intValue": 10**399, "stringValue": str(10**399)}, None, None),
        ({"intValue": 5, "stringValue": "9" * 5_000}, 5.0, "5 %"),
    ],
)
def test_numbers_of_every_size_are_read_and_written(raw, number, text):
    """What is beyond all numbers is none, and no exception."""
    value = value_of(raw, Unit.PERCENT)

    assert value.number == number
    assert text is None or value.text == text


@given(
    st.recursive(
        st.integers() | st.text() | st.none(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_what_is_tame_stays_as_it_is(raw):
    """Nothing is taken from a value but whole numbers beyond 64 bits."""
    huge = any(number not in LONGEST_INTEGER for number in integers(raw))
    assert (tamed(raw) == raw) is not huge


def integers(raw):
    """All whole numbers in a value, and 0."""
    inner = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    own = [raw] if isinstance(raw, int) else [0]
    return [*own, *(number for item in inner for number in integers(item))]


@pytest.mark.parametrize("digits", [20, 400, 4_000])
def test_a_whole_number_of_nobodys_costs_itself(digits):
    """Its neighbours stay."""
    huge = 10**digits
    assert tamed(huge) is None
    assert tamed({"intValue": huge, "stringValue": "5"}) == {"intValue": None, "stringValue": "5"}
    assert tamed({"a": [{"b": huge, "c": 1}]}) == {"a": [{"b": None, "c": 1}]}


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"a": x, "b": []}])
def test_what_is_nested_beyond_reason_is_left_out(wrap):
    """However it is built, and can be written, shown and forgotten then."""
    raw = 1
    for _ in range(5_000):
        raw = wrap(raw)
    tame = tamed(raw)

    assert value_of(tame).text
    assert tamed({"deep": raw, "intValue": 5})["intValue"] == 5


@pytest.mark.parametrize(
    ("raw", "words"),
    [(None, "unknown status"), ({}, "unknown status"), (True, "unknown status"),
     ("", "unknown status"), (4711, "status 4711"), ("Lunch", "Lunch")],
)  # fmt: skip
def test_a_status_that_is_none_is_unknown_and_not_python_s_word_for_it(raw, words):
    """Numbers that are not known are told, whatever else comes is not."""
    place = {"stateValue": {"status": raw, "time": 1}}
    state = state_of(place)
    assert state is not None
    assert state.name == words
