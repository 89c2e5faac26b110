import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.vocabulary import CATEGORIES, SUBJECTS
from statmon.simulator.statserver.definition import DefinitionError, Interval, parse_definition
from statmon.simulator.statserver.masks import parse_mask

BASE = {"category": "TotalNumber", "subject": "DNAction", "mainMask": "CallInbound"}


@pytest.mark.parametrize(
    ("mask", "inside", "outside"),
    [("*", ["CallWait", "LoggedOut"], []),
     ("CallWait, CallInbound", ["CallWait", "CallInbound"], ["CallOutbound"]),
     ("*, ~LoggedOut,~NotMonitored", ["CallWait"], ["LoggedOut", "NotMonitored"]),
     ("", [], ["CallWait"])],
)  # fmt: skip
def test_a_mask_holds_what_it_says(mask, inside, outside):
    parsed = parse_mask(mask)
    assert all(name in parsed for name in inside)
    assert not any(name in parsed for name in outside)


@pytest.mark.parametrize(
    ("keys", "interval"),
    [
        ({}, Interval("GrowingWindow", (0,))),
        ({"dynamicTimeProfile": "00:00"}, Interval("GrowingWindow", (0,))),
        ({"dynamicTimeProfile": "0:00"}, Interval("GrowingWindow", (0,))),
        ({"dynamicProfile": "06:00, 18:30"}, Interval("GrowingWindow", (21600, 66600))),
        ({"dynamicTimeProfile": "0:00, 12:00 Asia/Tokyo"},
         Interval("GrowingWindow", (0, 43200), zone="Asia/Tokyo")),
        ({"dynamicTimeProfile": "3600:10"}, Interval("SlidingWindow", (), 3600, 10)),
        ({"intervalType": "SlidingWindow", "intervalLength": "9999999", "dynamicProfile": "60:5"},
         Interval("SlidingWindow", (), 60, 5)),
        ({"intervalType": "sincelogin"}, Interval("SinceLogin", ())),
        ({"intervalType": "SlidingSelection", "dynamicTimeProfile": "20"},
         Interval("SlidingSelection", (), 20)),
    ],
)  # fmt: skip
def test_an_interval_is_read_in_all_its_spellings(keys, interval):
    assert parse_definition(BASE | keys).formula.interval == interval


@pytest.mark.parametrize(
    ("keys", "mode", "frequency"),
    [({}, "Immediate", 10), ({"notificationFrequency": "60"}, "Periodical", 60),
     ({"notificationMode": "PERIODICAL", "notificationFrequency": 5}, "Periodical", 5),
     ({"notificationMode": "immediate"}, "Immediate", 10),
     ({"notificationMode": "ResetBased"}, "Reset", 10),
     ({"notificationMode": "NoNotification"}, "NoNotification", 10)],
)  # fmt: skip
def test_a_notification_mode_is_read_in_any_case(keys, mode, frequency):
    notification = parse_definition(BASE | keys).notification
    assert (notification.mode, notification.frequency) == (mode, frequency)


@pytest.mark.parametrize("text", ["Media=voice", "MediaType=voice", 'MediaType = "Voice"'])
def test_both_spellings_of_the_filter_mean_the_medium(text):
    assert parse_definition(BASE | {"dynamicFilter": text}).formula.filter == text


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"category": None}, "needs a category"),
        ({"category": "Nonsense"}, "unknown category 'Nonsense'"),
        ({"subject": ""}, "needs a subject"),
        ({"mainMask": ""}, "needs a mainMask"),
        ({"mainMask": "CallInbond"}, "unknown action or status 'CallInbond'"),
        ({"relativeMask": "~Nonsense"}, "Nonsense"),
        ({"notificationMode": "Sometimes"}, "Sometimes"),
        ({"notificationFrequency": "soon"}, "whole number"),
        ({"insensitivity": -1}, "between"),
        ({"intervalType": "Sideways"}, "Sideways"),
        ({"dynamicTimeProfile": "25:00", "intervalType": "GrowingWindow"}, "growing"),
        ({"dynamicTimeProfile": "10:3600", "intervalType": "SlidingWindow"}, "sliding"),
        ({"dynamicTimeProfile": "x", "intervalType": "SlidingWindow"}, "sliding"),
        ({"category": "CurrentNumber", "intervalType": "GrowingWindow"}, "takes no intervalType"),
        ({"category": "CurrentNumber", "notificationMode": "Reset"}, "Reset"),
        ({"category": "RelativeNumberPercentage"}, "needs a relativeMask"),
        ({"category": "MaxNumber", "intervalType": "SlidingSelection"}, "SlidingSelection"),
        ({"timeRangeLeft": 20, "timeRangeRight": 20}, "less than"),
        ({"dynamicFilter": 'PairExists("Language"'}, "cannot be read"),
        ({"category": "TotalCustomValue"}, "needs a formula"),
        ({"category": "TotalCustomValue", "formula": "GetNumber(Revenue)"}, "quotation marks"),
        ({"dynamicTimeProfile": "00:00 Nowhere/City"}, "Nowhere/City"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(keys, words):
    with pytest.raises(DefinitionError, match=words):
        parse_definition(BASE | keys)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["category", "subject", "mainMask", "relativeMask", "notificationMode", "insensitivity",
     "notificationFrequency", "intervalType", "dynamicTimeProfile", "dynamicProfile",
     "dynamicFilter", "formula", "timeRangeLeft", "timeRangeRight", "timeRangeLeft2"]
)  # fmt: skip
LIKELY = st.sampled_from(
    [
        *CATEGORIES,
        *SUBJECTS,
        "*",
        "00:00",
        "3600:10",
        "Reset",
        "5",
        "CallWait",
        'PairExists("a","b")&~(Media=voice|GetNumber("c")>1)',
        "((((",
        "00:00 Europe/Berlin",
    ]
)


@given(st.dictionaries(KEYS, JSON | LIKELY))
def test_no_definition_whatsoever_raises_anything_but_its_own_error(raw):
    with contextlib.suppress(DefinitionError):
        parse_definition(BASE | raw)
