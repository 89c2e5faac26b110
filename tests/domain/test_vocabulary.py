import pytest

from statmon.domain import vocabulary
from statmon.domain.vocabulary import STATUSES, status_by_code, status_by_name


@pytest.mark.parametrize(
    "words",
    [
        vocabulary.OBJECT_TYPES,
        vocabulary.CATEGORIES,
        vocabulary.SUBJECTS,
        vocabulary.NOTIFICATION_MODES,
        vocabulary.INTERVAL_TYPES,
        [status.name for status in STATUSES],
        [status.code for status in STATUSES],
        [status.priority for status in STATUSES],
    ],
)
def test_no_word_code_or_priority_stands_twice(words):
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_found_by_its_code_and_its_name(status):
    assert status_by_code(status.code) is status
    assert status_by_name(status.name) is status


def test_codes_are_those_of_the_platform_sdk():
    known = {"WaitForNextCall": 4, "CallRinging": 7, "NotReadyForNextCall": 8, "AfterCallWork": 9}
    known |= {"CallOnHold": 13, "CallInbound": 22, "LoggedOut": 23}
    assert {name: status_by_name(name).code for name in known} == known


def test_logged_out_outranks_every_other_status():
    assert max(STATUSES, key=lambda status: status.priority).name == "LoggedOut"


def test_unknown_words_are_none_rather_than_an_error():
    assert status_by_code(99) is None
    assert status_by_name("Dancing") is None


def test_an_alias_means_a_known_object_type():
    assert set(vocabulary.OBJECT_TYPE_ALIASES.values()) <= set(vocabulary.OBJECT_TYPES)
