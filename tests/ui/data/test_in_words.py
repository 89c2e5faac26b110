"""Definitions as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain import explanations
from statmon.domain.definition import Definition
from statmon.storage.user import library
from statmon.ui.data.in_words import in_words, mask_in_words


def test_a_definition_is_told_in_sentences():
    """What, over which time, told when."""
    told = in_words(
        Definition(
            {
                "category": "TotalNumber",
                "subject": "DNAction",
                "mainMask": "CallInbound,CallOutbound",
                "dynamicFilter": "MediaType=voice",
                "intervalType": "GrowingWindow",
                "dynamicTimeProfile": "0:00",
                "notificationMode": "Periodical",
                "notificationFrequency": "10",
                "insensitivity": 1,
            }
        )
    )

    assert told == (
        "How many happened in the interval: CallInbound, CallOutbound; only where MediaType=voice; "
        "looks at what happens on telephones and queues (counts calls). "
        "Since 0:00, time of the site. "
        "Told every 10 s, if it changed by 1 or more."
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"timeRangeLeft": 0, "timeRangeRight": 20}, "that lasted 0 to less than 20 s"),
        ({"timeRangeLeft": "30"}, "that lasted at least 30 s"),
        ({"relMask": "CallWait"}, "relative to CallWait"),
        ({"intervalType": "SlidingWindow", "dynamicProfile": "3600:10"},
         "Over the last 1 h, anew every 10 s."),
        ({"intervalType": "SlidingSelection", "dynamicTimeProfile": "50"},
         "Over the last 50 events."),
        ({"intervalType": "SinceLogin"}, "Since the agent logged in."),
        ({"notificationMode": "Immediate"}, "Told at each change."),
        ({"notificationMode": "Periodical"}, "Told on a clock."),
    ],
)  # fmt: skip
def test_each_part_has_its_words(fields, words):
    """In any spelling that the service's own configurations use."""
    assert words in in_words(Definition({"category": "TotalNumber", **fields}))


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ("*", "everything"),
        ("*, ~LoggedOut,~NotMonitored", "everything except LoggedOut, NotMonitored"),
        ("CallInbound", "CallInbound"),
        ("~LoggedOut", "nothing"),
    ],
)
def test_masks_are_read_as_stat_server_reads_them(mask, words):
    """A tilde takes away."""
    assert mask_in_words(mask) == words


def test_every_definition_of_the_library_is_told_in_words_that_we_know():
    """No category stands there raw."""
    for entry in library.load().entries:
        if entry.definition is not None:
            assert entry.definition.category in explanations.CATEGORIES
            assert in_words(entry.definition).endswith(".")


@given(st.dictionaries(st.sampled_from([*explanations.FIELDS, "x"]), st.text() | st.integers()))
def test_any_definition_has_words(fields):
    """Whatever somebody wrote into it."""
    assert isinstance(in_words(Definition(fields)), str)
